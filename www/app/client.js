// The page's side of its workers: the one it asks, and now and then a second one beside it. Matches
// answers to commands, passes reports on, and notices a worker that is gone without a word.

import { faultOfWorker, mixed, whyNoWorker } from "./host.js";
import { limits } from "./limits.js";
import { waiting as ours } from "./waiting.js";
import { builds, strangers } from "../builds.js";
import { language } from "../language.js";
import { startWorker } from "../launch.js";
import { text } from "../strings.js";

/** @import { Answers, Build, Command, Message, Report, Request } from "../protocol.js" */
/** @import { Waiting } from "./waiting.js" */

/** @typedef {{command: Command, repeats: boolean, resolve: (value: any) => void, reject: (reason: Error) => void}} Asked */

/**
 * What tells a dead worker from a busy one.
 * @typedef {object} Watch
 * @property {Pick<Waiting, "watch"|"every"|"within">} waits
 * @property {() => number} longest  milliseconds that it may compute now without hearing anything
 * @property {() => boolean} visible  whether the page is: the workers of a hidden one may be held
 */

/** Commands that all pictures are worked on for, in one go. @type {Command["type"][]} */
const LONG = ["import", "adopt", "hand-over", "self-test", "speed-test"];

/** The page's worker is gone: what it was asked may not have been done, and another may be asked. */
export class LostError extends Error {
  name = "LostError";
}

/** What answers commands. @typedef {{ask: <C extends Command>(command: C, transfer?: Transferable[]) => Promise<Answers[C["type"]]>}} Asker */

/**
 * One worker and the questions it has not answered.
 * @param {string} query  what its address says: the package it loads
 * @param {(report: Report) => void} onReport
 * @param {Watch} watch
 * @param {boolean} main  whether it is the page's worker, or one that something is tried with
 */
function createLink(query, onReport, { waits, longest, visible }, main) {
  let hear = onReport;
  const lost = (/** @type {string} */ why) => (main ? new LostError(why) : new Error(why));
  let ended = false;
  /** Whether the worker has told that its modules are there. */
  let loaded = false;
  let lastId = 0;
  /** @type {Map<number, Asked>} */
  const waiting = new Map();
  /** What takes this one's place. @type {Asker|null} */
  let successor = null;
  /** @type {Worker|null} */
  let worker = null;
  try {
    worker = startWorker(`worker/worker.js?${query}&lang=${language}`);
  } catch (thrown) {
    void whyNoWorker(thrown).then(died);
  }
  const post = (/** @type {Request} */ request, /** @type {Transferable[]} */ transfer = []) => worker?.postMessage(request, transfer);

  const isLong = () => [...waiting.values()].some(({ command }) => LONG.includes(command.type));
  const limit = () => limits.heartbeat + (isLong() ? limits.longWork : 0) + longest();
  // Whatever it says is a sign of life.
  const life = waits.watch(limit, () => died({ type: "crashed", message: text.waits.worker, silent: true }), visible);
  // Firefox does not always tell that a script which a worker imports did not come.
  const greeting = waits.watch(limits.greeting, () => void faultOfWorker().then((why) => why && !loaded && died(why)));
  const stopAsking = waits.every(() => post({ type: "ping" }), limits.ping);

  /** Nothing more is answered here. @param {string} why */
  function end(why) {
    if (ended) return;
    ended = true;
    life.end();
    greeting.end();
    stopAsking();
    worker?.terminate();
    for (const { command, repeats, resolve, reject } of waiting.values())
      if (successor && repeats) successor.ask(command).then(resolve, reject);
      else reject(lost(why));
    waiting.clear();
  }

  /** @param {Extract<Report, {type: "crashed"}>} report */
  function died(report) {
    if (ended) return;
    end(report.message);
    hear(report);
  }

  /** The first message of all: the worker's modules have to be of the page's build.
   * @param {Message} message */
  function greet(message) {
    loaded = true;
    greeting.end();
    const told = message.type === "report" && message.report.type === "loaded" ? message.report.builds : null;
    const odd = told === null ? ["worker/worker.js"] : [...strangers(builds()), ...strangers(told, ["worker/worker.js"])];
    if (odd.length > 0) died(mixed(odd));
  }

  /** @param {MessageEvent<Message>} event */
  function heard({ data: message }) {
    if (ended) return;
    life.heard();
    if (!loaded) return greet(message);
    if (message.type === "pong") return;
    if (message.type === "report") {
      if (message.report.type === "crashed") died(message.report);
      else hear(message.report);
      return;
    }
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.type === "reply") asked?.resolve(message.value);
    else asked?.reject(Object.assign(new Error(message.message), { name: message.name }));
    if (successor && waiting.size === 0) end(text.errors.dead);
  }

  /** @param {ErrorEvent} event */
  function failed(event) {
    event.preventDefault();
    if (loaded) died({ type: "crashed", message: text.errors.crashed(event.message || text.errors.noReason) });
    else void whyNoWorker(null, event.message).then(died);
  }

  if (worker) Object.assign(worker, { onmessage: heard, onerror: failed });

  return {
    end,
    /** Is the page's worker from now on. @param {(report: Report) => void} onReport */
    becomeMain(onReport) {
      hear = onReport;
      main = true;
    },
    /** Answers what it was asked, and ends; what it cannot answer soon `link` is asked. @param {Asker} link */
    retire(link) {
      successor = link;
      hear = () => {};
      if (waiting.size === 0) end(text.errors.dead);
      else waits.watch(limits.stop, () => end(text.errors.dead));
    },
    /** @template {Command} C @param {C} command @param {Transferable[]} [transfer] @returns {Promise<Answers[C["type"]]>} */
    ask(command, transfer = []) {
      if (ended) return Promise.reject(lost(text.errors.dead));
      lastId += 1;
      const id = lastId;
      post({ id, command }, transfer);
      // What was handed away cannot be sent again.
      const repeats = transfer.length === 0;
      const answer = new Promise((resolve, reject) => waiting.set(id, { command, repeats, resolve, reject }));
      return /** @type {Promise<Answers[C["type"]]>} */ (answer);
    },
  };
}

/** @typedef {ReturnType<typeof createLink>} Link */

/** @type {Watch} */
const here = { waits: ours, longest: () => 0, visible: () => globalThis.document?.visibilityState !== "hidden" };

/**
 * @param {(report: Report) => void} onReport
 * @param {boolean} [plain]  whether the CPU computes as in the terminal, to the last bit
 * @param {Partial<Watch>} [watch]
 */
export function createClient(onReport, plain = false, watch = {}) {
  /** @type {Link|null} */
  let link = null;
  const query = (/** @type {Build} */ build) => `build=${build}${plain ? "&simd=plain" : ""}`;
  const open = (/** @type {Build} */ build, /** @type {(report: Report) => void} */ hear, main = true) => createLink(query(build), hear, { ...here, ...watch }, main);

  return {
    /** Makes a worker, or a fresh one in place of the old. @param {Build} [build] */
    launch(build = "cpu") {
      link?.end(text.errors.dead);
      link = open(build, onReport);
    },
    /** @template {Command} C @param {C} command @param {Transferable[]} [transfer] @returns {Promise<Answers[C["type"]]>} */
    ask: (command, transfer) => link?.ask(command, transfer) ?? Promise.reject(new LostError(text.errors.dead)),
    /** A second worker, to try something with. @param {Build} build @param {(report: Report) => void} onItsReport */
    beside: (build, onItsReport) => open(build, onItsReport, false),
    /** Asks `second` from now on, in place of the worker so far, which still answers what it was asked.
     * @param {Link} second */
    promote(second) {
      link?.retire(second);
      link = second;
      second.becomeMain(onReport);
    },
  };
}
