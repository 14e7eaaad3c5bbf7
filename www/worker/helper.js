// A helper: a worker that computes shares of work for the worker that made it, with the package that
// its address names. Keeps the model of the run it was asked about last, and nothing else.

import { sentence } from "../protocol.js";
import { load } from "./packages.js";

/** @import { Package } from "./packages.js" */
/** @import { Asked } from "./pool.js" */

const opening = load(/** @type {Package} */ (self.location.search.slice(1)));
opening.then(
  () => self.postMessage({ type: "ready" }),
  (thrown) => self.postMessage({ type: "failed", message: sentence(thrown) }),
);

/** @type {{key: string, helper: any}|null} */
let model = null;

self.addEventListener("message", async (/** @type {MessageEvent<Asked>} */ { data }) => {
  try {
    const wasm = await opening;
    const key = JSON.stringify(data.config);
    if (model?.key !== key) {
      model?.helper.free();
      model = null;
      model = { key, helper: await wasm.Helper.open(data.config) };
    }
    const share = await model.helper.share(data.weights, data.task);
    const transfer = share.sums.map((/** @type {{gradients: Float32Array}} */ { gradients }) => gradients.buffer);
    self.postMessage({ type: "share", share }, { transfer });
  } catch (thrown) {
    self.postMessage({ type: "failed", message: sentence(thrown) });
  }
});
