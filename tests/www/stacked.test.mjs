// The stacked section's data: the ladder read from layers and events, the pictures of each phase,
// and the verdict on pre-training.

import assert from "node:assert/strict";
import { test } from "node:test";
import { advance, newRun } from "../../www/app/run.js";
import { hasScratch, compareAccuracies, meanLine, pairsOf } from "../../www/sections/stacked/pretraining.js";
import { codesOf, reconstructedPhase, outcome, plannedRungs, rolesIn, rungsOf, stagesOf } from "../../www/sections/stacked/ladder.js";
import { address, initial, update } from "../../www/sections/stacked/state.js";
import * as fake from "./fake-session.mjs";
import { until, world } from "./support.mjs";

const layer = (kind, side, channels, name = kind) => ({ name, kind, outputShape: [null, side, side, channels], parameters: 0, multiplyAdds: 0 });
/** The stacked autoencoder as the library describes it. */
const layers = [
  layer("Conv2D", 32, 16, "conv2d"), layer("MaxPooling2D", 16, 16, "max_pooling2d"), layer("Conv2D", 16, 8, "conv2d_1"), layer("MaxPooling2D", 8, 8, "max_pooling2d_1"),
  layer("Conv2D", 8, 8, "conv2d_2"), layer("MaxPooling2D", 4, 8, "max_pooling2d_2"), layer("Conv2D", 4, 8, "conv2d_3"), layer("UpSampling2D", 8, 8, "up_sampling2d"),
  layer("Conv2D", 8, 8, "conv2d_4"), layer("UpSampling2D", 16, 8, "up_sampling2d_1"), layer("Conv2D", 16, 16, "conv2d_5"), layer("UpSampling2D", 32, 16, "up_sampling2d_2"), layer("Conv2D", 32, 3, "conv2d_6"),
];
const summary = { model: "sae", layers, total: 0, trainable: 0, nonTrainable: 0, multiplyAdds: 0, largestMap: 0 };
const pace = { picturesPerSecond: null, stepSeconds: null, validationSeconds: null };

const started = (over = {}) => {
  const { config = {}, ...rest } = over;
  const epochs = config.epochs ?? 2;
  const phases = (config.model ?? "sae") === "sae" ? ["Stage 1", "Stage 2", "Stage 3", "Fine-tuning"] : ["Training"];
  const plan = {
    config: { ...fake.defaults("sae"), epochs, ...config }, summary, pictures: { train: 6, test: 2 },
    stepsPerEpoch: 3, validationBatches: 1, phases: phases.map((name) => ({ name, epochs })), totalSteps: 3 * epochs * phases.length,
  };
  return { ...newRun({ id: "a", group: "stacked", name: "", pinned: false, startedAt: 0, version: "1", data: { hash: "h", name: "", synthetic: true, classes: [] }, from: null, plan, backend: "flex" }, false), ...rest };
};
const step = (phase, epoch, step) => ({ type: "step", phase, epoch, step, loss: 1 / step, accuracy: null, pictures: 2 });
const ended = (phase, epoch, step, psnr = 20 + phase) => ({ type: "epoch", phase, epoch, step, loss: 1, accuracy: null, valLoss: 2 / step, valAccuracy: 0.1 * epoch, mse: 0.1, psnr, ssim: 0.5 });
const happened = (run, ...events) => advance(run, events, pace, 1);
const phaseOf = (phase, from) => [{ type: "phase", phase, name: "" }, ...[1, 2, 3].map((n) => step(phase, 1, from + n)), ended(phase, 1, from + 3), ...[4, 5, 6].map((n) => step(phase, 2, from + n)), ended(phase, 2, from + 6)];

test("the layers fall into three nested stages", () => {
  assert.deepEqual(stagesOf(layers, fake.SAE), [
    { encoder: ["Conv 16", "Pool"], decoder: ["Up", "Conv 3"], code: [16, 16, 16] },
    { encoder: ["Conv 8", "Pool"], decoder: ["Up", "Conv 16"], code: [8, 8, 8] },
    { encoder: ["Conv 8", "Pool"], decoder: ["Conv 8", "Up", "Conv 8"], code: [4, 4, 8] },
  ]);
  assert.deepEqual(codesOf(summary, fake.SAE).map((shape) => shape.join("x")), ["32x32x3", "16x16x16", "8x8x8", "4x4x8", "8x8x8", "16x16x16", "32x32x3"]);
});

test("any stages of any layers are a ladder", () => {
  const dense = (units, name) => ({ name, kind: "Dense", outputShape: [null, units], parameters: 0, multiplyAdds: 0 });
  const mine = [layer("Flatten", 1, 3072, "in"), dense(64, "e"), dense(16, "code"), dense(64, "d"), layer("Reshape", 32, 3, "out")];
  const specs = [{ encoder: ["in", "e"], decoder: ["out"] }, { encoder: ["code"], decoder: ["d"] }];
  assert.deepEqual(stagesOf(mine, specs).map(({ encoder, decoder, code }) => [encoder.join(), decoder.join(), code.join()]), [["Flatten,Dense 64", "Reshape", "64"], ["Dense 16", "Dense 64", "16"]]);
  assert.deepEqual(codesOf({ ...summary, layers: mine }, specs), [[32, 32, 3], [64], [16], [64], [32, 32, 3]]);
  assert.equal(plannedRungs(stagesOf(mine, specs), 2).length, 3);
});

test("a stage learns while the earlier ones are frozen and the later ones are not there", () => {
  assert.deepEqual(rolesIn(0, 3), ["learns", "absent", "absent", "absent", "absent", "learns"]);
  assert.deepEqual(rolesIn(1, 3), ["frozen", "learns", "absent", "absent", "learns", "draws"]);
  assert.deepEqual(rolesIn(2, 3), ["frozen", "frozen", "learns", "learns", "draws", "draws"]);
  assert.deepEqual(new Set(rolesIn(3, 3)), new Set(["learns"]));
});

test("each rung has its own part of the curve, and stands where the run is", () => {
  const run = happened(started(), ...phaseOf(0, 0), { type: "phase", phase: 1, name: "Stage 2" }, step(1, 1, 7), step(1, 1, 8));
  const [first, second, third] = rungsOf(run);
  assert.deepEqual([first.standing, second.standing, third.standing], ["done", "now", "waiting"]);
  assert.deepEqual([first.training.x.length, second.training.x.length, third.training.x.length], [6, 2, 0]);
  assert.equal(first.training.x.at(-1), 2, "in epochs of the phase");
  assert.deepEqual(first.validation.x, [1, 2]);
  assert.equal(second.training.x[0], 1 / 3);
  assert.equal(first.last?.psnr, 20);
  assert.equal(rungsOf(run), rungsOf(run), "the same run has the same rungs");
  assert.deepEqual(rungsOf({ ...run, status: "stopped" }).map(({ standing }) => standing), ["done", "ended", "waiting", "waiting"]);
});

test("a phase that ended early does not shift the next one", () => {
  const run = happened(started(), { type: "phase", phase: 0, name: "" }, step(0, 1, 1), step(0, 1, 2), step(0, 1, 3), ended(0, 1, 3), { type: "phase", phase: 1, name: "" }, step(1, 1, 4));
  assert.deepEqual(rungsOf(run).map(({ training }) => training.x.length), [3, 1, 0, 0]);
});

test("what stacking cost is told only when all phases are through", () => {
  let run = happened(started(), ...phaseOf(0, 0), ...phaseOf(1, 6), ...phaseOf(2, 12));
  assert.equal(outcome(rungsOf(run)), null);
  run = happened(run, ...phaseOf(3, 18), { type: "finished", reason: "completed", phase: 3, epoch: 2, step: 24 });
  assert.deepEqual(outcome(rungsOf(run)), { stages: [20, 21, 22], tuned: 23 });
  const stages = stagesOf(layers, fake.SAE);
  assert.equal(plannedRungs(stages, 5), plannedRungs(stages, 5));
});

test("between two phases a drawing belongs to neither", () => {
  const run = happened(started(), ...phaseOf(0, 0));
  assert.equal(reconstructedPhase(started()), 0);
  assert.equal(reconstructedPhase(run), null);
  assert.equal(reconstructedPhase(happened(run, { type: "phase", phase: 1, name: "" })), 1);
  const last = happened(run, ...phaseOf(1, 6), ...phaseOf(2, 12), ...phaseOf(3, 18), { type: "finished", reason: "completed", phase: 3, epoch: 2, step: 24 });
  assert.equal(reconstructedPhase(last), 3);
});

test("the worker draws every phase as it ended", async () => {
  const { engine, reports, of } = world();
  await engine.handle({ type: "open", data: null });
  await until(() => of("data-ready").length > 0, "the data");
  await engine.handle({ type: "start", backend: "flex", job: { run: "a", group: "stacked", name: "", model: "sae", overrides: { epochs: 1 }, from: null, paused: false } });
  await until(() => reports.some(({ events }) => events?.some(({ type }) => type === "finished")), "the end");
  const drawn = of("reconstructions").map(({ reconstructions }) => reconstructions.step);
  for (const event of reports.flatMap(({ events = [] }) => events).filter(({ type }) => type === "epoch"))
    assert.ok(drawn.includes(event.step), `drawn after step ${event.step}, the last of phase ${event.phase}`);
  for (const { events = [] } of reports) {
    const workItems = events.filter(({ type }) => type === "step" || type === "validating").length;
    if (events.some(({ type }) => type === "epoch")) assert.equal(workItems, 1, "the last work item of an epoch is computed by itself");
  }
});

const classifier = (id, from, config, accuracies, over = {}) => {
  const run = started({ id, from, status: "completed", config: { ...config, model: "cae-classifier" }, ...over });
  return { ...run, epochs: accuracies.map((valAccuracy, i) => ({ ...ended(0, i + 1, 3 * (i + 1)), valAccuracy })) };
};

test("a classifier from an encoder is paired with the one from scratch that differs in nothing else", () => {
  const runs = [
    classifier("s0", null, { seed: 0 }, [0.1, 0.2]),
    classifier("old", "sae", { seed: 0, epochs: 9 }, [0.3]),
    classifier("p0", "sae", { seed: 0 }, [0.2, 0.3]),
    classifier("other", "another", { seed: 0 }, [0.9]),
    classifier("p1", "sae", { seed: 1 }, [0.2]),
    classifier("s1", null, { seed: 1, batchSize: 7 }, [0.1]),
  ];
  const pairs = pairsOf(runs, "sae");
  assert.deepEqual(pairs.map(({ seed, pretrained, scratch }) => [seed, pretrained.id, scratch?.id ?? null]), [[0, "p0", "s0"], [1, "p1", null]]);
  assert.deepEqual(pairsOf(runs, null), []);
  const { config } = runs[0].plan;
  assert.equal(hasScratch(runs, { hash: "h", version: "1" }, config), true);
  assert.equal(hasScratch(runs, { hash: "g", version: "1" }, config), false);
  assert.equal(hasScratch(runs, { hash: "h", version: "1" }, { ...config, seed: 4 }), false);
});

test("a head start is counted in epochs, and one seed decides nothing", () => {
  const findings = compareAccuracies([[0.3, 0.35, 0.4]], [[0.2, 0.25, 0.32]]);
  assert.equal(findings.headStart, 2);
  assert.equal(findings.reachedBy, 3);
  assert.ok(Math.abs(findings.differences[2] - 0.08) < 1e-12);
  assert.equal(findings.finding, "unknown");
  assert.equal(findings.interval, null);
  assert.equal(compareAccuracies([[0.3, 0.4]], [[0.1, 0.2]]).headStart, null, "never reached");
  assert.equal(compareAccuracies([[0.2, 0.4]], [[0.3, 0.4]]).headStart, 0, "there is none");
  assert.equal(compareAccuracies([], []), null);
  assert.equal(compareAccuracies([[]], [[]]), null);
});

test("over several seeds the difference is held against its spread", () => {
  const clear = compareAccuracies([[0.5], [0.52], [0.51]], [[0.4], [0.41], [0.4]]);
  assert.equal(clear.finding, "better");
  assert.ok(clear.interval[0] > 0);
  assert.equal(compareAccuracies([[0.4], [0.41], [0.4]], [[0.5], [0.52], [0.51]]).finding, "worse");
  const unclear = compareAccuracies([[0.5], [0.4], [0.45]], [[0.4], [0.5], [0.44]]);
  assert.equal(unclear.finding, "chance");
  // Two seeds: t with one degree of freedom is 12.7.
  assert.equal(compareAccuracies([[0.5], [0.55]], [[0.4], [0.44]]).finding, "better");
  assert.equal(compareAccuracies([[0.5], [0.58]], [[0.4], [0.44]]).finding, "chance");
  assert.deepEqual(meanLine([[1, 2, 3], [3, 4]]), [2, 3]);
});

test("settings travel by the address; what is wrong with them is told", () => {
  const local = initial({ epochs: "3", seeds: "2", classifierEpochs: "many", batchSize: "64" });
  assert.deepEqual(local.overrides, { epochs: 3, batchSize: 64 });
  assert.equal(local.seeds, 2);
  assert.equal(local.errors.length, 1);
  assert.match(local.errors[0], /many/);
  assert.deepEqual(address(null, { ...local, overrides: { epochs: 5 }, seeds: 1 }), {}, "defaults need no words");
  assert.deepEqual(address(null, local), { epochs: "3", batchSize: "64", seeds: "2" });
  assert.equal(initial({ seeds: "9" }).errors.length, 1);
  const typed = update(local, { type: "setting-typed", key: "epochs", typed: "x" });
  assert.equal(typed.wrong.epochs?.typed, "x");
  assert.equal(update(typed, { type: "setting-typed", key: "epochs", typed: "4" }).overrides.epochs, 4);
});
