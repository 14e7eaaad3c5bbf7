// Opens a replica in a worker below this one, which is asked one thing at a time.

import { startWorker } from "../../launch.js";
import { text } from "../../strings.js";

/** @import { Package } from "./packages.js" */
/** @import { FromReplica, ToReplica } from "./replica-messages.js" */
/** @import { ReplicaHandle } from "./replicas.js" */

/** @typedef {{resolve: (value: any) => void, reject: (reason: Error) => void}} Waiting */

/** @param {Package} name  what it computes with @returns {ReplicaHandle} */
export function openReplica(name) {
  const worker = startWorker(`worker/compute/replica.js?${name}`);
  const post = (/** @type {ToReplica} */ message, /** @type {Transferable[]} */ transfer = []) => worker.postMessage(message, transfer);
  /** Why it answers nothing any more. @type {Error|null} */
  let broken = null;
  /** Whoever waits for an answer; at first, for it to be ready. @type {Waiting|null} */
  let waiting = null;

  /** @template T @returns {Promise<T>}  what the next message brings */
  const next = () =>
    new Promise((resolve, reject) => {
      if (broken) reject(broken);
      else waiting = { resolve, reject };
    });

  /** @param {string} why */
  function fail(why) {
    broken = new Error(why);
    waiting?.reject(broken);
  }

  worker.onmessage = (/** @type {MessageEvent<FromReplica>} */ { data }) => {
    if (data.type === "failed") fail(data.message);
    else waiting?.resolve(data.type === "computed" ? data.output : undefined);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    fail(event.message || text.errors.noReason);
  };
  return {
    ready: next(),
    compute(config, task) {
      post({ type: "compute", config, task }, [task.weights.buffer]);
      return next();
    },
    prefetch: (config, task) => post({ type: "prefetch", config, task }, [task.pixels.buffer]),
    resume(sums) {
      post({ type: "resume", sums });
      return next();
    },
    end() {
      worker.terminate();
      fail("");
    },
  };
}
