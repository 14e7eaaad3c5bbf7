// A replica: a worker that computes its part of each batch for the worker that has the run, with the
// package that its address names. It keeps the network of the run that it was last asked about.

import { sentence } from "../../protocol.js";
import { load } from "./packages.js";

/** @import { Config } from "../../protocol.js" */
/** @import { Replica, Wasm } from "../wasm.js" */
/** @import { Package } from "./packages.js" */
/** @import { FromReplica, PrefetchTask, ToReplica } from "./replica-messages.js" */

/** @param {FromReplica} message @param {Transferable[]} [transfer] */
const post = (message, transfer = []) => self.postMessage(message, { transfer });

const opening = load(/** @type {Package} */ (self.location.search.slice(1)));
opening.then(
  () => post({ type: "ready" }),
  (thrown) => post({ type: "failed", message: sentence(thrown) }),
);

/** @type {{key: string, replica: Replica}|null} */
let opened = null;

/** The replica of the run that has `config`, for the pictures and the classes of the task's data.
 * @param {Wasm} wasm @param {Config} config @param {PrefetchTask} task */
async function replicaOf(wasm, config, { classes, picture }) {
  const key = JSON.stringify([config, classes, picture]);
  if (opened?.key !== key) {
    opened?.replica.free();
    opened = null;
    opened = { key, replica: await wasm.Replica.open(config, classes, picture) };
  }
  return opened.replica;
}

/** @param {ToReplica} message */
async function handle(message) {
  const wasm = await opening;
  switch (message.type) {
    case "prefetch":
      return (await replicaOf(wasm, message.config, message.task)).prefetch(message.task);
    case "compute":
      return answer(await (await replicaOf(wasm, message.config, message.task)).compute(message.task));
    case "resume":
      if (!opened) throw new Error("This replica has no work to resume.");
      return answer(await opened.replica.resume(message.sums));
  }
}

/** @param {Awaited<ReturnType<Replica["compute"]>>} output */
const answer = (output) => post({ type: "computed", output }, "gradients" in output ? [output.gradients.buffer] : []);

/** One call at a time enters the module. @type {Promise<void>} */
let tail = Promise.resolve();
self.addEventListener("message", (/** @type {MessageEvent<ToReplica>} */ { data }) => {
  tail = tail
    .then(() => handle(data))
    .catch((thrown) => post({ type: "failed", message: sentence(thrown) }));
});
