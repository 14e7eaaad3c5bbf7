// A visitor's own pictures as shards: found in a zip or in folders, decoded by the browser, cut to
// a square and made 32 by 32. What their paths mean is in folder-layout.js.

import { text } from "../../strings.js";
import { MOST, checkCounts, isZip, layout, remarks } from "./folder-layout.js";
import { createResizer } from "./resize.js";
import * as zips from "./zip.js";

/** @import { DecodedData, Wasm } from "../wasm.js" */
/** @import { VisitorFile } from "./data.js" */
/** @import { Chosen } from "./folder-layout.js" */
/** @import { Report } from "../../protocol.js" */

const PICTURE_BYTES = 32 * 32 * 3;
/** The page hears how far it is this often. */
const TELL_MS = 150;

/** Files with paths, wherever they lie; `contents` are in the order of the indices asked for, and
 * null is a damaged one.
 * @typedef {object} Folder
 * @property {string} name
 * @property {{path: string, bytes: number}[]} entries
 * @property {(indices: number[]) => Iterable<Blob|Uint8Array|null>} contents */

/** @param {VisitorFile[]} files @returns {Promise<Folder>} */
async function open(files) {
  const zip = files.find(({ path }) => isZip(path))?.file;
  if (!zip) {
    const entries = files.map(({ path, file }) => ({ path, bytes: file.size }));
    return { name: "", entries, contents: (indices) => indices.map((index) => files[index].file) };
  }
  if (files.length > 1) throw new Error(text.pictures.own.zipAndMore(zip.name, files.length - 1));
  if (zip.size > MOST.bytes) throw new Error(text.pictures.own.tooLarge(zip.size, MOST.bytes));
  const bytes = new Uint8Array(await zip.arrayBuffer());
  const entries = zips.list(bytes, zip.name);
  return { name: zip.name, entries, contents: (indices) => zips.contents(bytes, entries, indices) };
}

/** @param {{bytes: number}[]} entries @param {Chosen[]} pictures */
function checkSize(entries, pictures) {
  const bytes = pictures.reduce((sum, { index }) => sum + entries[index].bytes, 0);
  if (bytes > MOST.bytes) throw new Error(text.pictures.own.tooLarge(bytes, MOST.bytes));
}

/** The pictures of a split as they arrive. @param {number} most */
function createSplit(most) {
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
    pictures: () => ({ labels: labels.subarray(0, count), rgb: rgb.subarray(0, count * PICTURE_BYTES) }),
  };
}

/**
 * @param {Wasm} wasm
 * @param {VisitorFile[]} files  one zip, or files with the paths that they had in their folder
 * @param {(told: Report) => void} report
 * @param {() => Promise<void>} nextTask
 * @returns {Promise<DecodedData>}
 */
export async function decodePictures(wasm, files, report, nextTask) {
  const folder = await open(files);
  const found = layout(folder.entries.map(({ path }) => path));
  const { classes, pictures, divided, root } = found;
  checkSize(folder.entries, pictures);
  const resize = createResizer();
  const test = createSplit(pictures.filter((picture) => picture.test).length);
  const train = createSplit(pictures.length - pictures.filter((picture) => picture.test).length);
  /** @type {Chosen[]} */
  const decoded = [];
  /** @type {string[]} */
  const broken = [];
  const total = pictures.length;
  let told = -Infinity;
  let at = 0;
  for (const content of folder.contents(pictures.map(({ index }) => index))) {
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
      (picture.test ? test : train).add(picture.label, await resize(content));
      decoded.push(picture);
    } catch {
      broken.push(picture.path);
    }
  }
  if (decoded.length === 0) throw new Error(text.pictures.own.allBroken(total));
  checkCounts(decoded, classes, true);
  const origin = folder.name || root;
  const name = origin.split("/").at(-1)?.replace(/\.zip$/i, "") || text.pictures.own.name;
  const source = text.pictures.own.source(decoded.length, origin, divided);
  const packed = wasm.pack_pictures({ name, source, classes }, train.pictures(), test.pictures());
  for (const message of remarks(found, broken)) report({ type: "notice", message });
  return packed;
}
