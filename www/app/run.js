// The part of the state that is one training run: how its events change it, and what can be read
// from it. Pure functions over plain data.

import { nameOf } from "./models.js";
import { shownName } from "./names.js";
import { emptyCurve, extend, restart } from "./curve.js";
import { text } from "../strings.js";

/** @import { Curve } from "./curve.js" */
/** @import { Backend, Group, Pace, Plan } from "../protocol.js" */
/** @import { EpochEvent, Finding, RunEvent, StepEvent } from "../run-events.js" */

/** Interrupted: its page went away; it can go on from where it was kept.
 * @typedef {"running"|"paused"|"completed"|"stopped-early"|"stopped"|"diverged"|"failed"|"interrupted"} RunStatus */

/** Who a run is, and what it was computed with.
 * @typedef {object} Identity
 * @property {string} id
 * @property {Group} group
 * @property {string} name  given by the visitor or by who asked for it; may be empty
 * @property {boolean} pinned
 * @property {number} startedAt  milliseconds since 1970
 * @property {string} version  of the library
 * @property {{name: string, hash: string, synthetic: boolean, classes: string[]}} data
 * @property {string|null} from  the run whose first layers it started with
 * @property {Plan} plan
 * @property {Backend} backend  what computes it
 */

/**
 * @typedef {object} Progress
 * @property {RunStatus} status
 * @property {string|null} message  why it ended, where that needs a sentence
 * @property {number} phase
 * @property {number} epoch  within the phase, from 1
 * @property {number} step  over the whole run
 * @property {{done: number, total: number}|null} validating
 * @property {{loss: number, accuracy: number|null}|null} last  smoothed over the last steps
 * @property {Curve} curve
 * @property {EpochEvent[]} epochs
 * @property {Finding[]} [findings]  what seems wrong with it after the last epoch; earlier records have none
 * @property {Pace} pace
 * @property {number} seconds  spent computing
 * @property {number|null} keptAt  the step whose weights are kept on this machine
 * @property {boolean} [weightsGone]  nobody has its weights any more: neither a worker nor this machine
 */

/** @typedef {Identity & Progress} Run */

/** @type {Pace} */
const unmeasured = { workers: 1, picturesPerSecond: null, stepSeconds: null, validationSeconds: null };

/** @param {Identity} identity @param {boolean} paused @returns {Run} */
export const newRun = (identity, paused) => ({
  ...identity,
  status: paused ? "paused" : "running",
  message: null,
  phase: 0,
  epoch: 1,
  step: 0,
  validating: null,
  last: null,
  curve: emptyCurve(),
  epochs: [],
  pace: unmeasured,
  seconds: 0,
  keptAt: null,
});

/** @param {Run} run */
export const isActive = (run) => run.status === "running" || run.status === "paused";

/** What people call it: the visitor's name for it, or its model and seed. @param {Run} run */
export const labelOf = ({ name, plan: { config } }) => (name ? shownName(name) : text.runNames.model(nameOf(config.model), config.seed));

/** Whether it stopped before its end and can go on from where it was kept. @param {Run} run */
export const canContinue = ({ status, keptAt }) =>
  keptAt !== null && (status === "interrupted" || status === "stopped" || status === "failed");

/** Whether its weights go with the worker, since they are kept nowhere else. @param {Run} run */
export const isInWorkerOnly = (run) => isOver(run) && run.step > 0 && run.keptAt === null && !run.weightsGone;

/** Whether it ended with weights that are worth asking. @param {Run} run */
export const isOver = (run) => !isActive(run) && run.status !== "interrupted";

/** @param {Run} run @param {RunEvent[]} events @param {Pace} pace @param {number} seconds  they took
 * @returns {Run} */
export function advance(run, events, pace, seconds) {
  const next = { ...run, pace, seconds: run.seconds + seconds };
  /** @type {StepEvent[]} */
  let steps = [];
  const draw = () => {
    next.curve = extend(next.curve, steps);
    steps = [];
  };
  for (const event of events) {
    next.phase = event.phase;
    if ("epoch" in event) next.epoch = event.epoch;
    if ("step" in event) next.step = event.step;
    switch (event.type) {
      case "step":
        next.validating = null;
        steps.push(event);
        break;
      case "validating":
        next.validating = { done: event.done, total: event.total };
        break;
      case "epoch":
        next.validating = null;
        next.epochs = [...next.epochs, event];
        break;
      case "phase":
        // What was wrong with another phase is not wrong with this one.
        next.findings = [];
        draw();
        next.epoch = 1;
        next.curve = restart(next.curve);
        break;
      case "diagnosis":
        next.findings = event.findings;
        break;
      case "finished":
        next.status = event.reason;
        break;
      case "diverged":
        next.status = "diverged";
        next.message = event.message;
        break;
    }
  }
  draw();
  const { mean } = next.curve;
  if (mean.weight > 0) {
    const accuracy = mean.accuracy === null ? null : mean.accuracy / mean.weight;
    next.last = { loss: mean.loss / mean.weight, accuracy };
  }
  return next;
}

/** Epochs planned over all phases. @param {Plan} plan */
export const plannedEpochs = (plan) => plan.phases.reduce((sum, phase) => sum + phase.epochs, 0);

/**
 * How far the run is. Fractions count validation batches beside steps, so that the bars move
 * evenly through both.
 * @param {Run} run
 */
export function progress({ plan, phase, epoch, epochs, step, validating, status, pace }) {
  const { stepsPerEpoch, validationBatches, totalSteps } = plan;
  const epochWorkItems = stepsPerEpoch + validationBatches;
  const finished = epochs.length;
  const stepsHere = step - finished * stepsPerEpoch;
  const here = stepsHere + (validating?.done ?? 0);
  const all = plannedEpochs(plan);
  const done = status === "completed";
  // Between two epochs the one that has just ended is still the one to show.
  const epochShare = here <= 0 && finished > 0 ? 1 : here / epochWorkItems;
  const stepSeconds = pace.stepSeconds;
  // Before the first validation: evaluating a batch costs about a third of training on it.
  const validationSeconds = pace.validationSeconds ?? (stepSeconds ?? 0) / 3;
  const validationLeft = (all - finished) * validationBatches - (validating?.done ?? 0);
  return {
    phase: plan.phases[phase]?.name ?? "",
    phases: plan.phases.length,
    epoch,
    epochs: plan.phases[phase]?.epochs ?? 0,
    step,
    totalSteps,
    validating,
    epochShare: done ? 1 : Math.min(1, epochShare),
    runShare: done ? 1 : Math.min(1, (finished * epochWorkItems + here) / (all * epochWorkItems)),
    secondsLeft:
      stepSeconds === null
        ? null
        : (totalSteps - step) * stepSeconds + validationLeft * validationSeconds,
  };
}

/** The epochs at which a phase ends and the next begins, to be marked on the charts.
 * @param {Plan} plan */
export function phaseStarts(plan) {
  let at = 0;
  return plan.phases.map(({ name, epochs }) => {
    const start = { name, at };
    at += epochs;
    return start;
  });
}

/**
 * One chart's lines: x in epochs since the beginning of the run.
 * @param {Run} run @param {"loss"|"accuracy"} what
 */
export function lines(run, what) {
  const { stepsPerEpoch } = run.plan;
  return {
    training: {
      x: run.curve.steps.map((step) => step / stepsPerEpoch),
      y: run.curve[what],
    },
    validation: {
      x: run.epochs.map((epoch) => epoch.step / stepsPerEpoch),
      y: run.epochs.map((epoch) => (what === "loss" ? epoch.valLoss : epoch.valAccuracy)),
    },
    epochsSeen: run.step / stepsPerEpoch,
    epochsPlanned: plannedEpochs(run.plan),
  };
}
