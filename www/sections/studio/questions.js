// Which questions about the runs on show are due, and which of the answers so far belong to them.
// Cheap ones follow a run that learns; dear ones wait for its end. Pure; asks nothing itself.

import { isActive } from "../../app/run.js";
import { isAskable } from "../../app/state.js";
import { besideRun, shownRun } from "./choice.js";

/** @import { Run } from "../../app/run.js" */
/** @import { State } from "../../app/state.js" */
/** @import { Local, Question, Values } from "./state.js" */

/** Pictures on the map, and how many of the test pictures are searched for the best and worst. */
export const ON_MAP = 300;
export const JUDGED = 1000;
export const BEST = 6;
/** Pictures on the way between two. */
export const STEPS = 9;
/** The map costs as much as several steps: while a run learns it is drawn about this often. */
const MAP_SECONDS = 6;

/** @typedef {{question: Question, run: string, key: string}} Due */

/** The step whose drawings are at hand: of a run that learns those that it tells by itself.
 * @param {State} state @param {Run} run */
const drawnStep = (state, run) => (isActive(run) ? (state.reconstructions[run.id]?.step ?? null) : run.step);

/** Whether the drawings that the run told are those of its weights. @param {State} state @param {Run} run */
export const toldDrawings = (state, run) => {
  const told = state.reconstructions[run.id];
  return told !== undefined && (isActive(run) || told.step === run.step);
};

/** The epoch after which the map is drawn: not every one where they are short.
 * @param {Run} run */
export function mapEpoch(run) {
  const done = run.epochs.length;
  if (done === 0 || !isActive(run)) return done;
  const every = Math.max(1, Math.ceil((MAP_SECONDS * done) / Math.max(run.seconds, 0.001)));
  return Math.floor(done / every) * every;
}

/** The test picture whose code is drawn. @param {Local} local */
export const pictureOf = (local) => local.picture ?? local.eight?.indices[0] ?? null;

/**
 * Everything that should be known now, whether or not it is.
 * @param {State} state @param {Local} local @returns {Due[]}
 */
export function wanted(state, local) {
  const run = shownRun(state, local);
  if (!run || !isAskable(state, run)) return [];
  const beside = besideRun(state, local);
  const { eight, seen, way } = local;
  const picture = pictureOf(local);
  const active = isActive(run);
  const step = drawnStep(state, run);
  /** @type {Due[]} */
  const all = [];
  const want = (/** @type {Question} */ question, /** @type {Run} */ { id }, /** @type {(string|number)[]} */ ...of) =>
    all.push({ question, run: id, key: [id, ...of].join(" ") });
  const rows = eight !== null && seen.rows;
  if (rows && !toldDrawings(state, run) && !active) want("drawn", run, run.step);
  if (rows && beside && isAskable(state, beside) && !isActive(beside) && !toldDrawings(state, beside)) want("beside", beside, beside.step);
  if (seen.rows && picture !== null && step !== null) want("code", run, step, picture);
  if (way && step !== null) want("way", run, active ? mapEpoch(run) : run.step, way.from, way.to);
  if (seen.map && (!active || mapEpoch(run) > 0)) want("map", run, active ? `epoch ${mapEpoch(run)}` : run.step);
  if (seen.extremes && !active) want("extremes", run, run.step);
  return all;
}

/** What is wanted and neither known nor under way. A question waits for the answer to the one
 * before it, so that a slow worker is never asked for more than one of each.
 * @param {State} state @param {Local} local */
export const due = (state, local) =>
  wanted(state, local).filter(({ question, key }) => local.asking[question] === undefined && local.answers[question]?.key !== key);

/** The latest answer about a run, if there is one.
 * @template {Question} Q @param {Local} local @param {Q} question @param {Run|null} run
 * @returns {Values[Q]|null} */
export function known(local, question, run) {
  const answer = local.answers[question];
  return run && answer?.run === run.id ? /** @type {Values[Q]|null} */ (answer.value) : null;
}

/** Why a question about the run was refused, if it was. @param {Local} local @param {Question} question @param {Run|null} run */
export function refusal(local, question, run) {
  const answer = local.answers[question];
  return run && answer?.run === run.id ? answer.refusal : null;
}
