// Fetches a file of the site, and says in a sentence what is wrong with the answer: nothing, a refusal, or a web
// page in its place, as servers send that know no 404.

import { forbiddenBy } from "./policy.js";
import { text } from "../strings.js";

const ROOT = new URL("../", import.meta.url);

/** How a file is called in sentences: its path in the site, or its address where that is elsewhere. @param {URL} address */
export function nameOf({ href, origin, pathname }) {
  if (href.startsWith(ROOT.href)) return href.slice(ROOT.href.length).split(/[?#]/)[0];
  return origin === ROOT.origin ? pathname : href;
}

/** Why nothing came at all: the browser does not tell its scripts. @param {URL} address @returns {Promise<string>} */
export async function whySilent(address) {
  const here = address.origin === ROOT.origin;
  const directive = await forbiddenBy(address.href);
  if (directive) return text.hosts.policy(directive, here ? "'self'" : address.origin);
  return here ? text.hosts.silent(nameOf(address)) : text.hosts.silentElsewhere(address.href);
}

/** @param {URL} address @param {RequestInit} [options] */
export async function get(address, options) {
  const response = await fetch(address, options).catch(() => null);
  if (!response) throw new Error(await whySilent(address));
  if (!response.ok) throw new Error(text.hosts.refused(nameOf(address), response.status));
  return response;
}

/** Whether content is a web page's. No file of ours begins so. @param {string|Uint8Array} content */
export function isWebPage(content) {
  const start = typeof content === "string" ? content.slice(0, 64) : new TextDecoder().decode(content.subarray(0, 64));
  return /^\s*<(!doctype|html|head|body|\?xml|!--)/i.test(start);
}

/** @template {string|Uint8Array} T @param {T} content @param {URL} address @returns {T} */
export function noWebPage(content, address) {
  if (isWebPage(content)) throw new Error(text.hosts.webPage(nameOf(address)));
  return content;
}
