// Where the worker begins: it loads the wasm module and connects the engine with the page's messages and
// with this thread's clock and files.

import { receive } from "./inbox.js";
import { builds } from "../builds.js";
import { bundled } from "./store/bundled.js";
import { createClaims } from "./store/claims.js";
import { createDecoder } from "./intake/decode.js";
import { createEngine } from "./engine.js";
import { probe, watch } from "./compute/gpu.js";
import { openReplica } from "./compute/open-replica.js";
import { createDatabase } from "./store/database.js";
import { takeOver } from "./store/opfs-migration.js";
import { createPictureStore } from "./store/picture-store.js";
import { MixedBuilds, choose, load, loadIntake, served } from "./compute/packages.js";
import { createPipelines } from "./compute/pipelines.js";
import { createRunStore } from "./store/run-store.js";
import { WaitError, waiting as waits } from "../app/waiting.js";
import { readUsage, room } from "./store/usage.js";
import { createShrink } from "./intake/shrink.js";
import { reporting, sentence } from "../protocol.js";
import { text } from "../strings.js";

/** @import { Gpu, Message, Report, Request } from "../protocol.js" */

const usesGpu = new URLSearchParams(self.location.search).get("build") === "gpu";

const post = (/** @type {Message} */ message, /** @type {Transferable[]} */ transfer = []) => self.postMessage(message, { transfer });
const report = (/** @type {Report} */ told) => post(reporting(told));

let dead = false;
/** @param {string} message @param {boolean} gpu  whether it is the GPU's fault @param {boolean} [silent]  something
 * did not answer, and may the next time */
function die(message, gpu, silent = false) {
  if (dead) return;
  dead = true;
  report({ type: "crashed", message, gpu, silent });
}
/** A trap inside wasm leaves its memory in an unknown state, and a GPU that does not give its
 * numbers back has none to give: nothing may call the module again.
 * @param {unknown} thrown */
function fatal(thrown) {
  if (dead) return true;
  if (typeof WebAssembly === "object" && thrown instanceof WebAssembly.RuntimeError) die(text.errors.crashed(thrown.message), false);
  else if (usesGpu && thrown instanceof Error && thrown.name === "DeviceError")
    die(text.compute.lost(text.compute.silent), true);
  return dead;
}
/** A call into the module that does not come back holds it for ever. */
const stuck = () => die(usesGpu ? text.compute.lost(text.compute.silent) : text.waits.worker, usesGpu, !usesGpu);
if (usesGpu) watch((why, silent) => die(why, true, silent));
const pipelines = createPipelines();
/** A kernel that is not compiled leaves steps without it, which nothing may be computed with.
 * @param {() => Promise<void>} warmUp */
const prepare = (warmUp) =>
  pipelines.prepare(warmUp).catch((thrown) => {
    if (thrown instanceof WaitError) die(thrown.message, true, true);
    throw thrown;
  });
// A trap inside an async call may surface here instead, its promise never settling.
self.addEventListener("error", (event) => {
  if (fatal(event.error)) event.preventDefault();
});
self.addEventListener("unhandledrejection", (event) => {
  if (fatal(event.reason)) event.preventDefault();
});

// The page's modules and these have to be of one build: the first thing that it hears. This one's own stamp is noted
// at its end.
queueMicrotask(() => report({ type: "loaded", builds: builds() }));

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
  const listed = await served().catch(() => /** @type {string[]} */ ([]));
  return listed.includes("gpu") ? gpu : { ...gpu, usable: false, reason: text.compute.notServed };
}

async function open() {
  const name = await choose(self.location.search, { gaveUp: (message) => report({ type: "notice", message }) });
  const wasm = await load(name);
  const database = createDatabase();
  return createEngine({
    wasm,
    report,
    fatal,
    nextTask,
    waits,
    stuck,
    now: () => performance.now(),
    date: () => Date.now(),
    probe: lookForGpu,
    bundled: (address) => bundled(new URL(address ?? "../data/", import.meta.url)),
    pictureStore: createPictureStore(database, { cutShort: (name) => report({ type: "notice", message: text.storage.cutShort(name) }) }),
    runStore: createRunStore(database, { used: async () => (await room()).used }),
    takeOver: () => takeOver(database),
    usage: (place) => readUsage(database, place),
    room,
    claims: createClaims(),
    // What the GPU's package computes on the CPU, it computes as the CPU's.
    openReplica: () => openReplica(name === "relaxed-simd" ? name : "cpu"),
    pipelines: { prepare },
    decode: createDecoder({ intake: loadIntake, nextTask }),
    shrink: createShrink(loadIntake),
  });
}

/** @type {ReturnType<typeof open>|null} */
let opening = null;

receive(async (/** @type {MessageEvent<Request>} */ { data }) => {
  if ("type" in data) return post({ type: "pong" });
  const { id, command } = data;
  try {
    if (dead) throw new Error(text.errors.dead);
    opening ??= open();
    const engine = await opening.catch((thrown) => {
      dead = true;
      report(thrown instanceof MixedBuilds ? { type: "crashed", message: sentence(thrown), way: "reload" } : { type: "crashed", message: text.errors.notLoaded(sentence(thrown)) });
      throw thrown;
    });
    const value = await engine.handle(command);
    // Made for this answer alone: what may be megabytes is handed on and not copied.
    const transfer = value instanceof Uint8Array && value.byteLength === value.buffer.byteLength ? [value.buffer] : [];
    post({ type: "reply", id, value }, transfer);
  } catch (thrown) {
    fatal(thrown);
    const name = thrown instanceof Error ? thrown.name : "Error";
    post({ type: "refusal", id, name, message: sentence(thrown) });
  }
});
