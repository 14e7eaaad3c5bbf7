// Which part of the state each view is shown, as data. Pure; knows no DOM.

import { offered, speedsOf } from "./compute.js";
import { isActive, lines, phaseStarts, progress } from "./run.js";
import { chosenModel, fieldValues, isAutoencoder, permissions } from "./state.js";
import { text } from "./strings.js";

/** @import { State } from "./state.js" */

/** The sentence about the run. It changes with the epoch, not with every step, so that a screen
 * reader is not flooded. @param {State} state */
export function statusSentence({ run, data, starting, compute }) {
  const { status } = text.training;
  if (compute.stage) return text.compute.stages[compute.stage];
  if (starting && !run) return status.starting;
  if (!run) {
    if (data.status === "failed") return status.noData;
    return data.status === "ready" ? status.none : status.loadingData;
  }
  if (run.message) return run.message;
  const at = progress(run);
  return text.training.announce(status[run.status], at.phases > 1 ? at.phase : "", at.epoch, at.epochs);
}

/** @param {State} state @param {"loss"|"accuracy"} what */
function chart(state, what) {
  const { run } = state;
  const title = what === "accuracy" && isAutoencoder(state) ? text.charts.pixelAccuracy : text.charts[what];
  return { title, lines: run && { ...lines(run, what), phases: phaseStarts(run.plan) } };
}

/** Why the next run is computed where it is. @param {State} state */
function computeSentence({ compute, settings }) {
  const words = text.compute;
  const { choice, gpu } = compute;
  const config = settings.description?.config ?? null;
  if (choice === "ndarray") return words.ndarrayChosen;
  if (choice === "cpu") return words.cpuChosen;
  if (gpu === null) return words.looking;
  if (!gpu.usable) return choice === "webgpu" ? words.cannot(gpu.reason ?? "") : words.onCpu(gpu.reason ?? "");
  if (choice === "webgpu") return words.gpuChosen(gpu.adapter ?? "");
  const speeds = config && speedsOf(compute, config);
  if (!config || !speeds) return words.willMeasure(gpu.adapter ?? "");
  return words.measured(gpu.adapter ?? "", config.model, config.batchSize, speeds);
}

const none = /** @type {never[]} */ ([]);

/** By the name of the place in the page. */
export const screen = {
  notices: (/** @type {State} */ { fault, faultOfGpu, notices }) => ({ fault, faultOfGpu, notices }),
  data: (/** @type {State} */ { data, run, intake }) => ({
    data,
    busy: intake.stage !== null || (run !== null && isActive(run)),
  }),
  samples: (/** @type {State} */ { samples, data }) => ({ ...samples, classes: data.manifest?.classes ?? none }),
  intake: (/** @type {State} */ { intake }) => intake,
  models: (/** @type {State} */ state) => ({
    models: state.models,
    chosen: chosenModel(state),
    locked: permissions(state).active,
  }),
  summary: (/** @type {State} */ { settings: { description } }) => ({
    summary: description?.summary ?? null,
    error: description?.error ?? null,
  }),
  settings: (/** @type {State} */ state) => ({
    values: fieldValues(state.settings),
    locked: permissions(state).active,
  }),
  compute: (/** @type {State} */ state) => {
    const { compute, settings, starting } = state;
    return {
      choice: compute.choice,
      options: offered(compute).join(),
      sentence: computeSentence(state),
      locked: permissions(state).active || starting,
      trying: compute.stage !== null,
      canCheck: compute.gpu?.usable === true && settings.description !== null && state.engine === "ready",
      canLook: compute.gpu !== null && !compute.gpu.usable && compute.gpu.reason === text.compute.notServed,
      canForget: settings.description !== null && speedsOf(compute, settings.description.config) !== null,
      checking: compute.checking,
      checked: compute.checked,
    };
  },
  controls: (/** @type {State} */ state) => ({
    may: permissions(state),
    status: statusSentence(state),
    refusal: state.refusal,
  }),
  progress: (/** @type {State} */ state) => ({
    name: state.run
      ? text.training.run(state.run.plan.config.model, state.run.plan.config.seed, text.compute.names[state.run.backend])
      : text.training.yourRun,
    progress: state.run && progress(state.run),
    speed: state.run?.pace.picturesPerSecond ?? null,
    last: state.run?.last ?? null,
    active: permissions(state).active,
    accuracyName: isAutoencoder(state) ? text.charts.pixelAccuracy : text.training.accuracy,
  }),
  loss: (/** @type {State} */ state) => chart(state, "loss"),
  accuracy: (/** @type {State} */ state) => chart(state, "accuracy"),
  epochs: (/** @type {State} */ { run }) => ({
    epochs: run?.epochs ?? none,
    phases: run?.plan.phases ?? none,
  }),
  reconstructions: (/** @type {State} */ state) => ({
    reconstructions: state.reconstructions,
    corrupts: (state.run?.plan.config ?? state.settings.description?.config)?.noise !== "none",
    classes: state.data.manifest?.classes ?? none,
  }),
  measures: (/** @type {State} */ { run }) => ({ epoch: run?.epochs.findLast(({ mse }) => mse !== null) ?? null }),
};
