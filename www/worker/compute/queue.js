// Calls one function after another, never two at once: the wasm session is borrowed for as long as a
// promise of its own is pending, and a second call would throw.

/** @typedef {ReturnType<typeof createQueue>} Queue */

export function createQueue() {
  /** @type {Promise<unknown>} */
  let tail = Promise.resolve();
  /** @template T @param {() => T|Promise<T>} job @returns {Promise<T>} */
  return (job) => {
    const result = tail.then(job);
    tail = result.catch(() => {});
    return result;
  };
}
