// The GPU's kernels compiled beforehand: what a warm-up step names, and what becomes of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../www/app/limits.js";
import { createWaiting } from "../../www/app/waiting.js";
import { fakeClock } from "./fake-clock.mjs";
import { createPipelines } from "../../www/worker/compute/pipelines.js";

/** A browser's WebGPU, as far as it is wrapped; `settle` lets a pipeline be made. */
function browser() {
  const log = [];
  const waiting = [];
  class GPUDevice {}
  GPUDevice.prototype.createShaderModule = ({ code }) => ({ code });
  GPUDevice.prototype.createComputePipeline = ({ compute }) => (log.push(`waits for ${compute.module.code}`), { of: compute.module.code });
  GPUDevice.prototype.createBindGroupLayout = ({ entries }) => ({ entries });
  GPUDevice.prototype.createPipelineLayout = (layout) => layout;
  GPUDevice.prototype.createComputePipelineAsync = ({ compute, layout }) => {
    log.push(`makes ${compute.module.code}`);
    return new Promise((resolve, reject) => waiting.push({ resolve: () => resolve({ of: compute.module.code, layout }), reject }));
  };
  class GPUComputePassEncoder {}
  GPUComputePassEncoder.prototype.setPipeline = (given) => log.push(`sets ${given.of}`);
  GPUComputePassEncoder.prototype.dispatchWorkgroups = (...groups) => log.push(`launches ${groups}`);
  const scope = { GPUDevice, GPUComputePassEncoder };
  const clock = fakeClock();
  const pipelines = createPipelines(scope, createWaiting(clock));
  const device = Object.create(GPUDevice.prototype);
  const pass = new GPUComputePassEncoder();
  const made = new Map();
  const launch = (code) => {
    if (!made.has(code)) made.set(code, device.createComputePipeline({ layout: "auto", compute: { module: device.createShaderModule({ code }) } }));
    pass.setPipeline(made.get(code));
    pass.dispatchWorkgroups(1, 2, 3);
  };
  return { log, waiting, pipelines, launch, made, clock };
}

test("kernels that a warm-up names are made beside each other, and nothing is launched", async () => {
  const { log, waiting, pipelines, launch } = browser();
  const prepared = pipelines.prepare(async () => {
    launch("a");
    launch("b");
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(log, ["makes a", "makes b"]);
  waiting.forEach(({ resolve }) => resolve());
  await prepared;
  launch("a");
  assert.deepEqual(log.slice(2), ["sets a", "launches 1,2,3"]);
});

test("a kernel that was not named is made when it is launched", async () => {
  const { log, pipelines, launch } = browser();
  await pipelines.prepare(async () => {});
  launch("late");
  assert.deepEqual(log, ["waits for late", "sets late", "launches 1,2,3"]);
});

test("bindings are read from the text", async () => {
  const { waiting, pipelines, launch, made } = browser();
  const code = [
    "@group(0) @binding(0) var<storage, read> x: array<f32>;",
    "@group(0) @binding(1) var<storage, read_write> y: array<f32>;",
    "@group(0) @binding(2) var<uniform> info: vec4<u32>;",
  ].join("\n");
  const prepared = pipelines.prepare(async () => launch(code));
  await new Promise((resolve) => setImmediate(resolve));
  waiting[0].resolve();
  await prepared;
  const types = made.get(code).getBindGroupLayout(0).entries.map(({ binding, buffer }) => [binding, buffer.type]);
  assert.deepEqual(types, [[0, "read-only-storage"], [1, "storage"], [2, "uniform"]]);
});

test("a kernel that the browser refuses ends the preparation, and a failed warm-up leaves launches on", async () => {
  const { log, waiting, pipelines, launch } = browser();
  const prepared = pipelines.prepare(async () => launch("bad"));
  await new Promise((resolve) => setImmediate(resolve));
  waiting[0].reject(new Error("no such builtin"));
  await assert.rejects(prepared, /no such builtin/);
  await assert.rejects(pipelines.prepare(() => Promise.reject(new Error("no device"))), /no device/);
  launch("next");
  assert.deepEqual(log.at(-1), "launches 1,2,3");
});

test("a driver that is slow may go on, one that compiles nothing any more ends the preparation", async () => {
  const { waiting, pipelines, launch, clock } = browser();
  const prepared = pipelines.prepare(async () => ["a", "b", "c"].forEach(launch));
  let ended = "";
  prepared.catch((thrown) => (ended = thrown.message));
  for (const one of [0, 1]) {
    await clock.pass(limits.kernel * 0.9);
    waiting[one].resolve();
  }
  await clock.pass(limits.kernel * 0.9);
  assert.equal(ended, "");
  await clock.pass(limits.kernel * 0.3);
  assert.match(ended, /compiled no kernel for 1 min 30 s/);
});
