// Finds out why a script did not start: browsers say only that it did not. The script and what it imports are
// fetched again, and what is wrong with an answer is said in a sentence. The same walk fetches all of it anew.

import { get, isWebPage, nameOf } from "./fetched.js";
import { isOurs } from "../builds.js";
import { sentence } from "../protocol.js";
import { text } from "../strings.js";

const ROOT = new URL("../", import.meta.url);
const LIMIT_MS = 10_000;

const IMPORTS = /^(?:import|export)\b[^"';]*?from "(\.[^"]+)"|^import "(\.[^"]+)"/gms;
const LOADS = /\bimport\("(\.[^"]+)"\)|new URL\(["']([\w./-]+\.(?:js|wasm))["'], import\.meta\.url\)|startWorker\(`([\w./-]+)\?/g;

/** The scripts that a script names. @param {string} code @param {URL} address @param {boolean} all  also those that it loads later */
function named(code, address, all) {
  const found = [...code.matchAll(IMPORTS), ...(all ? code.matchAll(LOADS) : [])];
  return found.map(([, one, two, three]) => (three ? new URL(three, ROOT) : new URL(one ?? two, address)));
}

/** What is wrong, and whether it is the build. @typedef {{message: string, mixed: boolean}} Fault */

/** @param {string} message @returns {Fault} */
const fault = (message) => ({ message, mixed: false });

/** @param {URL} address @param {RequestInit} options @returns {Promise<{code: string, trouble: Fault|null}>} */
async function look(address, options) {
  try {
    const response = await get(address, { ...options, signal: AbortSignal.timeout(LIMIT_MS) });
    const type = (response.headers.get("content-type") ?? "").split(";")[0].trim();
    const name = nameOf(address);
    if (!address.pathname.endsWith(".js")) return await response.arrayBuffer(), { code: "", trouble: null };
    const code = await response.text();
    if (isWebPage(code)) return { code: "", trouble: fault(text.hosts.webPage(name)) };
    if (!/^(text|application)\/(x-)?(java|ecma)script$/i.test(type)) return { code, trouble: fault(text.hosts.wrongType(name, type)) };
    return { code, trouble: isOurs(code) ? null : { message: text.hosts.mixed([name]), mixed: true } };
  } catch (thrown) {
    return { code: "", trouble: fault(sentence(thrown)) };
  }
}

/** What is wrong with the script at a path of the site or with one that it imports; null where nothing is found.
 * @param {string} path
 * @param {{later?: "none"|"own"|"all", options?: RequestInit}} [how]  `later`: of what is loaded later nothing, what this
 *   script loads, or everything
 * @returns {Promise<Fault|null>} */
export async function findFault(path, { later = "none", options = {} } = {}) {
  const entry = new URL(path, ROOT);
  const seen = new Set();
  /** @type {Fault|null} */
  let first = null;
  let next = [entry];
  while (next.length > 0 && (later === "all" || first === null)) {
    const fresh = next.filter(({ href }) => !seen.has(href) && seen.add(href));
    const looked = await Promise.all(fresh.map(async (address) => ({ address, ...(await look(address, options)) })));
    first ??= looked.find(({ trouble }) => trouble !== null)?.trouble ?? null;
    next = looked.flatMap(({ code, address }) => named(code, address, later === "all" || (later === "own" && address === entry)));
  }
  return first;
}

/** Fetches every script and wasm file that a script leads to past the browser's cache, then loads the page again.
 * @param {string} path */
export async function reloadAll(path) {
  await findFault(path, { later: "all", options: { cache: "reload" } });
  location.reload();
}
