// Shares the steps of a run with helpers in other workers. What a share is, and that it does not
// matter who computes it, the session knows; a helper that fails is replaced, and its step is taken
// without it. Knows no worker and no message channel.

/** @import { Config, RunEvent } from "../protocol.js" */

/** What a helper is asked for. @typedef {{config: Config, weights: Float32Array, task: object}} Asked */

/** @typedef {{ready: Promise<void>, share: (asked: Asked) => Promise<object>, end: () => void}} Helper */

/** More helpers that fail one after another mean that none will do. */
const MOST_FAILURES = 3;

/**
 * @param {object} parts
 * @param {any} parts.session
 * @param {() => Helper} parts.open  makes a helper
 */
export function createPool({ session, open }) {
  let wanted = 1;
  let failures = 0;
  /** Those that can be asked. @type {Helper[]} */
  let ready = [];
  /** @type {Set<Helper>} */
  const all = new Set();

  /** @param {Helper} helper */
  function lose(helper) {
    ready = ready.filter((other) => other !== helper);
    all.delete(helper);
    helper.end();
  }

  /** As many helpers as are wanted; they join when they are ready. */
  function fill() {
    for (const helper of [...all].slice(Math.max(0, wanted - 1))) lose(helper);
    while (all.size < wanted - 1 && failures < MOST_FAILURES) {
      const helper = open();
      all.add(helper);
      helper.ready.then(
        () => void (all.has(helper) && ready.push(helper)),
        () => {
          failures += 1;
          lose(helper);
        },
      );
    }
  }

  /** The next step of `run`, with the helpers; `null` where it cannot be shared.
   * @param {string} run @param {Config} config @returns {Promise<RunEvent[]|null>} */
  async function step(run, config) {
    const helpers = [...ready];
    if (helpers.length === 0) return null;
    const workers = helpers.length + 1;
    const dealt = await session.deal(run, workers);
    if (!dealt) return null;
    const asked = dealt.tasks.map((/** @type {object} */ task, /** @type {number} */ i) =>
      helpers[i].share({ config, weights: dealt.weights, task }).catch(() => {
        failures += 1;
        lose(helpers[i]);
        return null;
      }),
    );
    const shares = [await session.share(run, workers), ...(await Promise.all(asked))];
    if (!shares.includes(null)) {
      failures = 0;
      return session.settle(run, shares) ?? null;
    }
    fill();
    return null;
  }

  return {
    /** How many workers compute a step now. */
    size: () => ready.length + 1,

    /** From now on, steps are shared by so many workers, this one among them. @param {number} workers */
    resize(workers) {
      wanted = Math.max(1, workers);
      failures = 0;
      fill();
    },

    /** `units` units of work of `run`: what happened. @param {string} run @param {Config} config
     * @param {number} units @returns {Promise<RunEvent[]>} */
    async advance(run, config, units) {
      if (ready.length === 0) return session.advance(run, units);
      /** @type {RunEvent[]} */
      const events = [];
      for (let done = 0; done < units; done += 1) {
        const told = (await step(run, config)) ?? (await session.advance(run, 1));
        events.push(...told);
        if (told.length === 0 || session.is_over(run)) break;
      }
      return events;
    },
  };
}
