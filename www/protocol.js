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

/**
 * A network that can be trained, as the wasm module tells of it: nothing in JavaScript lists them.
 * @typedef {object} Preset
 * @property {string} name  which the address and the terminal know it by
 * @property {string} title
 * @property {string} about  a sentence
 * @property {"classifier"|"autoencoder"} kind
 * @property {"classify"|"reconstruct"} task
 * @property {string} family  networks that are compared with each other: `cnn`, `cae`, `sae`
 * @property {Group|null} group  the section that has it on offer beside the trainer's; null where none has
 * @property {boolean} listed  whether the trainer offers it
 * @property {Config} config  what it starts from
 * @property {{padding: string[], output: string[], noise: string[]}} options  what may be chosen; empty where
 *   the network has no such setting
 * @property {number} stages  that are trained one after another; 0 where all layers are trained at once
 * @property {"max"|"average"} [pooling]  of a CNN
 * @property {number} [blocks]  of a CNN
 */

/** @typedef {{name: string, kind: string, outputShape: (number|null)[], parameters: number, multiplyAdds: number}} Layer */

/** @typedef {{model: string, layers: Layer[], total: number, trainable: number, nonTrainable: number, multiplyAdds: number}} Summary */

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
 * @property {number} workers  that did the last unit of work
 * @property {number|null} picturesPerSecond
 * @property {number|null} stepSeconds
 * @property {number|null} validationSeconds  per validation batch
 */

/** Pictures: RGBA bytes, 4096 a picture, one after another.
 * @typedef {{labels: Uint8Array, rgba: Uint8Array}} Pictures */

/** Some pictures of a split in order, or of one class of it; `total` is how many there are.
 * @typedef {{total: number, indices: Uint32Array, labels: Uint8Array, rgba: Uint8Array}} Page */

/** Where pictures of a question lie: a split, or the visitor's own that were given.
 * @typedef {Split|"given"} Source */

/** The test pictures that are drawn again while an autoencoder learns: what `shown` answers.
 * @typedef {Pictures & {indices: Uint32Array}} Shown */

/** What an autoencoder makes of a few pictures.
 * @typedef {object} Drawings
 * @property {Uint8Array} labels
 * @property {Uint8Array} inputs
 * @property {Uint8Array|null} corrupted
 * @property {Uint8Array} outputs
 * @property {Uint8Array} differences
 * @property {Float32Array} errors  mean squared error of each picture
 */

/** The same few test pictures at one step of a run.
 * @typedef {Drawings & {step: number}} Reconstructions */

/** What a network outputs in one layer for one picture, in the order y, x, channel.
 * @typedef {{name: string, kind: string, shape: number[], values: Float32Array}} Activation */

/** @typedef {{layer: number, layerName: string, name: string, shape: number[], values: Float32Array}} Parameter */

/** Codes of pictures, one after another in the order y, x, channel.
 * @typedef {{shape: number[], values: Float32Array}} Codes */

/** Where codes lie on their two principal components.
 * @typedef {object} CodeMap
 * @property {Uint32Array} indices
 * @property {Uint8Array} labels
 * @property {Uint8Array} rgba
 * @property {Float32Array} points  x and y of each
 * @property {number[]} explained  share of the variance along x and along y
 */

/** The pictures that an autoencoder draws best and worst, among `judged`.
 * @typedef {{judged: number, best: Drawings & {indices: Uint32Array}, worst: Drawings & {indices: Uint32Array}}} Extremes */

/** Probabilities of all test pictures, row by row, beside their labels.
 * @typedef {{labels: Uint8Array, probabilities: Float32Array, classes: number}} Verdicts */

/** A tensor before and after a step by hand, with its gradient; norms are Euclidean.
 * @typedef {{name: string, shape: number[], before: Float32Array, gradient: Float32Array, after: Float32Array, norms: {before: number, gradient: number, change: number}}} Shift */

/** A step on one picture, layer by layer; `gradient` is that of the loss by the layer's output.
 * @typedef {object} Lesson
 * @property {number} loss
 * @property {number} lossAfter  of the same picture
 * @property {number} learningRate
 * @property {number} step
 * @property {Float32Array|null} probabilities
 * @property {Float32Array|null} probabilitiesAfter
 * @property {(Activation & {gradient: Float32Array, parameters: Shift[]})[]} layers
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

/** What a run is for: the section that asked for it. @typedef {string} Group */

/** A run to be started. `from` names the run whose first layers it starts with.
 * @typedef {{run: string, group: Group, name: string, model: string, overrides: Overrides, from: string|null, paused: boolean}} Job */

/** What the page may ask.
 * @typedef {(
 *   | {type: "open", data: string|null}
 *   | {type: "describe", model: string, overrides: Overrides}
 *   | {type: "samples", seed: number, count: number}
 *   | {type: "browse", split: Split, label: number|null, offset: number, count: number}
 *   | {type: "pictures", source: Source, indices: Uint32Array}
 *   | {type: "shown"}
 *   | {type: "start", job: Job, backend: Backend}
 *   | {type: "continue", run: string, backend: Backend}
 *   | {type: "probe"}
 *   | {type: "check", model: string, overrides: Overrides}
 *   | {type: "trial", model: string, overrides: Overrides, workers: number}
 *   | {type: "hand-over"} | {type: "adopt", data: HandedOver}
 *   | {type: "workers", count: number}
 *   | {type: "pause"} | {type: "resume"} | {type: "step"} | {type: "stop"}
 *   | {type: "import", files: {path: string, file: File}[]}
 *   | {type: "forget"}
 *   | {type: "label", run: string, name: string, pinned: boolean}
 *   | {type: "discard", run: string}
 *   | {type: "weights", run: string}
 *   | {type: "give", rgb: Uint8Array}
 *   | {type: "reconstruct", run: string, source: Source, indices: Uint32Array}
 *   | {type: "classify", run: string, source: Source, indices: Uint32Array}
 *   | {type: "encode", run: string, source: Source, indices: Uint32Array}
 *   | {type: "decode", run: string, codes: Float32Array}
 *   | {type: "between", run: string, source: Source, from: number, to: number, count: number}
 *   | {type: "map", run: string, count: number, seed: number}
 *   | {type: "extremes", run: string, judged: number, count: number}
 *   | {type: "judge", run: string}
 *   | {type: "activations", run: string, source: Source, index: number}
 *   | {type: "parameters", run: string}
 *   | {type: "prepare-lesson", model: string, overrides: Overrides, from: string|null}
 *   | {type: "study", source: Source, index: number}
 * )} Command */

/** The page's envelope: every command is answered once, by its id.
 * @typedef {{id: number, command: Command}} Request */

/** What the worker answers and reports.
 * @typedef {(
 *   | {type: "reply", id: number, value: any}
 *   | {type: "refusal", id: number, name: string, message: string}
 *   | {type: "report", report: Report}
 * )} Message */

/** @import { Run } from "./app/run.js" */

/** What the worker reports unasked. The page's state takes these as they are.
 * @typedef {(
 *   | {type: "opened", models: Preset[], backends: Backend[], version: string}
 *   | {type: "runs-found", runs: Run[]}
 *   | {type: "data-found", manifest: Manifest, hash: string, origin: "bundled"|"kept"}
 *   | {type: "data-progress", bytes: number, total: number, loaded: Counts}
 *   | {type: "data-ready"}
 *   | {type: "data-failed", message: string}
 *   | {type: "import-progress", stage: "reading"|"decoding"|"keeping", done?: number, total?: number}
 *   | {type: "notice", message: string}
 *   | {type: "run-started", run: Run}
 *   | {type: "run-events", run: string, events: RunEvent[], pace: Pace, seconds: number}
 *   | {type: "run-paused", run: string} | {type: "run-resumed", run: string} | {type: "run-stopped", run: string}
 *   | {type: "run-failed", run: string, message: string}
 *   | {type: "run-kept", run: string, step: number}
 *   | {type: "reconstructions", run: string, reconstructions: Reconstructions}
 *   | {type: "trial-progress", stage: "preparing"|"checking"|"gpu"|"cpu"}
 *   | {type: "crashed", message: string, gpu?: boolean}
 * )} Report */

/** @param {Report} report @returns {Message} */
export const reporting = (report) => ({ type: "report", report });

/**
 * The sentence of whatever was thrown.
 * @param {unknown} thrown
 */
export const sentence = (thrown) => (thrown instanceof Error ? thrown.message : String(thrown));
