// Where the worker begins: it loads the wasm module and connects the engine with the page's messages and
// with this thread's clock and files.

import { bundled } from "./store/bundled.js";
import { createClaims } from "./store/claims.js";
import { createDecoder } from "./intake/decode.js";
import { createEngine } from "./engine.js";
import { probe, watch } from "./compute/gpu.js";
import { openReplica } from "./compute/open-replica.js";
import { pictureStore } from "./store/picture-store.js";
import { choose, load, served } from "./compute/packages.js";
import { createPipelines } from "./compute/pipelines.js";
import { createRunStore } from "./store/run-store.js";
import { createShrink } from "./intake/shrink.js";
import { reporting, sentence } from "../protocol.js";
import { text } from "../strings.js";

/** @import { Gpu, Message, Report, Request } from "../protocol.js" */

const usesGpu = new URLSearchParams(self.location.search).get("build") === "gpu";

const post = (/** @type {Message} */ message) => self.postMessage(message);
const report = (/** @type {Report} */ told) => post(reporting(told));

let dead = false;
/** @param {string} message @param {boolean} gpu */
function die(message, gpu) {
  if (dead) return;
  dead = true;
  report({ type: "crashed", message, gpu });
}
/** A trap inside wasm leaves its memory in an unknown state, and a GPU that does not give its
 * numbers back has none to give: nothing may call the module again.
 * @param {unknown} thrown */
function fatal(thrown) {
  if (dead) return true;
  if (thrown instanceof WebAssembly.RuntimeError) die(text.errors.crashed(thrown.message), false);
  else if (usesGpu && thrown instanceof Error && thrown.name === "DeviceError")
    die(text.compute.lost(text.compute.silent), true);
  return dead;
}
watch((why) => die(why, true));
const pipelines = createPipelines();
// A trap inside an async call may surface here instead, its promise never settling.
self.addEventListener("error", (event) => {
  if (fatal(event.error)) event.preventDefault();
});
self.addEventListener("unhandledrejection", (event) => {
  if (fatal(event.reason)) event.preventDefault();
});

const channel = new MessageChannel();
/** @type {(() => void)[]} */
const waiting = [];
channel.port1.onmessage = () => waiting.shift()?.();
/** A macrotask that costs no 4 ms, as nested timers do.
 * @returns {Promise<void>} */
const nextTask = () =>
  new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(null);
  });

/** WebGPU, if it can be used and its package is served. @returns {Promise<Gpu>} */
async function lookForGpu() {
  const gpu = await probe();
  if (!gpu.usable) return gpu;
  const listed = await served();
  return listed.includes("gpu") ? gpu : { ...gpu, usable: false, reason: text.compute.notServed };
}

async function open() {
  const name = await choose(self.location.search);
  const wasm = await load(name);
  return createEngine({
    wasm,
    report,
    fatal,
    nextTask,
    now: () => performance.now(),
    date: () => Date.now(),
    probe: lookForGpu,
    bundled: (address) => bundled(new URL(address ?? "../data/", import.meta.url)),
    pictureStore,
    runStore: createRunStore(),
    claims: createClaims(),
    // What the GPU's package computes on the CPU, it computes as the CPU's.
    openReplica: () => openReplica(name === "relaxed-simd" ? name : "cpu"),
    pipelines,
    decode: createDecoder({ wasm, nextTask }),
    shrink: createShrink(wasm),
  });
}

/** @type {ReturnType<typeof open>|null} */
let opening = null;

self.addEventListener("message", async (/** @type {MessageEvent<Request>} */ { data }) => {
  const { id, command } = data;
  try {
    if (dead) throw new Error(text.errors.dead);
    opening ??= open();
    const engine = await opening.catch((thrown) => {
      dead = true;
      report({ type: "crashed", message: text.errors.notLoaded(sentence(thrown)) });
      throw thrown;
    });
    post({ type: "reply", id, value: await engine.handle(command) });
  } catch (thrown) {
    fatal(thrown);
    const name = thrown instanceof Error ? thrown.name : "Error";
    post({ type: "refusal", id, name, message: sentence(thrown) });
  }
});
