// What it learned, without a page: predictions counted, filters measured, and which run is asked.

import assert from "node:assert/strict";
import { test } from "node:test";
import { atlas } from "./image-data.mjs";
import { initial as labInitial } from "../../www/app/state.js";
import { emptyCurve } from "../../www/app/curve.js";
import { extent, kernels, spread } from "../../www/sections/learned/maps.js";
import { initial, update } from "../../www/sections/learned/state.js";
import { askable, choices, obstacle, statusSentence, shownRun } from "../../www/sections/learned/shown-run.js";
import { evaluation, mistakes, ofCell, perClass, ranked } from "../../www/sections/learned/predictions.js";
import { world } from "./support.mjs";

/** Six pictures of three classes; the third class was never seen and never predicted correct. */
const predictions = {
  classes: 3,
  labels: Uint8Array.of(0, 0, 0, 1, 1, 1),
  probabilities: Float32Array.of(
    0.75, 0.25, 0, //
    0.25, 0.5, 0.25, //
    0, 0.125, 0.875, //
    0.125, 0.875, 0, //
    0.25, 0.75, 0, //
    0.875, 0.125, 0, //
  ),
};

test("the matrix counts every picture once, in the row of what it is", () => {
  const evaluated = evaluation(predictions);
  assert.deepEqual(evaluated.matrix, [[1, 1, 1], [1, 2, 0], [0, 0, 0]]);
  assert.deepEqual(evaluated.totals, [3, 3, 0]);
  assert.equal(evaluated.correct, 3);
  assert.deepEqual([...evaluated.predicted], [0, 1, 2, 1, 1, 0]);
  assert.ok(Math.abs(evaluated.meanConfidence - (0.75 + 0.5 + 0.875 + 0.875 + 0.75 + 0.875) / 6) < 1e-7);
});

test("equal probabilities are settled for the first class, and no pictures give no shares", () => {
  assert.equal(evaluation({ classes: 2, labels: Uint8Array.of(1), probabilities: Float32Array.of(0.5, 0.5) }).predicted[0], 0);
  const none = evaluation({ classes: 2, labels: new Uint8Array(), probabilities: new Float32Array() });
  assert.equal(none.meanConfidence, 0);
  assert.deepEqual(perClass(none).map(({ share }) => share), [null, null]);
});

test("classes are sorted by their share, those without pictures last and without one", () => {
  assert.deepEqual(perClass(evaluation(predictions)), [
    { label: 1, count: 3, correct: 2, share: 2 / 3, precision: 2 / 3, mistakenFor: { label: 0, count: 1 } },
    { label: 0, count: 3, correct: 1, share: 1 / 3, precision: 1 / 2, mistakenFor: { label: 1, count: 1 } },
    { label: 2, count: 0, correct: 0, share: null, precision: 0, mistakenFor: null },
  ]);
});

test("mistakes and the pictures of a cell come with the mostConfident first", () => {
  const evaluated = evaluation(predictions);
  assert.deepEqual(mistakes(evaluated, 2), [2, 5]);
  assert.deepEqual(ofCell(evaluated, 1, 1), [3, 4]);
  assert.deepEqual(ofCell(evaluated, 2, 0), []);
});

test("the classes of one picture are ranked", () => {
  assert.deepEqual(ranked(Float32Array.of(0.25, 0.5, 0.25)).map(({ label }) => label), [1, 0, 2]);
});

test("kernels are those of the first convolution on three colours, each with its own scale", () => {
  const bias = { layer: 0, layerName: "conv2d", name: "bias", shape: [2], values: new Float32Array(2) };
  const kernel = { layer: 0, layerName: "conv2d", name: "kernel", shape: [3, 3, 3, 2], values: new Float32Array(54).map((_, i) => (i % 2 ? -0.5 : i / 100)) };
  const found = kernels([bias, kernel]);
  assert.equal(found.count, 2);
  assert.ok(Math.abs(found.scales[0] - 0.52) < 1e-6);
  assert.equal(found.scales[1], 0.5);
  assert.equal(kernels([bias]), null);
});

test("a layer's spread tells its range and its silent channels", () => {
  const layer = { name: "conv2d", kind: "Conv2D", shape: [1, 2, 2], values: Float32Array.of(0, 2, 0, 0.5) };
  assert.deepEqual(spread(layer), { side: 1, channels: 2, least: 0, most: 2, limit: 2, silent: 1 });
  assert.deepEqual(extent(layer, 1), { least: 0.5, most: 2 });
  assert.equal(spread({ ...layer, shape: [4], values: Float32Array.of(-3, 1, 2, 0) }).limit, 3);
});

function run(id, change = {}) {
  const { output = null, ...rest } = change;
  return {
    id, name: id, group: "train", status: "completed", step: 10, epochs: [], curve: emptyCurve(), data: { hash: "here", name: "others", classes: [] },
    plan: { config: { model: "cnn-max-2", seed: 0, output } }, ...rest,
  };
}
const lab = (...runs) => ({
  ...labInitial, engine: "ready", data: { ...labInitial.data, status: "ready", hash: "here" },
  runs: Object.fromEntries(runs.map((one) => [one.id, one])), order: runs.map(({ id }) => id),
});

test("the latest classifier that can be asked is looked at, unless another was chosen", () => {
  const local = initial();
  const state = lab(run("old"), run("new"), run("drawer", { output: "sigmoid" }), run("busy", { status: "running" }));
  assert.equal(shownRun(state, local).id, "new");
  assert.equal(shownRun(state, { ...local, run: "old" }).id, "old");
  assert.equal(shownRun(lab(run("drawer", { output: "sigmoid" })), local).id, "drawer");
  assert.equal(shownRun(lab(), local), null);
  assert.deepEqual(choices(state).map(({ id }) => id), ["busy", "new", "old", "drawer"]);
});

test("what stands in the way of asking a run is told", () => {
  const states = { weightsGone: { weightsGone: true }, learning: { status: "running" }, untrained: { status: "paused", step: 0 }, otherData: { data: { hash: "there", name: "Elsewhere", classes: [] } } };
  for (const [why, change] of Object.entries(states)) {
    const one = run("one", change);
    assert.equal(obstacle(lab(one), one), why);
    assert.equal(askable(lab(one), initial()), null);
    assert.ok(statusSentence(lab(one), one).length > 20);
  }
  const paused = run("one", { status: "paused" });
  assert.equal(askable(lab(paused), initial()), "one 10");
});

const input = { source: "test", index: 3, label: 1, image: atlas(1) };
const layer = (channels) => ({ name: "conv2d", kind: "Conv2D", shape: [2, 2, channels], values: new Float32Array(4 * channels) });

test("an answer about a picture that is no longer in input changes nothing", () => {
  const held = update(initial(), { type: "input-chosen", input });
  const answer = { weights: "one 10", input: { ...input }, probabilities: null, reconstructions: null, activations: [layer(4)] };
  assert.equal(update(held, { type: "answered", answer }), held);
  assert.equal(update(held, { type: "answered", answer: { ...answer, input } }).answer.input, input);
});

test("a layer and channel that another network lacks are not kept", () => {
  let local = update(initial(), { type: "input-chosen", input });
  const answered = (activations) => update(local, { type: "answered", answer: { weights: "one 10", input, probabilities: null, reconstructions: null, activations } });
  local = answered([layer(4), layer(8)]);
  local = update(local, { type: "channel-chosen", layer: 1, channel: 7 });
  local = answered([layer(4)]);
  assert.deepEqual([local.layer, local.channel], [0, 3]);
});

test("a evaluation of other weights than those that are being evaluated is dropped", () => {
  const asked = update(initial(), { type: "evaluating", weights: "one 20" });
  assert.equal(update(asked, { type: "evaluated", weights: "one 10", predictions }), asked);
  const evaluated = update(asked, { type: "evaluated", weights: "one 20", predictions });
  assert.equal(evaluated.evaluated.evaluation.correct, 3);
  assert.equal(evaluated.evaluating, null);
});

test("other pictures take along what was predicted of the old ones, but not the visitor's own", () => {
  const own = { source: "given", name: "mine", image: atlas(1) };
  assert.equal(update(update(initial(), { type: "input-chosen", input: own }), { type: "pictures-changed" }).input, own);
  assert.equal(update(update(initial(), { type: "input-chosen", input }), { type: "pictures-changed" }).input, null);
});

test("pictures are answered by their indices", async () => {
  const { engine } = world();
  await engine.handle({ type: "open", data: null });
  const { labels, atlas } = await engine.handle({ type: "pictures", source: "test", indices: Uint32Array.of(13, 4) });
  assert.deepEqual([...labels], [3, 4]);
  assert.deepEqual([atlas.image.width, atlas.image.height, atlas.height], [32, 64, 32]);
});
