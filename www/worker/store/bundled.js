// The data folder served beside the page, read with `fetch`. What goes silent or breaks off is asked for
// again, from where it stopped.

import { noWebPage, whySilent } from "../../app/fetched.js";
import { limits } from "../../app/limits.js";
import { waiting } from "../../app/waiting.js";
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

/** What another try may mend: the connection, or a server that is overloaded. */
class Passing extends Error {}

/** Answers of a server that may be others in a second. */
const passes = (/** @type {number} */ status) => status === 408 || status === 429 || status >= 500;

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

/** Where in the file an answer begins: at `from`, if the server went on there with the same file.
 * @param {Response} response @param {number} from @param {string|null} tag  of the file that was begun with */
function startOf({ status, headers }, from, tag) {
  if (status !== 206) return 0;
  const goesOn = headers.get("content-range")?.startsWith(`bytes ${from}-`) && headers.get("etag") === tag;
  if (!goesOn) throw new Passing();
  return from;
}

/**
 * @param {URL} folder  ends with a slash
 * @param {Pick<typeof waiting, "watch"|"pause">} [waits]
 * @returns {ShardSource}
 */
export function bundled(folder, { watch, pause } = waiting) {
  /** For one shard after another, so that those that were taken leave nothing behind. */
  let room = new Uint8Array(0);
  /** Room for `size` bytes, of which the first `kept` stay. @param {number} size @param {number} kept */
  function grow(size, kept) {
    if (size <= room.length) return;
    const larger = new Uint8Array(Math.max(size, 2 * kept));
    larger.set(room.subarray(0, kept));
    room = larger;
  }

  /** Asks for a file until all of it is here, in `room`, or trying again makes no sense: its size.
   * @param {URL} address @param {(bytes: number) => void} onBytes  counts every byte of the file once */
  async function read(address, onBytes) {
    const { pathname } = address;
    let size = 0;
    let told = 0;
    /** @type {string|null} */
    let tag = null;
    /** What a server compresses on its way has no parts that could be asked for. */
    let inParts = true;

    /** @param {() => void} heard @param {AbortSignal} signal */
    async function take(heard, signal) {
      const from = inParts ? size : 0;
      const headers = from > 0 ? { range: `bytes=${from}-` } : undefined;
      const response = await fetch(address, { signal, headers }).catch(() => null);
      if (!response) throw new Passing(text.errors.noPictures(await whySilent(address)));
      heard();
      // All of it was here already, or the file is another one now.
      if (response.status === 416) {
        inParts = false;
        throw new Passing(text.errors.cutOff(pathname));
      }
      if (!response.ok) {
        const why = text.errors.notServed(pathname, response.status);
        throw passes(response.status) ? new Passing(why) : new Error(why);
      }
      inParts = !response.headers.has("content-encoding");
      try {
        size = startOf(response, from, tag);
      } catch (thrown) {
        inParts = false;
        throw thrown;
      }
      tag = response.headers.get("etag");
      // Of a compressed answer that is less than what comes.
      grow(size + Number(response.headers.get("content-length")), size);
      /** @param {Uint8Array} bytes */
      const add = (bytes) => {
        // What comes after the next try has begun belongs to no one.
        signal.throwIfAborted();
        heard();
        grow(size + bytes.length, size);
        room.set(bytes, size);
        size += bytes.length;
        if (size > told) onBytes(size - told);
        told = Math.max(told, size);
      };
      try {
        if (!response.body) return add(new Uint8Array(await response.arrayBuffer()));
        const next = readerOf(response.body);
        for (let value = await next(); value; value = await next()) add(value);
      } catch {
        throw new Passing(text.errors.cutOff(pathname));
      }
    }

    for (let tries = 1; ; tries += 1) {
      const silence = new AbortController();
      /** @type {(thrown: Passing) => void} */
      let fail = () => {};
      const silent = new Promise((_, reject) => (fail = reject));
      const watched = watch(limits.silence, () => {
        fail(new Passing(text.waits.file(pathname, limits.silence)));
        silence.abort();
      });
      try {
        await Promise.race([take(watched.heard, silence.signal), silent]);
        return size;
      } catch (thrown) {
        if (!(thrown instanceof Passing)) throw thrown;
        if (tries >= limits.tries) throw new Error(thrown.message || text.errors.cutOff(pathname));
      } finally {
        watched.end();
      }
      await pause(limits.retry * tries);
    }
  }

  return {
    async manifest() {
      const address = new URL("manifest.json", folder);
      const size = await read(address, () => {});
      return noWebPage(new TextDecoder().decode(room.subarray(0, size)), address);
    },
    async shard(file, onBytes) {
      const address = fileIn(folder, file);
      const size = await read(address, onBytes);
      return noWebPage(room.subarray(0, size), address);
    },
  };
}
