// What the worker that has a run and its replicas send to each other: types alone.

/** @import { Config, PictureShape } from "../../protocol.js" */

/** One step of a run, or one batch of its validation.
 * @typedef {object} WorkItem
 * @property {number} step  of the run, from 0
 * @property {number} phase
 * @property {number|null} epoch  null in validation, which draws nothing at random
 * @property {number} batch  of the epoch, or of its validation
 * @property {number} weightsVersion
 */

/** A replica's part of a batch. The weights and the pictures lie in one buffer, which goes to the replica and
 * comes back with its gradients: the same memory, step after step.
 * @typedef {object} ReplicaTask
 * @property {WorkItem} item
 * @property {number} classes  of the data
 * @property {PictureShape} picture  the shape of its pictures
 * @property {number} batchSize  of all workers together
 * @property {number} start  its first microbatch
 * @property {number} end  the microbatch after its last
 * @property {Uint32Array} indices
 * @property {Uint8Array} labels
 * @property {Uint8Array} pixels
 * @property {Float32Array} weights
 */

/** A task of the work item after the next, which has no weights yet.
 * @typedef {Omit<ReplicaTask, "weights">} PrefetchTask */

/** What a replica has computed: its gradients lie where the task's weights were. It names the work item that it
 * belongs to; the wasm module refuses that of another one.
 * @typedef {object} ReplicaOutput
 * @property {WorkItem} item
 * @property {string} metrics  as JSON
 * @property {Uint32Array} parts  start and end of the microbatches of each partial sum
 * @property {Float32Array} gradients
 */

/** What a replica has to hear of from all workers before it can go on: the sums of a batch normalisation.
 * @typedef {{sums: Float64Array}} ReplicaSums */

/** To a replica. `compute` and `resume` are answered, one at a time; `prefetch` is not.
 * @typedef {{type: "compute", config: Config, task: ReplicaTask}} ComputeMessage
 * @typedef {{type: "prefetch", config: Config, task: PrefetchTask}} PrefetchMessage
 * @typedef {{type: "resume", sums: Float64Array}} ResumeMessage
 * @typedef {ComputeMessage|PrefetchMessage|ResumeMessage} ToReplica */

/** From a replica. `ready` comes once, first.
 * @typedef {(
 *   | {type: "ready"}
 *   | {type: "computed", output: ReplicaOutput|ReplicaSums}
 *   | {type: "failed", message: string}
 * )} FromReplica */

export {};
