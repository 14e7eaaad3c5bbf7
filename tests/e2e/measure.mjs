// Measurements that are made by hand and written down, against a running page; the first two of WebGPU:
//   node tests/e2e/measure.mjs parity --url http://127.0.0.1:8000/   losses beside the CPU's, 100 steps of each model
//   node tests/e2e/measure.mjs memory --url http://127.0.0.1:8000/   memory over 2,000 steps
//   node tests/e2e/measure.mjs tasks --url http://127.0.0.1:8000/    the page's longest tasks while it trains on the CPU
// The page needs some 600 training pictures.

import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { WEBGPU, launch } from "./browser.mjs";

const { values, positionals } = parseArgs({
  options: { url: { type: "string" }, models: { type: "string" }, batch: { type: "string", default: "4" } },
  allowPositionals: true,
});
const MODELS = ["cnn-max-2", "cnn-avg-2", "cnn-max-3", "cnn-avg-3", "cnn-max-4", "cnn-avg-4", "cae", "cae-bn", "cae-denoise", "sae"];
const PARITY_STEPS = 100;
const MEMORY_STEPS = 2000;
const TRACED_MS = 10_000;

/** Keeps in the page what its workers tell of steps. */
function record() {
  const Plain = globalThis.Worker;
  globalThis.losses = [];
  globalThis.Worker = class extends Plain {
    constructor(...settings) {
      super(...settings);
      this.addEventListener("message", ({ data }) => {
        if (data.report?.type !== "run-events") return;
        for (const event of data.report.events) if (event.type === "step") globalThis.losses.push(event.loss);
      });
    }
  };
}

/** Before the GPU's package: counts the bytes of its device's buffers and keeps the module's memory. */
const COUNTING = `
  self.buffers = 0;
  const gone = new FinalizationRegistry((size) => (self.buffers -= size));
  const create = GPUDevice.prototype.createBuffer;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = create.call(this, descriptor);
    self.buffers += descriptor.size;
    gone.register(buffer, descriptor.size, buffer);
    return buffer;
  };
  const destroy = GPUBuffer.prototype.destroy;
  GPUBuffer.prototype.destroy = function () {
    if (gone.unregister(this)) self.buffers -= this.size;
    destroy.call(this);
  };
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const plain = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await plain.call(WebAssembly, ...given);
      self.wasm = (made.instance ?? made).exports;
      return made;
    };
  }`;

const browser = await launch([...WEBGPU, "--js-flags=--expose-gc"]);

/** A page that trains a model on a device. @param {string} model @param {string} compute @param {number} epochs */
async function training(model, compute, epochs) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(record);
  await context.route("**/pkg/gpu/tabgrad.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${COUNTING}\n${await response.text()}` });
  });
  await page.goto(`${values.url}?preset=${model}&compute=${compute}&batchSize=${values.batch}&epochs=${epochs}`);
  await page.click("#run:enabled:not([aria-disabled])", { timeout: 60_000 });
  return { context, page };
}

/** @param {string} model @param {string} compute @returns {Promise<number[]>} */
async function losses(model, compute) {
  const { context, page } = await training(model, compute, 2);
  await page.waitForFunction((n) => /** @type {any} */ (globalThis).losses.length >= n, PARITY_STEPS, { timeout: 600_000 });
  const found = await page.evaluate(() => /** @type {any} */ (globalThis).losses);
  await context.close();
  return found.slice(0, PARITY_STEPS);
}

async function parity() {
  console.log("| preset | steps 1 to 10 | steps 1 to 100 |\n|---|---|---|");
  for (const model of values.models?.split(",") ?? MODELS) {
    const [cpu, gpu] = [await losses(model, "cpu"), await losses(model, "webgpu")];
    const apart = cpu.map((loss, i) => Math.abs(loss - gpu[i]) / loss);
    const most = (/** @type {number} */ n) => Math.max(...apart.slice(0, n)).toExponential(1);
    console.log(`| \`${model}\` | ${most(10)} | ${most(PARITY_STEPS)} |`);
  }
}

/** Resident megabytes of the browser's processes. */
function resident() {
  const lines = execFileSync("ps", ["-eo", "rss=,args="]).toString().split("\n");
  const pages = lines.filter((line) => /chrom/.test(line) && /--headless/.test(line));
  return Math.round(pages.reduce((sum, line) => sum + Number.parseInt(line, 10), 0) / 1024);
}

async function memory() {
  const { page } = await training(values.models ?? "cae", "webgpu", 1000);
  console.log("| step | buffers of the GPU, MiB | memory of the wasm module, MiB | resident, MiB |\n|---|---|---|---|");
  for (let step = 0; step <= MEMORY_STEPS; step += step < 100 ? 50 : 100) {
    await page.waitForFunction((n) => /** @type {any} */ (globalThis).losses.length >= n, Math.max(step, 1), { timeout: 600_000 });
    for (const worker of page.workers()) {
      const found = await worker.evaluate(() => {
        const { buffers, wasm, gc } = /** @type {any} */ (globalThis);
        gc?.();
        return wasm && { buffers, wasm: wasm.memory.buffer.byteLength };
      });
      if (!found) continue;
      const mib = (/** @type {number} */ bytes) => (bytes / 2 ** 20).toFixed(1);
      console.log(`| ${step} | ${mib(found.buffers)} | ${mib(found.wasm)} | ${resident()} |`);
    }
  }
}

/** What the page's main thread does while a model is trained: time by the clock, and by the processor,
 * which other programs do not lengthen. */
async function tasks() {
  console.log("| preset | tasks | longest, ms | of the processor, ms | busy, % of the processor |\n|---|---|---|---|---|");
  for (const model of values.models?.split(",") ?? ["cnn-max-2", "cae", "sae"]) {
    const { context, page } = await training(model, "cpu", 1000);
    await page.waitForTimeout(3000);
    const told = await browser.newBrowserCDPSession();
    /** @type {any[]} */
    const events = [];
    told.on("Tracing.dataCollected", ({ value }) => void events.push(...value));
    await told.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: ["toplevel"] } });
    await page.waitForTimeout(TRACED_MS);
    const complete = new Promise((resolve) => told.once("Tracing.tracingComplete", resolve));
    await told.send("Tracing.end");
    await complete;
    const threads = events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
    const of = (/** @type {any} */ thread) =>
      events.filter(({ pid, tid, ph, name }) => pid === thread.pid && tid === thread.tid && ph === "X" && name === "ThreadControllerImpl::RunTask");
    // The page's process, among those that the browser keeps in reserve.
    const [mine] = threads.map(of).toSorted((a, b) => b.length - a.length);
    const most = (/** @type {"dur"|"tdur"} */ field) => (Math.max(...mine.map((task) => task[field] ?? 0)) / 1000).toFixed(0);
    const busy = mine.reduce((sum, { tdur = 0 }) => sum + tdur, 0) / 10 / TRACED_MS;
    console.log(`| \`${model}\` | ${mine.length} | ${most("dur")} | ${most("tdur")} | ${busy.toFixed(0)} |`);
    await context.close();
  }
}

if (!values.url || !["parity", "memory", "tasks"].includes(positionals[0])) {
  console.error("Say what to measure, parity, memory or tasks, and name a running page with --url.");
  process.exitCode = 2;
} else await { parity, memory, tasks }[positionals[0]]?.();
await browser.close();
