// The comparison of six networks: which runs belong to it, its numbers, and what is said of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { newRun } from "../../www/app/run.js";
import { initial as labInitial, update as updateLab } from "../../www/app/state.js";
import { conclude, differenceOf, shapeOf } from "../../www/sections/cnns/conclusion.js";
import { sentences } from "../../www/sections/cnns/conclusion-words.js";
import { cellsOf, foundIn, isProvided } from "../../www/sections/cnns/matching.js";
import { comparedOf } from "../../www/sections/cnns/models.js";
import { expected, queueOf } from "../../www/sections/cnns/queue.js";
import { axisFor, bandByEpoch, basisOf, meanByEpoch, resultsOf, spreadOf } from "../../www/sections/cnns/results.js";
import { props, statusSentence } from "../../www/sections/cnns/screen.js";
import { shrink } from "../../www/sections/cnns/shrink.js";
import { address, initial as before, isSound, overridesOf, update } from "../../www/sections/cnns/state.js";
import * as fake from "./fake-session.mjs";

const MODELS = comparedOf(fake.presets());
const NAMES = MODELS.map(({ name }) => name);
/** The section once the library has told its networks. */
const initial = (asked) => update(before(asked), { type: "models-known", offered: MODELS });

const WORK = { 2: 4e6, 3: 4.5e6, 4: 8.6e6 };
const defaults = (model) => ({
  model, padding: model.endsWith("4") ? "same" : "valid", output: null, loss: "cross-entropy", noise: "none", noiseLevel: 0,
  learningRate: 0.001, batchSize: 32, epochs: 10, patience: null, seed: 0,
});
const describe = (model, overrides = {}) => ({
  defaults: defaults(model),
  config: { ...defaults(model), ...overrides },
  summary: { model, layers: [], total: 1000, trainable: 1000, nonTrainable: 0, multiplyAdds: WORK[model.at(-1)] },
  error: null,
});
const described = (local, overrides = local.overrides, padding = local.padding) =>
  update(local, { type: "described", overrides, padding, descriptions: Object.fromEntries(NAMES.map((name) => [name, describe(name, overridesOf({ overrides, padding }))])) });
const section = (asked = {}) => described(initial(asked));

const epochEnd = (epoch, valAccuracy, valLoss = 1) => ({ type: "epoch", phase: 0, epoch, step: epoch * 10, loss: 2 - valAccuracy, accuracy: valAccuracy + 0.1, valLoss, valAccuracy, mse: null, psnr: null, ssim: null });
function run(id, model, overrides = {}, { accuracies = [], status = "completed", group = "cnns", hash = "here", seconds = 20, from = null, keptAt = null } = {}) {
  const { config, summary } = describe(model, overrides);
  const plan = { config, summary, pictures: { train: 1000, test: 400 }, stepsPerEpoch: 10, validationBatches: 4, phases: [{ name: "training", epochs: config.epochs }], totalSteps: 10 * config.epochs };
  const made = newRun({ id, group, name: "", pinned: false, startedAt: 0, version: "0", data: { name: "", hash, synthetic: true, classes: [] }, from, plan, backend: "flex" }, false);
  return { ...made, status, seconds, keptAt, step: accuracies.length * 10, epochs: accuracies.map((accuracy, i) => epochEnd(i + 1, accuracy)) };
}
const lab = (...runs) => ({
  ...labInitial,
  engine: "ready",
  data: { ...labInitial.data, status: "ready", hash: "here" },
  runs: Object.fromEntries(runs.map((one) => [one.id, one])),
  order: runs.map(({ id }) => id),
});
const cell = (state, local, model, seed = 0) => cellsOf(state, local).find((one) => one.model.name === model && one.seed === seed);

/** Results with these accuracies of each network, by depth and pooling. */
const results = (accuracies, planned, padding = (depth) => (depth === 4 ? "same" : "valid")) =>
  MODELS.filter(({ name }) => accuracies[name] !== undefined).map((model) => ({
    id: model.name, model, accuracies: accuracies[model.name], accuracy: spreadOf(accuracies[model.name])?.mean ?? null,
    done: accuracies[model.name].length, diverged: 0, planned: planned ?? accuracies[model.name].length, padding: padding(model.depth), testCount: 400,
  }));
const told = (accuracies, planned, padding) => sentences(conclude(results(accuracies, planned, padding), 10, 3)).join("\n");

test("the address says what is compared, and what it says wrongly is told and not used", () => {
  const asked = initial({ epochs: "3", seeds: "2", models: "cnn-avg-2,cnn-max-2", padding: "same" });
  assert.deepEqual([asked.overrides, asked.seeds, asked.models, asked.padding, asked.errors], [{ epochs: 3 }, 2, ["cnn-max-2", "cnn-avg-2"], "same", []]);
  assert.equal(asked.touched, true);
  assert.equal(initial({}).touched, false);
  for (const wrong of [{ seeds: "9" }, { seeds: "1.5" }, { models: "cnn-max-7" }, { models: "" }, { padding: "wide" }, { epochs: "0" }]) {
    const local = initial(wrong);
    assert.equal(local.errors.length, 1, JSON.stringify(wrong));
    assert.deepEqual([local.models, local.seeds, local.padding, local.overrides], [NAMES, 1, "preset", {}]);
  }
});

test("only what differs from the defaults stands in the address, and leads back", () => {
  assert.deepEqual(address(lab(), section()), {});
  const asked = { epochs: "3", seeds: "2", models: "cnn-max-2 cnn-avg-4", padding: "same" };
  assert.deepEqual(address(lab(), section(asked)), asked);
  assert.deepEqual(address(lab(), section({ epochs: "10" })), {});
});

test("nothing can be trained with wrong settings or with no network", () => {
  assert.equal(isSound(section()), true);
  assert.equal(isSound(initial({})), false);
  assert.equal(isSound(update(section(), { type: "setting-typed", key: "epochs", typed: "-1" })), false);
  assert.equal(isSound(NAMES.reduce((local, model) => update(local, { type: "model-ticked", model, ticked: false }), section())), false);
});

test("an answer about settings that have changed meanwhile is dropped", () => {
  const first = initial({});
  const after = update(first, { type: "setting-typed", key: "epochs", typed: "4" });
  assert.equal(described(after, first.overrides).descriptions, null);
});

test("a run belongs to the comparison if its settings and pictures are the same, whoever began it", () => {
  const local = section({ epochs: "2" });
  const same = run("a", "cnn-max-2", { epochs: 2 }, { accuracies: [0.3, 0.4], group: "train" });
  assert.equal(cell(lab(same), local, "cnn-max-2").run, same);
  for (const other of [
    run("a", "cnn-max-2", { epochs: 3 }),
    run("a", "cnn-max-2", { epochs: 2, batchSize: 64 }),
    run("a", "cnn-max-2", { epochs: 2, padding: "same" }),
    run("a", "cnn-max-2", { epochs: 2, seed: 1 }),
    run("a", "cnn-max-2", { epochs: 2 }, { hash: "other" }),
    run("a", "cnn-max-2", { epochs: 2 }, { from: "b" }),
  ])
    assert.equal(cell(lab(other), local, "cnn-max-2").run, null);
});

test("of several runs the one that is on stands for the settings, then the latest that ended, then a part", () => {
  const local = section({ epochs: "2" });
  const make = (id, status) => run(id, "cnn-max-2", { epochs: 2 }, { status });
  const [done, later, part, on] = [make("a", "completed"), make("b", "completed"), make("c", "stopped"), make("d", "running")];
  assert.equal(cell(lab(done, later, part), local, "cnn-max-2").run, later);
  assert.equal(cell(lab(done, later, part, on), local, "cnn-max-2").run, on);
  assert.equal(cell(lab(part), local, "cnn-max-2").run, part);
  assert.equal(isProvided(cell(lab(part), local, "cnn-max-2")), false);
  assert.equal(isProvided(cell(lab(make("a", "diverged")), local, "cnn-max-2")), true, "it would diverge again");
});

test("each network runs once a seed, and what waits in the queue is not missing", () => {
  const local = section({ epochs: "2", seeds: "3", seed: "5", models: "cnn-max-2 cnn-avg-2" });
  const job = { run: "x", group: "cnns", name: "", model: "cnn-avg-2", overrides: overridesOf(local, 6), from: null, paused: false };
  const state = updateLab(lab(), { type: "queued", jobs: [job] });
  const cells = cellsOf(state, local);
  assert.deepEqual(cells.map(({ model, seed }) => `${model.name} ${seed}`), ["cnn-max-2 5", "cnn-max-2 6", "cnn-max-2 7", "cnn-avg-2 5", "cnn-avg-2 6", "cnn-avg-2 7"]);
  assert.deepEqual(cells.filter(isProvided).map(({ model, seed }) => `${model.name} ${seed}`), ["cnn-avg-2 6"]);
  const asked = update(local, { type: "asked", runs: [{ run: "x", model: "cnn-avg-2", seed: 6 }], more: false });
  const starting = updateLab(state, { type: "start-asked", run: "x" });
  assert.equal(cellsOf(starting, asked).filter(isProvided).length, 1);
});

test("what was trained before is found again with its seeds and networks, the latest first", () => {
  const state = lab(
    run("a", "cnn-max-2", { epochs: 2, seed: 4 }), run("b", "cnn-max-2", { epochs: 2, seed: 5 }), run("c", "cnn-avg-2", { epochs: 2, seed: 4 }),
    run("d", "cnn-max-3", { epochs: 3, padding: "same" }), run("e", "cnn-max-2", { epochs: 7 }, { group: "train" }), run("f", "cnn-max-2", { epochs: 8 }, { hash: "other" }),
  );
  const [latest, older, ...rest] = foundIn(state, section());
  assert.equal(rest.length, 0);
  assert.deepEqual([latest.overrides.epochs, latest.padding, latest.models], [3, "same", ["cnn-max-3"]]);
  assert.deepEqual([older.overrides, older.seeds, older.models, older.runs], [{ epochs: 2, batchSize: 32, learningRate: 0.001, seed: 4 }, 2, ["cnn-max-2", "cnn-avg-2"], 3]);
  const chosen = described(update(section(), { type: "found-chosen", found: older, touched: true }));
  assert.equal(cell(state, chosen, "cnn-max-2", 5).run.id, "b");
});

test("means and deviations are those of a sample, and one value has no deviation", () => {
  assert.equal(spreadOf([]), null);
  assert.deepEqual(spreadOf([0.4]), { mean: 0.4, deviation: null });
  const { mean, deviation } = spreadOf([0.1, 0.2, 0.3]);
  assert.ok(Math.abs(mean - 0.2) < 1e-12 && Math.abs(deviation - 0.1) < 1e-12);
});

test("lines are means over the runs that ended; before one has, of the farthest", () => {
  const [done, on, far] = [run("a", "cnn-max-2", {}, { accuracies: [0.2] }), run("b", "cnn-max-2", {}, { accuracies: [0.1], status: "running" }), run("c", "cnn-max-2", {}, { accuracies: [0.1, 0.2], status: "stopped" })];
  assert.deepEqual(basisOf([done, on, null]), [done]);
  assert.deepEqual(basisOf([on, far]), [far]);
  assert.deepEqual(basisOf([null]), []);
  const line = meanByEpoch([[epochEnd(1, 0.25), epochEnd(2, 0.5)], [epochEnd(1, 0.75)]], ({ valAccuracy }) => valAccuracy);
  assert.deepEqual(line, { x: [1], y: [0.5] });
  assert.deepEqual(meanByEpoch([[epochEnd(1, NaN)]], ({ valAccuracy }) => valAccuracy), { x: [1], y: [null] });
  // One standard deviation of 0.25 and 0.75 is the root of 0.125.
  const band = bandByEpoch([[epochEnd(1, 0.25)], [epochEnd(1, 0.75)]], ({ valAccuracy }) => valAccuracy);
  assert.ok(Math.abs(band.high[0] - (0.5 + Math.sqrt(0.125))) < 1e-12 && Math.abs(band.low[0] - (0.5 - Math.sqrt(0.125))) < 1e-12);
  assert.equal(bandByEpoch([[epochEnd(1, 0.25)]], ({ valAccuracy }) => valAccuracy), undefined, "one run has no spread");
});

test("charts of a kind share an axis that holds all values", () => {
  const line = (...y) => [{ name: "", x: y.map((_, i) => i), y, tone: 0, dashed: false }];
  assert.equal(axisFor([[], line(null)], 0.1), null);
  const [low, high] = axisFor([line(0.31, null), line(0.58)], 0.1);
  assert.ok(Math.abs(low - 0.3) < 1e-9 && Math.abs(high - 0.6) < 1e-9);
  const [same, above] = axisFor([line(0.5)], 0.1);
  assert.ok(same <= 0.5 && above >= 0.5 && above > same);
});

test("a row has the means of the ended runs and counts the others", () => {
  const local = section({ epochs: "2", seeds: "3", models: "cnn-max-2" });
  const of = (id, seed, more) => run(id, "cnn-max-2", { epochs: 2, seed }, more);
  const state = lab(of("a", 0, { accuracies: [0.3, 0.4], seconds: 10 }), of("b", 1, { accuracies: [0.3, 0.5], seconds: 30 }), of("c", 2, { status: "diverged", accuracies: [0.1] }));
  const [row] = resultsOf(cellsOf(state, local), local.descriptions);
  assert.ok(Math.abs(row.accuracy - 0.45) < 1e-12);
  assert.deepEqual([row.done, row.diverged, row.planned, row.seconds, row.perSecond, row.multiplyAdds], [2, 1, 3, 20, 100, 4e6]);
  const [none] = resultsOf(cellsOf(lab(), local), local.descriptions);
  assert.deepEqual([none.accuracy, none.loss, none.seconds, none.perSecond, none.done], [null, null, null, null, 0]);
});

test("a difference is judged by the spread over seeds", () => {
  assert.equal(differenceOf([0.6], [0.5]).level, "unknown");
  assert.equal(differenceOf([0.6, 0.61], [0.5]).level, "unknown");
  assert.equal(differenceOf([0.6, 0.61], [0.5, 0.51]).level, "clear");
  assert.equal(differenceOf([0.6, 0.7], [0.55, 0.65]).level, "within");
  assert.equal(differenceOf([0.6, 0.7], [0.5, 0.6]).level, "likely");
  assert.equal(differenceOf([0.5, 0.5], [0.5, 0.5]).level, "within");
  assert.equal(differenceOf([], [0.5]), null);
});

test("the shape of what depth does", () => {
  assert.deepEqual([[0.4, 0.5, 0.6], [0.6, 0.5], [0.4, 0.6, 0.5], [0.5, 0.5001], [0.5, 0.6, 0.6]].map(shapeOf), ["rises", "falls", "mixed", "flat", "rises"]);
});

test("with one run each, the sentences give the numbers and say that one run each cannot tell", () => {
  const said = told({ "cnn-max-2": [0.55], "cnn-avg-2": [0.53], "cnn-max-3": [0.6], "cnn-avg-3": [0.56], "cnn-max-4": [0.62], "cnn-avg-4": [0.57] });
  assert.match(said, /Max pooling scores higher than average pooling at every depth: by 2\.0 points with two blocks, by 4\.0 with three and by 5\.0 with four\./);
  assert.match(said, /Depth helps with both kinds of pooling: from two to four blocks max pooling gains 7\.0 points \(55\.0 % to 62\.0 %\) and average pooling 4\.0 \(53\.0 % to 57\.0 %\)\./);
  assert.match(said, /One run each cannot tell/);
  assert.match(said, /four blocks are padded and fewer are not/);
  assert.doesNotMatch(said, /spread over seeds \(/);
  assert.doesNotMatch(said, /come to the end/);
});

test("with several seeds, each difference stands beside its spread", () => {
  const said = told({ "cnn-max-2": [0.6, 0.61, 0.62], "cnn-avg-2": [0.5, 0.51, 0.52], "cnn-max-3": [0.6, 0.63, 0.66], "cnn-avg-3": [0.61, 0.64, 0.67] }, undefined, () => "same");
  assert.match(said, /Max pooling scores higher with two blocks \(by 10\.0 points\) and average pooling scores higher with three blocks \(by 1\.0 points\)\./);
  assert.match(said, /with two blocks it is more than twice the spread over seeds \(1\.0 point\)/);
  assert.match(said, /with three blocks it is not more than the spread over seeds \(3\.0 points\), so chance alone could make it/);
  assert.match(said, /Depth helps with max pooling: 61\.0 % with two blocks and 63\.0 % with three\. From two to three blocks that is a gain of 2\.0 points, not more than/);
  assert.match(said, /From two to three blocks that is a gain of 13\.0 points, more than twice the spread/);
  assert.doesNotMatch(said, /cannot/);
  assert.doesNotMatch(said, /padded/);
});

test("average pooling can win, depth can harm, and one depth is told by itself", () => {
  const said = told({ "cnn-max-2": [0.5, 0.5], "cnn-avg-2": [0.6, 0.61] });
  assert.match(said, /With two blocks average pooling scores higher than max pooling: 60\.5 % against 50\.0 %\. That is more than twice/);
  assert.doesNotMatch(said, /Depth|depth/);
  assert.match(told({ "cnn-max-2": [0.6, 0.61], "cnn-max-4": [0.4, 0.41] }), /Depth does not help with max pooling: 60\.5 % with two blocks and 40\.5 % with four\. From two to four blocks that is a loss of 20\.0 points/);
  assert.match(told({ "cnn-max-2": [0.5], "cnn-avg-2": [0.5] }), /both kinds of pooling score the same, 50\.0 %/);
});

test("every depth is only spoken of where every depth was compared", () => {
  const said = told({ "cnn-max-3": [0.6], "cnn-avg-3": [0.5], "cnn-max-4": [0.6], "cnn-avg-4": [0.5] });
  assert.match(said, /Max pooling scores higher than average pooling: by 10\.0 points with three blocks and by 10\.0 with four\./);
});

test("unfinished and diverged runs are said to be missing, and nothing is said before two can be compared", () => {
  const said = told({ "cnn-max-2": [0.5], "cnn-avg-2": [0.6, 0.61] }, 3);
  assert.match(said, /3 of 6 runs have come to the end; this is about those\./);
  assert.match(said, /Where only one run of a network has ended/);
  assert.match(told({ "cnn-max-2": [] }, 1), /^The conclusion appears here once two runs have finished/);
  assert.match(told({ "cnn-max-2": [0.5], "cnn-avg-2": [] }, 1), /1 of 2 runs has come to the end.*The conclusion appears/);
  const broken = results({ "cnn-max-2": [0.5], "cnn-avg-2": [0.6], "cnn-max-3": [] }, 1);
  broken[2].diverged = 1;
  const saidOfBroken = sentences(conclude(broken, 10, 3)).join("\n");
  assert.match(saidOfBroken, /The loss of cnn-max-3 stopped being a number; that run is left out\./);
  assert.doesNotMatch(saidOfBroken, /come to the end/);
});

test("networks that only guess are not ranked", () => {
  const said = told({ "cnn-max-2": [0.11], "cnn-avg-2": [0.09] });
  assert.match(said, /None of them is better than guessing yet: the best classifies 11\.0 % of the test pictures correctly/);
  assert.doesNotMatch(said, /scores higher/);
});

test("maps shrink until no convolution fits, and with same padding they only halve", () => {
  assert.deepEqual(shrink(4, "valid", 32).map(({ side }) => side), [32, 30, 15, 13, 6, 4, 2, 2]);
  assert.deepEqual(shrink(4, "valid", 32).map(({ fits }) => fits), [true, true, true, true, true, true, true, false]);
  assert.deepEqual(shrink(4, "same", 32).map(({ side }) => side), [32, 32, 16, 16, 8, 8, 4, 4, 2]);
  assert.deepEqual(shrink(4, "valid", 20).map(({ side }) => side), [20, 18, 9, 7, 3, 1, 0, 0], "of smaller pictures sooner");
});

test("the time left counts the runs to come, by what runs of the same or of another network took", () => {
  const local = update(section({ epochs: "2" }), { type: "asked", runs: [{ run: "a", model: "cnn-max-2", seed: 0 }, { run: "b", model: "cnn-max-4", seed: 0 }], more: false });
  const job = (id, model) => ({ run: id, group: "cnns", name: "", model, overrides: overridesOf(local, 0), from: null, paused: false });
  assert.equal(queueOf(lab(), local), null);
  const done = run("a", "cnn-max-2", { epochs: 2 }, { accuracies: [0.3, 0.4], seconds: 20 });
  const state = { ...lab(done), queue: [job("b", "cnn-max-4")] };
  assert.equal(expected(state, local, "cnn-max-2"), 10);
  assert.ok(Math.abs(expected(state, local, "cnn-max-4") - 21.5) < 1e-9);
  const queue = queueOf(state, local);
  assert.deepEqual([queue.total, queue.at, queue.pending], [2, 2, ["b"]]);
  assert.ok(Math.abs(queue.secondsLeft - 43) < 1e-9);
  assert.ok(Math.abs(queue.share - 4 / 12.6) < 1e-9);
  assert.match(statusSentence(state, local, queue), /Run 2 of 2 is starting/);
  assert.match(statusSentence({ ...state, queue: [] }, local, null), /1 of 2 runs came to the end/);
});

test("views are given the same objects while nothing of theirs changed", () => {
  const local = section({ epochs: "2" });
  const done = run("a", "cnn-max-2", { epochs: 2 }, { accuracies: [0.3, 0.4] });
  const on = run("b", "cnn-avg-2", { epochs: 2 }, { status: "running" });
  const state = { ...lab(done, on), active: "b" };
  const before = props(state, local);
  // A step of the run that is on.
  const after = props({ ...state, runs: { ...state.runs, b: { ...on, step: 3, curve: { ...on.curve, steps: [3], loss: [1], accuracy: [0.1] } } } }, local);
  const small = ({ multiples }, name) => multiples.charts.find((chart) => chart.name === name);
  assert.ok(Object.is(small(before, "cnn-max-2"), small(after, "cnn-max-2")));
  for (const view of ["choice", "settings", "accuracy", "valLoss", "results", "conclusion", "shrinking"])
    for (const key of Object.keys(before[view])) assert.ok(Object.is(before[view][key], after[view][key]), `${view}.${key}`);
  assert.notEqual(small(before, "cnn-avg-2").lines, small(after, "cnn-avg-2").lines);
});

test("the networks are those that the library has on offer, the shallowest first, and the address waits for them", () => {
  assert.deepEqual(NAMES, ["cnn-max-2", "cnn-avg-2", "cnn-max-3", "cnn-avg-3", "cnn-max-4", "cnn-avg-4"]);
  assert.deepEqual(address(lab(), before({ models: "cnn-max-2,cnn-avg-2" })), { models: "cnn-max-2 cnn-avg-2" });
  assert.deepEqual(props(lab(), before({})).multiples.charts, []);
});
