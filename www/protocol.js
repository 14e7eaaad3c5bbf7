// The protocol between the page and its worker: what the page may ask, what is answered to each
// command, and what the worker reports by itself.

/** A stage of a stacked autoencoder, by the names of its layers. @typedef {{encoder: string[], decoder: string[]}} StageSpec */

/** A model as JSON; the wasm module says whether it can be built.
 * @typedef {object} ModelSpec
 * @property {string} [name]
 * @property {string} [title]
 * @property {number[]} input  height, width and channels of a picture
 * @property {Record<string, unknown>[]} layers
 * @property {{type: "classify"}|{type: "reconstruct", code: string}} task
 * @property {StageSpec[]} [stages]
 */

/** A preset by its name, or any other model. @typedef {string|ModelSpec} Model */

/**
 * Everything that decides a run. The wasm module states the defaults; the page never does.
 * @typedef {object} Config
 * @property {Model} model
 * @property {"valid"|"same"|null} padding  null where the model's layers say it
 * @property {"sigmoid"|"relu"|null} output  null for classifiers, and where the model's last layer says it
 * @property {"cross-entropy"|"categorical-hinge"|"binary-cross-entropy"|"mean-squared-error"|"mean-absolute-error"|"huber"} loss
 * @property {number} [huberDelta]  the distance at which Huber's loss becomes a line, where it is not 1
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
 * @typedef {object} ModelRecord
 * @property {string} name  which the address and the terminal know a preset by
 * @property {string} title
 * @property {string} about  a sentence; empty for a spec
 * @property {"classifier"|"autoencoder"} kind
 * @property {string|null} family  presets that are compared with each other: `cnn`, `autoencoder`, `encoder-classifier`; null for a spec
 * @property {boolean} listed  whether it is on offer by itself; another is trained only as part of a comparison
 * @property {Config} config  what it starts from
 * @property {("padding"|"output"|"noise")[]} options  the settings that not every network has
 * @property {StageSpec[]} stages  that are trained one after another; none where all layers are trained at once
 * @property {"max"|"average"|null} pooling  by its first pooling layer
 * @property {number} convolutions  how many it has: of a CNN, its blocks
 */

/** @typedef {{name: string, kind: string, outputShape: (number|null)[], parameters: number, multiplyAdds: number}} Layer */

/** @typedef {{model: string, layers: Layer[], total: number, trainable: number, nonTrainable: number, multiplyAdds: number, largestMap: number}} Summary  `largestMap`: values of the largest tensor that one picture makes */

/** @typedef {{file: string, count: number, bytes: number, sha256: string}} ShardEntry */

/** The shape of every picture of a data set: 1 channel, grey, or 3. @typedef {{width: number, height: number, channels: number}} PictureShape */

/** What a visitor asks for of the pictures that are read; null for what they are by themselves, and for files
 * of pictures 32 by 32 of three colours. `size` is a side, or width and height, such as `48x32`; `labels` are
 * CIFAR-100's.
 * @typedef {{size?: string|null, channels?: 1|3|null, labels?: "fine"|"coarse"|null}} ImportRequest */

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} source
 * @property {boolean} synthetic
 * @property {string[]} classes
 * @property {PictureShape} picture
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
 * @property {Caveat[]} [caveats]  for this model on these pictures; missing where there are none
 * @property {number} stepsPerEpoch
 * @property {number} validationBatches
 * @property {{name: string, epochs: number}[]} phases
 * @property {number} totalSteps
 */

/**
 * How fast the run goes, as the worker's clock sees it; null until measured.
 * @typedef {object} Pace
 * @property {number} workers  that computed the last work item
 * @property {number|null} picturesPerSecond
 * @property {number|null} stepSeconds
 * @property {number|null} validationSeconds  per validation batch
 */

/** Pictures of this `width` and `height`, below each other. @typedef {{image: ImageData, width: number, height: number}} Sheet */

/** The same; null for none, since an image has at least one row. @typedef {Sheet|null} Atlas */

/** @typedef {{labels: Uint8Array, atlas: Atlas}} Pictures */

/** Some pictures of a split in order, or of one class of it; `total` is how many there are.
 * @typedef {{total: number, indices: Uint32Array, labels: Uint8Array, atlas: Atlas}} Page */

/** Where pictures of a query lie: a split, or the visitor's own that `set-given` brought.
 * @typedef {Split|"given"} Source */

/** The test pictures that are reconstructed or classified while a network learns.
 * @typedef {Pictures & {indices: Uint32Array}} Shown */

/** Pictures and their reconstructions by an autoencoder.
 * @typedef {object} Reconstructions
 * @property {Uint8Array} labels
 * @property {Atlas} inputs
 * @property {Atlas} corrupted  what the network saw; null where that is the inputs
 * @property {Atlas} outputs
 * @property {Atlas} differences
 * @property {Float32Array} errors  mean squared error of each picture
 */

/** Those of the same few test pictures at one step of a run.
 * @typedef {Reconstructions & {step: number}} ReconstructionsAtStep */

/** What a classifier says of the same few test pictures at one step of its run.
 * @typedef {Pictures & {step: number, probabilities: Float32Array, classes: number}} PredictionsAtStep */

/** A layer's output for one picture, in the order y, x, channel.
 * @typedef {{name: string, kind: string, shape: number[], values: Float32Array}} Activation */

/** @typedef {{layer: number, layerName: string, name: string, shape: number[], values: Float32Array}} Parameter */

/** Codes of pictures, one after another in the order y, x, channel.
 * @typedef {{shape: number[], values: Float32Array}} Codes */

/** Codes of test pictures on their two principal components.
 * @typedef {object} LatentMap
 * @property {Uint32Array} indices
 * @property {Uint8Array} labels
 * @property {Atlas} atlas
 * @property {Float32Array} points  x and y of each
 * @property {number[]} explained  share of the variance along x and along y
 */

/** The pictures that an autoencoder reconstructs best and worst, among the first `evaluated` test pictures.
 * @typedef {{evaluated: number, best: Reconstructions & {indices: Uint32Array}, worst: Reconstructions & {indices: Uint32Array}}} Extremes */

/** Class probabilities of all test pictures, `[picture][class]`, beside their labels.
 * @typedef {{labels: Uint8Array, probabilities: Float32Array, classes: number}} Predictions */

/** A parameter before and after one optimizer step, with its gradient; norms are Euclidean.
 * @typedef {{name: string, shape: number[], before: Float32Array, gradient: Float32Array, after: Float32Array, norms: {before: number, gradient: number, change: number}}} ParameterUpdate */

/** An optimizer step on one picture, layer by layer; a layer's `gradient` is that of the loss with respect
 * to the layer's output.
 * @typedef {object} StepTrace
 * @property {number} loss
 * @property {number} lossAfter  of the same picture
 * @property {number} learningRate
 * @property {number} step
 * @property {Float32Array|null} probabilities
 * @property {Float32Array|null} probabilitiesAfter
 * @property {"sigmoid"|"relu"|"linear"|null} output  what the last layer makes of its sums; null for classifiers
 * @property {(Activation & {settings: Record<string, unknown>, gradient: Float32Array, parameters: ParameterUpdate[]})[]} layers  `settings` as in the model's JSON
 */

/** A model with the settings that were asked for; no summary where such a network cannot be built.
 * @typedef {{config: Config, defaults: Config, summary: Summary|null, error: string|null}} Description */

/** @typedef {"flex"|"wgpu"|"ndarray"} Backend  what computes, as the wasm module names it */

/** @typedef {"cpu"|"gpu"} Build  a package of the wasm module; the GPU's computes on the CPU, too */

/** WebGPU here: the adapter's name, or why it cannot be used.
 * @typedef {object} Gpu
 * @property {boolean} usable
 * @property {string|null} reason
 * @property {string|null} adapter
 * @property {number} [binding]  the most bytes that it computes with in one tensor
 * @property {boolean} [silent]  it did not answer; it may when it is looked for again */

/** A tensor that the GPU and the CPU computed: the largest difference, relative to the largest value.
 * @typedef {{operator: string, tensor: string, difference: number, passed: boolean}} Check */

/** @typedef {{tolerance: number, checks: Check[]}} CheckTable */

/** @typedef {{wgpu: number, flex: number}} Speeds  pictures a second, training */

/** @typedef {{table: CheckTable, speeds: Speeds|null}} SpeedTest  no speeds where the check failed, or the clock could not tell them */

/** A data set that goes from one worker to another: its shards follow one by one, in this order, so that no
 * more than one of them is on its way.
 * @typedef {{manifest: string, files: string[], folder: string|null}} HandedOver */

/** A set of the visitor's own pictures that is kept on this machine.
 * @typedef {{id: string, name: string, bytes: number, addedAt: number, inUse: boolean}} KeptSet */

/**
 * What is kept on this machine, in bytes; null where the browser does not say.
 * @typedef {object} Storage
 * @property {number|null} used  by this origin
 * @property {number|null} quota
 * @property {boolean|null} persisted  whether the browser clears it only when it is told to
 * @property {boolean} newer  a newer version of the page wrote it, so that it is only read
 * @property {Record<string, number>} runs  bytes of each, by run
 * @property {KeptSet[]} sets  oldest first
 * @property {{id: string, name: string}[]} damaged  records of runs that cannot be read
 */

/** What a run is for: the section that asked for it. @typedef {string} Group */

/** A run to be started. `from` names the run whose first layers it starts with; one that was `kept` goes on
 * from there, with the settings that it has.
 * @typedef {{run: string, group: Group, name: string, model: Model, overrides: Overrides, from: string|null, paused: boolean, kept?: boolean}} Job */

/** What the page may ask.
 * @typedef {(
 *   | {type: "open", data: string|null}
 *   | {type: "read-model", text: string}
 *   | {type: "describe", model: Model, overrides: Overrides}
 *   | {type: "samples", seed: number, count: number}
 *   | {type: "browse", split: Split, label: number|null, offset: number, count: number}
 *   | {type: "pictures", source: Source, indices: Uint32Array}
 *   | {type: "shown"}
 *   | {type: "start", job: Job, backend: Backend}
 *   | {type: "continue", run: string, backend: Backend, paused: boolean}
 *   | {type: "probe"}
 *   | {type: "self-test", model: Model, overrides: Overrides}
 *   | {type: "speed-test", model: Model, overrides: Overrides, workers: number}
 *   | {type: "hand-over"} | {type: "shard", file: string}
 *   | {type: "adopt", manifest: string, folder: string|null} | {type: "adopt-shard", file: string, bytes: Uint8Array<ArrayBuffer>}
 *   | {type: "workers", count: number}
 *   | {type: "pause"} | {type: "resume"} | {type: "step"} | {type: "stop"}
 *   | {type: "import", files: {path: string, file: File}[], request?: ImportRequest|null}
 *   | {type: "keep"}
 *   | {type: "storage"}
 *   | {type: "use-set", set: string|null}
 *   | {type: "delete-set", set: string}
 *   | {type: "cancel-import"}
 *   | {type: "shrink", picture: Blob|ImageBitmap}
 *   | {type: "label", run: string, name: string, pinned: boolean}
 *   | {type: "discard", run: string}
 *   | {type: "weights", run: string}
 *   | {type: "set-given", image: ImageData}
 *   | {type: "reconstruct", run: string, source: Source, indices: Uint32Array}
 *   | {type: "classify", run: string, source: Source, indices: Uint32Array}
 *   | {type: "encode", run: string, source: Source, indices: Uint32Array}
 *   | {type: "decode", run: string, codes: Float32Array}
 *   | {type: "interpolate", run: string, source: Source, from: number, to: number, count: number}
 *   | {type: "latent-map", run: string, count: number, seed: number} | {type: "generate", run: string, count: number, seed: number}
 *   | {type: "extremes", run: string, among: number, count: number}
 *   | {type: "predict-all", run: string}
 *   | {type: "activations", run: string, source: Source, index: number}
 *   | {type: "parameters", run: string}
 *   | {type: "prepare-trace", trace: string, model: Model, overrides: Overrides, from: string|null}
 *   | {type: "trace-step", trace: string, source: Source, index: number}
 *   | {type: "end-trace", trace: string}
 * )} Command */

/** What is answered to a command of each type.
 * @typedef {object} Answers
 * @property {void} open
 * @property {ModelRecord} read-model
 * @property {Description} describe
 * @property {Record<Split, Pictures>} samples
 * @property {Page} browse
 * @property {Pictures} pictures
 * @property {Shown} shown
 * @property {void} start
 * @property {void} continue
 * @property {Gpu} probe
 * @property {CheckTable} self-test
 * @property {SpeedTest} speed-test
 * @property {HandedOver} hand-over
 * @property {Uint8Array<ArrayBuffer>} shard
 * @property {void} adopt
 * @property {void} adopt-shard
 * @property {void} workers
 * @property {void} pause
 * @property {void} resume
 * @property {void} step
 * @property {void} stop
 * @property {void} import
 * @property {void} keep
 * @property {Storage} storage
 * @property {void} use-set
 * @property {void} delete-set
 * @property {void} cancel-import
 * @property {ImageData} shrink  of the size of the data's pictures
 * @property {void} label
 * @property {void} discard
 * @property {Uint8Array<ArrayBuffer>} weights  a snapshot: a `.safetensors` file
 * @property {number} set-given  how many pictures there are
 * @property {Reconstructions} reconstruct
 * @property {Float32Array} classify  probabilities, `[picture][class]`
 * @property {Codes} encode
 * @property {Atlas} decode  the pictures of the codes
 * @property {Atlas} interpolate  the pictures of codes on the straight line between two
 * @property {Atlas} generate  pictures of codes drawn at random, by a variational autoencoder
 * @property {LatentMap} latent-map
 * @property {Extremes} extremes
 * @property {Predictions} predict-all
 * @property {Activation[]} activations
 * @property {Parameter[]} parameters
 * @property {Plan} prepare-trace
 * @property {StepTrace} trace-step
 * @property {void} end-trace
 */

/** The command of a type. @template {Command["type"]} T @typedef {Extract<Command, {type: T}>} CommandOf */

/** What answers commands, each by a function of its own.
 * @template {Command["type"]} T
 * @typedef {{[K in T]: (command: CommandOf<K>) => Answers[K]|Promise<Answers[K]>}} Handlers */

/** The page's envelope: every command is answered once, by its id; a `ping` at once with a `pong`.
 * @typedef {{id: number, command: Command}|{type: "ping"}} Request */

/** What the worker answers and reports.
 * @typedef {(
 *   | {type: "reply", id: number, value: Answers[Command["type"]]}
 *   | {type: "refusal", id: number, name: string, message: string}
 *   | {type: "report", report: Report}
 *   | {type: "pong"}
 * )} Message */

/** @import { Caveat, RunEvent } from "./run-events.js" */
/** @import { Run } from "./app/run.js" */

/** What the worker reports by itself. They are events of the page's state, but for `loaded`, which comes first of all
 * and tells which builds the worker's modules are of (`builds.js`).
 * @typedef {(
 *   | {type: "opened", models: ModelRecord[], backends: Backend[], version: string}
 *   | {type: "runs-found", runs: Run[]}
 *   | {type: "data-found", manifest: Manifest, hash: string, origin: "bundled"|"kept"}
 *   | {type: "data-progress", bytes: number, total: number, loaded: Counts}
 *   | {type: "data-ready"}
 *   | {type: "data-not-kept"}
 *   | {type: "data-failed", message: string}
 *   | {type: "import-progress", stage: "listing"|"reading"|"decoding"|"keeping", done?: number, total?: number}
 *   | {type: "import-remarks", of: string, remarks: string[]}
 *   | {type: "notice", message: string}
 *   | {type: "run-started", run: Run}
 *   | {type: "run-events", run: string, events: RunEvent[], pace: Pace, seconds: number}
 *   | {type: "run-paused", run: string} | {type: "run-resumed", run: string} | {type: "run-stopped", run: string}
 *   | {type: "run-failed", run: string, message: string}
 *   | {type: "run-kept", run: string, step: number}
 *   | {type: "run-let-go", run: string, gone: boolean}
 *   | {type: "reconstructions", run: string, reconstructions: ReconstructionsAtStep}
 *   | {type: "predictions", run: string, predictions: PredictionsAtStep}
 *   | {type: "speed-test-progress", stage: "preparing"|"checking"|"gpu"|"cpu"}
 *   | {type: "loaded", builds: Record<string, string>}
 *   | {type: "crashed", message: string, gpu?: boolean, silent?: boolean, way?: "window"|"reload"}
 * )} Report */

/** @param {Report} report @returns {Message} */
export const reporting = (report) => ({ type: "report", report });

/**
 * The sentence of whatever was thrown.
 * @param {unknown} thrown
 */
export const sentence = (thrown) => (thrown instanceof Error ? thrown.message : String(thrown));
