// The state that all sections share: what it is at first, how each event changes it, and what can be read
// from it. What only one section needs stands in that section's own state. Pictures are held by
// reference, for the views to draw.

import { unknown, updateCompute } from "./compute.js";
import { isOpened, withOpened } from "./models.js";
import { advance, canContinue, isActive, isInWorkerOnly } from "./run.js";
import { text } from "../strings.js";

/** @import { Compute, ComputeEvent } from "./compute.js" */
/** @import { Counts, Job, Manifest, ModelRecord, PredictionsAtStep, ReconstructionsAtStep, Report } from "../protocol.js" */
/** @import { Run } from "./run.js" */

/**
 * @typedef {object} Data
 * @property {"waiting"|"loading"|"ready"|"failed"} status
 * @property {"bundled"|"kept"|"not-kept"|null} origin  the visitor's own may not be kept, for want of room
 * @property {Manifest|null} manifest
 * @property {string} hash  names the pictures: the same ones have the same
 * @property {number} bytes
 * @property {number} total
 * @property {Counts} loaded
 * @property {string|null} error
 */

/** `done` of `total` pictures, where they are counted. `remarks`: what the visitor should know of the last files that
 * were taken in, which were called `of`.
 * @typedef {{stage: "listing"|"reading"|"decoding"|"keeping"|null, error: string|null, done: number, total: number, of: string, remarks: string[]}} Intake */

/** A model that the visitor brings: `source` is what the address asked for, as long as it holds; of one that was
 * refused, `error` says why. @typedef {{status: "none"|"reading"|"refused"|"opened", source: string|null, error: string|null}} Opening */

/**
 * @typedef {object} State
 * @property {"starting"|"ready"|"crashed"} engine
 * @property {string|null} fault  why the engine is gone
 * @property {boolean} faultOfGpu  whether it was the GPU's
 * @property {"window"|"reload"|null} faultWay  the way on, where starting again would not help
 * @property {string[]} notices
 * @property {ModelRecord[]} models  the presets, and the models that the visitor opened
 * @property {Opening} opening
 * @property {string} version  of the library
 * @property {Data} data
 * @property {Intake} intake  what the visitor gives, as it is taken in
 * @property {Compute} compute
 * @property {Record<string, Run>} runs  of this visit, and those kept from earlier ones
 * @property {string[]} order  of the runs, oldest first
 * @property {Job[]} queue  asked for and not begun, next first
 * @property {string|null} starting  the run that was asked of the worker and not yet answered
 * @property {string|null} active  the run that the worker computes or holds
 * @property {Record<string, string>} refusals  why a run could not be started or steered, by run
 * @property {Record<string, ReconstructionsAtStep>} reconstructions  the latest of each autoencoder's run
 * @property {Record<string, PredictionsAtStep>} predictions  the latest of each classifier's run, on a few test pictures
 */

/** What the page itself reports, beside the worker's reports.
 * @typedef {(
 *   | {type: "model-asked", source: string|null}
 *   | {type: "model-opened", model: ModelRecord}
 *   | {type: "model-refused", message: string}
 *   | {type: "model-left"}
 *   | {type: "intake-done"} | {type: "intake-refused", message: string}
 *   | {type: "queued", jobs: Job[]}
 *   | {type: "unqueued", runs: string[]}
 *   | {type: "start-asked", run: string} | {type: "start-answered"}
 *   | {type: "requeued", job: Job}
 *   | {type: "engine-lost", again: Job[]}
 *   | {type: "run-refused", run: string, message: string}
 *   | {type: "run-labelled", run: string, name: string, pinned: boolean}
 *   | {type: "run-discarded", run: string}
 *   | {type: "notice-dismissed", message: string}
 *   | {type: "engine-restarted"}
 * )} PageEvent */

/** @typedef {PageEvent|ComputeEvent|Report} Event */

/** @type {Data} */
const noData = {
  status: "waiting",
  origin: null,
  manifest: null,
  hash: "",
  bytes: 0,
  total: 0,
  loaded: { train: 0, test: 0 },
  error: null,
};

/** @type {Intake} */
const noIntake = { stage: null, error: null, done: 0, total: 0, of: "", remarks: [] };

/** @type {Opening} */
const noOpening = { status: "none", source: null, error: null };

/** @type {State} */
export const initial = {
  engine: "starting",
  fault: null,
  faultOfGpu: false,
  faultWay: null,
  notices: [],
  models: [],
  opening: noOpening,
  version: "",
  data: noData,
  intake: noIntake,
  compute: unknown,
  runs: {},
  order: [],
  queue: [],
  starting: null,
  active: null,
  refusals: {},
  reconstructions: {},
  predictions: {},
};

/** @template V @param {Record<string, V>} record @param {string} key @returns {Record<string, V>} */
function without(record, key) {
  const { [key]: _, ...rest } = record;
  return rest;
}

/** @param {State} state @param {Event} event @returns {State} */
export function update(state, event) {
  switch (event.type) {
    case "opened": {
      const { version, backends } = event;
      // Those that were opened stay where another worker takes over.
      const models = state.models.filter(isOpened).reduce(withOpened, event.models);
      return { ...state, engine: "ready", models, version, compute: { ...state.compute, backends } };
    }
    case "crashed": {
      const faultOfGpu = event.gpu === true;
      // A GPU that failed once is not chosen again by itself.
      const gpu = faultOfGpu ? { usable: false, reason: text.compute.failedHere, adapter: null } : state.compute.gpu;
      const compute = { ...state.compute, gpu, stage: null, checking: false };
      const ended = state.active ? changeRun(state, state.active, { status: "failed", message: event.message }) : state;
      // Pictures that were on their way come no more; what is to be said of it the fault says.
      /** @type {Data} */
      const data = state.data.status === "ready" ? state.data : { ...state.data, status: "failed", error: null };
      return { ...ended, data, engine: "crashed", fault: event.message, faultOfGpu, faultWay: event.way ?? null, starting: null, active: null, queue: [], compute };
    }
    case "engine-restarted": {
      // After a GPU's failure the way on is the CPU, whatever was chosen before.
      const choice = state.faultOfGpu ? "auto" : state.compute.choice;
      /** @type {Compute} */
      const compute = { ...state.compute, choice, build: "cpu" };
      const { notices, models, opening, runs, order, reconstructions, predictions } = withoutWorker(state);
      return { ...initial, notices, models: models.filter(isOpened), opening, compute, runs, order, reconstructions, predictions };
    }
    case "engine-lost": {
      // What it computed is asked for again, and what waits goes on waiting.
      const { notices, models, opening, runs, order, reconstructions, predictions, refusals, queue } = withoutWorker(state.active ? changeRun(state, state.active, { status: "interrupted" }) : state);
      /** @type {Compute} */
      const compute = { ...state.compute, build: "cpu", stage: null, checking: false };
      return { ...initial, notices, models: models.filter(isOpened), opening, compute, runs, order, reconstructions, predictions, refusals, queue: [...event.again, ...queue] };
    }
    case "model-asked":
      return { ...state, opening: { status: "reading", source: event.source, error: null } };
    case "model-opened":
      return { ...state, models: withOpened(state.models, event.model), opening: { ...state.opening, status: "opened", error: null } };
    case "model-refused":
      return { ...state, opening: { ...state.opening, status: "refused", error: event.message } };
    case "model-left":
      return state.opening.status === "none" ? state : { ...state, opening: noOpening };
    case "build-changed":
      return { ...withoutWorker(state), compute: updateCompute(state.compute, event) };
    case "compute-chosen":
    case "cores-known":
    case "workers-chosen":
    case "speeds-known":
    case "gpu-probed":
    case "speed-test-progress":
    case "speed-test-ended":
    case "speeds-measured":
    case "check-asked":
    case "check-ended":
    case "gpu-checked":
      return { ...state, compute: updateCompute(state.compute, event) };
    case "notice":
      // Said once, however often it is so.
      return state.notices.includes(event.message) ? state : { ...state, notices: [...state.notices, event.message] };
    case "notice-dismissed":
      return { ...state, notices: state.notices.filter((message) => message !== event.message) };
    case "data-found":
      // The module forgets the runs of other pictures.
      return { ...withoutWorker(state), data: updateData(state.data, event) };
    case "data-progress":
    case "data-ready":
    case "data-not-kept":
    case "data-failed":
      return { ...state, data: updateData(state.data, event) };
    case "import-progress":
      return { ...state, intake: { ...(event.stage === "keeping" ? state.intake : noIntake), stage: event.stage, done: event.done ?? 0, total: event.total ?? 0 } };
    case "import-remarks":
      return { ...state, intake: { ...state.intake, of: event.of, remarks: event.remarks } };
    case "intake-done":
      return { ...state, intake: { ...state.intake, stage: null, done: 0, total: 0 } };
    case "intake-refused":
      return { ...state, intake: { ...noIntake, error: event.message } };
    default:
      return updateRuns(state, event);
  }
}

/** @param {Data} data @param {Extract<Event, {type: "data-found"|"data-progress"|"data-ready"|"data-not-kept"|"data-failed"}>} event @returns {Data} */
function updateData(data, event) {
  switch (event.type) {
    case "data-found":
      return { ...noData, status: "loading", manifest: event.manifest, hash: event.hash, origin: event.origin };
    case "data-progress":
      return { ...data, bytes: event.bytes, total: event.total, loaded: event.loaded };
    case "data-ready":
      return { ...data, status: "ready" };
    case "data-not-kept":
      return { ...data, origin: "not-kept" };
    case "data-failed":
      return { ...data, status: "failed", error: event.message };
  }
}

/** @param {State} state @param {string} id @param {Partial<Run>} change @returns {State} */
function changeRun(state, id, change) {
  const run = state.runs[id];
  return run ? { ...state, runs: { ...state.runs, [id]: { ...run, ...change } } } : state;
}

/** The state once the worker's memory is gone, and with it the weights that only it had. @param {State} state @returns {State} */
function withoutWorker(state) {
  const changed = Object.values(state.runs).map((run) => [run.id, isInWorkerOnly(run) ? { ...run, weightsGone: true } : run]);
  return { ...state, runs: Object.fromEntries(changed) };
}

/** The worker is free once its run is over. @param {State} state @param {string} id @returns {State} */
const release = (state, id) => {
  const run = state.runs[id];
  return state.active === id && (!run || !isActive(run)) ? { ...state, active: null } : state;
};

/** @param {State} state @param {Event} event @returns {State} */
function updateRuns(state, event) {
  switch (event.type) {
    case "runs-found": {
      // What this visit knows of a run is newer than what was kept.
      const found = Object.fromEntries(event.runs.map((run) => [run.id, run]));
      const order = [...event.runs.map(({ id }) => id).filter((id) => !state.order.includes(id)), ...state.order];
      return { ...state, runs: { ...found, ...state.runs }, order };
    }
    case "requeued":
      return { ...state, queue: [event.job, ...state.queue] };
    case "queued":
      return { ...state, queue: [...state.queue, ...event.jobs] };
    case "unqueued":
      return { ...state, queue: state.queue.filter(({ run }) => !event.runs.includes(run)) };
    case "start-asked": {
      const queue = state.queue.filter(({ run }) => run !== event.run);
      return { ...state, queue, starting: event.run, refusals: without(state.refusals, event.run) };
    }
    case "start-answered":
      return { ...state, starting: null };
    case "run-refused": {
      const starting = state.starting === event.run ? null : state.starting;
      return { ...state, starting, refusals: { ...state.refusals, [event.run]: event.message } };
    }
    case "run-started": {
      const { run } = event;
      const order = state.order.includes(run.id) ? state.order : [...state.order, run.id];
      return { ...state, runs: { ...state.runs, [run.id]: run }, order, active: isActive(run) ? run.id : state.active };
    }
    case "run-events": {
      const run = state.runs[event.run];
      if (!run) return state;
      return release(changeRun(state, run.id, advance(run, event.events, event.pace, event.seconds)), run.id);
    }
    case "run-paused":
      return changeRun(state, event.run, { status: "paused" });
    case "run-resumed":
      return changeRun(state, event.run, { status: "running" });
    case "run-stopped":
      return release(changeRun(state, event.run, { status: "stopped" }), event.run);
    case "run-failed":
      return release(changeRun(state, event.run, { status: "failed", message: event.message }), event.run);
    case "run-kept":
      return changeRun(state, event.run, { keptAt: event.step, weightsGone: false });
    case "run-let-go":
      return changeRun(state, event.run, { keptAt: null, weightsGone: event.gone });
    case "run-labelled":
      return changeRun(state, event.run, { name: event.name, pinned: event.pinned });
    case "run-discarded": {
      const { run } = event;
      const order = state.order.filter((id) => id !== run);
      return { ...state, order, runs: without(state.runs, run), reconstructions: without(state.reconstructions, run), predictions: without(state.predictions, run), refusals: without(state.refusals, run) };
    }
    case "reconstructions":
      return { ...state, reconstructions: { ...state.reconstructions, [event.run]: event.reconstructions } };
    case "predictions":
      return { ...state, predictions: { ...state.predictions, [event.run]: event.predictions } };
  }
  return state;
}

/** What is told of a trainer that is gone, with the way on. @param {State} state
 * @returns {{message: string, way: "restart"|"cpu"|"window"|"reload"}|null} */
const faultOf = ({ fault, faultOfGpu, faultWay }) =>
  fault === null ? null : { message: fault, way: faultWay ?? (faultOfGpu ? "cpu" : "restart") };

/** What is told at the top of the page, or of an element. @param {State} state */
export const toldOf = (state) => ({
  fault: faultOf(state),
  dataError: state.data.status === "failed" ? state.data.error : null,
  notices: state.notices,
});

/** Whether pictures of both splits can be shown. @param {State} state */
export const canShow = ({ data }) => data.loaded.train > 0 && data.loaded.test > 0;

/** How many classes a classifier tells apart: those of the data; null while there is none.
 * @param {Pick<State, "data">} state */
export const classesOf = ({ data }) => data.manifest?.classes.length ?? null;

/** The shape of the pictures; null while there are none. @param {Pick<State, "data">} state */
export const pictureOf = ({ data }) => data.manifest?.picture ?? null;

/** Whether a run could be started, were one asked for. @param {State} state */
export const canTrain = ({ engine, data, intake }) =>
  engine === "ready" && data.status === "ready" && intake.stage === null;

/** Whether the worker has something to do or will have. @param {State} state */
export const isBusy = ({ active, starting, queue }) => active !== null || starting !== null || queue.length > 0;

/** The runs of a section, oldest first. @param {State} state @param {string} group */
export const runsOf = ({ runs, order }, group) => order.map((id) => runs[id]).filter((run) => run.group === group);

/** Whether a run learned from the pictures that are loaded now, so that it can be asked about them.
 * @param {State} state @param {Run} run */
export const isAskable = (state, run) =>
  state.engine === "ready" && state.data.status === "ready" && run.data.hash === state.data.hash && !run.weightsGone;

/** Whether a run that ended before its time can go on now, on the pictures that are loaded.
 * @param {State} state @param {Run|null} run */
export const canGoOn = (state, run) =>
  run !== null && canContinue(run) && isAskable(state, run) && state.active === null && state.starting === null && !state.queue.some((job) => job.run === run.id);
