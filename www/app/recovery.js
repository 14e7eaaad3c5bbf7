// What is done when the worker is gone without a word: another takes its place, and the run goes on from
// where it was kept.

import { limits } from "./limits.js";
import { nameIn } from "./run-names.js";
import { text } from "../strings.js";

/** @import { Job } from "../protocol.js" */
/** @import { Run } from "./run.js" */
/** @import { Event, State } from "./state.js" */

/** The job that brings a run to where it is. @param {Run} run @returns {Job} */
export const jobOf = ({ id, group, name, plan: { config }, from, status, keptAt }) => ({
  run: id, group, name, model: config.model, overrides: config, from, paused: status === "paused", kept: keptAt !== null,
});

/**
 * @param {{get: () => State, dispatch: (event: Event) => void}} store
 * @param {() => void} relaunch  makes another worker
 */
export function createRecovery({ get, dispatch }, relaunch) {
  /** Since a run got further. */
  let losses = 0;
  /** Where the run was kept when the worker was lost the last time. */
  let mark = "";

  /** @param {string} why @param {Job[]} again */
  function restart(why, again) {
    dispatch({ type: "engine-lost", again });
    dispatch({ type: "notice", message: why });
    relaunch();
  }

  return {
    /** The worker stopped answering. @param {string} why */
    lost(why) {
      const { active, starting, runs } = get();
      const run = active === null ? null : runs[active];
      const at = `${active ?? starting} ${run?.keptAt}`;
      losses = at === mark ? losses + 1 : 1;
      mark = at;
      if (losses > limits.losses) return dispatch({ type: "crashed", message: text.waits.keepsFailing(why) });
      restart(run ? text.waits.goesOn(why, nameIn(get(), run), run.keptAt ?? 0) : text.waits.startedAnew(why), run ? [jobOf(run)] : []);
    },

    /** A worker that does not end a run, or does not let go of a start, is ended itself.
     * @param {number} limit  milliseconds that it had for it */
    end(limit) {
      const { active } = get();
      if (active !== null) dispatch({ type: "run-stopped", run: active });
      restart(text.waits.unstoppable(limit), []);
    },
  };
}
