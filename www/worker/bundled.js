// The data folder served beside the page, read with `fetch`. Knows addresses and the network;
// what a manifest or a shard means is the session's business.

import { text } from "../strings.js";

/**
 * Where pictures come from: a folder served beside the page, or one kept on this machine.
 * @typedef {object} Source
 * @property {() => Promise<string>} manifest
 * @property {(file: string, onBytes: (bytes: number) => void) => Promise<Uint8Array>} shard
 */

/** @param {URL} address */
async function get(address) {
  let response;
  try {
    response = await fetch(address);
  } catch {
    throw new Error(text.errors.unreachable(address.pathname));
  }
  if (!response.ok) throw new Error(text.errors.notServed(address.pathname, response.status));
  return response;
}

/**
 * @param {URL} folder  ends with a slash
 * @returns {Source}
 */
export function bundled(folder) {
  return {
    manifest: async () => (await get(new URL("manifest.json", folder))).text(),
    async shard(file, onBytes) {
      const address = new URL(encodeURIComponent(file), folder);
      const response = await get(address);
      if (!response.body) return new Uint8Array(await response.arrayBuffer());
      /** @type {Uint8Array[]} */
      const pieces = [];
      let size = 0;
      const reader = response.body.getReader();
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          pieces.push(value);
          size += value.length;
          onBytes(value.length);
        }
      } catch {
        throw new Error(text.errors.cutOff(address.pathname));
      }
      const whole = new Uint8Array(size);
      let at = 0;
      for (const piece of pieces) {
        whole.set(piece, at);
        at += piece.length;
      }
      return whole;
    },
  };
}
