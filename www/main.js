// The page's composition root: makes the store, the worker's client and the views, and wires
// them. Draws at most once a frame, and only the views whose part of the state changed.

import { SAMPLES, createActions } from "./actions.js";
import { createClient } from "./client.js";
import { percent, wholePercent } from "./format.js";
import { rememberedChoice, rememberedSpeeds } from "./remembered.js";
import { screen } from "./screen.js";
import { fromQuery, toQuery, trim } from "./settings.js";
import { canShow, initial, isAutoencoder, update } from "./state.js";
import { createStore } from "./store.js";
import { text } from "./strings.js";
import * as chart from "./views/chart.js";
import * as compute from "./views/compute.js";
import * as controls from "./views/controls.js";
import * as data from "./views/data.js";
import * as epochs from "./views/epochs.js";
import * as intake from "./views/intake.js";
import * as measures from "./views/measures.js";
import * as models from "./views/models.js";
import * as notices from "./views/notices.js";
import * as progress from "./views/progress.js";
import * as reconstructions from "./views/reconstructions.js";
import * as samples from "./views/samples.js";
import * as settings from "./views/settings-form.js";
import * as summary from "./views/summary.js";

/** @import { Event, State } from "./state.js" */

for (const element of document.querySelectorAll("[data-text]")) {
  const path = element.getAttribute("data-text")?.split(".") ?? [];
  element.textContent = path.reduce((at, key) => /** @type {any} */ (at)[key], /** @type {any} */ (text));
}

/** @type {ReturnType<typeof createStore<State, Event>>} */
const store = createStore(initial, update);
const client = createClient(store.dispatch);
const act = createActions(store, client);

const place = (/** @type {string} */ id) => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no place named ${id}`);
  return found;
};

/** @type {Record<keyof typeof screen, (props: any) => void>} */
const views = {
  notices: notices.create(place("notices"), { onDismiss: act.dismiss, onRestart: () => act.reopen() }),
  data: data.create(place("data"), { onRetry: act.retry, onForget: act.forget }),
  samples: samples.create(place("samples"), { count: SAMPLES, onAnother: () => act.showSamples(store.get().samples.seed + 1) }),
  intake: intake.create(place("intake"), { onFiles: act.take }),
  models: models.create(place("models"), { onChoose: act.chooseModel }),
  summary: summary.create(place("summary")),
  settings: settings.create(place("settings"), { onType: act.typeSetting }),
  compute: compute.create(place("compute"), {
    onChoose: act.devices.choose,
    onSkip: act.devices.skip,
    onLook: act.devices.look,
    onForget: act.devices.forgetSpeeds,
    onCheck: act.devices.check,
  }),
  controls: controls.create(place("controls"), { on: act }),
  progress: progress.create(place("progress")),
  loss: chart.create(place("loss"), { title: text.charts.loss }),
  accuracy: chart.create(place("accuracy"), { title: text.charts.accuracy, range: [0, 1], format: percent, ticks: wholePercent }),
  epochs: epochs.create(place("epochs")),
  reconstructions: reconstructions.create(place("reconstructions")),
  measures: measures.create(place("measures")),
};

/** @type {Partial<Record<keyof typeof screen, Record<string, unknown>>>} */
const shown = {};
const drawnSection = place("drawn");

function draw() {
  const state = store.get();
  drawnSection.hidden = !isAutoencoder(state);
  for (const name of /** @type {(keyof typeof screen)[]} */ (Object.keys(screen))) {
    const props = /** @type {Record<string, unknown>} */ (screen[name](state));
    const before = shown[name];
    if (before && Object.keys(props).every((key) => Object.is(props[key], before[key]))) continue;
    shown[name] = props;
    views[name](props);
  }
}

let due = false;
store.subscribe(() => {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    draw();
  });
});

/** What follows from a change of state, beside drawing: questions to the worker, the address. */
let last = store.get();
store.subscribe(() => {
  const before = last;
  const now = store.get();
  last = now;
  if (before.models !== now.models) void act.describe();
  const arrived = !canShow(before) && canShow(now);
  // The seed picks among all pictures once all are here.
  const completed = before.data.status === "loading" && now.data.status === "ready";
  if (arrived || completed) void act.showSamples(now.samples.seed);
  const { model, overrides, description } = now.settings;
  if (description && model && description !== before.settings.description) {
    const isFirst = now.models[0]?.name === model;
    const query = toQuery(location.search, model, isFirst, trim(overrides, description.defaults));
    if (query !== location.search) history.replaceState(null, "", query || location.pathname);
  }
});

store.dispatch({ type: "compute-chosen", choice: rememberedChoice(location.search) });
store.dispatch({ type: "speeds-known", measured: rememberedSpeeds() });
store.dispatch({ type: "address-read", ...fromQuery(location.search) });
draw();
act.open();
