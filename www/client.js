// The page's side of the worker: owns it, matches answers to questions and passes its reports
// on. With worker.js the only file that touches `postMessage`.

import { text } from "./strings.js";

/** @import { Command, Message, Report } from "./protocol.js" */

/** @typedef {{resolve: (value: any) => void, reject: (reason: Error) => void}} Waiting */

/** @param {(report: Report) => void} onReport */
export function createClient(onReport) {
  /** @type {Worker|null} */
  let worker = null;
  let lastId = 0;
  /** @type {Map<number, Waiting>} */
  const waiting = new Map();

  /** Everything still waiting will never be answered. @param {string} why */
  function abandon(why) {
    for (const { reject } of waiting.values()) reject(new Error(why));
    waiting.clear();
  }

  /** @param {string} why */
  function died(why) {
    worker?.terminate();
    worker = null;
    onReport({ type: "crashed", message: why });
    abandon(why);
  }

  /** @param {Message} message */
  function receive(message) {
    if (message.type === "report") {
      if (message.report.type === "crashed") died(message.report.message);
      else onReport(message.report);
      return;
    }
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.type === "reply") asked?.resolve(message.value);
    else asked?.reject(Object.assign(new Error(message.message), { name: message.name }));
  }

  return {
    /** Makes a worker, or a fresh one in place of the old. */
    launch() {
      worker?.terminate();
      abandon(text.errors.dead);
      const launched = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
      launched.onmessage = ({ data }) => receive(data);
      launched.onerror = (event) => {
        event.preventDefault();
        if (worker === launched) died(text.errors.crashed(event.message || text.errors.noReason));
      };
      worker = launched;
    },
    /** @param {Command} command @returns {Promise<any>} */
    ask(command) {
      if (!worker) return Promise.reject(new Error(text.errors.dead));
      lastId += 1;
      const id = lastId;
      worker.postMessage({ id, command });
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
  };
}
