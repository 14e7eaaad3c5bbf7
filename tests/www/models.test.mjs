// Models of the visitor's own: read from the address or a file, on offer beside the presets, trained, kept and
// found again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createModelActions } from "../../www/app/model-actions.js";
import { askedOf, keyOf, modelOf, nameOf, openedSince, reconstructs, stagesOf } from "../../www/app/models.js";
import { labelOf } from "../../www/app/run.js";
import { fieldsOf } from "../../www/app/settings.js";
import { readSpec, specAddress } from "../../www/app/spec-source.js";
import { slowness } from "../../www/app/slow.js";
import { initial as lab, update } from "../../www/app/state.js";
import { createStore } from "../../www/app/store.js";
import { queryOf } from "../../www/sections/keep/screen.js";
import { fileName } from "../../www/sections/keep/card.js";
import { offersOf } from "../../www/sections/studio/state.js";
import { presetsOf } from "../../www/sections/stacked/state.js";
import { text } from "../../www/strings.js";
import { permissions, props } from "../../www/sections/train/screen.js";
import { address, initial, update as updateTrain } from "../../www/sections/train/state.js";
import { createDatabase, createRunStore, freshName } from "./database.mjs";
import * as fake from "./fake-session.mjs";
import { until, world } from "./support.mjs";

const SPEC = { name: "mine", input: [32, 32, 3], layers: [{ type: "Flatten" }, { type: "Dense", units: "classes", activation: "softmax" }], task: { type: "classify" } };
const DRAWS = { ...SPEC, name: "draws", task: { type: "reconstruct", code: "flatten" } };
const STACKED = { ...DRAWS, name: "stack", stages: [{ encoder: ["flatten"], decoder: ["dense"] }] };
const BASE = "https://example.org/lab/index.html";

/** A lab whose worker reads models. */
function opened() {
  const store = createStore(lab, update);
  store.dispatch({ type: "opened", models: fake.presets(), backends: ["flex"], version: "1" });
  const client = { ask: async ({ text }) => fake.read_model(text) };
  return { store, on: createModelActions(store, client) };
}

test("a model that the address names stands beside the presets, with its own defaults", async () => {
  const { store, on } = opened();
  const before = store.get().models;
  await on.openAsked(JSON.stringify(SPEC), BASE, true);
  const { models, opening } = store.get();
  assert.deepEqual(opening, { status: "opened", source: JSON.stringify(SPEC), error: null });
  assert.equal(openedSince(before, models)?.name, "mine");
  assert.equal(openedSince(models, models), null);
  assert.equal(openedSince([], before), null, "presets that come are not opened");
  assert.deepEqual(modelOf(models, "mine"), { ...SPEC });
  assert.equal(modelOf(models, "cae"), "cae");
  // Changed and opened again, it is the same one.
  await on.openFile(new File([JSON.stringify({ ...SPEC, title: "New" })], "mine.json"));
  assert.equal(store.get().models.length, before.length + 1);
  assert.equal(store.get().models.at(-1).title, "New");
  assert.equal(store.get().opening.source, null, "a file is no address");
});

test("what cannot be read is told in the library's sentence and trains nothing until something else is chosen", async () => {
  const { store, on } = opened();
  const bad = JSON.stringify({ ...SPEC, layers: [{ type: "Conv" }] });
  await on.openAsked(bad, BASE, true);
  const description = { config: fake.defaults("cae"), defaults: fake.defaults("cae"), summary: fake.summary(fake.defaults("cae")), error: null };
  const local = { ...initial({}), model: "cae", description };
  const state = () => ({ ...store.get(), data: { ...store.get().data, status: "ready" } });
  const shown = props(state(), local);
  assert.match(shown.modelError.error, /Do you mean `Conv2D`\?$/);
  assert.equal(shown.models.chosen, null);
  assert.equal(permissions(state(), local).start, false);
  assert.deepEqual(address(state(), local), { spec: bad }, "the address stays what it was");
  assert.deepEqual(store.get().notices, [], "said once");
  await on.openAsked(bad, BASE, false);
  assert.match(store.get().notices.join(), /Do you mean/, "where no section says it");
  on.leave();
  assert.equal(permissions(state(), local).start, true);
  assert.deepEqual(address(state(), local), { preset: "cae" });
});

test("the settings beside a model in the address are for it", async () => {
  const asked = initial({ spec: "{}", epochs: "3", loss: "mean-squared-error", noise: "masking" });
  const { overrides } = updateTrain(asked, { type: "model-chosen", model: "draws" });
  assert.deepEqual(overrides, { epochs: 3, loss: "mean-squared-error", noise: "masking" });
  // Those of another one start from its own defaults, but for what every model has.
  assert.deepEqual(updateTrain({ ...asked, model: "draws" }, { type: "model-chosen", model: "cae" }).overrides, { epochs: 3 });
});

test("a preset's name is not another model's, and two of a name are told apart", async () => {
  const { store, on } = opened();
  await on.openAsked(JSON.stringify({ ...SPEC, name: "cae" }), BASE, true);
  assert.match(store.get().opening.error, /^cae is the name of a model/);
  assert.notEqual(keyOf(SPEC), keyOf({ ...SPEC, layers: [] }));
  assert.equal(keyOf(SPEC), keyOf(structuredClone(SPEC)));
});

test("of two models that are asked for the later one holds", async () => {
  const store = createStore(lab, update);
  /** @type {Map<string, (record: unknown) => void>} */
  const waiting = new Map();
  const on = createModelActions(store, { ask: ({ text }) => new Promise((resolve) => waiting.set(text, () => resolve(fake.read_model(text)))) });
  const [first, second] = [SPEC, DRAWS].map((spec) => JSON.stringify(spec));
  const both = [on.openAsked(first, BASE, true), on.openAsked(second, BASE, true)];
  await until(() => waiting.size === 2);
  waiting.get(second)?.(null);
  waiting.get(first)?.(null);
  await Promise.all(both);
  assert.deepEqual(store.get().models.map(({ name }) => name), ["draws"]);
});

test("a path leads to a file of this site and nowhere else", async () => {
  assert.equal(specAddress("models/mine.json", BASE).href, "https://example.org/lab/models/mine.json");
  for (const path of ["https://elsewhere.org/mine.json", "//elsewhere.org/mine.json", "http://example.org/mine.json"])
    assert.throws(() => specAddress(path, BASE), /may not send this page to another site/);
  for (const path of ["javascript:alert(1)", "data:application/json,{}", "http://["]) assert.throws(() => specAddress(path, BASE), /neither a model as JSON nor the path/);
  await assert.rejects(readSpec(new File([new Uint8Array(2_000_000)], "big.json")), /big\.json has more than 1,048,576 bytes/);
});

test("a run of any model is labelled, kept, found again and exported by its name", async () => {
  const { engine, reports, runs } = world({ manifest: fake.manifest({ train: 64, test: 32 }) });
  await engine.handle({ type: "open", data: null });
  const record = await engine.handle({ type: "read-model", text: JSON.stringify(SPEC) });
  const job = { run: "r", group: "train", name: "", model: record.config.model, overrides: { epochs: 1 }, from: null, paused: false };
  await engine.handle({ type: "start", job, backend: "flex" });
  await until(() => reports.some(({ events }) => events?.some(({ type }) => type === "finished")));
  await until(() => runs.kept.size === 1);
  const { run } = runs.kept.get("r");
  assert.deepEqual(run.plan.config.model, SPEC);
  assert.equal(labelOf(run), "mine, seed 0");
  const store = createRunStore(createDatabase({ name: freshName() }));
  await store.save(run, new Uint8Array(4));
  await store.save({ ...run, id: "odd", plan: { ...run.plan, config: { ...run.plan.config, model: { ...SPEC, name: 3 } } } }, new Uint8Array(4));
  const found = await store.list();
  assert.deepEqual(found.runs.map(({ plan }) => plan.config.model), [SPEC]);
  assert.deepEqual(found.damaged.map(({ id }) => id), ["odd"]);
  assert.equal(new URLSearchParams(queryOf(run, record.config)).get("spec"), JSON.stringify(SPEC));
  assert.match(fileName(run, "card.json"), /^tabgrad-mine-seed0-r-card\.json$/);
});

test("models are asked what they are, not what they are called", () => {
  const records = [...fake.presets(), ...[SPEC, DRAWS, STACKED].map((spec) => fake.read_model(JSON.stringify(spec)))];
  assert.deepEqual([SPEC, DRAWS].map((model) => reconstructs({ model, output: null })), [false, true]);
  assert.deepEqual(["cae", "cnn-max-2"].map((name) => reconstructs(fake.defaults(name))), [true, false]);
  const offers = offersOf(records);
  assert.deepEqual(offers.slice(-2).map(({ name }) => name), ["pair", "draws"], "autoencoders that are trained at once, the visitor's last");
  assert.deepEqual(offers.at(-2).models, ["cae", "cae-bn"]);
  assert.equal(presetsOf(fake.presets()).stack?.name, "sae");
  assert.equal(presetsOf(records).stack?.name, "stack");
  assert.deepEqual(stagesOf(records, "sae"), fake.SAE);
  assert.deepEqual(stagesOf(records, STACKED), STACKED.stages);
  assert.deepEqual(stagesOf(records, SPEC), []);
  const keys = fieldsOf(fake.defaults(DRAWS)).map(({ key }) => key);
  assert.ok(keys.includes("noise") && keys.includes("loss") && !keys.includes("output") && !keys.includes("padding"));
  assert.ok(fieldsOf(fake.defaults(DRAWS)).find(({ key }) => key === "noise")?.options?.includes("none"));
  assert.ok(!fieldsOf(fake.defaults("cae-denoise")).find(({ key }) => key === "noise")?.options?.includes("none"));
});

test("a name can hold anything", () => {
  assert.equal(nameOf({ ...SPEC, name: "a\u202eb\n" }), "ab");
  assert.deepEqual(askedOf("cae"), { preset: "cae" });
  assert.deepEqual(askedOf({ ...SPEC, layers: Array.from({ length: 200 }, () => ({ type: "Conv2D", filters: 16, kernel_size: 3 })) }), {}, "too long for an address");
});

test("a model that was opened outlives the worker", () => {
  const mine = fake.read_model(JSON.stringify(SPEC));
  let state = update(update(lab, { type: "opened", models: fake.presets(), backends: [], version: "1" }), { type: "model-opened", model: mine });
  state = update(update(state, { type: "engine-lost", again: [] }), { type: "opened", models: fake.presets(), backends: [], version: "1" });
  assert.deepEqual(state.models.map(({ name }) => name), [...fake.presets().map(({ name }) => name), "mine"]);
});

test("a network that takes long is told of before it is trained, with the layer that makes it so", () => {
  const layer = (name, multiplyAdds) => ({ name, multiplyAdds });
  assert.equal(slowness({ layers: [layer("conv2d", 15e6)], multiplyAdds: 15e6 }), null);
  assert.equal(slowness({ layers: [], multiplyAdds: 0 }), null);
  const slow = slowness({ layers: [layer("conv2d", 50e6), layer("conv2d_1", 350e6), layer("dense", 0)], multiplyAdds: 400e6 });
  assert.deepEqual(slow, { multiplyAdds: 400e6, layer: "conv2d_1", share: 0.875 });
  assert.match(text.model.slow(slow), /400 million multiply-adds, 88 % of them in conv2d_1/);
});
