// The worker's side without a worker: data in, runs trained, pauses prompt, one call at a time.

import assert from "node:assert/strict";
import { test } from "node:test";
import { waiting } from "../../www/app/waiting.js";
import { createQueue } from "../../www/worker/compute/queue.js";
import { createPace } from "../../www/worker/compute/runner.js";
import { loadingOrder } from "../../www/worker/intake/data.js";
import { manifest } from "./fake-session.mjs";
import { claims, folder, pictureStore, runStore, settle, until, world } from "./support.mjs";

const start = (engine, overrides = {}, model = "cnn-max-2", paused = false, run = "one") =>
  engine.handle({ type: "start", backend: "flex", job: { run, group: "train", name: "", model, overrides, from: null, paused } });

async function opened(options) {
  const w = world(options);
  await w.engine.handle({ type: "open", data: null });
  return w;
}

test("the queue runs one job after another, and a failed one holds up nobody", async () => {
  const queue = createQueue(waiting, () => {});
  const order = [];
  const slow = queue(async () => {
    await settle();
    order.push("slow");
  });
  const bad = queue(() => {
    order.push("bad");
    throw new Error("no");
  });
  const last = queue(() => order.push("last"));
  await assert.rejects(bad, /no/);
  await Promise.all([slow, last]);
  assert.deepEqual(order, ["slow", "bad", "last"]);
});

test("the pace tells steps from validation and leaves mixed calls out", () => {
  const pace = createPace();
  const step = { type: "step", pictures: 32 };
  const batch = { type: "validating" };
  pace.note([step, batch], 100);
  assert.equal(pace.read(1).stepSeconds, null);
  pace.note([step, step], 0.5);
  pace.note([batch], 0.4);
  assert.deepEqual(pace.read(2), { workers: 2, picturesPerSecond: 128, stepSeconds: 0.25, validationSeconds: 0.4 });
});

test("the first shard of each split comes first", () => {
  const order = loadingOrder(manifest({ train: 5085, test: 3000 })).map(({ file }) => file);
  assert.deepEqual(order.slice(0, 2), ["train-000.tgs", "test-000.tgs"]);
  assert.equal(order.length, 5);
});

test("opening reports the models, the data and its end, and never less progress than before", async () => {
  const w = await opened();
  assert.equal(w.of("opened")[0].models.filter(({ listed }) => listed).length, 10);
  assert.equal(w.of("data-found")[0].origin, "bundled");
  const told = w.of("data-progress");
  assert.deepEqual(told.at(-1), { type: "data-progress", bytes: 800, total: 800, loaded: { train: 600, test: 200 } });
  assert.equal(w.reports.at(-1).type, "data-ready");
});

test("data that does not arrive is told in its sentence", async () => {
  for (const broken of ["manifest.json", "test-000.tgs"]) {
    const w = await opened({ source: folder(manifest(), { broken }) });
    assert.match(w.of("data-failed")[0].message, new RegExp(broken.replace(".", "\\.")));
    assert.equal(w.of("data-ready").length, 0);
  }
});

test("a run reports every step once, in order, and its end", async () => {
  const w = await opened();
  await start(w.engine, { epochs: 3 });
  await until(() => w.events("finished").length === 1, "the end");
  const steps = w.events("step").map(({ step }) => step);
  assert.deepEqual(steps, Array.from({ length: 3 * 19 }, (_, i) => i + 1));
  assert.equal(w.events("epoch").length, 3);
  await settle();
  assert.equal(w.of("run-failed").length, 0);
});

test("two commands at once never meet in the session", async () => {
  const w = await opened({ session: { workItemMs: 0.2 } });
  await start(w.engine, { epochs: 1 }, "cae");
  const asks = Array.from({ length: 20 }, (_, seed) => w.engine.handle({ type: "samples", seed, count: 5 }));
  await Promise.all(asks);
  await until(() => w.events("step").length > 5);
  await w.engine.handle({ type: "stop" });
  assert.equal(w.session.mostInFlight, 1);
});

test("a pause holds, a single step is exactly one step, resuming goes on from there", async () => {
  const w = await opened();
  await start(w.engine, { epochs: 10 });
  await until(() => w.events("step").length > 10);
  await w.engine.handle({ type: "pause" });
  assert.ok(w.of("run-paused").length === 1);
  const held = w.events("step").length;
  await settle();
  assert.equal(w.events("step").length, held);
  for (let i = 1; i <= 25; i += 1) {
    await w.engine.handle({ type: "step" });
    assert.equal(w.events("step").length, held + i, "one step, with an epoch's end among them");
  }
  assert.ok(w.events("epoch").length > 0);
  await w.engine.handle({ type: "resume" });
  await until(() => w.events("finished").length === 1, "the end");
  assert.equal(w.events("step").length, 190);
});

test("pausing and resuming at once keeps one loop", async () => {
  const w = await opened();
  await start(w.engine, { epochs: 4 });
  for (let i = 0; i < 5; i += 1) {
    const pausing = w.engine.handle({ type: "pause" });
    await w.engine.handle({ type: "resume" });
    await pausing;
  }
  await until(() => w.events("finished").length === 1, "the end");
  assert.deepEqual(w.events("step").map(({ step }) => step), Array.from({ length: 76 }, (_, i) => i + 1));
  assert.equal(w.session.mostInFlight, 1);
});

test("a stopped run says so once and nothing after; the next run is a new one", async () => {
  const w = await opened();
  await start(w.engine, { epochs: 50 }, "cae");
  await until(() => w.events("step").length > 3);
  await w.engine.handle({ type: "stop" });
  await settle();
  const told = w.reports.length;
  await settle();
  assert.equal(w.reports.length, told);
  // How far it came is drawn, too.
  assert.deepEqual(w.reports.map(({ type }) => type).filter((type) => type !== "reconstructions").slice(-2), ["run-stopped", "run-kept"]);
  assert.equal(w.of("run-kept").at(-1).step, [...w.session.runs.values()].at(-1).step, "what is kept is what was told");
  await start(w.engine, { epochs: 1 });
  await until(() => w.events("finished").length === 1, "the end");
});

test("an autoencoder is drawn before its first step, when it is held and at its end", async () => {
  const w = await opened();
  await start(w.engine, { epochs: 1 }, "cae", true);
  assert.equal(w.of("reconstructions")[0].reconstructions.step, 0);
  const { labels, inputs } = w.of("reconstructions")[0].reconstructions;
  assert.deepEqual([labels.length, inputs.image.width, inputs.image.height, inputs.height], [8, 32, 8 * 32, 32]);
  await w.engine.handle({ type: "step" });
  assert.equal(w.of("reconstructions").at(-1).reconstructions.step, 1);
  await w.engine.handle({ type: "resume" });
  await until(() => w.of("reconstructions").at(-1).reconstructions.step === 19, "the last drawing");
});

test("a bad configuration is described with its sentence, and a start with it is refused", async () => {
  const w = await opened();
  const told = await w.engine.handle({ type: "describe", model: "cnn-max-2", overrides: { batchSize: 0 } });
  assert.equal(told.summary, null);
  assert.match(told.error, /batch size is 0/);
  await assert.rejects(start(w.engine, { batchSize: 0 }), /batch size is 0/);
  await assert.rejects(w.engine.handle({ type: "describe", model: "vgg", overrides: {} }), /no model named/);
});

test("what a model does not have is not handed to it", async () => {
  const w = await opened();
  const told = await w.engine.handle({ type: "describe", model: "cnn-max-2", overrides: { noise: "gaussian", output: "relu", seed: 3 } });
  assert.equal(told.config.noise, "none");
  assert.equal(told.config.output, null);
  assert.equal(told.config.seed, 3);
});

test("a trap in the module is handed on as fatal and not told as a failed run", async () => {
  const w = await opened({ session: { dieAtStep: 5 } });
  await start(w.engine);
  await until(() => w.fatal() !== null, "the trap");
  assert.equal(w.of("run-failed").length, 0);
});

const file = (name, bytes) => ({ path: name, file: new File([new Uint8Array(bytes)], name) });

test("a dropped file is used, kept, found at the next visit, left for the bundled ones, used again and deleted", async () => {
  const w = await opened();
  await w.engine.handle({ type: "import", files: [file("data_batch_1.bin", 3073 * 60)] });
  assert.equal(w.of("data-found").at(-1).origin, "kept");
  assert.deepEqual(w.of("data-progress").at(-1).loaded, { train: 50, test: 10 });
  assert.match(w.of("import-remarks").flatMap(({ remarks }) => remarks).join(), /^There is no test batch/);
  const next = await opened({ kept: w.kept });
  assert.equal(next.of("data-found")[0].origin, "kept");
  await next.engine.handle({ type: "use-set", set: null });
  assert.equal(next.of("data-found").at(-1).origin, "bundled");
  const [set] = w.kept.sets.keys();
  assert.ok(set, "it is not in use, and still kept");
  await next.engine.handle({ type: "use-set", set });
  assert.equal(next.of("data-found").at(-1).origin, "kept");
  await next.engine.handle({ type: "delete-set", set });
  assert.equal(next.of("data-found").at(-1).origin, "bundled");
  assert.equal(w.kept.sets.size, 0);
});

test("of two files the one named test is the test split, in either order", async () => {
  const w = await opened();
  await w.engine.handle({ type: "import", files: [file("test_batch.bin", 3073 * 7), file("data_batch_1.bin", 3073 * 9)] });
  assert.deepEqual(w.of("data-progress").at(-1).loaded, { train: 9, test: 7 });
  assert.equal(w.of("notice").length, 0);
});

test("a damaged file is refused in a sentence and the old pictures stay", async () => {
  const w = await opened();
  await assert.rejects(w.engine.handle({ type: "import", files: [file("broken.bin", 3074)] }), /3,073/);
  await assert.rejects(w.engine.handle({ type: "import", files: [file("huge.bin", 1_000_001)] }), /huge\.bin has .*MB; files of up to/);
  await assert.rejects(w.engine.handle({ type: "import", files: [file("a.zip", 9), file("b.bin", 3073)] }), /a\.zip was given with another file\. Give one archive/);
  assert.equal(w.of("data-found").length, 1);
  assert.equal((await w.engine.handle({ type: "samples", seed: 1, count: 5 })).train.labels.length, 5);
});

test("pictures are not changed under a run", async () => {
  const w = await opened();
  await start(w.engine, {}, "cnn-max-2", true);
  await assert.rejects(w.engine.handle({ type: "import", files: [file("a.bin", 3073 * 6)] }), /Stop it/);
  await assert.rejects(w.engine.handle({ type: "use-set", set: null }), /Stop it/);
  await assert.rejects(w.engine.handle({ type: "delete-set", set: "some" }), /Stop it/);
});

test("where nothing can be kept, the pictures are used and the page says so", async () => {
  const kept = { ...pictureStore(), begin: async () => Promise.reject(new Error("No room.")) };
  const w = await opened({ kept });
  await w.engine.handle({ type: "import", files: [file("a.bin", 3073 * 12)] });
  assert.equal(w.of("data-ready").length, 2);
  assert.match(w.of("notice").at(-1).message, /No room/);
});

test("kept pictures that cannot be read give way to the bundled ones, with a sentence", async () => {
  const kept = { ...pictureStore(), open: async () => folder(manifest(), { broken: "train-000.tgs" }) };
  const w = await opened({ kept });
  assert.match(w.of("notice")[0].message, /broke off/);
  assert.equal(w.of("data-found").at(-1).origin, "bundled");
  assert.equal(w.reports.at(-1).type, "data-ready");
});

test("what a worker hands over, another one takes, and trains on", async () => {
  const old = await opened();
  const { manifest: words, files } = await old.engine.handle({ type: "hand-over" });
  assert.deepEqual(files, ["train-000.tgs", "test-000.tgs"]);
  const fresh = world();
  await fresh.engine.handle({ type: "adopt", manifest: words });
  for (const file of files) {
    await assert.rejects(fresh.engine.handle({ type: "hand-over" }), /have not arrived/);
    const bytes = await old.engine.handle({ type: "shard", file });
    await fresh.engine.handle({ type: "adopt-shard", file, bytes });
  }
  assert.deepEqual(fresh.reports, [], "the page knows the pictures already");
  await start(fresh.engine, { epochs: 1 });
  await until(() => fresh.events("finished").length === 1, "the end");
});

test("pictures that have not arrived are not handed over", async () => {
  const w = await opened({ source: folder(manifest(), { broken: "test-000.tgs" }) });
  await assert.rejects(w.engine.handle({ type: "hand-over" }), /have not arrived/);
});

test("a speed test checks the GPU, then times both devices in pictures a second", async () => {
  const w = world();
  const speedTest = await w.engine.handle({ type: "speed-test", model: "cae", overrides: { batchSize: 8 } });
  assert.ok(speedTest.table.checks.every(({ passed }) => passed));
  assert.ok(speedTest.speeds.wgpu > 0 && speedTest.speeds.flex > 0);
  assert.deepEqual(w.of("speed-test-progress").map(({ stage }) => stage), ["preparing", "checking", "gpu", "cpu"]);
});

test("a run is kept after every epoch, comes back interrupted and goes on with what it would have told", async () => {
  const whole = await opened();
  await start(whole.engine, { epochs: 3 });
  await until(() => whole.events("finished").length === 1, "the end");

  const w = await opened();
  await start(w.engine, { epochs: 3 }, "cnn-max-2");
  await until(() => w.of("run-kept").length > 0, "the first epoch kept");
  // The page goes away here: what was kept is all there is.
  const kept = runStore();
  for (const [id, record] of w.runs.kept) kept.kept.set(id, structuredClone(record));
  const next = await opened({ runs: kept });
  const [found] = next.of("runs-found")[0].runs;
  assert.equal(found.status, "interrupted");
  assert.equal(found.keptAt, found.step);
  await next.engine.handle({ type: "continue", run: "one", backend: "flex" });
  await until(() => next.events("finished").length === 1, "the end");
  const told = (world) => world.events("step").filter(({ step }) => step > found.step);
  assert.deepEqual(told(next), told(whole));
  await until(() => next.of("run-kept").some(({ step }) => step === 57), "the end kept");
  assert.equal(kept.kept.get("one").run.status, "completed");
});

test("a run is claimed while it is computed; one that another tab computes is left to it", async () => {
  const w = await opened();
  await start(w.engine, { epochs: 2 });
  assert.deepEqual(await w.claimed.all(), ["one"]);
  await until(() => w.events("finished").length === 1, "the end");
  await until(() => w.of("run-kept").at(-1)?.step === 38, "the end kept");
  assert.deepEqual(await w.claimed.all(), []);

  const next = await opened({ runs: w.runs, claimed: claims(["one"]) });
  assert.deepEqual(next.of("runs-found"), []);
  await assert.rejects(next.engine.handle({ type: "continue", run: "one", backend: "flex" }), /Another tab trains this run/);
});

test("a run of other pictures is not gone on with", async () => {
  const w = await opened();
  await start(w.engine, { epochs: 1 });
  await until(() => w.of("run-kept").length > 0, "kept");
  const next = await opened({ runs: w.runs, manifest: manifest({ train: 64, test: 8 }) });
  await assert.rejects(next.engine.handle({ type: "continue", run: "one", backend: "flex" }), /other pictures/);
  await assert.rejects(next.engine.handle({ type: "predict-all", run: "one" }), /other pictures/);
  await assert.rejects(next.engine.handle({ type: "continue", run: "two", backend: "flex" }), /not kept/);
});

test("questions are answered by the run that they name, and one that is gone comes back for it", async () => {
  const w = await opened();
  for (let n = 0; n < 9; n += 1) {
    await start(w.engine, { epochs: 1 }, "cae", false, `run-${n}`);
    await until(() => w.of("run-kept").some(({ run, step }) => run === `run-${n}` && step === 19), "the end");
  }
  await settle();
  assert.ok(w.session.runs.size <= 7, "not all are held");
  const { xy, points, labels } = await w.engine.handle({ type: "latent-map", run: "run-0", count: 30, seed: 1 });
  assert.equal(xy, undefined);
  assert.equal(points.length, 60);
  assert.equal(labels.length, 30);
  const { evaluated, best, worst } = await w.engine.handle({ type: "extremes", run: "run-0", among: 150, count: 3 });
  assert.equal(evaluated, 150);
  assert.deepEqual([...best.indices], [0, 1, 2]);
  assert.deepEqual([...worst.indices], [149, 148, 147]);
  const predictions = await w.engine.handle({ type: "predict-all", run: "run-3" });
  assert.equal(predictions.labels.length, 200);
  assert.equal(predictions.classes, 10);
  await assert.rejects(w.engine.handle({ type: "generate", run: "run-0", count: 3, seed: 2 }), /does not generate/);
});

test("a variational autoencoder generates as many pictures as are asked for, of the draw that is named", async () => {
  const w = await opened();
  const layers = [{ type: "Flatten" }, { type: "Dense", units: 8 }, { type: "Sampling", name: "z" }, { type: "Dense", units: 3072 }];
  const vae = { name: "vae", input: [32, 32, 3], layers, task: { type: "reconstruct", code: "z" } };
  await start(w.engine, { epochs: 1 }, vae);
  await until(() => w.of("run-kept").length > 0, "kept");
  const { image, height } = await w.engine.handle({ type: "generate", run: "one", count: 3, seed: 2 });
  assert.equal(image.height / height, 3);
  assert.deepEqual(w.session.generated, { count: 3, seed: 2 });
});

test("every walk through a step has a network of its own, which goes when the walk ends", async () => {
  const { engine, session } = await opened();
  const prepare = (trace, model) => engine.handle({ type: "prepare-trace", trace, model, overrides: {}, from: null });
  const before = session.runs.size;
  await prepare("1", "cnn-max-2");
  await prepare("2", "cae");
  assert.equal(session.runs.size, before + 2);
  await engine.handle({ type: "end-trace", trace: "2" });
  assert.equal(session.runs.size, before + 1);
  await assert.rejects(engine.handle({ type: "trace-step", trace: "2", source: "train", index: 0 }), /no network to trace/);
});
