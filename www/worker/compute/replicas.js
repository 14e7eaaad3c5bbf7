// Data-parallel training: each batch is scattered over this worker and its replicas, and their partial
// sums are reduced to one gradient, the same to the last bit however many they are. A replica that fails
// is replaced, and its work item is computed without it.

import { limits } from "../../app/limits.js";
import { text } from "../../strings.js";

/** @import { Waiting } from "../../app/waiting.js" */
/** @import { Config } from "../../protocol.js" */
/** @import { RunEvent } from "../../run-events.js" */
/** @import { LocalWork } from "../wasm.js" */
/** @import { PrefetchTask, ReplicaOutput, ReplicaSums, ReplicaTask } from "./replica-messages.js" */

/** A replica as this worker holds it.
 * @typedef {object} ReplicaHandle
 * @property {Promise<void>} ready
 * @property {(config: Config, task: ReplicaTask) => Promise<ReplicaOutput|ReplicaSums>} compute
 * @property {(config: Config, task: PrefetchTask) => void} prefetch  what of a later task does not depend on
 *   its weights; after the task that it is at
 * @property {(sums: Float64Array) => Promise<ReplicaOutput|ReplicaSums>} resume  with the sums of all workers
 * @property {() => void} end */

/** A run of the wasm module that several workers can compute.
 * @typedef {object} DataParallelRun
 * @property {() => boolean} is_data_parallel
 * @property {(workItems: number) => Promise<RunEvent[]>} advance
 * @property {(workers: number, rooms: (Float32Array|undefined)[]) => Promise<ReplicaTask[]|undefined>} scatter
 * @property {(workers: number) => PrefetchTask[]|undefined} scatter_prefetch  tasks of the work item after the
 *   next, where something of them can be computed ahead
 * @property {(workers: number) => void} prefetch  the same for this worker's own part
 * @property {(workers: number) => Promise<LocalWork>} compute_local
 * @property {(local: LocalWork, outputs: ReplicaOutput[]) => RunEvent[]|undefined} reduce */

/** One array after another. @param {Float64Array[]} arrays */
function concatenated(arrays) {
  const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}

/** More replicas that fail one after another mean that none will do. */
const MOST_FAILURES = 3;

/**
 * @param {object} parts
 * @param {() => ReplicaHandle} parts.open  makes a replica; may throw
 * @param {Pick<Waiting, "within">} parts.waits
 * @param {() => number} parts.now  milliseconds
 * @param {(thrown: unknown) => void} [parts.gaveUp]  told when no more replicas are made
 */
export function createReplicas({ open, waits: { within }, now, gaveUp = () => {} }) {
  let wanted = 1;
  /** Since a work item was computed by all. */
  let failures = 0;
  /** That computed the last work item. */
  let workers = 1;
  /** Those that can be asked. @type {ReplicaHandle[]} */
  let available = [];
  /** @type {Set<ReplicaHandle>} */
  const all = new Set();
  /** What a replica sent last has room for what it is sent next. @type {WeakMap<ReplicaHandle, Float32Array>} */
  const rooms = new WeakMap();

  /** @param {ReplicaHandle} replica */
  function remove(replica) {
    available = available.filter((other) => other !== replica);
    all.delete(replica);
    replica.end();
  }

  /** @param {unknown} thrown */
  function failed(thrown) {
    failures += 1;
    if (failures === MOST_FAILURES) gaveUp(thrown);
  }

  /** As many replicas as are wanted; they join when they are ready. */
  function fill() {
    for (const replica of [...all].slice(Math.max(0, wanted - 1))) remove(replica);
    while (all.size < wanted - 1 && failures < MOST_FAILURES) {
      try {
        const opened = open();
        const ready = within(opened.ready, limits.replicaOpen, text.waits.replica(limits.replicaOpen));
        const replica = { ...opened, ready };
        all.add(replica);
        replica.ready.then(
          () => void (all.has(replica) && available.push(replica)),
          (thrown) => {
            // One that was let go has not failed.
            if (all.has(replica)) failed(thrown);
            remove(replica);
          },
        );
      } catch (thrown) {
        failed(thrown);
      }
    }
  }

  /** The next work item of `run`, with the replicas; `null` where it cannot be scattered.
   * @param {DataParallelRun} run @param {Config} config @returns {Promise<RunEvent[]|null>} */
  async function advanceTogether(run, config) {
    const replicas = [...available];
    const most = replicas.length + 1;
    const tasks = most > 1 ? await run.scatter(most, replicas.map((replica) => rooms.get(replica))) : undefined;
    if (!tasks) return null;
    const busy = replicas.slice(0, tasks.length);
    /** Told how long to wait once this worker knows it: the parts are of the same size. */
    let told = (/** @type {number} */ limit) => {};
    const limit = new Promise((resolve) => (told = resolve));
    let pending = busy.map((replica, i) => ask(replica, () => replica.compute(config, tasks[i]), limit));
    // What can be computed ahead fills the time in which a worker waits for the others.
    const later = run.scatter_prefetch(most);
    later?.forEach((task, i) => busy[i]?.prefetch(config, task));
    // The replicas are at work while this worker computes its own part.
    const since = now();
    const local = await run.compute_local(most);
    told(limits.replica + limits.replicaTimes * (now() - since));
    if (later) run.prefetch(most);
    let others = await Promise.all(pending);
    // Every batch normalisation waits for the sums of all workers.
    for (let sums = local.partial_sums(); sums && !others.includes(null); sums = local.partial_sums()) {
      const synced = concatenated([sums, ...others.map((other) => /** @type {ReplicaSums} */ (other).sums)]);
      pending = busy.map((replica) => ask(replica, () => replica.resume(synced), limit));
      if (!(await local.resume(synced))) break;
      others = await Promise.all(pending);
    }
    const outputs = /** @type {ReplicaOutput[]} */ (others.filter((output) => output !== null));
    if (outputs.length === tasks.length) failures = 0;
    // A small batch has not as many microbatches as there are workers.
    workers = outputs.length + 1;
    return run.reduce(local, outputs) ?? null;
  }

  /** What a replica answers; `null` where it failed or is silent, and then it is removed.
   * @param {ReplicaHandle} replica @param {() => Promise<ReplicaOutput|ReplicaSums>} question @param {Promise<number>} limit */
  async function ask(replica, question, limit) {
    rooms.delete(replica);
    try {
      const asked = question();
      const limited = limit.then((milliseconds) => within(asked, milliseconds, text.waits.replica(milliseconds)));
      const answer = await Promise.race([asked, limited]);
      if ("gradients" in answer) rooms.set(replica, answer.gradients);
      return answer;
    } catch (thrown) {
      if (all.has(replica)) failed(thrown);
      remove(replica);
      return null;
    }
  }

  return {
    /** How many workers computed the last work item. */
    workers: () => workers,

    /** From now on, so many workers compute, this one among them. Replicas are made when there is work.
     * @param {number} workers */
    resize(workers) {
      wanted = Math.max(1, workers);
      failures = 0;
      for (const replica of [...all].slice(wanted - 1)) remove(replica);
    },

    /** Makes the replicas, and waits until every one is ready or has failed. */
    async open() {
      fill();
      await Promise.allSettled([...all].map((replica) => replica.ready));
    },

    /** Computes `workItems` work items of `run`: what happened.
     * @param {DataParallelRun} run @param {Config} config @param {number} workItems
     * @returns {Promise<RunEvent[]>} */
    async advance(run, config, workItems) {
      workers = 1;
      if (wanted < 2 || !run.is_data_parallel()) return run.advance(workItems);
      /** @type {RunEvent[]} */
      const events = [];
      for (let done = 0; done < workItems; done += 1) {
        fill();
        const happened = (await advanceTogether(run, config)) ?? (await run.advance(1));
        events.push(...happened);
        if (happened.length === 0) break;
      }
      return events;
    },
  };
}
