// Which run this worker computes, told to the other tabs of the origin with a Web Lock of the run's
// name: it goes with the worker, however that ends. Where a browser has no locks (a page over plain HTTP, a
// closed frame) no tab can tell another anything, and each takes what it is asked for.

/**
 * Which runs are computed, here or in another tab.
 * @typedef {object} Claims
 * @property {(id: string) => Promise<boolean>} take  in place of the one so far; false where another tab has it
 * @property {() => void} drop
 * @property {() => Promise<string[]>} all
 */

const PREFIX = "tabgrad-run-";

/** @param {LockManager|null} [locks] @returns {Claims} */
export function createClaims(locks = globalThis.navigator?.locks) {
  /** Lets the lock go. @type {() => void} */
  let release = () => {};
  /** Settled when it is gone. @type {Promise<unknown>} */
  let gone = Promise.resolve();

  return {
    async take(id) {
      release();
      await gone;
      if (!locks) return true;
      return new Promise((told) => {
        gone = locks
          .request(PREFIX + id, { ifAvailable: true }, (lock) => {
            told(lock !== null);
            return lock && new Promise((done) => (release = () => done(undefined)));
          })
          // Refused altogether, as in a closed frame: as good as none.
          .catch(() => told(true));
      });
    },
    drop: () => release(),
    async all() {
      const { held = [] } = (await locks?.query().catch(() => null)) ?? {};
      return held.flatMap(({ name = "" }) => (name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : []));
    },
  };
}
