// What the training section's views are shown, as data. Pure.

import { memo } from "../../app/memo.js";
import { nameOf } from "../../app/models.js";
import { shownClasses, shownName } from "../../app/names.js";
import { offered, speedsOf, workerChoices } from "../../app/compute.js";
import { isActive, lines, phaseStarts, progress } from "../../app/run.js";
import { denoisedOf, remarksOnDenoising } from "../../app/denoising.js";
import { isBelowTest, meaningless, remarksOf } from "../../app/remarks.js";
import { fieldValues } from "../../app/settings.js";
import { isWrong } from "../../app/setting-typed.js";
import { slowness } from "../../app/slow.js";
import { canGoOn, canTrain, pictureOf } from "../../app/state.js";
import { text } from "../../strings.js";
import { isAutoencoder, offered as offeredModels, shownRun } from "./state.js";

/** @import { ModelRecord } from "../../protocol.js" */
/** @import { State } from "../../app/state.js" */
/** @import { Local } from "./state.js" */

/** Where the section's run waits, if it does: in the queue, or for the worker's answer.
 * @param {State} state @param {Local} local */
const isWaiting = ({ queue, starting }, { run }) => run !== null && (starting === run || queue.some((job) => job.run === run));

/** What the visitor may press. @param {State} state @param {Local} local */
export function permissions(state, local) {
  const run = shownRun(state, local);
  const active = run !== null && isActive(run);
  const waiting = isWaiting(state, local);
  const { description, wrong } = local;
  const chosen = state.opening.status !== "reading" && state.opening.status !== "refused";
  const described = chosen && description !== null && description.error === null;
  const ready = canTrain(state) && described && !isWrong(wrong) && !active && !waiting;
  const alive = state.engine === "ready";
  return {
    active: active || waiting,
    start: ready,
    pause: alive && run?.status === "running",
    resume: alive && run?.status === "paused",
    step: run?.status === "paused" ? alive : ready,
    stop: (alive && active) || waiting,
    goOn: !waiting && canGoOn(state, run),
    reset: run !== null && !waiting,
  };
}

/** The sentence about the run. It changes with the epoch, not with every step, so that a screen
 * reader is not flooded. @param {State} state @param {Local} local */
export function statusSentence(state, local) {
  const { data, compute, active, runs } = state;
  const { status } = text.training;
  const run = shownRun(state, local);
  if (isWaiting(state, local)) {
    if (compute.stage) return text.compute.stages[compute.stage];
    const before = active !== null ? runs[active] : null;
    return before ? text.training.waitingFor(nameOf(before.plan.config.model)) : status.starting;
  }
  if (!run) {
    if (data.status === "failed") return status.noData;
    return data.status === "ready" ? status.none : status.loadingData;
  }
  if (run.message) return run.message;
  const at = progress(run);
  return text.training.announce(status[run.status], at.phases > 1 ? at.phase : "", at.epoch, at.epochs);
}

/** @param {State} state @param {Local} local @param {"loss"|"accuracy"} what */
function chart(state, local, what) {
  const run = shownRun(state, local);
  const title = what === "accuracy" && isAutoencoder(state, local) ? text.charts.pixelAccuracy : text.charts[what];
  return { title, lines: run && { ...lines(run, what), phases: phaseStarts(run.plan) } };
}

/** Why the next run is computed where it is. @param {State} state @param {Local} local */
function computeSentence({ compute, data }, { description }) {
  const words = text.compute;
  const { choice, gpu } = compute;
  const config = description?.config ?? null;
  if (choice === "ndarray") return words.ndarrayChosen;
  if (choice === "cpu") return words.cpuChosen;
  if (gpu === null) return words.looking;
  if (!gpu.usable) return choice === "webgpu" ? words.cannot(gpu.reason ?? "") : words.onCpu(gpu.reason ?? "");
  if (choice === "webgpu") return words.gpuChosen(gpu.adapter ?? "");
  const speeds = config && speedsOf(compute, config, pictureOf({ data }));
  if (!config || !speeds) return words.willMeasure(gpu.adapter ?? "");
  return words.measured(gpu.adapter ?? "", nameOf(config.model), config.batchSize, speeds);
}

/** The models in words. */
const choicesOf = memo((/** @type {ModelRecord[]} */ models) =>
  models.map(({ name, title, about, kind }) => ({ name, kind, label: shownName(name), title: shownName(title), about: about || text.model.own })));

/** @typedef {ReturnType<typeof choicesOf>[number]} Choice */

const slownessOf = memo(slowness);
const none = /** @type {never[]} */ ([]);
const meaningful = { accuracy: false, ssim: false };

/** @param {State} state @param {Local} local */
export function props(state, local) {
  const run = shownRun(state, local);
  const may = permissions(state, local);
  const { compute, opening } = state;
  const { description } = local;
  const reconstructions = (local.run !== null && state.reconstructions[local.run]) || null;
  const denoised = denoisedOf(reconstructions);
  /** Another model than the chosen one is asked for, and is not here. */
  const asked = opening.status === "reading" || opening.status === "refused";
  const summary = asked ? null : (description?.summary ?? null);
  return {
    models: { models: choicesOf(offeredModels(state)), chosen: asked ? null : (choicesOf(offeredModels(state)).find(({ name }) => name === local.model) ?? null), reading: state.opening.status === "reading", locked: may.active },
    modelError: { error: state.opening.error ?? (asked ? null : (description?.error ?? null)), slow: summary && slownessOf(summary) },
    summary: { summary },
    settings: { values: fieldValues(local), locked: may.active },
    compute: {
      choice: compute.choice,
      options: offered(compute).join(),
      workers: compute.workers,
      counts: workerChoices(compute.cores).join(),
      sentence: computeSentence(state, local),
      locked: state.active !== null,
      trying: compute.stage !== null,
      canCheck: compute.gpu?.usable === true && description !== null && state.engine === "ready",
      canLook: compute.gpu !== null && !compute.gpu.usable && (compute.gpu.reason === text.compute.notServed || compute.gpu.silent === true),
      canForget: description !== null && speedsOf(compute, description.config, pictureOf(state)) !== null,
      checking: compute.checking,
      checked: compute.checked,
    },
    controls: {
      may,
      status: statusSentence(state, local),
      refusal: (local.run !== null && state.refusals[local.run]) || null,
    },
    remarks: { remarks: [...remarksOf(run), ...remarksOnDenoising(run, denoised)].join("\n") },
    readings: {
      classifies: !isAutoencoder(state, local),
      epoch: run?.epochs.at(-1) ?? null,
      last: run?.last ?? null,
      speed: run?.pace.picturesPerSecond ?? null,
      workers: run?.pace.workers ?? 1,
      seconds: run?.seconds ?? null,
      secondsLeft: run && isActive(run) ? progress(run).secondsLeft : null,
      accuracyName: isAutoencoder(state, local) ? text.charts.pixelAccuracy : text.training.accuracy,
    },
    progress: {
      name: run ? text.training.run(nameOf(run.plan.config.model), run.plan.config.seed, text.compute.names[run.backend]) : text.training.yourRun,
      progress: run && progress(run),
    },
    loss: chart(state, local, "loss"),
    accuracy: chart(state, local, "accuracy"),
    epochs: { epochs: run?.epochs ?? none, phases: run?.plan.phases ?? none, belowTest: isBelowTest(run) },
    predictions: {
      shown: !isAutoencoder(state, local),
      pictures: (local.run !== null && state.predictions[local.run]) || local.shown,
      classes: shownClasses(run, state.data),
    },
    drawings: {
      shown: isAutoencoder(state, local),
      reconstructions,
      denoised,
      corrupts: (run?.plan.config ?? description?.config)?.noise !== "none",
      classes: shownClasses(run, state.data),
    },
    measures: { epoch: run?.epochs.findLast(({ mse }) => mse !== null) ?? null, shown: isAutoencoder(state, local), denoised, ...(run ? meaningless(run) : meaningful) },
  };
}
