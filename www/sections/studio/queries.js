// Which queries about the shown runs are due, and which of the answers so far belong to them.
// Cheap ones follow a run that learns; dear ones wait for its end. Pure; asks nothing itself.

import { isActive } from "../../app/run.js";
import { isAskable } from "../../app/state.js";
import { comparedRun, generates, shownRun } from "./runs.js";

/** @import { Run } from "../../app/run.js" */
/** @import { State } from "../../app/state.js" */
/** @import { Local, Query, Values } from "./state.js" */

/** Pictures on the map, and how many of the test pictures are searched for the best and worst. */
export const ON_MAP = 300;
export const EVALUATED = 1000;
export const BEST = 6;
/** Pictures on the interpolation between two. */
export const STEPS = 9;
/** Pictures that are generated at a draw. */
export const GENERATED = 12;
/** The map costs as much as several steps: while a run learns it is drawn about this often. */
const MAP_SECONDS = 6;

/** @typedef {{query: Query, run: string, key: string}} Due */

/** The step whose reconstructions are at hand: of a run that learns those that it tells by itself.
 * @param {State} state @param {Run} run */
const reconstructedStep = (state, run) => (isActive(run) ? (state.reconstructions[run.id]?.step ?? null) : run.step);

/** Whether the reconstructions that the run told are those of its weights. @param {State} state @param {Run} run */
export const hasReconstructions = (state, run) => {
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

/** The test picture whose code is shown. @param {Local} local */
export const pictureOf = (local) => local.picture ?? local.samples?.indices[0] ?? null;

/**
 * Everything that should be known now, whether or not it is.
 * @param {State} state @param {Local} local @returns {Due[]}
 */
export function wanted(state, local) {
  const run = shownRun(state, local);
  if (!run || !isAskable(state, run)) return [];
  const compared = comparedRun(state, local);
  const { samples, seen, interpolation } = local;
  const picture = pictureOf(local);
  const active = isActive(run);
  const step = reconstructedStep(state, run);
  /** @type {Due[]} */
  const all = [];
  const want = (/** @type {Query} */ query, /** @type {Run} */ { id }, /** @type {(string|number)[]} */ ...of) =>
    all.push({ query, run: id, key: [id, ...of].join(" ") });
  const rows = samples !== null && seen.rows;
  if (rows && !hasReconstructions(state, run) && !active) want("reconstructions", run, run.step);
  if (rows && compared && isAskable(state, compared) && !isActive(compared) && !hasReconstructions(state, compared)) want("comparedReconstructions", compared, compared.step);
  if (seen.rows && picture !== null && step !== null) want("code", run, step, picture);
  if (interpolation && step !== null) want("interpolation", run, active ? mapEpoch(run) : run.step, interpolation.from, interpolation.to);
  if (seen.map && (!active || mapEpoch(run) > 0)) want("map", run, active ? `epoch ${mapEpoch(run)}` : run.step);
  if (seen.generated && generates(run) && (!active || mapEpoch(run) > 0)) want("generated", run, active ? `epoch ${mapEpoch(run)}` : run.step, local.draw);
  if (seen.extremes && !active) want("extremes", run, run.step);
  return all;
}

/** What is wanted and neither known nor under way. A question waits for the answer to the one
 * before it, so that a slow worker is never asked for more than one of each.
 * @param {State} state @param {Local} local */
export const due = (state, local) =>
  wanted(state, local).filter(({ query, key }) => local.asking[query] === undefined && local.answers[query]?.key !== key);

/** The latest answer about a run, if there is one.
 * @template {Query} Q @param {Local} local @param {Q} query @param {Run|null} run
 * @returns {Values[Q]|null} */
export function known(local, query, run) {
  const answer = local.answers[query];
  return run && answer?.run === run.id ? /** @type {Values[Q]|null} */ (answer.value) : null;
}

/** Why a question about the run was refused, if it was. @param {Local} local @param {Query} query @param {Run|null} run */
export function refusal(local, query, run) {
  const answer = local.answers[query];
  return run && answer?.run === run.id ? answer.refusal : null;
}
