// Calls one function after another, never two at once: the wasm session is borrowed for as long as a
// promise of its own is pending, and a second call would throw.

import { limits } from "../../app/limits.js";

/** @import { Waiting } from "../../app/waiting.js" */
/** @typedef {ReturnType<typeof createQueue>} Queue */

/**
 * @param {Pick<Waiting, "watch">} waits
 * @param {() => void} stuck  told once a call is not back in time: no other can follow it. Only a wait counts,
 *   for the GPU or for another thread: while the module computes here, no clock is looked at
 */
export function createQueue({ watch }, stuck) {
  /** @type {Promise<unknown>} */
  let tail = Promise.resolve();
  /** @template T @param {() => T|Promise<T>} job @param {number} [limit] @returns {Promise<T>} */
  return (job, limit = limits.call) => {
    const result = tail.then(async () => {
      const watched = watch(limit, stuck);
      try {
        return await job();
      } finally {
        watched.end();
      }
    });
    tail = result.catch(() => {});
    return result;
  };
}
