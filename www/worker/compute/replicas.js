// Shares the work of a run with helpers in other workers. What a share is, and that it does not
// matter who computes it, the session knows; a helper that fails is replaced, and its unit of work is
// done without it. Knows no worker and no message channel.

/** @import { Config, RunEvent } from "../../protocol.js" */

/** What a helper is asked for. A task's weights and pictures are a whole buffer, which goes to the helper
 * and comes back with its gradients: the same memory, step after step.
 * @typedef {{weights: Float32Array}} Task
 * @typedef {{config: Config, task: Task}} Asked
 * @typedef {{gradients: Float32Array}} Share */

/** A task of the unit of work after the next, which has no weights yet.
 * @typedef {{rgb: Uint8Array}} Later
 * @typedef {{config: Config, task: Later, ahead: true}} Ahead */

/** What a worker answers before its share is whole, and cannot go on without: all have theirs then.
 * @typedef {{sums: Float64Array}} Open */

/** @typedef {object} Helper
 * @property {Promise<void>} ready
 * @property {(asked: Asked) => Promise<Share|Open>} share
 * @property {(sums: Float64Array) => Promise<Share|Open>} goOn  with the sums of all workers
 * @property {(asked: Ahead) => void} prepare  what of a later task does not depend on its weights; after
 *   the share that it was asked for
 * @property {() => void} end */

/** The share that this worker computes itself, as the wasm module keeps it.
 * @typedef {{partial_sums: () => Float64Array|undefined, resume: (sums: Float64Array) => Promise<boolean>}} Own */

/** What shares are dealt and settled by: one run of the wasm module.
 * @typedef {object} Shared
 * @property {() => boolean} is_data_parallel
 * @property {(units: number) => Promise<RunEvent[]>} advance
 * @property {(workers: number, rooms: (Float32Array|undefined)[]) => Promise<Task[]|undefined>} scatter
 * @property {(workers: number) => Later[]|undefined} scatter_prefetch  tasks of the unit after the next, if
 *   there is something to compute of them ahead
 * @property {(workers: number) => void} prefetch  the same for the own share
 * @property {(workers: number) => Promise<Own>} compute_local
 * @property {(own: Own, others: Share[]) => RunEvent[]|undefined} reduce */

/** One array after another. @param {Float64Array[]} arrays */
function joined(arrays) {
  const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}

/** More helpers that fail one after another mean that none will do. */
const MOST_FAILURES = 3;

/**
 * @param {object} parts
 * @param {() => Helper} parts.open  makes a helper; may throw
 * @param {(thrown: unknown) => void} [parts.gaveUp]  told when no more helpers are made
 */
export function createPool({ open, gaveUp = () => {} }) {
  let wanted = 1;
  /** Since a unit of work was shared. */
  let failures = 0;
  /** That did the last unit of work. */
  let workers = 1;
  /** Those that can be asked. @type {Helper[]} */
  let ready = [];
  /** @type {Set<Helper>} */
  const all = new Set();
  /** What a helper sent last has room for what it is sent next. @type {WeakMap<Helper, Float32Array>} */
  const rooms = new WeakMap();

  /** @param {Helper} helper */
  function lose(helper) {
    ready = ready.filter((other) => other !== helper);
    all.delete(helper);
    helper.end();
  }

  /** @param {unknown} thrown */
  function failed(thrown) {
    failures += 1;
    if (failures === MOST_FAILURES) gaveUp(thrown);
  }

  /** As many helpers as are wanted; they join when they are ready. */
  function fill() {
    for (const helper of [...all].slice(Math.max(0, wanted - 1))) lose(helper);
    while (all.size < wanted - 1 && failures < MOST_FAILURES) {
      try {
        const helper = open();
        all.add(helper);
        helper.ready.then(
          () => void (all.has(helper) && ready.push(helper)),
          (thrown) => {
            // One that was let go has not failed.
            if (all.has(helper)) failed(thrown);
            lose(helper);
          },
        );
      } catch (thrown) {
        failed(thrown);
      }
    }
  }

  /** The next unit of work of `run`, with the helpers; `null` where it cannot be shared.
   * @param {Shared} run @param {Config} config @returns {Promise<RunEvent[]|null>} */
  async function together(run, config) {
    const helpers = [...ready];
    const most = helpers.length + 1;
    const tasks = most > 1 ? await run.scatter(most, helpers.map((helper) => rooms.get(helper))) : undefined;
    if (!tasks) return null;
    const asking = helpers.slice(0, tasks.length);
    let asked = asking.map((helper, i) => ask(helper, () => helper.share({ config, task: tasks[i] })));
    // What a worker can compute ahead fills the time in which it waits for the others.
    const ahead = run.scatter_prefetch(most);
    ahead?.forEach((task, i) => asking[i]?.prepare({ config, task, ahead: true }));
    // The helpers are at work while this worker computes its own share.
    const own = await run.compute_local(most);
    if (ahead) run.prefetch(most);
    let others = await Promise.all(asked);
    for (let sums = own.partial_sums(); sums && !others.includes(null); sums = own.partial_sums()) {
      const all = joined([sums, ...others.map((other) => /** @type {Open} */ (other).sums)]);
      asked = asking.map((helper) => ask(helper, () => helper.goOn(all)));
      if (!(await own.resume(all))) break;
      others = await Promise.all(asked);
    }
    const shares = /** @type {Share[]} */ (others.filter((share) => share !== null));
    if (shares.length === tasks.length) failures = 0;
    // A small batch has not as many parts as there are workers.
    workers = shares.length + 1;
    return run.reduce(own, shares) ?? null;
  }

  /** What a helper answers; `null` where it failed, and then it is lost.
   * @param {Helper} helper @param {() => Promise<Share|Open>} question */
  async function ask(helper, question) {
    rooms.delete(helper);
    try {
      const answer = await question();
      if ("gradients" in answer) rooms.set(helper, answer.gradients);
      return answer;
    } catch (thrown) {
      if (all.has(helper)) failed(thrown);
      lose(helper);
      return null;
    }
  }

  return {
    /** How many workers did the last unit of work. */
    workers: () => workers,

    /** From now on, work is shared by so many workers, this one among them. Helpers are made when
     * there is work. @param {number} workers */
    resize(workers) {
      wanted = Math.max(1, workers);
      failures = 0;
      for (const helper of [...all].slice(wanted - 1)) lose(helper);
    },

    /** Makes the helpers, and waits until every one is ready or has failed. */
    async gather() {
      fill();
      await Promise.allSettled([...all].map((helper) => helper.ready));
    },

    /** `units` units of work of `run`: what happened.
     * @param {Shared} run @param {Config} config @param {number} units @returns {Promise<RunEvent[]>} */
    async advance(run, config, units) {
      workers = 1;
      if (wanted < 2 || !run.is_data_parallel()) return run.advance(units);
      /** @type {RunEvent[]} */
      const events = [];
      for (let done = 0; done < units; done += 1) {
        fill();
        const told = (await together(run, config)) ?? (await run.advance(1));
        events.push(...told);
        if (told.length === 0) break;
      }
      return events;
    },
  };
}
