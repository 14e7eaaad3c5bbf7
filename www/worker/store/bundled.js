// The data folder served beside the page, read with `fetch`.

import { noWebPage, whySilent } from "../../app/fetched.js";
import { text } from "../../strings.js";

/** Bytes that are read at once. */
const PIECE = 1 << 18;

/**
 * Where pictures come from: a folder served beside the page, or one kept on this machine.
 * @typedef {object} ShardSource
 * @property {() => Promise<string>} manifest
 * @property {(file: string, onBytes: (bytes: number) => void) => Promise<Uint8Array>} shard  its bytes,
 *   which are good until the next one is asked for
 */

/** @param {URL} address */
async function get(address) {
  const response = await fetch(address).catch(() => null);
  if (!response) throw new Error(text.errors.noPictures(await whySilent(address)));
  if (!response.ok) throw new Error(text.errors.notServed(address.pathname, response.status));
  return response;
}

/** The address of a file that a manifest names: in its folder, whatever the name. @param {URL} folder @param {string} file */
function fileIn(folder, file) {
  const address = new URL(`./${encodeURIComponent(file)}`, folder);
  if (!address.href.startsWith(folder.href) || address.href === folder.href) throw new Error(text.errors.outside(file));
  return address;
}

/** Reads `body` into memory of ours, which is handed in and comes back with every read, so that nothing
 * is left for the garbage collector; where a browser cannot do that, what it hands out is copied.
 * @param {ReadableStream<Uint8Array>} body */
function readerOf(body) {
  /** @type {ReadableStreamBYOBReader} */
  let reader;
  try {
    reader = body.getReader({ mode: "byob" });
  } catch {
    const plain = body.getReader();
    return async () => (await plain.read()).value;
  }
  let piece = new Uint8Array(PIECE);
  return async () => {
    const { done, value } = await reader.read(piece);
    if (value) piece = new Uint8Array(value.buffer);
    return done ? undefined : value;
  };
}

/**
 * @param {URL} folder  ends with a slash
 * @returns {ShardSource}
 */
export function bundled(folder) {
  /** For one shard after another, so that those that were taken leave nothing behind. */
  let room = new Uint8Array(0);
  /** Room for `size` bytes, of which the first `kept` stay. @param {number} size @param {number} kept */
  function grow(size, kept) {
    if (size <= room.length) return;
    const larger = new Uint8Array(Math.max(size, 2 * kept));
    larger.set(room.subarray(0, kept));
    room = larger;
  }
  return {
    async manifest() {
      const address = new URL("manifest.json", folder);
      return noWebPage(await (await get(address)).text(), address);
    },
    async shard(file, onBytes) {
      const address = fileIn(folder, file);
      const response = await get(address);
      if (!response.body) return new Uint8Array(await response.arrayBuffer());
      // Of a compressed answer that is less than what comes.
      grow(Number(response.headers.get("content-length")), 0);
      let size = 0;
      try {
        const read = readerOf(response.body);
        for (let value = await read(); value; value = await read()) {
          grow(size + value.length, size);
          room.set(value, size);
          size += value.length;
          onBytes(value.length);
        }
      } catch {
        throw new Error(text.errors.cutOff(address.pathname));
      }
      return noWebPage(room.subarray(0, size), address);
    },
  };
}
