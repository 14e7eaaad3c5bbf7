// Which run this worker computes, told to the other tabs of the origin with a Web Lock of the run's
// name: it goes with the worker, however that ends.

/**
 * Which runs are computed, here or in another tab.
 * @typedef {object} Claims
 * @property {(id: string) => Promise<boolean>} take  in place of the one so far; false where another tab has it
 * @property {() => void} drop
 * @property {() => Promise<string[]>} all
 */

const PREFIX = "tabgrad-run-";

/** @returns {Claims} */
export function createClaims() {
  /** Lets the lock go. @type {() => void} */
  let release = () => {};
  /** Settled when it is gone. @type {Promise<unknown>} */
  let gone = Promise.resolve();

  return {
    async take(id) {
      release();
      await gone;
      return new Promise((told, failed) => {
        gone = navigator.locks
          .request(PREFIX + id, { ifAvailable: true }, (lock) => {
            told(lock !== null);
            return lock && new Promise((done) => (release = () => done(undefined)));
          })
          .catch(failed);
      });
    },
    drop: () => release(),
    async all() {
      const { held = [] } = await navigator.locks.query();
      return held.flatMap(({ name = "" }) => (name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : []));
    },
  };
}
