// A helper: a worker that computes shares of work for the worker that made it. Keeps the model of
// the run it was asked about last, and nothing else.

import { sentence } from "../protocol.js";

/** @import { Asked } from "./pool.js" */

/** @type {Promise<any>} */
const opening = (async () => {
  const wasm = await import("../pkg/cpu/tabgrad.js");
  await wasm.default();
  return wasm;
})();
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
    const share = await model.helper.share(data.task);
    self.postMessage({ type: "share", share }, { transfer: [share.gradients.buffer] });
  } catch (thrown) {
    self.postMessage({ type: "failed", message: sentence(thrown) });
  }
});
