// The page's state: what events make of it, and what is read from it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { extend, emptyCurve } from "../../www/app/curve.js";
import { lines, newRun, phaseStarts, progress } from "../../www/app/run.js";
import { fieldValues } from "../../www/app/settings.js";
import { initial, isBusy, runsOf, update } from "../../www/app/state.js";
import { createStore } from "../../www/app/store.js";
import * as pictures from "../../www/sections/pictures/state.js";
import { permissions, props, statusSentence } from "../../www/sections/train/screen.js";
import * as train from "../../www/sections/train/state.js";
import * as fake from "./fake-session.mjs";

const pace = { picturesPerSecond: 3200, stepSeconds: 0.01, validationSeconds: 0.005 };

function planOf(model, overrides = {}) {
  const session = new fake.Session();
  session.set_manifest(JSON.stringify(fake.manifest()));
  session.data.loaded = { train: 600, test: 200 };
  return session.plan({ ...fake.defaults(model), ...overrides });
}

const ready = [
  { type: "opened", models: fake.presets(), backends: fake.backends(), version: "0" },
  { type: "data-found", manifest: fake.manifest(), hash: "600-200", origin: "bundled" },
  { type: "data-progress", bytes: 800, total: 800, loaded: { train: 600, test: 200 } },
  { type: "data-ready" },
];

function describe(model, overrides = {}) {
  const defaults = fake.defaults(model);
  const config = { ...defaults, ...overrides };
  return { defaults, config, summary: fake.summary(config), error: null };
}

/** The section of the training as it is once a model was chosen and described. */
const chosen = (model = "cnn-max-2", ...events) =>
  [{ type: "model-chosen", model }, { type: "described", model, description: describe(model) }, ...events].reduce(train.update, train.initial({}));
const after = (...events) => [...ready, ...events].reduce(update, initial);
const showing = train.update(chosen(), { type: "run-shown", run: "one" });
const steps = (from, to, loss = 1) =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ type: "step", phase: 0, epoch: 1, step: from + i, loss, accuracy: 0.5, pictures: 32 }));
const started = (model = "cnn-max-2", overrides = {}) => ({
  type: "run-started",
  run: newRun({ id: "one", group: "train", name: "", pinned: false, startedAt: 0, version: "0", data: { name: "", hash: "600-200", synthetic: true, classes: fake.CLASSES }, from: null, plan: planOf(model, overrides), backend: "flex" }, false),
});
const happened = (...events) => ({ type: "run-events", run: "one", events, pace, seconds: 1 });
const epochEnd = (epoch, step) => ({ type: "epoch", phase: 0, epoch, step, loss: 1, accuracy: 0.5, valLoss: 1.1, valAccuracy: 0.4, mse: null, psnr: null, ssim: null });

test("nothing may be pressed before there are a trainer, pictures and settings", () => {
  ready.forEach((_, i) => {
    const { reset, ...may } = permissions(ready.slice(0, i).reduce(update, initial), chosen());
    assert.deepEqual(Object.values(may).filter(Boolean), [], `after ${i} events`);
    assert.equal(reset, false);
  });
  assert.equal(permissions(after(), train.initial({})).start, false, "without settings");
  assert.equal(permissions(after(), chosen()).start, true);
});

test("each state of a run allows what makes sense in it", () => {
  const on = (...events) => {
    const { start, pause, resume, step, stop, reset } = permissions(after(started(), ...events), showing);
    return Object.entries({ start, pause, resume, step, stop, reset }).filter(([, may]) => may).map(([name]) => name).join();
  };
  const run = "one";
  assert.equal(on(), "pause,stop,reset");
  assert.equal(on({ type: "run-paused", run }), "resume,step,stop,reset");
  assert.equal(on({ type: "run-paused", run }, { type: "run-resumed", run }), "pause,stop,reset");
  assert.equal(on({ type: "run-stopped", run }), "start,step,reset");
  assert.equal(on({ type: "run-failed", run, message: "x" }), "start,step,reset");
  assert.equal(on({ type: "run-discarded", run }), "start,step");
  assert.equal(on({ type: "crashed", message: "x" }), "reset");
});

test("a run that waits can be taken back, and says for what it waits", () => {
  const job = { run: "two", group: "train", name: "", model: "cae", overrides: {}, from: null, paused: false };
  const state = after(started(), { type: "queued", jobs: [job] });
  const local = train.update(chosen("cae"), { type: "run-shown", run: "two" });
  const may = permissions(state, local);
  assert.deepEqual([may.start, may.stop, may.active], [false, true, true]);
  assert.match(statusSentence(state, local), /Waiting for cnn-max-2/);
  assert.equal(permissions(update(state, { type: "unqueued", runs: ["two"] }), local).start, true);
});

test("the worker is free once its run is over, and busy while runs wait", () => {
  assert.equal(isBusy(after(started())), true);
  assert.equal(isBusy(after(started(), { type: "run-stopped", run: "one" })), false);
  assert.equal(after(started(), happened({ type: "finished", reason: "completed", phase: 0, epoch: 1, step: 19 })).active, null);
});

test("runs of earlier visits stand before those of this one, which are newer", () => {
  const earlier = { ...started().run, id: "zero", status: "interrupted" };
  const stale = { ...started().run, status: "interrupted" };
  const state = after(started(), { type: "runs-found", runs: [earlier, stale] });
  assert.deepEqual(runsOf(state, "train").map(({ id, status }) => `${id} ${status}`), ["zero interrupted", "one running"]);
});

test("a wrong setting keeps what was typed, says why and forbids a start", () => {
  const local = chosen("cnn-max-2", { type: "setting-typed", key: "epochs", typed: "many" });
  const epochs = fieldValues(local).find(({ field }) => field.key === "epochs");
  assert.equal(epochs.typed, "many");
  assert.match(epochs.error, /Epochs is “many”, which is no number; give a whole number/);
  assert.equal(permissions(after(), local).start, false);
  const mended = train.update(local, { type: "setting-typed", key: "epochs", typed: "7" });
  assert.equal(mended.overrides.epochs, 7);
  assert.equal(permissions(after(), mended).start, true);
});

test("a switched-off default is told from one never touched", () => {
  const local = chosen("cnn-max-2", { type: "setting-typed", key: "patience", typed: "4" }, { type: "setting-typed", key: "patience", typed: "" });
  assert.equal(local.overrides.patience, null);
  assert.equal(fieldValues(local).find(({ field }) => field.key === "patience").typed, "");
});

test("choosing a model carries over what all models have and drops what only some have", () => {
  const local = chosen(
    "cae-denoise",
    { type: "setting-typed", key: "noise", typed: "masking" },
    { type: "setting-typed", key: "seed", typed: "9" },
    { type: "model-chosen", model: "cnn-avg-4" },
  );
  assert.deepEqual(local.overrides, { seed: 9 });
  assert.equal(local.description, null);
});

test("a description of another model than the chosen one comes too late", () => {
  const local = train.update(train.initial({ preset: "cae" }), { type: "described", model: "cnn-max-2", description: describe("cnn-max-2") });
  assert.equal(local.description, null);
});

test("an address names a model by its preset, and by the older key", () => {
  assert.equal(train.initial({ preset: "cae", epochs: "3" }).model, "cae");
  assert.equal(train.initial({ model: "cae" }).model, "cae");
  assert.equal(train.initial({ seed: "x" }).errors.length, 1);
});

test("a run's place is read from its events, through epochs and validation", () => {
  let state = after(started(), happened({ type: "phase", phase: 0, name: "Training" }, ...steps(1, 19)));
  assert.equal(progress(state.runs.one).epochShare, 19 / 26);
  state = update(state, happened({ type: "validating", phase: 0, epoch: 1, done: 7, total: 7 }));
  assert.equal(progress(state.runs.one).epochShare, 1);
  assert.equal(progress(state.runs.one).runShare, 0.1);
  state = update(state, happened(epochEnd(1, 19)));
  assert.equal(progress(state.runs.one).epochShare, 1);
  assert.equal(progress(state.runs.one).runShare, 0.1);
  assert.equal(progress(state.runs.one).secondsLeft, 171 * 0.01 + 63 * 0.005);
  state = update(state, happened({ ...steps(20, 20)[0], epoch: 2 }));
  assert.equal(progress(state.runs.one).epoch, 2);
  assert.equal(progress(state.runs.one).epochShare, 1 / 26);
});

test("the status changes with the epoch and not with the step", () => {
  const one = after(started(), happened(...steps(1, 3)));
  const two = update(one, happened(...steps(4, 9)));
  assert.equal(statusSentence(one, showing), "Training. Epoch 1 of 10.");
  assert.equal(statusSentence(one, showing), statusSentence(two, showing));
});

test("a run that diverged shows the sentence of the trainer", () => {
  const state = after(started(), happened(...steps(1, 3), { type: "diverged", phase: 0, epoch: 1, step: 4, message: "The loss became infinite at step 4." }));
  assert.equal(statusSentence(state, showing), "The loss became infinite at step 4.");
  assert.equal(permissions(state, showing).start, true);
});

test("stages of a stacked autoencoder lie one after another on the axis", () => {
  const start = started("sae", { epochs: 3 });
  const { plan } = start.run;
  assert.deepEqual(phaseStarts(plan).map(({ at }) => at), [0, 3, 6, 9]);
  const state = [...ready, start, happened(...steps(1, 57), { type: "phase", phase: 1, name: "Stage 2" })].reduce(update, initial);
  assert.equal(progress(state.runs.one).phase, "Stage 2");
  assert.equal(lines(state.runs.one, "loss").epochsPlanned, 12);
});

test("a crash ends the run, and its curves stay to be looked at", () => {
  const crashed = after(started(), { type: "crashed", message: "It broke." });
  assert.equal(crashed.runs.one.status, "failed");
  const again = update(crashed, { type: "engine-restarted" });
  assert.equal(again.engine, "starting");
  assert.equal(again.runs.one.status, "failed");
});

test("the page speaks of drawings for autoencoders, the run's word before the choice's", () => {
  assert.equal(train.isAutoencoder(after(), chosen()), false);
  assert.equal(train.isAutoencoder(after(), chosen("sae")), true);
  assert.equal(train.isAutoencoder(after(started("cae")), showing), true);
});

test("samples of a seed that is no longer asked for are not shown", () => {
  const pictures_ = { train: null, test: null };
  const local = [{ type: "samples-asked", seed: 2 }, { type: "samples-shown", seed: 1, pictures: pictures_ }].reduce(pictures.update, pictures.initial({}));
  assert.equal(local.samples.pictures, null);
});

test("every view's part can be read from every state, from the first on", () => {
  const events = [...ready, started("sae"), happened(...steps(1, 19), epochEnd(1, 19)), { type: "crashed", message: "x" }];
  events.reduce((state, event) => {
    for (const local of [train.initial({}), chosen(), showing])
      for (const part of Object.values(props(state, local))) assert.equal(typeof part, "object");
    return update(state, event);
  }, initial);
});

test("updating changes nothing that was there before", () => {
  const freeze = (value) => {
    if (value && typeof value === "object" && !ArrayBuffer.isView(value)) {
      Object.values(value).forEach(freeze);
      Object.freeze(value);
    }
    return value;
  };
  [...ready, started(), happened(...steps(1, 19), epochEnd(1, 19)), { type: "run-stopped", run: "one" }].reduce((state, event) => update(freeze(state), freeze(event)), initial);
});

test("a curve stays within its number of points and ends where the run is", () => {
  let curve = emptyCurve();
  for (let from = 1; from <= 20000; from += 50) curve = extend(curve, steps(from, from + 49, 2));
  assert.ok(curve.steps.length <= 1201 && curve.steps.length >= 600);
  assert.ok(20000 - curve.steps.at(-1) < curve.every);
  assert.ok(curve.loss.every((loss) => Math.abs(loss - 2) < 1e-9), "a constant loss is drawn as it is");
});

test("a curve does not depend on how its steps were bundled", () => {
  const all = Array.from({ length: 3000 }, (_, i) => ({ ...steps(i + 1, i + 1)[0], loss: Math.sin(i) }));
  const whole = extend(emptyCurve(), all);
  const pieces = all.reduce((curve, step) => extend(curve, [step]), emptyCurve());
  assert.deepEqual(pieces, whole);
});

test("the store tells its listeners only of changes", () => {
  const store = createStore(0, (state, event) => state + event);
  let told = 0;
  const leave = store.subscribe(() => (told += 1));
  store.dispatch(0);
  store.dispatch(2);
  leave();
  store.dispatch(1);
  assert.deepEqual([store.get(), told], [3, 1]);
});
