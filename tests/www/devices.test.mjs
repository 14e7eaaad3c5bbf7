// Which device computes: the look for a GPU, the decision, and a start that has to try both.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createActions } from "../../www/app/actions.js";
import { batchThatFits, decide, largestTensor, offered, speedKey, unknown } from "../../www/app/compute.js";
import { limits } from "../../www/app/limits.js";
import { createWaiting } from "../../www/app/waiting.js";
import { createDevices } from "../../www/worker/compute/devices.js";
import { probe, watch } from "../../www/worker/compute/gpu.js";
import { savedChoice, savedSpeeds } from "../../www/app/preferences.js";
import { props } from "../../www/sections/train/screen.js";
import { newRun } from "../../www/app/run.js";
import { initial, update } from "../../www/app/state.js";
import { createStore } from "../../www/app/store.js";
import { fakeClock, turns } from "./fake-clock.mjs";
import * as fake from "./fake-session.mjs";

const usable = { usable: true, reason: null, adapter: "Some GPU" };
const config = { ...fake.defaults("cae") };
const table = (difference) => ({
  tolerance: 1e-4,
  checks: [{ operator: "relu", tensor: "output", difference, passed: difference <= 1e-4 }],
});

/** An adapter as a browser gives it. */
function browser({ features = ["timestamp-query"], limits = {}, info = { vendor: "acme", architecture: "one" }, none = false } = {}) {
  const adapter = {
    features: new Set(features),
    limits: { maxStorageBuffersPerShaderStage: 8, maxComputeInvocationsPerWorkgroup: 256, maxStorageBufferBindingSize: 2 ** 27, maxBufferSize: 2 ** 28, ...limits },
    info,
  };
  return { requestAdapter: async () => (none ? null : adapter) };
}

test("a GPU is looked for before anything is loaded, and what is missing is said", async () => {
  assert.deepEqual(await probe(browser()), { usable: true, reason: null, adapter: "acme one", binding: 2 ** 27 });
  assert.match((await probe(null)).reason, /no WebGPU/);
  assert.match((await probe(browser({ none: true }))).reason, /no graphics adapter/);
  assert.match((await probe(browser({ features: [] }))).reason, /timestamp/);
  const small = await probe(browser({ limits: { maxStorageBuffersPerShaderStage: 4 } }));
  assert.equal(small.usable, false);
  assert.match(small.reason, /maxStorageBuffersPerShaderStage is 4, and 8/);
  assert.equal((await probe({ requestAdapter: () => Promise.reject(new Error("no")) })).usable, false);
});

const PICTURE = { width: 32, height: 32, channels: 3 };

test("the faster device computes, unless the visitor chose one", () => {
  const compute = { ...unknown, gpu: usable };
  const measured = (wgpu, flex) => ({ ...compute, measured: { [speedKey(usable, config, 1, PICTURE)]: { wgpu, flex } } });
  assert.equal(decide({ ...unknown }, config, PICTURE), "flex");
  assert.equal(decide(compute, config, PICTURE), "measure");
  assert.equal(decide(measured(20, 10), config, PICTURE), "wgpu");
  assert.equal(decide(measured(10, 20), config, PICTURE), "flex");
  assert.equal(decide(measured(20, 10), { ...config, batchSize: 64 }, PICTURE), "measure", "another batch is another case");
  assert.equal(decide(measured(20, 10), config, { ...PICTURE, width: 64 }), "measure", "and so are larger pictures");
  assert.equal(decide({ ...measured(20, 10), choice: "cpu" }, config, PICTURE), "flex");
  assert.equal(decide({ ...measured(10, 20), choice: "webgpu" }, config, PICTURE), "wgpu");
  assert.equal(decide({ ...measured(20, 10), gpu: { ...usable, usable: false } }, config, PICTURE), "flex");
  assert.deepEqual(offered({ ...unknown }), ["auto", "cpu"]);
  assert.deepEqual(offered({ ...compute, backends: ["flex", "ndarray"] }), ["auto", "webgpu", "cpu", "ndarray"]);
});

test("an adapter that never answers is told after a while, and a late one changes nothing", async () => {
  const clock = fakeClock();
  let answer = () => {};
  const gpu = { requestAdapter: () => new Promise((resolve) => (answer = () => resolve(null))) };
  const looked = probe(gpu, createWaiting(clock));
  await clock.pass(2 * limits.adapter);
  const found = await looked;
  assert.equal(found.usable, false);
  assert.equal(found.silent, true);
  assert.match(found.reason, /did not answer within 10 s/);
  answer();
  await turns();
});

test("an adapter or a device that never comes to the module is told, and one that comes is watched", async () => {
  const clock = fakeClock();
  const never = () => new Promise(() => {});
  const told = [];
  const device = Object.assign(new EventTarget(), { lost: never() });
  const watched = (gpu) => (watch((...trouble) => told.push(trouble), gpu, createWaiting(clock)), gpu);
  const none = watched({ requestAdapter: never });
  const asked = none.requestAdapter();
  const dumb = watched({ requestAdapter: async () => ({ requestDevice: never }) });
  const waits = (await dumb.requestAdapter()).requestDevice({ label: "the module's" });
  const good = watched({ requestAdapter: async () => ({ requestDevice: async (asked) => Object.assign(device, asked) }) });
  assert.equal(await (await good.requestAdapter()).requestDevice({ label: "the module's" }), device);
  assert.equal(device.label, "the module's");
  await Promise.all([assert.rejects(asked, /did not answer/), assert.rejects(waits, /did not open its device/), clock.pass(2 * limits.device)]);
  assert.deepEqual(told.map(([why, silent]) => [/within/.test(why), silent]), [[true, true], [true, true]]);
  const error = Object.assign(new Event("uncapturederror", { cancelable: true }), { error: { message: "a bad command" } });
  device.dispatchEvent(error);
  assert.match(told.at(-1)[0], /It said: a bad command/);
  assert.equal(told.at(-1)[1], false);
});

test("the batch that fits follows from the largest map and from what the adapter takes", () => {
  const model = { largestMap: 32 * 32 * 32 };
  assert.equal(largestTensor(model, 8), 8 * 4 * 32 * 32 * 32);
  assert.equal(batchThatFits(model, 2 ** 27), 1024);
});

test("a batch that the GPU has no room for is refused before anything is computed, with the one that fits", async () => {
  const log = [];
  const devices = createDevices({
    wasm: { speed_test: async () => log.push("computes") },
    report: () => {},
    now: () => 0,
    replicas: null,
    pipelines: { prepare: async () => void log.push("prepares") },
    probe: async () => ({ ...usable, binding: 2 ** 27 }),
    summary: () => ({ largestMap: 32 * 32 * 32 }),
    picture: () => undefined,
  });
  const large = { ...config, model: "cae-bn", batchSize: 4096 };
  for (const asks of [devices.prepare, devices.selfTest, devices.speedTest])
    await assert.rejects(asks(large), /batch of 4,096 is too large.*cae-bn makes maps of 537 MB.*takes 134 MB.*up to 1,024/);
  assert.deepEqual(log, []);
  await devices.prepare({ ...large, batchSize: 1024 });
  assert.deepEqual(log, ["prepares"]);
});

/** The page's actions with workers made of answers: `first` is in use, `second` may be tried. */
function page({ choice = "auto", gpu = usable, first = {}, second = {}, clock = undefined } = {}) {
  const store = createStore(initial, update);
  store.dispatch({ type: "opened", models: fake.presets(), backends: ["flex"], version: "0" });
  store.dispatch({ type: "data-ready" });
  if (gpu) store.dispatch({ type: "gpu-probed", gpu });
  store.dispatch({ type: "compute-chosen", choice });
  const log = [];
  const worker = (name, answers) => {
    let fail = () => {};
    return {
      ask(command) {
        if (command.type !== "describe") log.push(`${name} ${command.type}`);
        const answer = answers[command.type];
        if (answer === "never") return new Promise((_, reject) => (fail = reject));
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
      end(why) {
        log.push(`${name} ends`);
        fail(new Error(why));
      },
    };
  };
  const description = { config, defaults: config, summary: null, error: null };
  let link = worker("first", { "hand-over": { manifest: "{}", files: ["a.tgs", "b.tgs"] }, shard: new Uint8Array(8), probe: usable, describe: description, ...first });
  second = { describe: description, ...second };
  const starts = [];
  const told = { hear: (_) => {} };
  const client = {
    ask: (command) => (command.type === "start" && starts.push(command.backend), link.ask(command)),
    launch: () => void (link = worker("third", { describe: description })),
    beside: (build, hear) => ((told.hear = hear), worker("second", second)),
    promote: (next) => ((link = next), log.push("promoted")),
  };
  const act = createActions(store, client, null, clock && createWaiting(clock));
  const local = { model: "cae", overrides: {}, wrong: {}, description, errors: [], run: null };
  return {
    store, log, starts, act, told,
    /** Starts a run and waits until it was asked for or refused; answers why it was refused. */
    async start() {
      const [run] = act.enqueue([{ group: "train", model: "cae" }]);
      while (store.get().starting !== null) await new Promise((resolve) => setImmediate(resolve));
      return store.get().refusals[run] ?? null;
    },
    sentence: () => props(store.get(), local).compute.sentence,
  };
}

test("weights that could not be kept stay behind with the worker that has them, which is said", async () => {
  const p = page({ second: { "speed-test": { table: table(1e-7), speeds: { wgpu: 90, flex: 30 } } } });
  const runOf = (id, more) => ({ id, group: "train", name: id, status: "completed", step: 9, keptAt: null, epochs: [], plan: { config }, data: { hash: "" }, ...more });
  for (const run of [runOf("Lost"), runOf("Kept", { keptAt: 9 }), runOf("Empty", { step: 0 })]) p.store.dispatch({ type: "run-started", run });
  await p.start();
  const { runs, notices } = p.store.get();
  assert.deepEqual(Object.values(runs).filter(({ weightsGone }) => weightsGone).map(({ id }) => id), ["Lost"]);
  assert.deepEqual(notices.filter((words) => /weights of Lost are gone/.test(words)).length, 1, String(notices));
  assert.ok(!notices.some((words) => /Kept|Empty/.test(words)));
});

/** One shard after the other, each taken before the next is asked for. */
const shards = ["first shard", "second adopt-shard", "first shard", "second adopt-shard"];

test("the first start tries both, moves to the faster GPU with the pictures, and remembers it", async () => {
  const p = page({ second: { "speed-test": { table: table(1e-7), speeds: { wgpu: 90, flex: 30 } } } });
  await p.start();
  assert.deepEqual(p.log, ["second speed-test", "first hand-over", "second adopt", ...shards, "second workers", "promoted", "second start"]);
  assert.deepEqual(p.starts, ["wgpu"]);
  assert.equal(p.store.get().compute.build, "gpu");
  assert.match(p.sentence(), /WebGPU computes.*90 pictures.*30/);
  p.log.length = 0;
  await p.start();
  assert.deepEqual(p.log, ["second start"], "it is not measured twice");
});

test("a start that comes before the GPU was looked for waits for that", async () => {
  const p = page({ gpu: null, second: { "speed-test": { table: table(0), speeds: { wgpu: 9, flex: 3 } } } });
  p.act.devices.look();
  await p.start();
  assert.deepEqual(p.log.slice(0, 2), ["first probe", "second speed-test"]);
  assert.deepEqual(p.starts, ["wgpu"]);
});

test("a slower GPU is not used, and the page says why", async () => {
  const p = page({ second: { "speed-test": { table: table(0), speeds: { wgpu: 5, flex: 500 } } } });
  await p.start();
  assert.deepEqual(p.log, ["second speed-test", "second ends", "first start"]);
  assert.deepEqual(p.starts, ["flex"]);
  assert.match(p.sentence(), /The CPU computes.*5 pictures.*500/);
  assert.equal(p.store.get().compute.checked.asked, false, "a table that nobody asked for stays folded");
});

test("a GPU that computes something else is not used, and its table is shown", async () => {
  for (const choice of ["auto", "webgpu"]) {
    const p = page({ choice, second: { "speed-test": { table: table(0.5), speeds: null }, "self-test": table(0.5) } });
    const refusal = await p.start();
    assert.equal(p.store.get().compute.checked.table.checks[0].passed, false);
    const said = choice === "auto" ? p.store.get().notices[0] : refusal;
    assert.match(said, /does not compute what cae needs/);
    assert.deepEqual(p.starts, choice === "auto" ? ["flex"] : [], "chosen by hand, it is refused");
  }
});

test("a speed test that fails or is skipped leaves the run to the CPU", async () => {
  const failing = page({ second: { "speed-test": new Error("The GPU was lost.") } });
  await failing.start();
  assert.deepEqual(failing.starts, ["flex"]);
  assert.match(failing.store.get().notices[0], /could not be tried.*was lost/);
  const skipped = page({ second: { "speed-test": "never" } });
  const starting = skipped.start();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(skipped.store.get().compute.stage, "loading");
  skipped.act.devices.skip();
  await starting;
  assert.deepEqual(skipped.starts, ["flex"]);
  assert.deepEqual(skipped.store.get().notices, []);
  assert.equal(skipped.store.get().compute.stage, null);
});

/** Everything that can be answered is. */
const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

test("choosing the CPU ends the wait for a GPU, whatever it waits for", async () => {
  const looking = page({ gpu: null, first: { probe: "never" } });
  looking.act.devices.look();
  const looked = looking.start();
  await soon();
  assert.notEqual(looking.store.get().starting, null);
  looking.act.devices.choose("cpu");
  await looked;
  assert.deepEqual(looking.starts, ["flex"]);

  for (const [choice, asked] of [["auto", "speed-test"], ["webgpu", "self-test"]]) {
    const p = page({ choice, second: { [asked]: "never" } });
    const starting = p.start();
    await soon();
    assert.ok(p.log.includes(`second ${asked}`));
    p.act.devices.choose("cpu");
    assert.equal(await starting, null);
    assert.deepEqual(p.starts, ["flex"]);
    assert.deepEqual(p.store.get().notices, []);
  }
});

test("choosing the CPU while the GPU's worker does not start the run starts it on the CPU", async () => {
  const clock = fakeClock();
  const p = page({ choice: "webgpu", clock, second: { "self-test": table(0), start: "never" } });
  p.store.subscribe(() => void p.act.pump());
  const starting = p.start();
  await soon();
  assert.deepEqual(p.starts, ["wgpu"]);
  p.act.devices.choose("cpu");
  await starting;
  assert.equal(p.store.get().queue.length, 1, "it waits until the worker has let go of it");
  await clock.pass(2 * limits.stop);
  assert.ok(p.log.includes("third open"), "or was ended");
  for (const event of [{ type: "opened", models: fake.presets(), backends: ["flex"], version: "0" }, { type: "data-ready" }]) p.store.dispatch(event);
  await soon();
  assert.deepEqual(p.starts, ["wgpu", "flex"]);
});

test("Stop ends a start that waits for a GPU", async () => {
  for (const [options, waits] of [
    [{ gpu: null, first: { probe: "never" } }, "first probe"],
    [{ second: { "speed-test": "never" } }, "second speed-test"],
    [{ choice: "webgpu", second: { "self-test": "never" } }, "second self-test"],
  ]) {
    const p = page(options);
    if (options.gpu === null) p.act.devices.look();
    const starting = p.start();
    await soon();
    assert.ok(p.log.includes(waits));
    await p.act.cancel([p.store.get().starting]);
    assert.equal(await starting, null, "it was not refused");
    assert.deepEqual(p.starts, []);
    assert.equal(p.store.get().compute.stage, null);
    assert.deepEqual(p.store.get().notices, []);
  }
});

test("a GPU whose device never opens is not asked again by itself, and the page says why", async () => {
  const p = page({ second: { "speed-test": "never" } });
  const starting = p.start();
  await soon();
  // What the worker of a trial reports before it is ended.
  p.told.hear({ type: "crashed", gpu: true, silent: true, message: "No device." });
  p.act.devices.skip();
  await starting;
  assert.deepEqual(p.starts, ["flex"]);
  assert.match(p.sentence(), /The CPU computes\. No device\./);
  p.log.length = 0;
  await p.start();
  assert.deepEqual(p.log, ["first start"]);
});

test("WebGPU by choice is checked once for a model, then used", async () => {
  const p = page({ choice: "webgpu", second: { "self-test": table(1e-6) } });
  await p.start();
  assert.deepEqual(p.log, ["second self-test", "first hand-over", "second adopt", ...shards, "second workers", "promoted", "second start"]);
  p.log.length = 0;
  await p.start();
  assert.deepEqual(p.log, ["second start"]);
  const absent = page({ choice: "webgpu", gpu: { usable: false, reason: "There is none.", adapter: null } });
  assert.match(await absent.start(), /WebGPU was chosen.*There is none/);
});

test("a lost GPU ends the run, keeps its curves and is not chosen again by itself", () => {
  const events = [
    { type: "gpu-probed", gpu: usable },
    { type: "run-started", run: newRun({ id: "one", plan: { config }, backend: "wgpu" }, false) },
    { type: "crashed", gpu: true, message: "The GPU was lost." },
  ];
  const state = events.reduce(update, initial);
  assert.equal(state.runs.one.status, "failed");
  assert.equal(state.active, null);
  assert.equal(state.faultOfGpu, true);
  assert.equal(decide(state.compute, config, PICTURE), "flex");
  const again = update(state, { type: "engine-restarted" });
  assert.equal(again.compute.build, "cpu");
  assert.equal(decide(again.compute, config, PICTURE), "flex");
  assert.ok(again.runs.one, "its curves stay");
});

test("what a browser remembers is used only where it makes sense", () => {
  const kept = new Map();
  globalThis.localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  try {
    assert.equal(savedChoice(""), "auto");
    assert.equal(savedChoice("?compute=cpu"), "cpu");
    assert.equal(savedChoice("?compute=abacus"), "auto");
    kept.set("tabgrad-speeds", JSON.stringify({ a: { wgpu: 2, flex: 1 }, b: { wgpu: "fast" }, c: null }));
    assert.deepEqual(savedSpeeds(), { a: { wgpu: 2, flex: 1 } });
    kept.set("tabgrad-speeds", "{ damaged");
    assert.deepEqual(savedSpeeds(), {});
  } finally {
    delete globalThis.localStorage;
  }
});
