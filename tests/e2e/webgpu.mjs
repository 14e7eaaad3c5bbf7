// Training on WebGPU: every model, the choice of a device, and a GPU that fails. The adapter is an
// emulation on the CPU: right, and slow.

import assert from "node:assert/strict";
import { visit } from "./support.mjs";

/** @typedef {Parameters<Parameters<typeof visit>[1]>[0]} Visitor */

const MODULE = "**/pkg/gpu/tabgrad.js";
const STEPS = 3;
/** Rounding, over the first steps. */
const TOLERANCE = 1e-5;

/** The GPU's package with lines before it, which see its device. @param {Visitor} visitor @param {string} lines */
const before = ({ page }, lines) =>
  page.context().route(MODULE, async (route) => {
    const response = await route.fetch();
    const keep = `
      const request = GPUAdapter.prototype.requestDevice;
      GPUAdapter.prototype.requestDevice = async function (...given) {
        globalThis.device = await request.apply(this, given);
        return globalThis.device;
      };`;
    await route.fulfill({ response, body: `${keep}\n${lines}\n${await response.text()}` });
  });

/** The worker that has the GPU's device. @param {Visitor} visitor @param {() => void} does */
async function onTheDevice({ page }, does) {
  for (const worker of page.workers())
    if (await worker.evaluate(() => "device" in globalThis)) return worker.evaluate(does);
  assert.fail("no worker has a device");
}

/** Losses of single steps on a device. @param {Visitor} visitor @param {string} device */
async function losses({ page, press, enabled, untilStep, events }, device) {
  await page.selectOption("#compute-choice", device);
  const seen = (await events()).length;
  for (let step = 1; step <= STEPS; step += 1) {
    await press("step");
    await untilStep(step);
  }
  const steps = (await events()).slice(seen).filter(({ type }) => type === "step");
  await press("stop");
  await enabled("#run");
  await press("reset");
  return steps.map(({ loss }) => loss);
}

const MODELS = ["cnn-max-2", "cnn-avg-2", "cnn-max-3", "cnn-avg-3", "cnn-max-4", "cnn-avg-4", "cae", "cae-bn", "cae-denoise", "sae"];

visit(
  "every model takes the CPU's steps on WebGPU",
  async (visitor) => {
    const { page, open, choose, text } = visitor;
    await open("?batchSize=4&seed=3");
    for (const model of MODELS) {
      await choose(model);
      const gpu = await losses(visitor, "webgpu");
      assert.match(await text("#compute-sentence"), /WebGPU computes/);
      const cpu = await losses(visitor, "cpu");
      assert.equal(gpu.length, STEPS, model);
      for (const [step, loss] of gpu.entries()) {
        const apart = Math.abs(loss - cpu[step]) / cpu[step];
        assert.ok(apart < TOLERANCE, `${model}, step ${step + 1}: ${loss} on WebGPU, ${cpu[step]} on the CPU`);
      }
      assert.equal(await page.locator("#fault").count(), 0);
    }
  },
  { gpu: true },
);

visit(
  "the first start tries both devices, says which is faster and remembers it",
  async ({ page, open, press, status, text, untilStep }) => {
    await open("?preset=cae&batchSize=4");
    await page.waitForFunction(() => document.querySelector("#compute-sentence")?.textContent?.includes("tries this model on both"));
    await press("run");
    await status("Comparing the GPU");
    await untilStep(1);
    assert.match(await text("#compute-sentence"), /computes: with cae in batches of 4, WebGPU \(.+\) trained [\d,]+ pictures a second here and the CPU [\d,]+\./);
    await page.reload();
    await page.waitForFunction(() => document.querySelector("#compute-sentence")?.textContent?.includes("computes: with cae"));
  },
  { gpu: true },
);

visit(
  "a trial can be skipped: the CPU trains at once",
  async ({ page, open, press, untilStep, text }) => {
    await open("?preset=cnn-max-4&batchSize=64");
    await page.waitForFunction(() => document.querySelector("#compute-sentence")?.textContent?.includes("tries this model on both"));
    await press("run");
    await page.click("#skip:visible");
    await untilStep(1);
    assert.match(await text("#progress"), /on the CPU/);
  },
  { gpu: true },
);

visit(
  "the GPU can be checked, operator by operator",
  async ({ page, open, text }) => {
    await open("?preset=cae-bn");
    await page.click("#check-gpu:visible");
    await page.waitForSelector(".checked");
    const table = await text(".checked");
    assert.match(table, /All \d+ tensors agree/);
    for (const operator of ["convolution with stride 2", "batch normalisation", "upsampling", "relu", "sigmoid", "Adam"])
      assert.ok(table.includes(operator), operator);
  },
  { gpu: true },
);

visit(
  "a GPU that computes something else is refused, and the table shows where",
  async (visitor) => {
    const { page, open, press, text } = visitor;
    await before(visitor, `
      const create = GPUDevice.prototype.createShaderModule;
      GPUDevice.prototype.createShaderModule = function ({ code, ...others }) {
        return create.call(this, { code: code.replaceAll("* 0.25", "* 0.26"), ...others });
      };`);
    await open("?preset=cnn-avg-2&compute=webgpu");
    await press("run");
    await page.waitForSelector("#refusal:not([hidden])");
    assert.match(await text("#refusal"), /does not compute what cnn-avg-2 needs as the CPU does/);
    const wrong = await page.locator(".checked tr[data-wrong]").allInnerTexts();
    assert.ok(wrong.length >= 2 && wrong.every((row) => /output|gradient/.test(row)), wrong.join());
    const operators = await page.locator(".checked tbody:has(tr[data-wrong]) .operator").allInnerTexts();
    assert.ok(operators.length > 0 && operators.every((name) => name.includes("average pooling")), operators.join());
    assert.equal(await page.locator("#run").isDisabled(), false);
  },
  { gpu: true },
);

visit(
  "a kernel that the GPU refuses is told, and nothing is trained with it",
  async (visitor) => {
    const { page, open, press, text, events } = visitor;
    await before(visitor, `
      const create = GPUDevice.prototype.createShaderModule;
      GPUDevice.prototype.createShaderModule = function ({ code, ...others }) {
        return create.call(this, { code: code.replace("@compute", "@compute broken"), ...others });
      };`);
    await open("?preset=cae&compute=webgpu");
    await press("run");
    await page.waitForSelector("#refusal:not([hidden])");
    assert.match(await text("#refusal"), /The GPU refused a kernel/);
    assert.equal((await events()).length, 0);
  },
  { gpu: true, expected: /WGSL|shader|Shader|pipeline|Pipeline|ComputePipeline/ },
);

const failures = {
  "lost in a run": {
    fails: () => /** @type {any} */ (globalThis).device.destroy(),
    says: /The GPU was lost/,
  },
  "out of memory in a run": {
    fails: () => {
      const error = new /** @type {any} */ (globalThis).GPUOutOfMemoryError("no memory left");
      const { device, GPUUncapturedErrorEvent } = /** @type {any} */ (globalThis);
      device.dispatchEvent(new GPUUncapturedErrorEvent("uncapturederror", { error, cancelable: true }));
    },
    says: /not enough memory for this batch/,
  },
  "given a bad command in a run": {
    fails: () => {
      const device = /** @type {any} */ (globalThis).device;
      device.queue.writeBuffer(device.createBuffer({ size: 16, usage: 0x80 }), 64, new Float32Array(4));
    },
    says: /The GPU refused a kernel or a command/,
  },
};
for (const [how, { fails, says }] of Object.entries(failures))
  visit(
    `a GPU that is ${how} ends the run; its curves stay and the CPU goes on`,
    async (visitor) => {
      const { page, open, press, untilStep, text, enabled, events } = visitor;
      await before(visitor, "");
      await open("?preset=cae&compute=webgpu&batchSize=4&epochs=50");
      await press("run");
      await untilStep(2);
      await onTheDevice(visitor, fails);
      await page.waitForSelector("#fault");
      assert.match(await text("#fault"), says);
      const steps = (await events()).filter(({ type }) => type === "step");
      assert.ok(steps.every(({ loss }) => Number.isFinite(loss) && loss > 0.1), "no step was taken on garbage");
      assert.match(await text("#status"), says);
      assert.ok((await page.locator("#loss canvas").count()) > 0, "its curve is still there");
      await page.click("#restart");
      await enabled("#run");
      await page.waitForFunction(() => document.querySelector("#compute-sentence")?.textContent?.includes("failed during"));
      assert.match(await text("#compute-sentence"), /The CPU computes\. The GPU failed during this visit/);
      await press("run");
      // The run that failed is on show until the next one has begun.
      await page.waitForFunction(() => document.querySelector("#progress")?.textContent?.includes("on the CPU"));
      await untilStep(1);
    },
    { gpu: true, expected: /lost|destroyed|writeBuffer|Buffer/ },
  );

visit(
  "a tab in the background goes on training",
  async ({ page, open, press, untilStep, step, events }) => {
    await open("?preset=cae&compute=webgpu&batchSize=4&epochs=50");
    await press("run");
    await untilStep(2);
    const other = await page.context().newPage();
    await other.goto("about:blank");
    await other.bringToFront();
    const left = await step();
    const seen = async () => (await events()).filter(({ type }) => type === "step").length;
    for (let i = 0; i < 100 && (await seen()) < left + 6; i += 1) await new Promise((resolve) => setTimeout(resolve, 300));
    assert.ok((await seen()) >= left + 6, "steps were taken while another tab was in front");
    await page.bringToFront();
    await untilStep(left + 6);
  },
  { gpu: true },
);
