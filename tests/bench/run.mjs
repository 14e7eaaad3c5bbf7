// The bench: how fast each system trains, one JSON object a line for each case. Driven by
// `cargo xtask bench`, which builds and serves what is measured:
//   node tests/bench/run.mjs --url http://127.0.0.1:8000/ --train FILE --data DIR [--systems cpu,webgpu,native]
// `--profile` also tells what WebGPU was asked for: `count`, or `time` for each kernel's time, which
// slows the run down.
// In the browser it drives the page's own worker.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { WEBGPU, launch } from "../e2e/browser.mjs";
import { inPage } from "./page.mjs";
import { profileOf, profiled } from "./profile.mjs";
import { peakResident } from "./resident.mjs";
import { summary } from "./summary.mjs";

const { values } = parseArgs({
  options: {
    url: { type: "string" },
    train: { type: "string" },
    data: { type: "string" },
    systems: { type: "string", default: "cpu,webgpu,native" },
    models: { type: "string", default: "cnn-max-2,cnn-max-3,cae" },
    batch: { type: "string", default: "32,128" },
    threads: { type: "string", default: "1" },
    steps: { type: "string", default: "50" },
    profile: { type: "string", default: "none" },
  },
});

/** The native program tells steps four at a time; two such times are measured together. */
const UNIT = 8;

/** @typedef {{model: string, batch: number, threads: number, steps: number}} Case */
/** @typedef {import("./summary.mjs").Timed} Timed */

/** @param {string} system @param {Case} asked @returns {Promise<Timed>} */
async function inBrowser(system, { model, batch, threads, steps }) {
  const gpu = system === "webgpu";
  const profiling = gpu && values.profile !== "none";
  const browser = await launch([...(gpu ? WEBGPU : []), ...(profiling ? ["--enable-webgpu-developer-features"] : [])]);
  const memory = peakResident((command) => /chrom/.test(command) && /--headless/.test(command));
  try {
    const page = await browser.newPage();
    if (profiling) await profiled(page, values.profile === "time");
    // Any document of the page's origin but the page itself, which would start a worker of its own.
    await page.goto(`${values.url}icon.svg`);
    const told = await page.evaluate(inPage, { base: String(values.url), gpu, threads, model, batch, steps });
    const profile = profiling ? await profileOf(page) : null;
    return { ...told, peakMemory: memory.stop(), ...(profile ? { profile } : {}) };
  } finally {
    memory.stop();
    await browser.close();
  }
}

/** @param {Case} asked @returns {Promise<Timed>} */
async function natively({ model, batch, steps }) {
  const settings = ["--model", model, "--batch", String(batch), "--epochs", "1000", "--data", String(values.data), "--json", "--steps"];
  const began = performance.now();
  const child = spawn(String(values.train), settings, { stdio: ["ignore", "pipe", "inherit"] });
  const memory = peakResident((command) => command.startsWith(String(values.train)));
  /** @type {Timed} */
  const timed = { firstStep: 0, losses: [], units: [], peakMemory: 0 };
  let last = began;
  let pictures = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line);
    // A validation's time is no measure of training.
    if (event.type === "epoch") last = Number.NaN;
    if (event.type !== "step") continue;
    timed.losses.push(event.loss);
    pictures += event.pictures;
    const now = performance.now();
    if (timed.firstStep === 0) timed.firstStep = now - began;
    if (timed.losses.length % UNIT === 0) {
      timed.units.push({ pictures, milliseconds: now - last });
      last = now;
      pictures = 0;
    }
    if (timed.losses.length >= steps) break;
  }
  timed.peakMemory = memory.stop();
  child.kill();
  return timed;
}

const list = (/** @type {string|undefined} */ words) => (words ?? "").split(",").filter(Boolean);
/** Only the page on the CPU shares its steps. @param {string} system */
const threadsOf = (system) => (system === "cpu" ? list(values.threads).map(Number) : [1]);
const cases = list(values.models).flatMap((model) =>
  list(values.batch).map(Number).flatMap((batch) =>
    list(values.systems).flatMap((system) => threadsOf(system).map((threads) => ({ system, model, batch, threads })))));
for (const { system, model, batch, threads } of cases) {
  const asked = { model, batch, threads, steps: Number(values.steps) };
  const head = { system: `tabgrad-${system}`, model, batch, threads };
  try {
    const timed = await (system === "native" ? natively(asked) : inBrowser(system, asked));
    console.log(JSON.stringify({ ...head, ...summary(timed) }));
  } catch (thrown) {
    process.exitCode = 1;
    console.log(JSON.stringify({ ...head, error: thrown instanceof Error ? thrown.message : String(thrown) }));
  }
}
