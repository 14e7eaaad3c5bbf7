// A visitor's zip as files with paths: what it holds is listed before anything is unpacked, and it
// is unpacked in parts.

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
 * The contents of some entries by their indices in the list; null for one that is damaged.
 * @param {Uint8Array} zip @param {number[]} indices  at least one
 * @returns {Map<number, Uint8Array|null>}
 */
function unpack(zip, indices) {
  const wanted = new Set(indices);
  /** Two entries may have the same name, and then the later one would hide the other.
   * @type {Map<number, string>} */
  const names = new Map();
  let index = -1;
  try {
    const found = unzipSync(zip, {
      filter: ({ name, compression }) => {
        index += 1;
        if (!wanted.has(index) || !METHODS.includes(compression)) return false;
        names.set(index, name);
        return true;
      },
    });
    return new Map(indices.map((at) => [at, found[names.get(at) ?? ""] ?? null]));
  } catch {
    // One damaged entry stops the others: each half by itself finds it soon.
    if (indices.length === 1) return new Map([[indices[0], null]]);
    const half = indices.length >> 1;
    return new Map([...unpack(zip, indices.slice(0, half)), ...unpack(zip, indices.slice(half))]);
  }
}

/**
 * The contents of entries one after another, in the order of `indices`.
 * @param {Uint8Array} zip @param {Entry[]} entries @param {number[]} indices
 * @returns {Generator<Uint8Array|null>}
 */
export function* contents(zip, entries, indices) {
  for (let from = 0; from < indices.length; ) {
    let to = from;
    for (let bytes = 0; to < indices.length && to - from < PART.entries && bytes < PART.bytes; to += 1) bytes += entries[indices[to]].bytes;
    const part = indices.slice(from, to);
    const found = unpack(zip, part);
    for (const index of part) yield found.get(index) ?? null;
    from = to;
  }
}
