// The ladder as data: which layers each stage has, what each rung of training does with them, and
// how far a run has climbed. Pure.

import { isActive } from "../../app/run.js";

/** @import { Layer, StageSpec, Summary } from "../../protocol.js" */
/** @import { EpochEvent } from "../../run-events.js" */
/** @import { Run } from "../../app/run.js" */

/** Half of a stage: its layers in words, as `Conv 16`.
 * @typedef {string[]} Half */

/** @typedef {{encoder: Half, decoder: Half, code: number[]}} Stage */

/** What a rung does with one half of a stage: it learns, stays as it is, is only passed through, or
 * is not there yet. @typedef {"learns"|"frozen"|"draws"|"absent"} Role */

/** @typedef {"waiting"|"now"|"done"|"ended"} Standing */

/**
 * @typedef {object} Rung
 * @property {number} phase
 * @property {Role[]} roles  of the halves from picture to picture: encoders inwards, decoders outwards
 * @property {Standing} standing
 * @property {number} epoch  begun
 * @property {number} epochs  planned
 * @property {{x: number[], y: number[]}} training  the loss of each step that is kept
 * @property {{x: number[], y: number[]}} validation
 * @property {EpochEvent|null} last  the latest epoch that ended
 */

/** @param {Layer} layer */
function word({ kind, outputShape }) {
  if (kind === "Conv2D") return `Conv ${outputShape.at(-1)}`;
  if (kind === "Dense") return `Dense ${outputShape.at(-1)}`;
  return kind === "UpSampling2D" ? "Up" : kind.includes("Pooling") ? "Pool" : kind;
}

/** @param {Layer} layer */
const shapeOf = ({ outputShape }) => outputShape.slice(1).map(Number);

/**
 * The stages of a stacked autoencoder, outermost first.
 * @param {Layer[]} layers @param {StageSpec[]} specs  which of them each stage has @returns {Stage[]}
 */
export function stagesOf(layers, specs) {
  const named = (/** @type {string[]} */ names) => names.flatMap((name) => layers.find((layer) => layer.name === name) ?? []);
  return specs.map(({ encoder, decoder }) => {
    const last = named(encoder).at(-1);
    return { encoder: named(encoder).map(word), decoder: named(decoder).map(word), code: last ? shapeOf(last) : [] };
  });
}

/** Whether the layers of all stages are there: a summary may still be that of the model before.
 * @param {Layer[]} layers @param {StageSpec[]} specs */
export const hasStages = (layers, specs) =>
  specs.every(({ encoder, decoder }) => [...encoder, ...decoder].every((name) => layers.some((layer) => layer.name === name)));

/** What flows between the halves, from picture to picture. @param {Summary} summary @param {StageSpec[]} specs
 * @returns {number[][]} */
export function codesOf({ layers }, specs) {
  const codes = stagesOf(layers, specs).map(({ code }) => code);
  const picture = layers.at(-1);
  const all = picture ? [shapeOf(picture), ...codes] : codes;
  return [...all, ...all.slice(0, -1).reverse()];
}

/** The roles in phase `phase` of a stacked autoencoder of `stages` stages; the last phase trains all.
 * @param {number} phase @param {number} stages @returns {Role[]} */
export function rolesIn(phase, stages) {
  /** @param {number} stage @param {boolean} decodes @returns {Role} */
  const role = (stage, decodes) => {
    if (phase >= stages || stage === phase) return "learns";
    if (stage > phase) return "absent";
    return decodes ? "draws" : "frozen";
  };
  const all = Array.from({ length: stages }, (_, stage) => stage);
  return [...all.map((stage) => role(stage, false)), ...all.reverse().map((stage) => role(stage, true))];
}

/** Whether all epochs of a phase have ended. @param {Run} run @param {number} phase */
export function isThrough({ plan, phase: now, epochs, status }, phase) {
  if (now > phase || status === "completed" || status === "stopped-early") return true;
  return now === phase && epochs.filter((epoch) => epoch.phase === phase).length >= plan.phases[phase].epochs;
}

/** @param {Run} run @param {number} phase @returns {Standing} */
function standingOf(run, phase) {
  if (isThrough(run, phase)) return "done";
  if (run.phase < phase) return "waiting";
  return isActive(run) ? "now" : "ended";
}

/** @param {Run} run @param {number} phase @returns {Rung} */
function rungOf(run, phase) {
  const { plan, curve, epochs } = run;
  const mine = epochs.filter((epoch) => epoch.phase === phase);
  // Phases may end early, so their borders are read from what happened and not from the plan.
  const from = epochs.findLast((epoch) => epoch.phase < phase)?.step ?? 0;
  const to = run.phase > phase ? (mine.at(-1)?.step ?? from) : run.phase === phase ? Infinity : from;
  const first = curve.steps.findIndex((step) => step > from);
  const end = curve.steps.findLastIndex((step) => step <= to) + 1;
  const some = first < 0 ? [] : curve.steps.slice(first, end);
  const x = (/** @type {number} */ step) => (step - from) / plan.stepsPerEpoch;
  return {
    phase,
    roles: rolesIn(phase, plan.phases.length - 1),
    standing: standingOf(run, phase),
    epoch: run.phase === phase ? run.epoch : mine.length,
    epochs: plan.phases[phase].epochs,
    training: { x: some.map(x), y: first < 0 ? [] : curve.loss.slice(first, end) },
    validation: { x: mine.map(({ step }) => x(step)), y: mine.map(({ valLoss }) => valLoss) },
    last: mine.at(-1) ?? null,
  };
}

/** @type {WeakMap<Run, Rung[]>} the same run has the same rungs, so that views need not compare them */
const known = new WeakMap();

/** The rungs of a run. @param {Run} run @returns {Rung[]} */
export function rungsOf(run) {
  const found = known.get(run) ?? run.plan.phases.map((_, phase) => rungOf(run, phase));
  known.set(run, found);
  return found;
}

/** @type {WeakMap<Stage[], Map<number, Rung[]>>} */
const planned = new WeakMap();

/** The rungs of a run that has not begun. @param {Stage[]} stages @param {number} epochs @returns {Rung[]} */
export function plannedRungs(stages, epochs) {
  const some = planned.get(stages) ?? new Map();
  planned.set(stages, some);
  const none = () => ({ x: [], y: [] });
  if (!some.has(epochs))
    some.set(epochs, Array.from({ length: stages.length + 1 }, (_, phase) => ({
      phase, roles: rolesIn(phase, stages.length), standing: "waiting", epoch: 0, epochs, training: none(), validation: none(), last: null,
    })));
  return some.get(epochs);
}

/** Which rung drew the pictures that the run sends now; null between two phases, when the layers of
 * the next are in use and have not learned. @param {Run} run */
export function reconstructedPhase(run) {
  const isLast = run.phase === run.plan.phases.length - 1;
  return isThrough(run, run.phase) && !isLast ? null : run.phase;
}

/** What stacking cost and fine-tuning brought, in decibels, once a run is through.
 * @param {Rung[]} rungs @returns {{stages: number[], tuned: number}|null} */
export function outcome(rungs) {
  const values = rungs.map(({ standing, last }) => (standing === "done" ? (last?.psnr ?? null) : null));
  if (values.length < 2 || values.some((value) => value === null)) return null;
  const all = /** @type {number[]} */ (values);
  return { stages: all.slice(0, -1), tuned: all[all.length - 1] };
}
