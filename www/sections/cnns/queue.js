// How far all runs of a press have come, and how long they will take: estimated from what runs of
// the same networks, or of others for each multiply-add, took on these pictures. Pure.

import { nameOf } from "../../app/models.js";
import { isActive, plannedEpochs, progress } from "../../app/run.js";

/** @import { Run } from "../../app/run.js" */
/** @import { State } from "../../app/state.js" */
/** @import { Local } from "./state.js" */

/**
 * @typedef {object} Queue
 * @property {number} total  runs that were asked for
 * @property {number} at  the one that is on or next, from 1
 * @property {string[]} pending  runs that are on or to come
 * @property {Run|null} run  the one that is on
 * @property {number} share  of all the work
 * @property {number|null} secondsLeft
 */

/** Seconds that an epoch of a run takes, as far as it shows. @param {Run} run */
function epochSeconds(run) {
  const { secondsLeft } = progress(run);
  if (isActive(run)) return secondsLeft === null ? null : (run.seconds + secondsLeft) / plannedEpochs(run.plan);
  return run.epochs.length > 0 ? run.seconds / run.epochs.length : null;
}

/**
 * @param {State} state @param {Local} local @param {string} model
 * @returns {number|null} seconds of an epoch
 */
export function expected({ runs, order, data }, { descriptions }, model) {
  const description = descriptions?.[model];
  const work = description?.summary?.multiplyAdds;
  if (!description || !work) return null;
  /** @type {number|null} */
  let scaled = null;
  for (let i = order.length - 1; i >= 0; i -= 1) {
    const run = runs[order[i]];
    const { config, summary } = run.plan;
    if (run.data.hash !== data.hash || config.batchSize !== description.config.batchSize) continue;
    if (typeof config.model !== "string" || !descriptions[config.model]) continue;
    const seconds = epochSeconds(run);
    if (seconds === null) continue;
    if (config.model === model) return seconds;
    scaled ??= (seconds * work) / summary.multiplyAdds;
  }
  return scaled;
}

/** The runs of the latest press; null where none of them is on or to come.
 * @param {State} state @param {Local} local @returns {Queue|null} */
export function queueOf(state, local) {
  const { asked, descriptions } = local;
  const waits = (/** @type {string} */ id) => state.starting === id || state.queue.some(({ run }) => run === id);
  const pending = asked.filter(({ run }) => state.active === run || waits(run));
  if (pending.length === 0) return null;
  const run = pending.map(({ run: id }) => (state.active === id ? state.runs[id] : undefined)).find((found) => found !== undefined) ?? null;
  const workOf = (/** @type {string} */ model) => descriptions?.[model]?.summary?.multiplyAdds ?? 1;
  const all = asked.reduce((sum, { model }) => sum + workOf(model), 0);
  const over = asked.filter((one) => !pending.includes(one)).reduce((sum, { model }) => sum + workOf(model), 0);
  const here = run ? progress(run).runShare * workOf(nameOf(run.plan.config.model)) : 0;
  const epochs = descriptions ? Object.values(descriptions)[0].config.epochs : 0;
  const lefts = pending.map(({ run: id, model }) => {
    if (run && run.id === id) return progress(run).secondsLeft;
    const seconds = expected(state, local, model);
    return seconds === null ? null : seconds * epochs;
  });
  return {
    total: asked.length,
    at: asked.length - pending.length + 1,
    pending: pending.map(({ run: id }) => id),
    run,
    share: all > 0 ? Math.min(1, (over + here) / all) : 0,
    secondsLeft: lefts.some((left) => left === null) ? null : lefts.reduce((/** @type {number} */ sum, left) => sum + (left ?? 0), 0),
  };
}
