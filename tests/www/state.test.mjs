// The page's state: what events make of it, and what is read from it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { extend, emptyCurve } from "../../www/curve.js";
import { lines, phaseStarts, progress } from "../../www/run.js";
import { screen, statusSentence } from "../../www/screen.js";
import { createStore } from "../../www/store.js";
import { fieldValues, initial, isAutoencoder, permissions, update } from "../../www/state.js";
import * as fake from "./fake-session.mjs";

const pace = { picturesPerSecond: 3200, stepSeconds: 0.01, validationSeconds: 0.005 };

function planOf(model, overrides = {}) {
  const session = new fake.Session();
  session.set_manifest(JSON.stringify(fake.manifest()));
  session.data.loaded = { train: 600, test: 200 };
  return session.plan({ ...fake.defaults(model), ...overrides });
}

const ready = [
  { type: "opened", models: fake.models(), backends: fake.backends() },
  { type: "data-found", manifest: fake.manifest(), origin: "bundled" },
  { type: "data-progress", bytes: 800, total: 800, loaded: { train: 600, test: 200 } },
  { type: "data-ready" },
  { type: "described", model: "cnn-max-2", description: describe("cnn-max-2") },
];

function describe(model, overrides = {}) {
  const defaults = fake.defaults(model);
  const config = { ...defaults, ...overrides };
  return { defaults, config, summary: fake.summary(config), error: null };
}

const after = (...events) => [...ready, ...events].reduce(update, initial);
const steps = (from, to, loss = 1) =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ type: "step", phase: 0, epoch: 1, step: from + i, loss, accuracy: 0.5, pictures: 32 }));
const started = (model = "cnn-max-2") => ({ type: "run-started", plan: planOf(model), paused: false, backend: "flex" });
const happened = (...events) => ({ type: "run-events", events, pace });
const epochEnd = (epoch, step) => ({ type: "epoch", phase: 0, epoch, step, loss: 1, accuracy: 0.5, valLoss: 1.1, valAccuracy: 0.4, mse: null, psnr: null, ssim: null });

test("nothing may be pressed before there are a trainer, pictures and settings", () => {
  ready.forEach((_, i) => {
    const state = ready.slice(0, i).reduce(update, initial);
    const { reset, ...may } = permissions(state);
    assert.deepEqual(Object.values(may).filter(Boolean), [], `after ${i} events`);
    assert.equal(reset, false);
  });
  assert.equal(permissions(after()).start, true);
});

test("each state of a run allows what makes sense in it", () => {
  const on = (...events) => {
    const { start, pause, resume, step, stop, reset } = permissions(after(started(), ...events));
    return Object.entries({ start, pause, resume, step, stop, reset }).filter(([, may]) => may).map(([name]) => name).join();
  };
  assert.equal(on(), "pause,stop,reset");
  assert.equal(on({ type: "run-paused" }), "resume,step,stop,reset");
  assert.equal(on({ type: "run-paused" }, { type: "run-resumed" }), "pause,stop,reset");
  assert.equal(on({ type: "run-stopped" }), "start,step,reset");
  assert.equal(on({ type: "run-failed", message: "x" }), "start,step,reset");
  assert.equal(on({ type: "run-reset" }), "start,step");
  assert.equal(on({ type: "crashed", message: "x" }), "reset");
});

test("a wrong setting keeps what was typed, says why and forbids a start", () => {
  const state = after({ type: "setting-typed", key: "epochs", typed: "many" });
  const epochs = fieldValues(state.settings).find(({ field }) => field.key === "epochs");
  assert.equal(epochs.typed, "many");
  assert.match(epochs.error, /Epochs is “many”; give a whole number/);
  assert.equal(permissions(state).start, false);
  const mended = update(state, { type: "setting-typed", key: "epochs", typed: "7" });
  assert.equal(mended.settings.overrides.epochs, 7);
  assert.equal(permissions(mended).start, true);
});

test("a switched-off default is told from one never touched", () => {
  const state = after({ type: "setting-typed", key: "patience", typed: "4" }, { type: "setting-typed", key: "patience", typed: "" });
  assert.equal(state.settings.overrides.patience, null);
  assert.equal(fieldValues(state.settings).find(({ field }) => field.key === "patience").typed, "");
});

test("choosing a model carries over what all models have and drops what only some have", () => {
  const state = after(
    { type: "model-chosen", model: "cae-denoise" },
    { type: "setting-typed", key: "noise", typed: "masking" },
    { type: "setting-typed", key: "seed", typed: "9" },
    { type: "model-chosen", model: "cnn-avg-4" },
  );
  assert.deepEqual(state.settings.overrides, { seed: 9 });
  assert.equal(state.settings.description, null);
});

test("a description of another model than the chosen one comes too late", () => {
  const state = after({ type: "model-chosen", model: "cae" }, { type: "described", model: "cnn-max-2", description: describe("cnn-max-2") });
  assert.equal(state.settings.description, null);
});

test("an address with an unknown model is told and the first model is used", () => {
  const state = [{ type: "address-read", model: "vgg", overrides: {}, errors: ["Seed is wrong."] }, ...ready].reduce(update, initial);
  assert.equal(state.settings.model, "cnn-max-2");
  assert.equal(state.notices.length, 2);
  assert.match(state.notices[1], /vgg/);
});

test("a run's place is read from its events, through epochs and validation", () => {
  let state = after(started(), happened({ type: "phase", phase: 0, name: "Training" }, ...steps(1, 19)));
  assert.equal(progress(state.run).epochShare, 19 / 26);
  state = update(state, happened({ type: "validating", phase: 0, epoch: 1, done: 7, total: 7 }));
  assert.equal(progress(state.run).epochShare, 1);
  assert.equal(progress(state.run).runShare, 0.1);
  state = update(state, happened(epochEnd(1, 19)));
  assert.equal(progress(state.run).epochShare, 1);
  assert.equal(progress(state.run).runShare, 0.1);
  assert.equal(progress(state.run).secondsLeft, 171 * 0.01 + 63 * 0.005);
  state = update(state, happened({ ...steps(20, 20)[0], epoch: 2 }));
  assert.equal(progress(state.run).epoch, 2);
  assert.equal(progress(state.run).epochShare, 1 / 26);
});

test("the status changes with the epoch and not with the step", () => {
  const one = after(started(), happened(...steps(1, 3)));
  const two = update(one, happened(...steps(4, 9)));
  assert.equal(statusSentence(one), "Training. Epoch 1 of 10.");
  assert.equal(statusSentence(one), statusSentence(two));
});

test("a run that diverged shows the sentence of the trainer", () => {
  const state = after(started(), happened(...steps(1, 3), { type: "diverged", phase: 0, epoch: 1, step: 4, message: "The loss became infinite at step 4." }));
  assert.equal(statusSentence(state), "The loss became infinite at step 4.");
  assert.equal(permissions(state).start, true);
});

test("stages of a stacked autoencoder lie one after another on the axis", () => {
  const plan = planOf("sae", { epochs: 3 });
  assert.deepEqual(phaseStarts(plan).map(({ at }) => at), [0, 3, 6, 9]);
  const state = [...ready, { type: "run-started", plan, paused: false }, happened(...steps(1, 57), { type: "phase", phase: 1, name: "Stage 2" })].reduce(update, initial);
  assert.equal(progress(state.run).phase, "Stage 2");
  assert.equal(lines(state.run, "loss").epochsPlanned, 12);
});

test("new pictures clear the run that was of the old ones; a crash ends it", () => {
  assert.equal(after(started(), ready[1]).run, null);
  const crashed = after(started(), { type: "crashed", message: "It broke." });
  assert.equal(crashed.run.status, "failed");
  const again = update(crashed, { type: "engine-restarted" });
  assert.equal(again.engine, "starting");
  assert.equal(again.settings.model, "cnn-max-2");
  assert.equal(again.run.status, "failed", "its curves stay to be looked at");
});

test("the page speaks of drawings for autoencoders, the run's word before the choice's", () => {
  assert.equal(isAutoencoder(after()), false);
  assert.equal(isAutoencoder(after({ type: "model-chosen", model: "sae" })), true);
  assert.equal(isAutoencoder(after(started("cae"))), true);
});

test("samples of a seed that is no longer asked for are not shown", () => {
  const pictures = { train: null, test: null };
  const state = after({ type: "samples-asked", seed: 2 }, { type: "samples-shown", seed: 1, pictures });
  assert.equal(state.samples.pictures, null);
});

test("every view's part can be read from every state, from the first on", () => {
  const events = [...ready, started("sae"), happened(...steps(1, 19), epochEnd(1, 19)), { type: "crashed", message: "x" }];
  events.reduce((state, event) => {
    for (const select of Object.values(screen)) assert.equal(typeof select(state), "object");
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
  [...ready, started(), happened(...steps(1, 19), epochEnd(1, 19)), { type: "run-stopped" }].reduce((state, event) => update(freeze(state), freeze(event)), initial);
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
