// One picture file as 32 by 32 pixels, by the browser's own decoders: the middle square, halved
// until it is nearly there, so that every pixel of the file counts.

import { limits } from "../../app/limits.js";
import { waiting } from "../../app/waiting.js";
import { text } from "../../strings.js";
import { MOST } from "./folder-layout.js";

const SIDE = 32;
const PNG = [0x89, 0x50, 0x4e, 0x47];

/** @param {number} side */
function sheet(side) {
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context) throw new Error(text.pictures.own.noCanvas);
  return { canvas, context };
}

/** @param {OffscreenCanvasRenderingContext2D} context @param {CanvasImageSource} picture
 * @param {[number, number, number]} from  left, top and side of the square @param {number} side */
function draw(context, picture, [left, top, size], side) {
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  // What a picture leaves transparent is paper.
  context.fillStyle = "white";
  context.fillRect(0, 0, side, side);
  context.drawImage(picture, left, top, size, size, 0, 0, side, side);
}

/** Browsers that hide from trackers give canvases back with other pixels than were drawn.
 * @param {OffscreenCanvasRenderingContext2D} context */
function checkHonest(context) {
  for (let i = 0; i < SIDE * SIDE; i += 1) {
    context.fillStyle = `rgb(${i % 251} ${(i * 7) % 256} ${(i * 31) % 256})`;
    context.fillRect(i % SIDE, Math.floor(i / SIDE), 1, 1);
  }
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i += 1)
    if (data[4 * i] !== i % 251 || data[4 * i + 1] !== (i * 7) % 256 || data[4 * i + 2] !== (i * 31) % 256)
      throw new Error(text.pictures.own.noCanvas);
}

/** A small PNG may unpack into more pixels than there is memory; its header says how many.
 * @param {Uint8Array} head  the first 24 bytes */
function checkPixels(head) {
  if (!PNG.every((byte, i) => head[i] === byte) || head.length < 24) return;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.getUint32(16) * view.getUint32(20) > MOST.pixels) throw new Error("too many pixels");
}

/** What makes pictures small; throws at one that the browser cannot read. */
export function createResizer() {
  const last = sheet(SIDE);
  checkHonest(last.context);
  /** Sheets for the halves on the way, by their side: photographs of one camera share them.
   * @type {Map<number, ReturnType<typeof sheet>>} */
  const sheets = new Map();

  /** @param {Blob|Uint8Array} content @returns {Promise<Uint8ClampedArray>} RGBA */
  return async function resize(content) {
    const blob = content instanceof Blob ? content : new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (content)]);
    if (blob.size > MOST.fileBytes) throw new Error("too many bytes");
    checkPixels(new Uint8Array(await blob.slice(0, 24).arrayBuffer()));
    const bitmap = await waiting.within(createImageBitmap(blob), limits.decode, text.waits.decode);
    try {
      let size = Math.min(bitmap.width, bitmap.height);
      /** @type {CanvasImageSource} */
      let picture = bitmap;
      let left = Math.floor((bitmap.width - size) / 2);
      let top = Math.floor((bitmap.height - size) / 2);
      while (size >= 2 * SIDE) {
        const half = Math.floor(size / 2);
        if (sheets.size > 16) sheets.clear();
        const on = sheets.get(half) ?? sheet(half);
        sheets.set(half, on);
        draw(on.context, picture, [left, top, size], half);
        [picture, size, left, top] = [on.canvas, half, 0, 0];
      }
      draw(last.context, picture, [left, top, size], SIDE);
      return last.context.getImageData(0, 0, SIDE, SIDE).data;
    } finally {
      bitmap.close();
    }
  };
}
