// What the tests of storage share: the page's database over an IndexedDB in memory, with tabs that come and
// go, and room that can run out.

import { register } from "node:module";
import "fake-indexeddb/auto";

register("./vendor-hooks.mjs", import.meta.url);

export const { createDatabase } = await import("../../www/worker/store/database.js");
export const { createRunStore } = await import("../../www/worker/store/run-store.js");
export const { createPictureStore, allSets } = await import("../../www/worker/store/picture-store.js");
export const { takeOver } = await import("../../www/worker/store/opfs-migration.js");
export const { readUsage } = await import("../../www/worker/store/usage.js");

let made = 0;
/** A name that no other test uses. */
export const freshName = () => `test-${(made += 1)}`;

/** Transactions that write what matches are aborted, as browsers abort them where there is no more room.
 * @param {(store: string, value: any) => boolean} fails  @returns {() => void} lets them succeed again */
export function fillUp(fails = () => true) {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (value, ...key) {
    const request = put.call(this, value, ...key);
    if (fails(this.name, value)) request.addEventListener("success", () => this.transaction._abort("QuotaExceededError"));
    return request;
  };
  return () => void (IDBObjectStore.prototype.put = put);
}

const config = { model: "cnn-max-2", seed: 0, loss: "cross-entropy", output: null };

/** An epoch that ended. */
export const epoch = (n, loss = 1 / n) => ({ type: "epoch", phase: 0, epoch: n, step: n * 10, loss, accuracy: 0.5, valLoss: loss, valAccuracy: 0.5, mse: null, psnr: null, ssim: null });

/** A run after so many epochs of ten steps. */
export const run = (id, epochs = 0, more = {}) => ({
  id, group: "train", name: "", pinned: false, startedAt: 1000, version: "0", from: null, backend: "flex",
  data: { name: "Drawn", hash: "abc", synthetic: true, classes: ["a", "b"] },
  plan: { config, summary: { total: 9 }, pictures: { train: 20, test: 4 }, stepsPerEpoch: 10, validationBatches: 1, phases: [{ name: "Training", epochs: 50 }], totalSteps: 500 },
  status: "running", message: null, phase: 0, epoch: Math.max(1, epochs), step: epochs * 10, validating: null, last: null,
  curve: { every: 1, steps: [], loss: [], accuracy: [], mean: { loss: 0, accuracy: 0, weight: 0 } },
  epochs: Array.from({ length: epochs }, (_, i) => epoch(i + 1)),
  pace: { workers: 1, picturesPerSecond: null, stepSeconds: null, validationSeconds: null }, seconds: 1, keptAt: epochs * 10,
  ...more,
});

/** A snapshot that says what it is of. */
export const snapshot = (words, size = 100) => {
  const bytes = new Uint8Array(size);
  new TextEncoder().encodeInto(words, bytes);
  return bytes;
};
export const wordsOf = (bytes) => new TextDecoder().decode(bytes).replaceAll("\0", "");
