// A helper: a worker that computes shares of work for the worker that made it, with the package that
// its address names. Keeps the model of the run it was asked about last, and nothing else.

import { sentence } from "../protocol.js";
import { load } from "./packages.js";

/** @import { Package } from "./packages.js" */
/** @import { Asked, Open } from "./pool.js" */

const opening = load(/** @type {Package} */ (self.location.search.slice(1)));
opening.then(
  () => self.postMessage({ type: "ready" }),
  (thrown) => self.postMessage({ type: "failed", message: sentence(thrown) }),
);

/** @type {{key: string, helper: any}|null} */
let model = null;

/** @param {any} wasm @param {Asked} asked */
async function begin(wasm, { config, task }) {
  const key = JSON.stringify(config);
  if (model?.key !== key) {
    model?.helper.free();
    model = null;
    model = { key, helper: await wasm.Helper.open(config) };
  }
  return model.helper.share(task);
}

self.addEventListener("message", async (/** @type {MessageEvent<Asked|Open>} */ { data }) => {
  try {
    const wasm = await opening;
    const share = "sums" in data ? await model?.helper.go_on(data.sums) : await begin(wasm, data);
    self.postMessage({ type: "share", share }, { transfer: share.gradients ? [share.gradients.buffer] : [] });
  } catch (thrown) {
    self.postMessage({ type: "failed", message: sentence(thrown) });
  }
});
