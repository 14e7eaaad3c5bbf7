// The vocabulary of the page: what the page may ask of the worker and what the worker reports.
// The only file that both threads import. It holds types and no behaviour but two tiny makers.

/**
 * Everything that decides a run. The wasm module states the defaults; the page never does.
 * @typedef {object} Config
 * @property {string} model
 * @property {"valid"|"same"|null} padding  null for autoencoders
 * @property {"sigmoid"|"relu"|null} output  null for classifiers
 * @property {"cross-entropy"|"binary-cross-entropy"|"mean-squared-error"} loss
 * @property {"none"|"gaussian"|"salt-and-pepper"|"masking"} noise
 * @property {number} noiseLevel
 * @property {number} learningRate
 * @property {number} batchSize
 * @property {number} epochs
 * @property {number|null} patience  epochs without a better validation loss before stopping
 * @property {number} seed
 */

/** @typedef {Partial<Config>} Overrides  the settings that differ from a model's defaults */

/** @typedef {{name: string, title: string, kind: "classifier"|"autoencoder", about: string}} Model */

/** @typedef {{name: string, kind: string, outputShape: (number|null)[], parameters: number}} Layer */

/** @typedef {{model: string, layers: Layer[], total: number, trainable: number, nonTrainable: number}} Summary */

/** @typedef {{file: string, count: number, bytes: number, sha256: string}} ShardEntry */

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} source
 * @property {boolean} synthetic
 * @property {string[]} classes
 * @property {{count: number, shards: ShardEntry[]}} train
 * @property {{count: number, shards: ShardEntry[]}} test
 */

/** @typedef {"train"|"test"} Split */
/** @typedef {{train: number, test: number}} Counts  pictures per split */

/**
 * What `start` answers: the run as it will be.
 * @typedef {object} Plan
 * @property {Config} config
 * @property {Summary} summary
 * @property {Counts} pictures
 * @property {number} stepsPerEpoch
 * @property {number} validationBatches
 * @property {{name: string, epochs: number}[]} phases
 * @property {number} totalSteps
 */

/** @typedef {{type: "step", phase: number, epoch: number, step: number, loss: number, accuracy: number|null, pictures: number}} StepEvent */
/** @typedef {{type: "validating", phase: number, epoch: number, done: number, total: number}} ValidatingEvent */
/**
 * @typedef {object} EpochEvent
 * @property {"epoch"} type
 * @property {number} phase
 * @property {number} epoch
 * @property {number} step
 * @property {number} loss
 * @property {number|null} accuracy
 * @property {number} valLoss
 * @property {number|null} valAccuracy
 * @property {number|null} mse
 * @property {number|null} psnr
 * @property {number|null} ssim
 */
/** @typedef {{type: "phase", phase: number, name: string}} PhaseEvent */
/** @typedef {{type: "finished", reason: "completed"|"stopped-early", phase: number, epoch: number, step: number}} FinishedEvent */
/** @typedef {{type: "diverged", phase: number, epoch: number, step: number, message: string}} DivergedEvent */

/** What happened in training, as the wasm module tells it: a closed set.
 * @typedef {StepEvent|ValidatingEvent|EpochEvent|PhaseEvent|FinishedEvent|DivergedEvent} RunEvent */

/**
 * How fast the run goes, as the worker's clock sees it; null until measured.
 * @typedef {object} Pace
 * @property {number|null} picturesPerSecond
 * @property {number|null} stepSeconds
 * @property {number|null} validationSeconds  per validation batch
 */

/** Pictures of one split: RGBA bytes, 4096 a picture, one after another.
 * @typedef {{labels: Uint8Array, rgba: Uint8Array}} Pictures */

/** What an autoencoder makes of a few test pictures, at one step.
 * @typedef {object} Reconstructions
 * @property {number} step
 * @property {Uint8Array} labels
 * @property {Uint8Array} inputs
 * @property {Uint8Array|null} corrupted
 * @property {Uint8Array} outputs
 * @property {Uint8Array} differences
 */

/** @typedef {{config: Config, defaults: Config, summary: Summary|null, error: string|null}} Description */

/** @typedef {"flex"|"wgpu"|"ndarray"} Backend  what computes, as the wasm module names it */

/** @typedef {"cpu"|"gpu"} Build  a package of the wasm module; the GPU's computes on the CPU, too */

/** WebGPU here: the adapter's name, or why it cannot be used.
 * @typedef {{usable: boolean, reason: string|null, adapter: string|null}} Gpu */

/** A tensor that the GPU and the CPU computed: the largest difference, as a part of the largest value.
 * @typedef {{operator: string, tensor: string, difference: number, passed: boolean}} Check */

/** @typedef {{tolerance: number, checks: Check[]}} CheckTable */

/** @typedef {{wgpu: number, flex: number}} Speeds  pictures a second, training */

/** @typedef {{table: CheckTable, speeds: Speeds|null}} Trial  no speeds where the check failed */

/** A data set on its way from one worker to another.
 * @typedef {{manifest: string, shards: {file: string, bytes: Uint8Array}[]}} HandedOver */

/** What the page may ask.
 * @typedef {(
 *   | {type: "open"}
 *   | {type: "describe", model: string, overrides: Overrides}
 *   | {type: "samples", seed: number, count: number}
 *   | {type: "start", model: string, overrides: Overrides, paused: boolean, backend: Backend}
 *   | {type: "probe"}
 *   | {type: "check", model: string, overrides: Overrides}
 *   | {type: "trial", model: string, overrides: Overrides}
 *   | {type: "hand-over"} | {type: "adopt", data: HandedOver}
 *   | {type: "pause"} | {type: "resume"} | {type: "step"} | {type: "stop"}
 *   | {type: "import", files: File[]}
 *   | {type: "forget"}
 * )} Command */

/** The page's envelope: every command is answered once, by its id.
 * @typedef {{id: number, command: Command}} Request */

/** What the worker answers and reports.
 * @typedef {(
 *   | {type: "reply", id: number, value: any}
 *   | {type: "refusal", id: number, name: string, message: string}
 *   | {type: "report", report: Report}
 * )} Message */

/** What the worker reports unasked. The page's state takes these as they are.
 * @typedef {(
 *   | {type: "opened", models: Model[], backends: Backend[]}
 *   | {type: "data-found", manifest: Manifest, origin: "bundled"|"kept"}
 *   | {type: "data-progress", bytes: number, total: number, loaded: Counts}
 *   | {type: "data-ready"}
 *   | {type: "data-failed", message: string}
 *   | {type: "import-progress", stage: "reading"|"decoding"|"keeping"}
 *   | {type: "notice", message: string}
 *   | {type: "run-started", plan: Plan, paused: boolean, backend: Backend}
 *   | {type: "run-events", events: RunEvent[], pace: Pace}
 *   | {type: "run-paused"} | {type: "run-resumed"} | {type: "run-stopped"}
 *   | {type: "run-failed", message: string}
 *   | {type: "reconstructions", reconstructions: Reconstructions}
 *   | {type: "trial-progress", stage: "checking"|"gpu"|"cpu"}
 *   | {type: "crashed", message: string, gpu?: boolean}
 * )} Report */

/** @param {Report} report @returns {Message} */
export const reporting = (report) => ({ type: "report", report });

/**
 * The sentence of whatever was thrown.
 * @param {unknown} thrown
 */
export const sentence = (thrown) => (thrown instanceof Error ? thrown.message : String(thrown));
