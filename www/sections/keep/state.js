// What the section of the saved runs keeps for itself: which runs are listed, ticked and open, what
// waits for a yes, and which settings the models have by default. Pure.

import { keyOf } from "../../app/models.js";

/** @import { Config, Storage } from "../../protocol.js" */
/** @import { Run } from "../../app/run.js" */
/** @import { State } from "../../app/state.js" */

/** What the report is about. @typedef {"chosen"|"pinned"|"all"} Scope */

/**
 * @typedef {object} Local
 * @property {string} filter  all, pinned, or a section's name
 * @property {string[]} chosen  runs to lay over each other, in the order of the ticks
 * @property {string|null} open  the run whose details are shown
 * @property {string|null} asked  what is to be deleted once somebody says yes: a run, or the key of an
 *   item; `*`: all runs; `**`: everything
 * @property {Scope|null} scope  null: the widest that somebody has made a choice of
 * @property {Record<string, Config>} defaults  of each model, by its key
 * @property {string|null} writing  how far the report is
 * @property {string} said  what the last press came to
 * @property {Storage|null} storage  what is kept and how much room it takes, once it was looked at
 * @property {string} storageError  why that cannot be told
 */

export const ALL = "*";
/** All runs and pictures. */
export const EVERYTHING = "**";

/** @typedef {(
 *   | {type: "filtered", filter: string}
 *   | {type: "ticked", run: string, on: boolean}
 *   | {type: "opened", run: string|null}
 *   | {type: "removal-asked", run: string|null}
 *   | {type: "scope-chosen", scope: Scope}
 *   | {type: "defaults-known", model: string, defaults: Config}
 *   | {type: "writing", at: string|null}
 *   | {type: "said", words: string}
 *   | {type: "storage-read", storage: Storage} | {type: "storage-not-read", message: string}
 * )} LocalEvent */

/** @returns {Local} */
export const initial = () => ({ filter: "all", chosen: [], open: null, asked: null, scope: null, defaults: {}, writing: null, said: "", storage: null, storageError: "" });

/** @param {Local} local @param {LocalEvent} event @returns {Local} */
export function update(local, event) {
  switch (event.type) {
    case "filtered":
      return { ...local, filter: event.filter };
    case "ticked": {
      const others = local.chosen.filter((id) => id !== event.run);
      return { ...local, chosen: event.on ? [...others, event.run] : others };
    }
    case "opened":
      return { ...local, open: event.run, asked: null };
    case "removal-asked":
      return { ...local, asked: event.run };
    case "scope-chosen":
      return { ...local, scope: event.scope };
    case "defaults-known":
      return { ...local, defaults: { ...local.defaults, [event.model]: event.defaults } };
    case "writing":
      return { ...local, writing: event.at };
    case "said":
      return { ...local, said: event.words };
    case "storage-read":
      return { ...local, storage: event.storage, storageError: "" };
    case "storage-not-read":
      return { ...local, storageError: event.message };
  }
}

/** All runs, the newest first. @param {State} state */
export const allRuns = ({ runs, order }) => order.map((id) => runs[id]).reverse();

/** The listed runs, the newest first. @param {State} state @param {Local} local */
export const listed = (state, { filter }) =>
  allRuns(state).filter((run) => filter === "all" || (filter === "pinned" ? run.pinned : run.group === filter));

/** The ticked runs that are still there, in the order of the ticks. @param {State} state @param {Local} local */
export const ticked = ({ runs }, { chosen }) => chosen.flatMap((id) => (runs[id] ? [runs[id]] : []));

/** What each report would be about; oldest first, as the work was done. @param {State} state @param {Local} local
 * @returns {Record<Scope, Run[]>} */
export function scopes(state, local) {
  const all = allRuns(state).reverse();
  return { chosen: ticked(state, local), pinned: all.filter(({ pinned }) => pinned), all };
}

/** The report that is asked for: the one chosen, as long as there is something in it.
 * @param {State} state @param {Local} local @returns {Scope} */
export function scopeOf(state, local) {
  const runs = scopes(state, local);
  if (local.scope !== null && runs[local.scope].length > 0) return local.scope;
  return runs.chosen.length > 0 ? "chosen" : runs.pinned.length > 0 ? "pinned" : "all";
}

/** The models whose defaults are not known yet. @param {State} state @param {Local} local */
export const undescribed = (state, { defaults }) =>
  [...new Map(Object.values(state.runs).map(({ plan: { config } }) => [keyOf(config.model), config.model]))].filter(([key]) => !defaults[key]);
