// A visitor's own pictures as shards: found in a zip or in folders, decoded by the browser, cut to
// a square and made 32 by 32. What paths mean is own-paths.js' business; keeps nothing.

import { text } from "../../strings.js";
import { MOST, checkCounts, isZip, layout, remarks } from "./folder-layout.js";
import { createShrinker } from "./resize.js";
import * as zips from "./zip.js";

/** @import { Decoded, Given } from "./data.js" */
/** @import { Chosen } from "./folder-layout.js" */
/** @import { Report } from "../../protocol.js" */

const PICTURE_BYTES = 32 * 32 * 3;
/** The page hears how far it is this often. */
const TELL_MS = 150;

/** Files with paths, wherever they lie; `contents` are in the order of the places asked for, and
 * null is a damaged one.
 * @typedef {object} Folder
 * @property {string} name
 * @property {{path: string, bytes: number}[]} entries
 * @property {(places: number[]) => Iterable<Blob|Uint8Array|null>} contents */

/** @param {Given[]} files @returns {Promise<Folder>} */
async function open(files) {
  const zip = files.find(({ path }) => isZip(path))?.file;
  if (!zip) {
    const entries = files.map(({ path, file }) => ({ path, bytes: file.size }));
    return { name: "", entries, contents: (places) => places.map((place) => files[place].file) };
  }
  if (files.length > 1) throw new Error(text.pictures.own.zipAndMore(zip.name, files.length - 1));
  if (zip.size > MOST.bytes) throw new Error(text.pictures.own.tooLarge(zip.size, MOST.bytes));
  const bytes = new Uint8Array(await zip.arrayBuffer());
  const entries = zips.list(bytes, zip.name);
  return { name: zip.name, entries, contents: (places) => zips.contents(bytes, entries, places) };
}

/** @param {{bytes: number}[]} entries @param {Chosen[]} pictures */
function checkSize(entries, pictures) {
  const bytes = pictures.reduce((sum, { place }) => sum + entries[place].bytes, 0);
  if (bytes > MOST.bytes) throw new Error(text.pictures.own.tooLarge(bytes, MOST.bytes));
}

/** A split as it fills. @param {number} most  pictures */
function filling(most) {
  const labels = new Uint8Array(most);
  const rgb = new Uint8Array(most * PICTURE_BYTES);
  let count = 0;
  return {
    /** @param {number} label @param {Uint8ClampedArray} rgba */
    add(label, rgba) {
      labels[count] = label;
      let at = count * PICTURE_BYTES;
      for (let i = 0; i < rgba.length; i += 1) if (i % 4 !== 3) rgb[at++] = rgba[i];
      count += 1;
    },
    taken: () => ({ labels: labels.subarray(0, count), rgb: rgb.subarray(0, count * PICTURE_BYTES) }),
  };
}

/**
 * @param {any} wasm
 * @param {Given[]} files  one zip, or files with the paths that they had in their folder
 * @param {(told: Report) => void} report
 * @param {() => Promise<void>} nextTask
 * @returns {Promise<Decoded>}
 */
export async function decodeOwn(wasm, files, report, nextTask) {
  const folder = await open(files);
  const found = layout(folder.entries.map(({ path }) => path));
  const { classes, pictures, divided, root } = found;
  checkSize(folder.entries, pictures);
  const shrink = createShrinker();
  const test = filling(pictures.filter((picture) => picture.test).length);
  const train = filling(pictures.length - pictures.filter((picture) => picture.test).length);
  /** @type {Chosen[]} */
  const decoded = [];
  /** @type {string[]} */
  const broken = [];
  const total = pictures.length;
  let told = -Infinity;
  let at = 0;
  for (const content of folder.contents(pictures.map(({ place }) => place))) {
    const picture = pictures[at];
    if (performance.now() - told > TELL_MS) {
      report({ type: "import-progress", stage: "decoding", done: at, total });
      told = performance.now();
      // Other commands get their turn, and so does the bar.
      await nextTask();
    }
    at += 1;
    try {
      if (content === null) throw new Error();
      (picture.test ? test : train).add(picture.label, await shrink(content));
      decoded.push(picture);
    } catch {
      broken.push(picture.path);
    }
  }
  if (decoded.length === 0) throw new Error(text.pictures.own.allBroken(total));
  checkCounts(decoded, classes, true);
  const place = folder.name || root;
  const name = place.split("/").at(-1)?.replace(/\.zip$/i, "") || text.pictures.own.name;
  const source = text.pictures.own.source(decoded.length, place, divided);
  const packed = wasm.pack_pictures({ name, source, classes }, train.taken(), test.taken());
  for (const message of remarks(found, broken)) report({ type: "notice", message });
  return packed;
}
