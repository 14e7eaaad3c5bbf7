// The page's state as data: what it is at first, how each event changes it, and what can be
// read from it. Runs in Node; knows no DOM, no worker and no clock. Pictures are held only as
// the latest arrays, by reference, for the views to draw.

import { unknown, updateCompute } from "./compute.js";
import { advance, isActive, newRun } from "./run.js";
import { fields, fieldsOf, parse } from "./settings.js";
import { text } from "./strings.js";

/** @import { Compute, ComputeEvent } from "./compute.js" */
/** @import { Counts, Description, Manifest, Model, Overrides, Pictures, Reconstructions, Report } from "./protocol.js" */
/** @import { Run } from "./run.js" */
/** @import { Key } from "./settings.js" */

/**
 * @typedef {object} Data
 * @property {"waiting"|"loading"|"ready"|"failed"} status
 * @property {"bundled"|"kept"|null} origin
 * @property {Manifest|null} manifest
 * @property {number} bytes
 * @property {number} total
 * @property {Counts} loaded
 * @property {string|null} error
 */

/** @typedef {{train: Pictures, test: Pictures}} Samples */

/**
 * @typedef {object} Settings
 * @property {string|null} model
 * @property {Overrides} overrides  what the visitor set
 * @property {Partial<Record<Key, {typed: string, error: string}>>} wrong  what could not be taken
 * @property {Description|null} description  what the wasm module says of it
 */

/**
 * @typedef {object} State
 * @property {"starting"|"ready"|"crashed"} engine
 * @property {string|null} fault  why the engine is gone
 * @property {boolean} faultOfGpu  whether it was the GPU's
 * @property {string[]} notices
 * @property {Model[]} models
 * @property {Data} data
 * @property {{stage: "reading"|"decoding"|"keeping"|null, error: string|null}} intake
 * @property {{seed: number, pictures: Samples|null}} samples
 * @property {Settings} settings
 * @property {Compute} compute
 * @property {boolean} starting  a start was asked and not yet answered
 * @property {string|null} refusal  why the last command about the run was refused
 * @property {Run|null} run
 * @property {Reconstructions|null} reconstructions
 */

/** What the page itself reports, beside the worker's reports.
 * @typedef {(
 *   | {type: "address-read", model: string|null, overrides: Overrides, errors: string[]}
 *   | {type: "model-chosen", model: string}
 *   | {type: "setting-typed", key: Key, typed: string}
 *   | {type: "described", model: string, description: Description}
 *   | {type: "samples-asked", seed: number}
 *   | {type: "samples-shown", seed: number, pictures: Samples}
 *   | {type: "intake-done"} | {type: "intake-refused", message: string}
 *   | {type: "start-asked"} | {type: "start-answered"}
 *   | {type: "run-refused", message: string}
 *   | {type: "run-reset"}
 *   | {type: "notice-dismissed", index: number}
 *   | {type: "engine-restarted"}
 * )} PageEvent */

/** @typedef {PageEvent|ComputeEvent|Report} Event */

/** @type {Data} */
const noData = {
  status: "waiting",
  origin: null,
  manifest: null,
  bytes: 0,
  total: 0,
  loaded: { train: 0, test: 0 },
  error: null,
};

/** @type {State} */
export const initial = {
  engine: "starting",
  fault: null,
  faultOfGpu: false,
  notices: [],
  models: [],
  data: noData,
  intake: { stage: null, error: null },
  samples: { seed: 0, pictures: null },
  settings: { model: null, overrides: {}, wrong: {}, description: null },
  compute: unknown,
  starting: false,
  refusal: null,
  run: null,
  reconstructions: null,
};

/** @param {State} state @param {Event} event @returns {State} */
export function update(state, event) {
  switch (event.type) {
    case "opened": {
      const { model } = state.settings;
      const known = event.models.some(({ name }) => name === model);
      const settings = { ...state.settings, model: known ? model : (event.models[0]?.name ?? null) };
      const notices = model === null || known ? state.notices : [...state.notices, text.errors.unknownModel(model)];
      const compute = { ...state.compute, backends: event.backends };
      return { ...state, engine: "ready", models: event.models, settings, notices, compute };
    }
    case "crashed": {
      const run = state.run && isActive(state.run) ? { ...state.run, status: "failed", message: event.message } : state.run;
      const faultOfGpu = event.gpu === true;
      // A GPU that failed once is not chosen again by itself.
      const gpu = faultOfGpu ? { usable: false, reason: text.compute.failedHere, adapter: null } : state.compute.gpu;
      const compute = { ...state.compute, gpu, stage: null, checking: false };
      return /** @type {State} */ ({ ...state, engine: "crashed", fault: event.message, faultOfGpu, starting: false, run, compute });
    }
    case "engine-restarted": {
      const { settings, samples, run, notices } = state;
      // After a GPU's failure the way on is the CPU, whatever was chosen before.
      const choice = state.faultOfGpu ? "auto" : state.compute.choice;
      /** @type {Compute} */
      const compute = { ...state.compute, choice, build: "cpu" };
      return { ...initial, notices, settings: { ...settings, description: null }, samples: { ...samples, pictures: null }, run, compute };
    }
    case "compute-chosen":
    case "speeds-known":
    case "gpu-probed":
    case "build-changed":
    case "trial-progress":
    case "trial-ended":
    case "speeds-measured":
    case "check-asked":
    case "check-ended":
    case "gpu-checked":
      return { ...state, compute: updateCompute(state.compute, event) };
    case "notice":
      return { ...state, notices: [...state.notices, event.message] };
    case "notice-dismissed":
      return { ...state, notices: state.notices.filter((_, i) => i !== event.index) };
    case "data-found":
    case "data-progress":
    case "data-ready":
    case "data-failed":
      return updateData(state, event);
    case "import-progress":
      return { ...state, intake: { stage: event.stage, error: null } };
    case "intake-done":
      return { ...state, intake: { stage: null, error: null } };
    case "intake-refused":
      return { ...state, intake: { stage: null, error: event.message } };
    case "samples-asked":
      return { ...state, samples: { ...state.samples, seed: event.seed } };
    case "samples-shown":
      if (event.seed !== state.samples.seed) return state;
      return { ...state, samples: { seed: event.seed, pictures: event.pictures } };
    case "address-read":
    case "model-chosen":
    case "setting-typed":
    case "described":
      return { ...state, settings: updateSettings(state.settings, event), notices: event.type === "address-read" ? [...state.notices, ...event.errors] : state.notices };
    default:
      return updateRun(state, event);
  }
}

/** @param {State} state @param {Extract<Event, {type: "data-found"|"data-progress"|"data-ready"|"data-failed"}>} event @returns {State} */
function updateData(state, event) {
  const { data } = state;
  switch (event.type) {
    case "data-found": {
      // Curves and drawings of other pictures would only mislead beside the new ones.
      const { manifest, origin } = event;
      const samples = { ...state.samples, pictures: null };
      return { ...state, data: { ...noData, status: "loading", manifest, origin }, samples, run: null, reconstructions: null, refusal: null };
    }
    case "data-progress":
      return { ...state, data: { ...data, bytes: event.bytes, total: event.total, loaded: event.loaded } };
    case "data-ready":
      return { ...state, data: { ...data, status: "ready" } };
    case "data-failed":
      return { ...state, data: { ...data, status: "failed", error: event.message } };
  }
}

/** @param {Settings} settings @param {Extract<Event, {type: "address-read"|"model-chosen"|"setting-typed"|"described"}>} event @returns {Settings} */
function updateSettings(settings, event) {
  switch (event.type) {
    case "address-read":
      return { ...settings, model: event.model, overrides: event.overrides };
    case "model-chosen": {
      // What every model has is carried over; what only some have starts from its default.
      /** @type {Record<string, unknown>} */
      const overrides = {};
      for (const { key, applies } of fields)
        if (!applies && settings.overrides[key] !== undefined) overrides[key] = settings.overrides[key];
      return { model: event.model, overrides, wrong: {}, description: null };
    }
    case "setting-typed": {
      const { key, typed } = event;
      const field = fields.find((candidate) => candidate.key === key);
      if (!field) return settings;
      const { value, error } = parse(field, typed);
      const { [key]: _, ...wrong } = settings.wrong;
      if (error !== undefined) return { ...settings, wrong: { ...wrong, [key]: { typed, error } } };
      return { ...settings, wrong, overrides: { ...settings.overrides, [key]: value } };
    }
    case "described":
      return event.model === settings.model ? { ...settings, description: event.description } : settings;
  }
}

/** @param {State} state @param {Event} event @returns {State} */
function updateRun(state, event) {
  const { run } = state;
  switch (event.type) {
    case "start-asked":
      return { ...state, starting: true, refusal: null };
    case "start-answered":
      return { ...state, starting: false };
    case "run-refused":
      return { ...state, starting: false, refusal: event.message };
    case "run-reset":
      return { ...state, run: null, reconstructions: null, refusal: null };
    case "run-started":
      return { ...state, run: newRun(event.plan, event.paused, event.backend), reconstructions: null };
    case "reconstructions":
      return { ...state, reconstructions: event.reconstructions };
  }
  if (!run) return state;
  switch (event.type) {
    case "run-events":
      return { ...state, run: advance(run, event.events, event.pace) };
    case "run-paused":
      return isActive(run) ? { ...state, run: { ...run, status: "paused" } } : state;
    case "run-resumed":
      return isActive(run) ? { ...state, run: { ...run, status: "running" } } : state;
    case "run-stopped":
      return { ...state, run: { ...run, status: "stopped" } };
    case "run-failed":
      return { ...state, run: { ...run, status: "failed", message: event.message } };
  }
  return state;
}

/** The chosen model, once the worker has told which there are. @param {State} state */
export const chosenModel = ({ models, settings }) =>
  models.find(({ name }) => name === settings.model) ?? null;

/** Whether pictures of both splits can be shown. @param {State} state */
export const canShow = ({ data }) => data.loaded.train > 0 && data.loaded.test > 0;

/** What the visitor may press. @param {State} state */
export function permissions(state) {
  const { engine, data, settings, run } = state;
  const active = run !== null && isActive(run);
  const described = settings.description !== null && settings.description.error === null;
  const ready =
    engine === "ready" && data.status === "ready" && state.intake.stage === null &&
    described && Object.keys(settings.wrong).length === 0;
  const alive = engine === "ready";
  return {
    active,
    start: ready && !active && !state.starting,
    pause: alive && run?.status === "running",
    resume: alive && run?.status === "paused",
    step: run?.status === "paused" ? alive : ready && !active && !state.starting,
    stop: alive && active,
    reset: run !== null,
  };
}

/** Whether the page should speak of reconstructions. @param {State} state */
export function isAutoencoder(state) {
  if (state.run) return state.run.plan.config.output !== null;
  return chosenModel(state)?.kind === "autoencoder";
}

/** The fields of the chosen model with what stands in them. @param {Settings} settings */
export function fieldValues({ description, overrides, wrong }) {
  if (!description) return [];
  return fieldsOf(description.defaults).map((field) => {
    const trouble = wrong[field.key];
    const value = overrides[field.key] ?? (field.key in overrides ? null : description.defaults[field.key]);
    return { field, value, typed: trouble?.typed ?? (value === null ? "" : String(value)), error: trouble?.error ?? null };
  });
}
