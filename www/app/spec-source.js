// Where the text of a model comes from: the address itself, a file of this site, or one of the visitor's. What
// it says, the wasm module judges.

import { get, noWebPage } from "./fetched.js";
import { limits } from "./limits.js";
import { waiting } from "./waiting.js";
import { text } from "../strings.js";

/** Bytes of the largest file that is read: a model of two hundred layers has fewer. */
const MOST_BYTES = 1 << 20;

/** @param {number} bytes @param {string} name */
function checkSize(bytes, name) {
  if (bytes > MOST_BYTES) throw new Error(text.model.tooLarge(name, MOST_BYTES));
}

/** The address of a model's file on this site. @param {string} path @param {string} base */
export function specAddress(path, base) {
  /** @type {URL} */
  let address;
  try {
    address = new URL(path, base);
  } catch {
    throw new Error(text.model.nowhere(path));
  }
  if (!["http:", "https:"].includes(address.protocol)) throw new Error(text.model.nowhere(path));
  if (address.origin !== new URL(base).origin) throw new Error(text.model.elsewhere(address.href));
  return address;
}

/** @param {URL} address */
async function fetched(address) {
  const response = await get(address);
  checkSize(Number(response.headers.get("content-length") ?? 0), address.pathname);
  const found = noWebPage(await response.text(), address);
  checkSize(found.length, address.pathname);
  return found;
}

/** The text of a model. @param {string|File} source  JSON, a path, or a file
 * @param {string} [base]  what a path is relative to @returns {Promise<string>} */
export async function readSpec(source, base = "") {
  if (typeof source !== "string") {
    checkSize(source.size, source.name);
    return waiting.within(source.text(), limits.silence, text.model.unread(source.name));
  }
  // A path begins with no brace.
  if (source.trimStart().startsWith("{")) {
    checkSize(source.length, text.model.fromAddress);
    return source;
  }
  const address = specAddress(source, base);
  return waiting.within(fetched(address), limits.silence, text.model.unread(address.pathname));
}
