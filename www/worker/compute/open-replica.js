// Makes helpers: workers below this one, asked one question at a time. Knows no run.

/** @import { Package } from "./packages.js" */
/** @import { Ahead, Asked, Helper } from "./replicas.js" */

/** @typedef {{resolve: (value: any) => void, reject: (reason: Error) => void}} Open */

/** @param {Package} name  what it computes with @returns {Helper} */
export function openHelper(name) {
  const worker = new Worker(new URL(`./replica.js?${name}`, import.meta.url), { type: "module" });
  /** Why it answers nothing any more. @type {Error|null} */
  let broken = null;
  /** The question that waits. @type {Open|null} */
  let open = null;
  /** @returns {Promise<any>} */
  const answer = () =>
    new Promise((resolve, reject) => {
      if (broken) reject(broken);
      else open = { resolve, reject };
    });

  /** @param {string} why */
  function fail(why) {
    broken = new Error(why);
    open?.reject(broken);
  }

  worker.onmessage = ({ data }) => {
    if (data.type === "failed") fail(data.message);
    else open?.resolve(data.share);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    fail(event.message);
  };
  return {
    ready: answer(),
    /** @param {Asked} asked */
    share(asked) {
      worker.postMessage(asked, [asked.task.weights.buffer]);
      return answer();
    },
    /** @param {Ahead} asked */
    prepare(asked) {
      worker.postMessage(asked, [asked.task.rgb.buffer]);
    },
    /** @param {Float64Array} sums */
    goOn(sums) {
      worker.postMessage({ sums });
      return answer();
    },
    end() {
      worker.terminate();
      fail("");
    },
  };
}
