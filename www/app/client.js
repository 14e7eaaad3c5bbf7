// The page's side of its workers: the one it asks, and now and then a second one beside it. Matches
// answers to commands and passes reports on.

import { mixed, whyNoWorker } from "./host.js";
import { builds, strangers } from "../builds.js";
import { startWorker } from "../launch.js";
import { text } from "../strings.js";

/** @import { Answers, Build, Command, Message, Report } from "../protocol.js" */

/** @typedef {{resolve: (value: unknown) => void, reject: (reason: Error) => void}} Waiting */

/**
 * One worker and the questions it has not answered.
 * @param {string} query  what its address says: the package it loads
 * @param {(report: Report) => void} onReport
 */
function createLink(query, onReport) {
  let hear = onReport;
  let ended = false;
  /** Whether the worker has told that its modules are there. */
  let loaded = false;
  let lastId = 0;
  /** @type {Map<number, Waiting>} */
  const waiting = new Map();
  /** @type {Worker|null} */
  let worker = null;
  try {
    worker = startWorker(`worker/worker.js?${query}`);
  } catch (thrown) {
    void whyNoWorker(thrown).then(died);
  }

  /** Everything still waiting will never be answered. @param {string} why */
  function end(why) {
    if (ended) return;
    ended = true;
    worker?.terminate();
    for (const { reject } of waiting.values()) reject(new Error(why));
    waiting.clear();
  }

  /** @param {Extract<Report, {type: "crashed"}>} report */
  function died(report) {
    if (ended) return;
    hear(report);
    end(report.message);
  }

  /** The first message of all: the worker's modules have to be of the page's build.
   * @param {Message} message */
  function greet(message) {
    loaded = true;
    const told = message.type === "report" && message.report.type === "loaded" ? message.report.builds : null;
    const odd = told === null ? ["worker/worker.js"] : [...strangers(builds()), ...strangers(told, ["worker/worker.js"])];
    if (odd.length > 0) died(mixed(odd));
  }

  /** @param {MessageEvent<Message>} event */
  function heard({ data: message }) {
    if (ended) return;
    if (!loaded) return greet(message);
    if (message.type === "report") {
      if (message.report.type === "crashed") died(message.report);
      else hear(message.report);
      return;
    }
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.type === "reply") asked?.resolve(message.value);
    else asked?.reject(Object.assign(new Error(message.message), { name: message.name }));
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
    /** @param {(report: Report) => void} onReport */
    tell: (onReport) => void (hear = onReport),
    /** @template {Command} C @param {C} command @param {Transferable[]} [transfer] @returns {Promise<Answers[C["type"]]>} */
    ask(command, transfer = []) {
      if (ended) return Promise.reject(new Error(text.errors.dead));
      lastId += 1;
      const id = lastId;
      worker?.postMessage({ id, command }, transfer);
      const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
      return /** @type {Promise<Answers[C["type"]]>} */ (answer);
    },
  };
}

/** @typedef {ReturnType<typeof createLink>} Link */

/**
 * @param {(report: Report) => void} onReport
 * @param {boolean} [plain]  whether the CPU computes as in the terminal, to the last bit
 */
export function createClient(onReport, plain = false) {
  /** @type {Link|null} */
  let link = null;
  const query = (/** @type {Build} */ build) => `build=${build}${plain ? "&simd=plain" : ""}`;

  return {
    /** Makes a worker, or a fresh one in place of the old. @param {Build} [build] */
    launch(build = "cpu") {
      link?.end(text.errors.dead);
      link = createLink(query(build), onReport);
    },
    /** @template {Command} C @param {C} command @param {Transferable[]} [transfer] @returns {Promise<Answers[C["type"]]>} */
    ask: (command, transfer) => link?.ask(command, transfer) ?? Promise.reject(new Error(text.errors.dead)),
    /** A second worker, to try something with. @param {Build} build @param {(report: Report) => void} onItsReport */
    beside: (build, onItsReport) => createLink(query(build), onItsReport),
    /** Asks `second` from now on, in place of the worker so far. @param {Link} second */
    promote(second) {
      link?.end(text.errors.dead);
      link = second;
      second.tell(onReport);
    },
  };
}
