// Which runs the studio can show, which of them suggest themselves, and how they are called there.
// Pure functions over the lab's state.

import { keyOf, nameOf, reconstructs } from "../../app/models.js";
import { namesBeside, namesOf } from "../../app/run-names.js";
import { isActive, isOver, plannedEpochs } from "../../app/run.js";
import { text } from "../../strings.js";

/** @import { Run } from "../../app/run.js" */
/** @import { State } from "../../app/state.js" */
/** @import { Local } from "./state.js" */

/** @param {Run} run */
const draws = (run) => reconstructs(run.plan.config);

/** Whether its codes can be drawn at random: those of a variational autoencoder. @param {Run} run */
export const generates = (run) => run.plan.summary.layers.some(({ kind }) => kind === "Sampling");

/** All runs of autoencoders, newest first, whichever section asked for them. @param {State} state */
export const choosable = ({ runs, order }) => order.map((id) => runs[id]).filter((run) => run && draws(run)).reverse();

/** The run that is shown: the chosen one; else the one that learns, else the newest of this section,
 * else the newest. @param {State} state @param {Local} local @returns {Run|null} */
export function shownRun(state, local) {
  const chosen = local.run === null ? null : state.runs[local.run];
  if (chosen && draws(chosen)) return chosen;
  const all = choosable(state);
  return all.find(isActive) ?? all.find(({ group }) => group === "studio") ?? all[0] ?? null;
}

/** Whether two runs differ in nothing but the model. @param {Run} one @param {Run} other */
export function isPair(one, other) {
  const { model: a, ...rest } = one.plan.config;
  const { model: b, ...others } = other.plan.config;
  return keyOf(a) !== keyOf(b) && one.data.hash === other.data.hash && JSON.stringify(rest) === JSON.stringify(others);
}

/** The run beside it: the chosen one, none, or one that differs in nothing but the model.
 * @param {State} state @param {Local} local @returns {Run|null} */
export function comparedRun(state, local) {
  const run = shownRun(state, local);
  if (!run || local.compared === "") return null;
  const chosen = local.compared === null ? null : state.runs[local.compared];
  if (chosen && draws(chosen) && chosen.id !== run.id) return chosen;
  return choosable(state).find((other) => other.group === run.group && isPair(run, other)) ?? null;
}

/** What is told of a run in a list. @param {Run} run */
const besideName = (run) => text.studio.beside(isOver(run) ? run.epochs.length : plannedEpochs(run.plan), isActive(run));
const named = namesBeside(besideName);

/** What tells a run from the others in a list. @param {Run[]} runs @param {Run} run */
export const describeRun = (runs, run) => text.studio.run(named(runs, run), besideName(run));

/** Names short enough for a legend, and different: the model where that tells them apart.
 * @param {Run} run @param {Run|null} other */
export const shortName = (run, other) =>
  run.name || (other && nameOf(other.plan.config.model) === nameOf(run.plan.config.model))
    ? (namesOf(other ? [run, other].sort((a, b) => a.startedAt - b.startedAt) : [run]).get(run.id) ?? "")
    : nameOf(run.plan.config.model);

/** Whether two losses can be read on one axis. @param {Run} one @param {Run} other */
export const sameLoss = (one, other) => one.plan.config.loss === other.plan.config.loss;
