// Which run is looked at: the visitor's choice, or the latest classifier that can be asked; and why
// one cannot be. Pure.

import { nameOf, reconstructs } from "../../app/models.js";
import { shownName } from "../../app/names.js";
import { namesOf } from "../../app/run-names.js";
import { isActive } from "../../app/run.js";
import { isAskable } from "../../app/state.js";
import { text } from "../../strings.js";

/** @import { State } from "../../app/state.js" */
/** @import { Run } from "../../app/run.js" */

/** @param {Run} run */
export const isClassifier = (run) => !reconstructs(run.plan.config);

/** What stands in the way of asking a run, or null.
 * @param {State} state @param {Run} run @returns {"waiting"|"weightsGone"|"otherData"|"untrained"|"learning"|null} */
export function obstacle(state, run) {
  if (state.engine !== "ready" || state.data.status !== "ready") return "waiting";
  if (run.weightsGone) return "weightsGone";
  if (!isAskable(state, run)) return "otherData";
  if (run.status === "running") return "learning";
  return run.step === 0 ? "untrained" : null;
}

/** All runs to choose from: classifiers first, then autoencoders, each with the latest first.
 * @param {State} state */
function candidates({ runs, order }) {
  const latest = order.map((id) => runs[id]).reverse();
  return [...latest.filter(isClassifier), ...latest.filter((run) => !isClassifier(run))];
}

/** The run that is looked at. @param {State} state @param {{run: string|null}} local @returns {Run|null} */
export function shownRun(state, { run }) {
  if (run !== null && state.runs[run]) return state.runs[run];
  const all = candidates(state);
  return all.find((one) => obstacle(state, one) === null) ?? all.find(isActive) ?? all[0] ?? null;
}

/** What was asked of a run holds for its weights at one step. @param {Run} run */
export const weightsKey = ({ id, step }) => `${id} ${step}`;

/** The weights that can be asked now, or null. @param {State} state @param {{run: string|null}} local */
export function askable(state, local) {
  const run = shownRun(state, local);
  return run && obstacle(state, run) === null ? weightsKey(run) : null;
}

/** What is told of a run beside its name. @param {State} state @param {Run} run */
function besideName(state, run) {
  const { marks, epochs } = text.learned.run;
  const why = obstacle(state, run);
  return why === null || why === "waiting" ? epochs(run.epochs.length) : marks[why];
}

/** Runs as options. @param {State} state */
export function choices(state) {
  const runs = candidates(state);
  const ofOldest = [...runs].sort((a, b) => a.startedAt - b.startedAt);
  const named = namesOf(ofOldest, (run) => besideName(state, run));
  return runs.map((run) => ({ id: run.id, label: text.learned.run.option(named.get(run.id) ?? "", besideName(state, run)) }));
}

/** A sentence about the run: what it is, or why it cannot be asked.
 * @param {State} state @param {Run} run */
export function statusSentence(state, run) {
  const words = text.learned.run;
  switch (obstacle(state, run)) {
    case "waiting":
      return state.data.status === "failed" ? text.training.status.noData : words.waiting;
    case "weightsGone":
      return text.errors.runNotHere;
    case "otherData":
      return text.errors.otherData(shownName(run.data.name));
    case "learning":
      return words.learning;
    case "untrained":
      return words.untrained;
    case null:
      return words.about(nameOf(run.plan.config.model), run.epochs.length, isClassifier(run) ? (run.epochs.at(-1)?.valAccuracy ?? null) : null);
  }
}
