// A helper: a worker that computes shares of work for the worker that made it, with the package that
// its address names. Keeps the model of the run it was asked about last, and nothing else.

import { sentence } from "../../protocol.js";
import { load } from "./packages.js";

/** @import { Package } from "./packages.js" */
/** @import { Ahead, Asked, Open } from "./replicas.js" */

const opening = load(/** @type {Package} */ (self.location.search.slice(1)));
opening.then(
  () => self.postMessage({ type: "ready" }),
  (thrown) => self.postMessage({ type: "failed", message: sentence(thrown) }),
);

/** @type {{key: string, helper: any}|null} */
let model = null;

/** The model of `config`. @param {any} wasm @param {Asked["config"]} config */
async function opened(wasm, config) {
  const key = JSON.stringify(config);
  if (model?.key !== key) {
    model?.helper.free();
    model = null;
    model = { key, helper: await wasm.Replica.open(config) };
  }
  return model.helper;
}

/** @param {Ahead|Asked|Open} asked */
async function answer(asked) {
  const wasm = await opening;
  if ("ahead" in asked) return (await opened(wasm, asked.config)).prefetch(asked.task);
  const share = "sums" in asked ? await model?.helper.resume(asked.sums) : await (await opened(wasm, asked.config)).compute(asked.task);
  self.postMessage({ type: "share", share }, { transfer: share.gradients ? [share.gradients.buffer] : [] });
}

/** One call at a time enters the module. @type {Promise<void>} */
let tail = Promise.resolve();
self.addEventListener("message", (/** @type {MessageEvent<Ahead|Asked|Open>} */ { data }) => {
  tail = tail
    .then(() => answer(data))
    .catch((thrown) => self.postMessage({ type: "failed", message: sentence(thrown) }));
});
