// The wasm packages: which of them are served, which one a worker computes with, and loading it. The
// only file that imports from pkg/.

import { findFault } from "../../app/diagnosis.js";
import { get, nameOf, noWebPage } from "../../app/fetched.js";
import { limits } from "../../app/limits.js";
import { forbiddenBy } from "../../app/policy.js";
import { waiting } from "../../app/waiting.js";
import { buildOf, builds, strangers } from "../../builds.js";
import { sentence } from "../../protocol.js";
import { text } from "../../strings.js";

/** @import { Intake, Wasm } from "../wasm.js" */

/** The same library: `relaxed-simd` is faster where the browser has relaxed SIMD, and rounds otherwise than
 * the terminal; `gpu` knows WebGPU, too. `intake` trains nothing: it reads files of a visitor's. */
const packages = {
  cpu: () => import("../../pkg/cpu/tabgrad.js"),
  "relaxed-simd": () => import("../../pkg/relaxed-simd/tabgrad.js"),
  gpu: () => import("../../pkg/gpu/tabgrad.js"),
  intake: () => import("../../pkg/intake/tabgrad.js"),
};

/** @typedef {Exclude<keyof typeof packages, "intake">} Package  that trains */

/** A module of one function, which multiplies and adds with relaxed SIMD: type, function, code. */
const MODULE = [0, 97, 115, 109, 1, 0, 0, 0]
  .concat([1, 8, 1, 96, 3, 123, 123, 123, 1, 123], [3, 2, 1, 0])
  .concat([10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 2, 253, 133, 2, 11]);

const ROOT = new URL("../../pkg/", import.meta.url);

/** Which packages the site has. Throws where its list is missing or is none. @returns {Promise<string[]>} */
export async function served() {
  const address = new URL("packages.json", ROOT);
  const asked = async () => (await get(address, { cache: "no-cache" })).text();
  const words = noWebPage(await waiting.within(asked, limits.silence, text.waits.module(limits.silence)), address);
  const list = JSON.parse(words);
  if (!Array.isArray(list)) throw new Error(text.hosts.damaged(nameOf(address), words.slice(0, 40)));
  return list;
}

/** Whether this browser has relaxed SIMD. */
const able = () => WebAssembly.validate(new Uint8Array(MODULE));

/** A module of one function, which makes a vector. */
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0]
  .concat([1, 5, 1, 96, 0, 1, 123], [3, 2, 1, 0])
  .concat([10, 8, 1, 6, 0, 65, 0, 253, 15, 11]);

/**
 * The package for what the page asked of its worker.
 * @param {string} query  of the worker's address: `build=gpu`, or `simd=plain` for the bits of the terminal
 * @param {{list?: () => Promise<string[]>, can?: () => boolean, gaveUp?: (why: string) => void}} [given]
 *   `gaveUp`: told where what is served cannot be known
 * @returns {Promise<Package>}
 */
export async function choose(query, { list = served, can = able, gaveUp = () => {} } = {}) {
  if (typeof WebAssembly !== "object") throw new Error(text.hosts.noWasm);
  const asked = new URLSearchParams(query);
  if (asked.get("build") === "gpu") return "gpu";
  if (asked.get("simd") === "plain" || !can()) return "cpu";
  const listed = await list().catch((thrown) => {
    gaveUp(text.hosts.noPackages(sentence(thrown)));
    return /** @type {string[]} */ ([]);
  });
  return listed.includes("relaxed-simd") ? "relaxed-simd" : "cpu";
}

/** Scripts, or a script and its wasm file, that are of different builds. */
export class MixedBuilds extends Error {
  /** @param {string[]} paths */
  constructor(paths) {
    super(text.hosts.mixed(paths));
    this.name = "MixedBuilds";
  }
}

/** Settled when all of a file has arrived. @param {URL} address @returns {Promise<void>} */
const arrived = (address) =>
  new Promise((resolve) => {
    const observer = new PerformanceObserver((list) => {
      if (!list.getEntriesByName(address.href).length) return;
      observer.disconnect();
      resolve();
    });
    observer.observe({ type: "resource", buffered: true });
  });

/** Compiles in one go, with this thread: Firefox (140) never settles the promises of `compile` for a file that ends
 * too early, nor any later one in the same process. @param {Response} response @param {URL} address */
const compileAtOnce = async (response, address) => new WebAssembly.Module(noWebPage(new Uint8Array(await response.arrayBuffer()), address));

/** Compiles while the bytes come. Where nothing has come of that for a while, they are compiled once more: whoever is
 * first is believed. @param {Response} response @param {URL} address */
async function compileStreaming(response, address) {
  let settled = false;
  const compiling = WebAssembly.compileStreaming(response).finally(() => (settled = true));
  const again = async () => {
    await arrived(address);
    await new Promise((done) => waiting.watch(limits.compile, () => done(null)));
    return settled ? compiling : compileAtOnce(await get(address), address);
  };
  return Promise.race([compiling, again()]);
}

/** Compiles a wasm file, from its first bytes on where the server names its type. @param {URL} address */
async function compile(address) {
  const response = await get(address);
  const type = response.headers.get("content-type")?.split(";")[0].trim();
  try {
    return await (type === "application/wasm" ? compileStreaming(response, address) : compileAtOnce(response, address));
  } catch (thrown) {
    if (!(thrown instanceof WebAssembly.CompileError || thrown instanceof TypeError)) throw thrown;
    if (await forbiddenBy("wasm-eval")) throw new Error(text.hosts.policy("script-src", "'wasm-unsafe-eval'"));
    if (/content.security.policy|unsafe-eval/i.test(thrown.message)) throw new Error(text.hosts.policy("script-src", "'wasm-unsafe-eval'"));
    if (!WebAssembly.validate(new Uint8Array(SIMD))) throw new Error(text.hosts.noSimd);
    throw new Error(text.hosts.damaged(nameOf(address), sentence(thrown)));
  }
}

/** @param {keyof typeof packages} name @returns {Promise<unknown>} */
async function open(name) {
  const script = new URL(`${name}/tabgrad.js`, ROOT);
  const binary = new URL(`${name}/tabgrad_bg.wasm`, ROOT);
  const [wasm, module] = await Promise.all([
    packages[name]().catch(async (thrown) => {
      const fault = await findFault(nameOf(script));
      if (fault?.mixed) throw new MixedBuilds([nameOf(script)]);
      throw new Error(fault?.message ?? text.hosts.damaged(nameOf(script), sentence(thrown)));
    }),
    compile(binary),
  ]);
  const odd = strangers({ ...builds(), [nameOf(binary)]: buildOf(module) }, [nameOf(script)]);
  if (odd.length > 0) throw new MixedBuilds(odd);
  /** @type {any} */
  let exports;
  try {
    exports = await wasm.default({ module_or_path: module });
  } catch (thrown) {
    // What one of them imports the other does not have.
    throw thrown instanceof WebAssembly.LinkError || thrown instanceof TypeError ? new MixedBuilds([nameOf(script), nameOf(binary)]) : thrown;
  }
  // What burn's GPU compiler registers at the start; other packages have nothing of the kind.
  exports.__wasm_call_ctors?.();
  return wasm;
}

/** @param {keyof typeof packages} name */
const within = (name) => waiting.within(() => open(name), limits.module, text.waits.module(limits.module));

/** @param {Package} name */
export const load = async (name) => /** @type {Wasm} */ (await within(name));

/** @type {Promise<Intake>|null} */
let intake = null;
/** What reads files, loaded with the first of them; again, where it did not come. @returns {Promise<Intake>} */
export function loadIntake() {
  const loading = (intake ??= within("intake").then((wasm) => /** @type {Intake} */ (wasm)));
  loading.catch(() => intake === loading && (intake = null));
  return loading;
}
