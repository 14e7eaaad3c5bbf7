// The wasm packages: which of them are served, which one a worker computes with, and loading it. The
// only file that imports from pkg/.

import { limits } from "../../app/limits.js";
import { waiting } from "../../app/waiting.js";
import { text } from "../../strings.js";

/** @import { Wasm } from "../wasm.js" */

/** The same library: `relaxed-simd` is faster where the browser has relaxed SIMD, and rounds otherwise than
 * the terminal; `gpu` knows WebGPU, too. */
const packages = {
  cpu: () => import("../../pkg/cpu/tabgrad.js"),
  "relaxed-simd": () => import("../../pkg/relaxed-simd/tabgrad.js"),
  gpu: () => import("../../pkg/gpu/tabgrad.js"),
};

/** @typedef {keyof typeof packages} Package */

/** A module of one function, which multiplies and adds with relaxed SIMD: type, function, code. */
const MODULE = [0, 97, 115, 109, 1, 0, 0, 0]
  .concat([1, 8, 1, 96, 3, 123, 123, 123, 1, 123], [3, 2, 1, 0])
  .concat([10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 2, 253, 133, 2, 11]);

/** @returns {Promise<string[]>} */
export const served = () =>
  waiting
    .within(fetch(new URL("../../pkg/packages.json", import.meta.url), { cache: "no-cache" }).then((response) => response.json()), limits.silence, "")
    .catch(() => []);

/** Whether this browser has relaxed SIMD. */
const able = () => WebAssembly.validate(new Uint8Array(MODULE));

/**
 * The package for what the page asked of its worker.
 * @param {string} query  of the worker's address: `build=gpu`, or `simd=plain` for the bits of the terminal
 * @param {{list?: () => Promise<string[]>, can?: () => boolean}} [given]
 * @returns {Promise<Package>}
 */
export async function choose(query, { list = served, can = able } = {}) {
  const asked = new URLSearchParams(query);
  if (asked.get("build") === "gpu") return "gpu";
  if (asked.get("simd") === "plain" || !can()) return "cpu";
  return (await list()).includes("relaxed-simd") ? "relaxed-simd" : "cpu";
}

/** @param {Package} name @returns {Promise<Wasm>} */
async function open(name) {
  const wasm = await packages[name]();
  /** @type {any} */
  const exports = await wasm.default();
  // What burn's GPU compiler registers at the start; other packages have nothing of the kind.
  exports.__wasm_call_ctors?.();
  return /** @type {Wasm} */ (/** @type {unknown} */ (wasm));
}

/** @param {Package} name @returns {Promise<Wasm>} */
export const load = (name) => waiting.within(() => open(name), limits.module, text.waits.module(limits.module));
