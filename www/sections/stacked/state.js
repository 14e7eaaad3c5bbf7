// What the stacked section keeps for itself: the settings of its runs, which run it shows, and the
// reconstructions of each phase that came during this visit. Pure.

import { memo } from "../../app/memo.js";
import { readNumber } from "../../app/numbers.js";
import { withSetting } from "../../app/setting-typed.js";
import { fields, parse, toAsked, fromAsked } from "../../app/settings.js";
import { isActive, isOver } from "../../app/run.js";
import { canGoOn, runsOf } from "../../app/state.js";
import { text } from "../../strings.js";
import { rungsOf } from "./ladder.js";

/** @import { Description, Overrides, ModelRecord, ReconstructionsAtStep } from "../../protocol.js" */
/** @import { SettingTyped } from "../../app/setting-typed.js" */
/** @import { Key, Wrong } from "../../app/settings.js" */
/** @import { Run } from "../../app/run.js" */
/** @import { State } from "../../app/state.js" */

/** The last pictures of each phase; null where none were seen. @typedef {(ReconstructionsAtStep|null)[]} Captured */

/**
 * @typedef {object} Local
 * @property {Overrides} overrides  what is set of the stacked run
 * @property {Wrong} wrong
 * @property {Description|null} description
 * @property {string|null} run  the shown run, where one was chosen
 * @property {Record<string, Captured>} captured  by run
 * @property {number} classifierEpochs
 * @property {{typed: string, error: string, typing: boolean}|null} classifierWrong
 * @property {number} seeds  that both classifiers are trained with
 * @property {string[]} errors  in what the address asked for
 */

/** @typedef {(
 *   | SettingTyped
 *   | {type: "described", description: Description}
 *   | {type: "run-shown", run: string|null}
 *   | {type: "reconstructed", run: string, phase: number, reconstruction: ReconstructionsAtStep}
 *   | {type: "classifier-epochs-typed", typed: string, typing?: boolean}
 *   | {type: "seeds-chosen", seeds: number}
 * )} LocalEvent */

/** The models of this section: the stacked autoencoder, the latest that was opened before the preset, and
 * the classifier that can begin with the preset's encoder; null until the library has told them. */
export const presetsOf = memo((/** @type {ModelRecord[]} */ models) => ({
  stack: models.findLast(({ stages }) => stages.length > 0) ?? null,
  classifier: models.find(({ family }) => family === "encoder-classifier") ?? null,
}));
/** Few enough to wait for: there are four phases of them. */
export const EPOCHS = 5;
export const MOST_SEEDS = 5;
/** The settings that this section offers. @type {Key[]} */
export const offered = ["epochs", "batchSize", "learningRate", "seed"];

const epochsField = /** @type {import("../../app/settings.js").Field} */ (fields.find(({ key }) => key === "epochs"));

/** How often both classifiers are trained, as it was typed. @param {string} typed */
const parseSeeds = (typed) => readNumber(typed, { label: text.stacked.compare.seeds, whole: true, min: 1, max: MOST_SEEDS, example: 3 });

/** @param {Record<string, string>} asked @returns {Local} */
export function initial(asked) {
  const mine = Object.fromEntries(Object.entries(asked).filter(([key]) => offered.some((one) => one === key || one.toLowerCase() === key)));
  const { overrides, errors } = fromAsked(mine);
  /** @type {Local} */
  const local = {
    overrides: { epochs: EPOCHS, ...overrides },
    wrong: {}, description: null, run: null, captured: {},
    classifierEpochs: EPOCHS, classifierWrong: null, seeds: 1, errors: [...errors],
  };
  for (const key of /** @type {const} */ (["classifierEpochs", "seeds"])) {
    const typed = asked[key] ?? asked[key.toLowerCase()];
    if (typed === undefined) continue;
    const { value, error } = key === "seeds" ? parseSeeds(typed) : parse(epochsField, typed);
    if (error !== undefined) local.errors.push(error);
    else local[key] = Number(value);
  }
  return local;
}

/** @param {Local} local @param {LocalEvent} event @returns {Local} */
export function update(local, event) {
  switch (event.type) {
    case "setting-typed":
      return withSetting(local, event);
    case "described":
      return { ...local, description: event.description };
    case "run-shown":
      return { ...local, run: event.run };
    case "reconstructed": {
      const before = local.captured[event.run] ?? [];
      const captured = Array.from({ length: Math.max(before.length, event.phase + 1) }, (_, phase) => (phase === event.phase ? event.reconstruction : (before[phase] ?? null)));
      return { ...local, captured: { ...local.captured, [event.run]: captured } };
    }
    case "classifier-epochs-typed": {
      const { value, error } = parse(epochsField, event.typed);
      if (error !== undefined) return { ...local, classifierWrong: { typed: event.typed, error, typing: event.typing ?? false } };
      return { ...local, classifierEpochs: Number(value), classifierWrong: null };
    }
    case "seeds-chosen":
      return { ...local, seeds: event.seeds };
  }
}

/** Whether a run trains in several phases, as only a stacked autoencoder does. @param {Run} run */
const isStacked = ({ plan }) => plan.phases.length > 1;

/** Every run of a stacked autoencoder, oldest first. @param {State} state */
export const stackedRuns = ({ runs, order }) => order.map((id) => runs[id]).filter((run) => run && isStacked(run));

/** The run that is shown: the chosen one, or the latest. @param {State} state @param {Local} local @returns {Run|null} */
export function shownRun(state, { run }) {
  if (run !== null) return state.runs[run] ?? null;
  return stackedRuns(state).at(-1) ?? null;
}

/** Whether the chosen run waits for its turn. @param {State} state @param {Local} local */
export const isWaiting = ({ queue, starting }, { run }) => run !== null && (starting === run || queue.some((job) => job.run === run));

/** Whether a run's encoder can be a beginning: all its phases are through. @param {Run|null} run */
export const isTrained = (run) => run !== null && isOver(run) && rungsOf(run).every(({ standing }) => standing === "done");

/** Whether the classifier can begin with the encoder of a run: that of the preset. @param {Run} run */
export const hasClassifier = ({ plan }) => typeof plan.config.model === "string";

/** The classifiers that wait or train now. @param {State} state */
export function classifiersAhead({ models, queue, starting, active, runs }) {
  const { classifier } = presetsOf(models);
  const waiting = queue.filter(({ group, model }) => group === "stacked" && model === classifier?.name).map(({ run }) => run);
  const now = active === null ? null : runs[active];
  const training = now && isActive(now) && now.group === "stacked" && !isStacked(now) ? now : null;
  return { waiting, training, starting };
}

/** The latest classifier of this section, where it was cut off and can go on. @param {State} state @returns {Run|null} */
export function halfClassifier(state) {
  const last = runsOf(state, "stacked").findLast((run) => !isStacked(run));
  return last && last.status === "interrupted" && canGoOn(state, last) ? last : null;
}

/** @param {State|null} _ @param {Local} local @returns {Record<string, string>} */
export function address(_, { overrides, classifierEpochs, seeds, description }) {
  const { epochs, ...rest } = overrides;
  const defaults = description?.defaults;
  const kept = Object.fromEntries(Object.entries(rest).filter(([key, value]) => value !== defaults?.[/** @type {Key} */ (key)]));
  return {
    ...toAsked(epochs === EPOCHS ? kept : { ...kept, epochs }),
    ...(classifierEpochs === EPOCHS ? {} : { classifierEpochs: String(classifierEpochs) }),
    ...(seeds === 1 ? {} : { seeds: String(seeds) }),
  };
}
