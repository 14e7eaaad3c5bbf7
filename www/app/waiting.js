// Waits with a limit. What counts is time in which this thread was awake: a clock that jumps, because the
// laptop slept or the browser slowed the timers of a tab in the background, counts as one tick.

/** What never came, in a sentence. */
export class WaitError extends Error {
  name = "WaitError";
}

/**
 * A clock that can be watched.
 * @typedef {object} Clock
 * @property {() => number} now  milliseconds, never backward
 * @property {(call: () => void, milliseconds: number) => () => void} after  calls once; what it gives calls it off
 */

/** @type {Clock} */
const ours = {
  now: () => performance.now(),
  after(call, milliseconds) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Looks at the clock within a limit. */
const TICKS = 8;
/** Between two looks at most: a jump of the clock counts no more than twice that. */
const LONGEST_TICK = 1_000;

/** @param {Clock} [clock] */
export function createWaiting({ now, after } = ours) {
  /** Calls `silent` once nothing was heard for `limit` milliseconds awake.
   * @param {number|(() => number)} limit  may change @param {() => void} silent
   * @param {() => boolean} [counts]  whether time counts now */
  function watch(limit, silent, counts = () => true) {
    if (limit === Infinity) return { heard() {}, end() {} };
    const limitNow = typeof limit === "function" ? limit : () => limit;
    const tick = Math.min(LONGEST_TICK, limitNow() / TICKS);
    let spent = 0;
    let last = now();
    let ended = false;
    let callOff = after(look, tick);

    function look() {
      if (ended) return;
      const at = now();
      if (counts()) spent += Math.min(at - last, 2 * tick);
      last = at;
      if (spent >= limitNow()) {
        ended = true;
        silent();
      } else callOff = after(look, tick);
    }
    return {
      heard() {
        spent = 0;
        last = now();
      },
      end() {
        ended = true;
        callOff();
      },
    };
  }

  /** What `job` gives, or a `WaitError` that says `why` if that takes longer than `limit` awake. The job
   * itself goes on; what it comes to then is handed to nobody.
   * @template T @param {PromiseLike<T>|((heard: () => void) => PromiseLike<T>)} job  may be told of progress: the limit
   *   counts from there @param {number} limit @param {string} why @returns {Promise<T>} */
  function within(job, limit, why) {
    return new Promise((resolve, reject) => {
      const waited = watch(limit, () => reject(new WaitError(why)));
      const end = (/** @type {() => void} */ settle) => {
        waited.end();
        settle();
      };
      const done = (async () => (typeof job === "function" ? job(waited.heard) : job))();
      done.then(
        (value) => end(() => resolve(value)),
        (thrown) => end(() => reject(thrown)),
      );
    });
  }

  /** Calls again and again; what it gives ends that. @param {() => void} call @param {number} milliseconds */
  function every(call, milliseconds) {
    let callOff = after(again, milliseconds);
    function again() {
      callOff = after(again, milliseconds);
      call();
    }
    return () => callOff();
  }

  return {
    watch,
    within,
    every,
    /** @param {number} milliseconds @returns {Promise<void>} */
    pause: (milliseconds) => new Promise((resolve) => void after(resolve, milliseconds)),
  };
}

/** @typedef {ReturnType<typeof createWaiting>} Waiting */

/** With this thread's own clock. */
export const waiting = createWaiting();
