// A visitor's own pictures as shards: found in an archive or in folders, decoded by the browser, cut to
// a square and made 32 by 32. What their paths mean is in folder-layout.js.

import { text } from "../../strings.js";
import { MOST, checkCounts, layout, remarks } from "./folder-layout.js";
import { createResizer } from "./resize.js";

/** @import { DecodedData, Wasm } from "../wasm.js" */
/** @import { Chosen } from "./folder-layout.js" */
/** @import { Folder } from "./open.js" */
/** @import { Report } from "../../protocol.js" */

const PICTURE_BYTES = 32 * 32 * 3;
/** The page hears how far it is this often. */
const TELL_MS = 150;

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
 * @param {Folder} folder
 * @param {(told: Report) => void} report
 * @param {() => Promise<void>} nextTask
 * @returns {Promise<DecodedData>}
 */
export async function importFolder(wasm, folder, report, nextTask) {
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
  const order = [...pictures].sort((a, b) => a.index - b.index);
  for await (const content of folder.contents(order.map(({ index }) => index))) {
    const picture = order[at];
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
  const name = origin.split("/").at(-1)?.replace(/\.(zip|tar|tgz|tar\.gz)$/i, "") || text.pictures.own.name;
  const source = text.pictures.own.source(decoded.length, origin, divided);
  const packed = wasm.pack_pictures({ name, source, classes }, train.pictures(), test.pictures());
  for (const message of remarks(found, broken)) report({ type: "notice", message });
  return packed;
}
