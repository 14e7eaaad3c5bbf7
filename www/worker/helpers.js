// Makes helpers: workers below this one, asked one question at a time. Knows no run.

/** @import { Asked, Helper } from "./pool.js" */

/** @returns {Helper} */
export function openHelper() {
  const worker = new Worker(new URL("./helper.js", import.meta.url), { type: "module" });
  /** Of the question that is open. @type {PromiseWithResolvers<any>} */
  let answer = Promise.withResolvers();
  const ready = answer.promise;
  worker.onmessage = ({ data }) => {
    if (data.type === "failed") answer.reject(new Error(data.message));
    else answer.resolve(data.share);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    answer.reject(new Error(event.message));
  };
  return {
    ready,
    /** @param {Asked} asked */
    share(asked) {
      answer = Promise.withResolvers();
      worker.postMessage(asked);
      return answer.promise;
    },
    end() {
      worker.terminate();
      answer.reject(new Error("ended"));
    },
  };
}
