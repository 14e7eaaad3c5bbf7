// Clocks that tick ten times a second, as in browsers that hide from tracking: speeds that are shown and
// the choice of a device by a trial.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createActions } from "../../www/app/actions.js";
import { initial, update } from "../../www/app/state.js";
import { createStore } from "../../www/app/store.js";
import { duration, instant, integer, percent, wholePercent } from "../../www/format.js";
import { text } from "../../www/strings.js";
import { createDevices } from "../../www/worker/compute/devices.js";
import { createPace } from "../../www/worker/compute/runner.js";
import * as fake from "./fake-session.mjs";

/** Time as such a browser tells it. */
const coarse = (ms) => Math.floor(ms / 100) * 100;

test("a run's speed evens out over ticks of the clock, and none is told before", () => {
  for (const callMs of [3, 17, 40, 99, 130]) {
    const pace = createPace();
    let time = 5;
    const told = [];
    for (let call = 0; call < 3000; call += 1) {
      const before = coarse(time);
      time += callMs;
      pace.note([{ type: "step", pictures: 8 }, { type: "step", pictures: 8 }], (coarse(time) - before) / 1000);
      const { picturesPerSecond, stepSeconds } = pace.read(1);
      if (picturesPerSecond === null) continue;
      told.push(picturesPerSecond);
      assert.ok(Number.isFinite(picturesPerSecond) && picturesPerSecond > 0 && stepSeconds > 0);
    }
    const truth = 16_000 / callMs;
    for (const speed of told) assert.ok(speed > truth / 1.7 && speed < truth * 1.7, `${callMs} ms: ${speed} for ${truth}`);
    assert.ok(told.length > 0);
  }
});

test("a clock that stands still tells no speed", () => {
  const pace = createPace();
  for (let call = 0; call < 100; call += 1) pace.note([{ type: "step", pictures: 32 }, { type: "validating" }].slice(call % 2, (call % 2) + 1), 0);
  assert.deepEqual(pace.read(1), { workers: 1, picturesPerSecond: null, stepSeconds: null, validationSeconds: null });
});

/** A speed test of devices whose steps take so many milliseconds. */
async function trial(stepMs, { stands = false, runs = true } = {}) {
  let time = 0;
  let steps = 0;
  const wasm = {
    ...fake,
    speed_test: async (_, backend) => ({
      is_data_parallel: () => false,
      advance: async (items) => {
        time += items * stepMs[backend];
        steps += items;
        return runs ? Array.from({ length: items }, () => ({ type: "step", pictures: 1 })) : [];
      },
      free() {},
    }),
  };
  const replicas = { open: async () => {}, advance: (run, _, items) => run.advance(items) };
  const devices = createDevices({ wasm, report: () => {}, now: () => (stands ? 7 : coarse(time)), replicas, pipelines: { prepare: (warmUp) => warmUp() }, probe: async () => ({ usable: true }), summary: () => ({ layers: [] }), picture: () => undefined });
  const { speeds } = await devices.speedTest({ ...fake.defaults("cae"), batchSize: 1 });
  return { speeds, steps };
}

test("a trial of steps too short for the clock goes on until it can tell", async () => {
  const { speeds } = await trial({ wgpu: 0.5, flex: 1 });
  assert.ok(speeds.wgpu > speeds.flex, "the faster one is the faster one");
  assert.ok(speeds.wgpu > 1600 && speeds.wgpu < 2500 && speeds.flex > 800 && speeds.flex < 1250, JSON.stringify(speeds));
});

test("a trial in which no time passes, or no step is taken, ends and tells nothing", async () => {
  for (const how of [{ stands: true }, { runs: false }]) {
    const { speeds, steps } = await trial({ wgpu: 1, flex: 1 }, how);
    assert.equal(speeds, null);
    assert.ok(steps < 50_000);
  }
});

test("without speeds the CPU trains, the page says why, and nothing is remembered", async () => {
  const store = createStore(initial, update);
  store.dispatch({ type: "opened", models: fake.presets(), backends: ["flex"], version: "0" });
  store.dispatch({ type: "data-ready" });
  store.dispatch({ type: "gpu-probed", gpu: { usable: true, reason: null, adapter: "Some GPU" } });
  const config = fake.defaults("cae");
  const starts = [];
  const answers = { describe: { config, defaults: config, summary: null, error: null }, "speed-test": { table: { tolerance: 1e-4, checks: [] }, speeds: null } };
  const ask = async (command) => (command.type === "start" && starts.push(command.backend), answers[command.type]);
  const act = createActions(store, { ask, beside: () => ({ ask, end() {} }), promote() {} }, null);
  act.enqueue([{ group: "train", model: "cae" }]);
  while (store.get().starting !== null) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(starts, ["flex"]);
  assert.deepEqual(store.get().notices, [text.compute.notTimed]);
  assert.deepEqual(store.get().compute.measured, {});
});

test("what is no number is never written as one", () => {
  for (const none of [NaN, Infinity, -Infinity]) for (const write of [integer, percent, wholePercent, duration]) assert.equal(write(none), "–");
});

test("runs that were started within a minute are told apart where their weights are let go", () => {
  assert.notEqual(instant(61_000), instant(62_000));
});
