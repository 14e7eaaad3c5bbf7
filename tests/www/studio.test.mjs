// The autoencoder studio: which runs it shows, what it asks about them and when, and the arithmetic
// of its map.

import assert from "node:assert/strict";
import { test } from "node:test";
import { atlas } from "./image-data.mjs";
import { newRun } from "../../www/app/run.js";
import * as lab from "../../www/app/state.js";
import { comparedRun, shownRun } from "../../www/sections/studio/runs.js";
import { channelShares, classPlaces, extent, nearest, neighbour, layOut } from "../../www/sections/studio/codes.js";
import { due, mapEpoch } from "../../www/sections/studio/queries.js";
import { permissions, props, statusSentence } from "../../www/sections/studio/screen.js";
import { address, initial as before, offersOf, update } from "../../www/sections/studio/state.js";
import * as fake from "./fake-session.mjs";

/** The section once the library has told its presets. */
const initial = (asked) => update(before(asked), { type: "presets-known", offered: offersOf(fake.presets()) });

function planOf(model, overrides = {}) {
  const session = new fake.Session();
  session.set_manifest(JSON.stringify(fake.manifest()));
  session.data.loaded = { train: 600, test: 200 };
  return session.plan({ ...fake.defaults(model), ...overrides });
}

function runOf(id, model, { hash = "h", group = "studio", overrides = {}, ...more } = {}) {
  const data = { name: "pictures", hash, synthetic: true, classes: fake.CLASSES };
  const identity = { id, group, name: "", pinned: false, startedAt: 0, version: "0", data, from: null, plan: planOf(model, overrides), backend: "flex" };
  return { ...newRun(identity, false), status: "completed", step: 40, keptAt: 40, ...more };
}

function stateOf(runs, more = {}) {
  return {
    ...lab.initial,
    engine: "ready",
    data: { ...lab.initial.data, status: "ready", hash: "h", manifest: fake.manifest(), loaded: { train: 600, test: 200 } },
    runs: Object.fromEntries(runs.map((run) => [run.id, run])),
    order: runs.map(({ id }) => id),
    ...more,
  };
}

const samples = { indices: Uint32Array.from([5, 9]), labels: Uint8Array.of(1, 2), atlas: atlas(2) };
const looking = () => ["rows", "map", "extremes"].reduce((local, part) => update(local, { type: "part-seen", part }), update(initial({}), { type: "pictures-shown", samples }));
const queries = (state, local) => due(state, local).map(({ query }) => query);

test("the studio shows what learns, else its newest run, else any autoencoder, and never a classifier", () => {
  const local = initial({});
  assert.equal(shownRun(stateOf([runOf("a", "cnn-max-2")]), local), null);
  const other = runOf("b", "sae", { group: "stacked" });
  assert.equal(shownRun(stateOf([other, runOf("a", "cnn-max-2")]), local).id, "b");
  const mine = runOf("c", "cae");
  assert.equal(shownRun(stateOf([mine, other]), local).id, "c");
  assert.equal(shownRun(stateOf([mine, { ...other, status: "running" }]), local).id, "b");
  assert.equal(shownRun(stateOf([mine, other]), { ...local, run: "b" }).id, "b");
  assert.equal(shownRun(stateOf([mine, other]), { ...local, run: "gone" }).id, "c", "a run that was deleted gives way");
});

test("a run that differs in nothing but the model stands beside by itself, unless none is wanted", () => {
  const plain = runOf("a", "cae");
  const normalised = runOf("b", "cae-bn");
  const longer = runOf("c", "cae-bn", { overrides: { epochs: 7 } });
  assert.equal(comparedRun(stateOf([plain, normalised]), initial({})).id, "a");
  assert.equal(comparedRun(stateOf([plain, longer]), initial({})), null);
  assert.equal(comparedRun(stateOf([plain, normalised]), { ...initial({}), compared: "" }), null);
  assert.equal(comparedRun(stateOf([plain, longer]), { ...initial({}), compared: "a" }).id, "a");
  assert.equal(comparedRun(stateOf([plain, runOf("d", "cae-bn", { hash: "other" })]), initial({})), null, "of other pictures");
});

test("a finished run is asked about once, and only what is in sight", () => {
  const state = stateOf([runOf("a", "cae")]);
  assert.deepEqual(queries(state, update(initial({}), { type: "pictures-shown", samples })), []);
  let local = looking();
  assert.deepEqual(queries(state, local), ["reconstructions", "code", "map", "extremes"]);
  for (const { query, key, run } of due(state, local)) {
    local = update(local, { type: "asked", query, key });
    assert.ok(!queries(state, local).includes(query), "what is under way is not asked again");
    local = update(local, { type: "answered", query, answer: { key, run, value: null, refusal: "It is gone." } });
  }
  assert.deepEqual(queries(state, local), [], "nor is what was refused");
  assert.equal(props(state, local).rows.trouble, "It is gone.");
  local = update(local, { type: "picture-chosen", picture: 9 });
  assert.deepEqual(queries(state, local), ["code"]);
  local = update(local, { type: "interpolation-asked", from: 5, to: 9 });
  assert.deepEqual(queries(state, local), ["code", "interpolation"]);
});

test("while a run learns, only cheap questions follow it, and the map an epoch now and then", () => {
  const reconstructions = { a: { step: 12, labels: samples.labels, inputs: samples.atlas, corrupted: null, outputs: samples.atlas, differences: samples.atlas, errors: new Float32Array(2) } };
  const run = runOf("a", "cae", { status: "running", step: 14 });
  assert.deepEqual(queries(stateOf([run], { reconstructions: reconstructions }), looking()), ["code"]);
  const epochs = Array.from({ length: 5 }, () => ({}));
  assert.deepEqual(queries(stateOf([{ ...run, epochs, seconds: 60 }], { reconstructions: reconstructions }), looking()), ["code", "map"]);
  assert.equal(mapEpoch({ ...run, epochs, seconds: 60 }), 5);
  assert.equal(mapEpoch({ ...run, epochs, seconds: 15 }), 4, "every second of short epochs");
  assert.equal(mapEpoch({ ...run, epochs, seconds: 1 }), 0);
  assert.equal(mapEpoch({ ...run, epochs, seconds: 1, status: "completed" }), 5);
});

test("a run of other pictures is not asked, and the studio says why", () => {
  const state = stateOf([runOf("a", "cae", { hash: "other" })]);
  assert.deepEqual(queries(state, looking()), []);
  assert.match(props(state, looking()).rows.trouble, /learned from other pictures \(pictures\)/);
});

test("an answer to what is no longer asked comes too late", () => {
  let local = update(looking(), { type: "asked", query: "map", key: "old" });
  local = update(local, { type: "pictures-gone" });
  assert.equal(local.samples, null);
  const answered = update(local, { type: "answered", query: "map", answer: { key: "old", run: "a", value: {}, refusal: null } });
  assert.equal(answered, local);
});

test("the address names a preset and settings, and what it cannot use is told", () => {
  const local = initial({ preset: "cae-denoise", epochs: "5", noise: "masking" });
  assert.equal(local.preset, "cae-denoise");
  assert.deepEqual(address(lab.initial, local), { preset: "cae-denoise", epochs: "5", noise: "masking" });
  assert.deepEqual(address(lab.initial, initial({})), {});
  const wrong = initial({ preset: "vae", epochs: "none" });
  assert.equal(wrong.preset, "cae");
  assert.match(wrong.errors[0], /no preset named “vae”/);
  assert.match(wrong.errors[1], /Epochs is “none”/);
});

test("what is on offer are the library's presets, each by itself, and two of them side by side", () => {
  const offers = offersOf(fake.presets());
  assert.deepEqual(offers.map(({ name, models }) => [name, ...models]), [["cae", "cae"], ["cae-bn", "cae-bn"], ["cae-denoise", "cae-denoise"], ["pair", "cae", "cae-bn"]]);
  assert.deepEqual(address(lab.initial, before({ preset: "pair" })), { preset: "pair" }, "the address waits for them");
});

test("a preset keeps what was set, and what its model lacks is left out of the address", () => {
  let local = update(initial({ preset: "cae-denoise", noise: "masking", epochs: "5" }), { type: "preset-chosen", preset: "pair" });
  const defaults = fake.defaults("cae");
  local = update(local, { type: "described", preset: "pair", description: { defaults, config: defaults, summary: null, error: null } });
  assert.deepEqual(address(lab.initial, local), { preset: "pair", epochs: "5" });
});

test("buttons and the status follow the section's own runs and no others", () => {
  const defaults = fake.defaults("cae");
  const local = update(initial({}), { type: "described", preset: "cae", description: { defaults, config: defaults, summary: null, error: null } });
  assert.deepEqual(permissions(stateOf([]), local), { busy: false, start: true, hold: false, paused: false, stop: false });
  const foreign = runOf("x", "cnn-max-2", { group: "train", status: "running" });
  assert.equal(permissions(stateOf([foreign], { active: "x" }), local).start, true, "the run will wait its turn");
  const mine = runOf("a", "cae", { status: "running" });
  const state = stateOf([mine], { active: "a", queue: [{ run: "b", group: "studio", model: "cae-bn" }] });
  assert.deepEqual(permissions(state, local), { busy: true, start: false, hold: true, paused: false, stop: true });
  assert.match(statusSentence(state, local), /^cae: Training\. Epoch 1 of 50\. Then cae-bn\.$/);
  const wrong = update(local, { type: "setting-typed", key: "epochs", typed: "0" });
  assert.equal(permissions(stateOf([]), wrong).start, false);
});

test("props that did not change are the same things, so that nothing is drawn again", () => {
  const state = stateOf([runOf("a", "cae"), runOf("b", "cae-bn")]);
  const local = looking();
  const [one, two] = [props(state, local), props({ ...state, notices: ["something else"] }, local)];
  for (const view of Object.keys(one))
    for (const [key, value] of Object.entries(one[view])) assert.ok(Object.is(value, two[view][key]), `${view}.${key}`);
});

test("codes keep their distances on the plane, whose y grows upwards", () => {
  const positions = layOut(Float32Array.from([0, 0, 4, 0, 0, 1]), 220, 120, 10);
  assert.deepEqual([...positions], [10, 85, 210, 85, 10, 35]);
  assert.equal(nearest(positions, 200, 80, 20), 1);
  assert.equal(nearest(positions, 110, 60, 20), null);
  assert.deepEqual([...layOut(Float32Array.from([3, 3]), 100, 50, 10)], [50, 25], "a single code stands in the middle");
});

test("an arrow key leads to the nearest picture on its side, and stays where there is none", () => {
  const positions = Float32Array.from([50, 50, 60, 52, 90, 50, 50, 10, 55, 95]);
  assert.equal(neighbour(positions, 0, "ArrowRight"), 1);
  assert.equal(neighbour(positions, 1, "ArrowRight"), 2);
  assert.equal(neighbour(positions, 0, "ArrowUp"), 3);
  assert.equal(neighbour(positions, 0, "ArrowDown"), 4);
  assert.equal(neighbour(positions, 0, "ArrowLeft"), 0);
  assert.equal(neighbour(positions, 0, "Home"), 0);
});

test("classes that lie apart keep together, and mixed ones as much as chance has it", () => {
  const points = [];
  const labels = [];
  for (let i = 0; i < 40; i += 1) {
    labels.push(i % 2);
    points.push((i % 2) * 100 + i, i);
  }
  const apart = classPlaces({ points: Float32Array.from(points), labels: Uint8Array.from(labels) });
  assert.equal(apart.together, 1);
  assert.ok(Math.abs(apart.chance - 19 / 39) < 1e-9);
  assert.deepEqual(apart.classes.map(({ label, count }) => [label, count]), [[0, 20], [1, 20]]);
  const mixed = classPlaces({ points: Float32Array.from(points.map((x, i) => (i % 2 === 0 ? Math.floor(i / 2) : 0))), labels: Uint8Array.from(labels) });
  assert.ok(mixed.together < 0.6);
});

test("a channel's strengths run from the code's lowest value to its highest", () => {
  const shares = (numbers, shape) => channelShares(Float32Array.from(numbers), shape, 0, extent(Float32Array.from(numbers)));
  assert.deepEqual(shares([0, 1, 2, 3, 4, 0, 1, 2], [2, 2, 2]), [0, 0.5, 1, 0.25]);
  assert.deepEqual(shares([-1, 1], [1, 2, 1]), [0, 1]);
  assert.deepEqual(shares([0, 0], [1, 2, 1]), [0, 0], "a dead code has no strength");
});
