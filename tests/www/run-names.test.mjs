// Runs that stand beside each other are told apart by their names: what differs is said, and nothing else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { nameIn, namesOf } from "../../www/app/run-names.js";
import { moment } from "../../www/format.js";
import { keptRun } from "./kept-run.mjs";
import { open, sections } from "./section-world.mjs";

const names = (...runs) => [...namesOf(runs).values()];
const cae = (id, more) => keptRun(id, "cae", { group: "studio", ...more });

test("a run alone is called by its name, or its model and seed", () => {
  assert.deepEqual(names(cae("a"), cae("b", { overrides: { seed: 1 } }), keptRun("c", "cnn-max-2")), ["cae, seed 0", "cae, seed 1", "cnn-max-2, seed 0"]);
  assert.deepEqual(names(cae("a", { name: "Mine" }), cae("b")), ["Mine", "cae, seed 0"]);
});

test("runs of one model and seed are told apart by what they differ in, whatever it is", () => {
  assert.deepEqual(names(cae("a"), cae("b", { overrides: { learningRate: 0.01 } })), ["cae, seed 0, learning rate 0.001", "cae, seed 0, learning rate 0.01"]);
  assert.deepEqual(names(cae("a", { overrides: { epochs: 1 } }), cae("b", { overrides: { loss: "mean-squared-error" } })), ["cae, seed 0, 1 epoch, loss binary cross-entropy", "cae, seed 0, 50 epochs, loss mean squared error"]);
  assert.deepEqual(names(cae("a", { overrides: { patience: 3 } }), cae("b")), ["cae, seed 0, stopping early after 3", "cae, seed 0, without early stopping"]);
  assert.deepEqual(names(cae("a", { hash: "x", pictures: "Pets" }), cae("b", { backend: "wgpu" })), ["cae, seed 0, pictures Pets, computed by the CPU", "cae, seed 0, pictures Stand-in pictures, computed by WebGPU"]);
  assert.deepEqual(names(keptRun("a", "cae-classifier", { from: "x" }), keptRun("b", "cae-classifier")), ["cae-classifier, seed 0, start from another run", "cae-classifier, seed 0, start from scratch"]);
});

test("runs that were given one name are told apart, too", () => {
  assert.deepEqual(names(cae("a", { name: "Best" }), keptRun("b", "cnn-max-2", { name: "Best", overrides: { seed: 2 } })).map((name) => name.split(", ").slice(0, 3)), [["Best", "model cae", "seed 0"], ["Best", "model cnn-max-2", "seed 2"]]);
});

test("runs that differ in nothing are told apart by when they began, or else by number", () => {
  const [one, two] = [0, 3_600_000];
  assert.deepEqual(names(cae("a", { startedAt: one }), cae("b", { startedAt: two })), [`cae, seed 0, started ${moment(one)}`, `cae, seed 0, started ${moment(two)}`]);
  assert.deepEqual(names(...["a", "b", "c"].map((id) => cae(id))), ["cae, seed 0, no. 1", "cae, seed 0, no. 2", "cae, seed 0, no. 3"]);
});

test("what a list tells beside the names is not told twice", () => {
  const runs = [cae("a", { overrides: { epochs: 3 } }), cae("b", { overrides: { epochs: 5 } })];
  const beside = (run) => `${run.plan.config.epochs} epochs`;
  assert.deepEqual([...namesOf(runs, beside).values()], ["cae, seed 0", "cae, seed 0"]);
  assert.deepEqual([...namesOf(runs, () => "1 epoch").values()], ["cae, seed 0, no. 1", "cae, seed 0, no. 2"]);
});

test("no two of any runs have one name", () => {
  const changes = [{}, { seed: 1 }, { epochs: 2 }, { epochs: 2, batchSize: 64 }, { learningRate: 0.1 }];
  const runs = changes.flatMap((overrides, i) => ["", "Mine"].flatMap((name) => [0, 0, 60_000].map((startedAt, n) => cae(`${i}${name}${n}`, { overrides, name, startedAt }))));
  assert.equal(new Set(names(...runs)).size, runs.length);
});

test("every list of runs on the page names each of them differently", async () => {
  const six = Array.from({ length: 6 }, (_, i) => cae(`r${i}`, { overrides: { learningRate: 0.001 * (1 + (i % 3)) }, status: i === 5 ? "interrupted" : "completed" }));
  const stacks = ["s", "t"].map((id) => keptRun(id, "sae", { group: "stacked" }));
  const apart = (labels, what) => assert.equal(new Set(labels).size, labels.length, `${what}: ${labels.join(" | ")}`);
  const world = async (name) => (await open(sections[name], {}, { runs: [...six, ...stacks] })).shown();
  apart((await world("studio")).run.runs.map(({ label }) => label), "studio");
  apart((await world("stacked")).choice.runs.map(({ label }) => label), "stacked");
  apart((await world("learned")).choice.runs.map(({ label }) => label), "learned");
  const { rows } = (await world("keep")).list;
  apart(rows.map(({ label }) => label), "keep");
  assert.deepEqual(rows.map(({ placeholder }) => placeholder), rows.map(({ label }) => label), "the name that is shown");
  const { options } = (await world("lesson")).setup.networks.find(({ options: all }) => all.some(({ value }) => value === "run:r0"));
  apart(options.map(({ label }) => label), "lesson");
});

test("two runs beside each other in the studio are called by the shortest names that tell them apart", async () => {
  const runs = [cae("a"), cae("b", { overrides: { learningRate: 0.01 } }), keptRun("c", "cae-bn", { group: "studio" })];
  const world = await open(sections.studio, {}, { runs });
  world.on.show("a");
  world.on.compare("c");
  assert.deepEqual(world.shown().measures.runs.map(({ name }) => name), ["cae", "cae-bn"]);
  world.on.compare("b");
  assert.deepEqual(world.shown().measures.runs.map(({ name }) => name), ["cae, seed 0, learning rate 0.001", "cae, seed 0, learning rate 0.01"]);
});

test("a run is called the same wherever the whole page's runs are meant", () => {
  const runs = [cae("a"), cae("b", { overrides: { epochs: 2 } })];
  const state = { runs: Object.fromEntries(runs.map((run) => [run.id, run])), order: ["a", "b"] };
  assert.equal(nameIn(state, runs[1]), "cae, seed 0, 2 epochs");
  assert.equal(nameIn({ ...state, runs: { ...state.runs, b: { ...runs[1], name: "Short" } } }, { ...runs[1], name: "Short" }), "Short");
});
