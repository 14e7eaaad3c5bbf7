// A visitor's zip as files with paths: what it holds is listed before anything is unpacked, and it
// is unpacked in parts. Knows nothing of pictures but how many bytes of them are too many.

import { unzipSync } from "../../vendor/fflate.js";
import { text } from "../../strings.js";

/** @typedef {{path: string, bytes: number}} Entry */

/** Entries are unpacked in parts of about this size: each part reads the whole list once more. */
const PART = { bytes: 32_000_000, entries: 2_000 };
/** Stored as it is, or deflated: all that fflate reads, and all that is in use. */
const METHODS = [0, 8];

/** What a zip lists. @param {Uint8Array} zip @param {string} name @returns {Entry[]} */
export function list(zip, name) {
  /** @type {Entry[]} */
  const entries = [];
  try {
    unzipSync(zip, {
      filter: ({ name: path, originalSize }) => {
        entries.push({ path, bytes: originalSize });
        return false;
      },
    });
  } catch {
    throw new Error(text.pictures.own.badZip(name));
  }
  return entries;
}

/**
 * The contents of some entries by their places in the list; null for one that is damaged.
 * @param {Uint8Array} zip @param {number[]} places  at least one
 * @returns {Map<number, Uint8Array|null>}
 */
function unpack(zip, places) {
  const wanted = new Set(places);
  /** Two entries may have the same name, and then the later one would hide the other.
   * @type {Map<number, string>} */
  const names = new Map();
  let place = -1;
  try {
    const found = unzipSync(zip, {
      filter: ({ name, compression }) => {
        place += 1;
        if (!wanted.has(place) || !METHODS.includes(compression)) return false;
        names.set(place, name);
        return true;
      },
    });
    return new Map(places.map((at) => [at, found[names.get(at) ?? ""] ?? null]));
  } catch {
    // One damaged entry stops the others: each half by itself finds it soon.
    if (places.length === 1) return new Map([[places[0], null]]);
    const half = places.length >> 1;
    return new Map([...unpack(zip, places.slice(0, half)), ...unpack(zip, places.slice(half))]);
  }
}

/**
 * The contents of entries one after another, in the order of `places`.
 * @param {Uint8Array} zip @param {Entry[]} entries @param {number[]} places
 * @returns {Generator<Uint8Array|null>}
 */
export function* contents(zip, entries, places) {
  for (let from = 0; from < places.length; ) {
    let to = from;
    for (let bytes = 0; to < places.length && to - from < PART.entries && bytes < PART.bytes; to += 1) bytes += entries[places[to]].bytes;
    const part = places.slice(from, to);
    const found = unpack(zip, part);
    for (const place of part) yield found.get(place) ?? null;
    from = to;
  }
}
