// One picture of the visitor's in the size of the data's, the same for training and for asking. The wasm module
// says what a file is, which part of it is used, and makes it small, as in the terminal; what it does not
// decode itself, the browser does, and gives its pixels back in bands.

import { limits } from "../../app/limits.js";
import { waiting } from "../../app/waiting.js";
import { text } from "../../strings.js";
import { bytesOf } from "./open.js";

/** @import { PictureShape } from "../../protocol.js" */
/** @import { Intake, OpenedPicture } from "../wasm.js" */

/** The side of what a browser is tried with. */
const SIDE = 32;
/** So many pixels are read from a canvas at once. */
const BAND = 2_000_000;

/** @param {number} width @param {number} height */
function sheet(width, height) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context) throw new Error(text.pictures.own.noCanvas);
  context.imageSmoothingEnabled = false;
  // What a picture leaves transparent lies on paper.
  context.fillStyle = "white";
  return context;
}

/** Browsers that hide from trackers give canvases back with other pixels than were drawn. */
function checkHonest() {
  const context = sheet(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i += 1) {
    context.fillStyle = `rgb(${i % 251} ${(i * 7) % 256} ${(i * 31) % 256})`;
    context.fillRect(i % SIDE, Math.floor(i / SIDE), 1, 1);
  }
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i += 1)
    if (data[4 * i] !== i % 251 || data[4 * i + 1] !== (i * 7) % 256 || data[4 * i + 2] !== (i * 31) % 256)
      throw new Error(text.pictures.own.noCanvas);
}

/** What opens pictures. It throws only where no picture at all can be read back: what is wrong with one is
 * told when it is finished.
 * @param {Intake} wasm @param {PictureShape|undefined} shape  what pictures become; CIFAR's, where there are none */
export function createOpener(wasm, shape) {
  let honest = false;
  /** The last one is used again while pictures have one size. @type {OffscreenCanvasRenderingContext2D|null} */
  let context = null;

  /** @param {OpenedPicture} picture @param {ImageBitmap} bitmap */
  function give(picture, bitmap) {
    if (!honest) checkHonest();
    honest = true;
    const { left, top, width, height: all } = picture.crop();
    const rows = Math.min(all, Math.max(1, Math.floor(BAND / width)));
    if (context === null || context.canvas.width !== width || context.canvas.height !== rows) context = sheet(width, rows);
    for (let y = 0; y < all; y += rows) {
      const height = Math.min(rows, all - y);
      context.fillRect(0, 0, width, height);
      context.drawImage(bitmap, left, top + y, width, height, 0, 0, width, height);
      const { data } = context.getImageData(0, 0, width, height);
      picture.rows(new Uint8Array(data.buffer, data.byteOffset, data.length));
    }
  }

  return {
    /** A picture in a file; null is one that is not handed out.
     * @param {Uint8Array|null} bytes @returns {Promise<OpenedPicture>} */
    async file(bytes) {
      if (bytes === null) return wasm.OpenedPicture.unreadable(shape);
      const picture = new wasm.OpenedPicture(bytes, shape);
      const encoded = picture.encoded();
      if (!encoded) return picture;
      const { type, width, height } = encoded;
      /** @type {ImageBitmap|null} */
      let bitmap = null;
      try {
        const decoding = createImageBitmap(new Blob([encoded.bytes], { type }), { colorSpaceConversion: "none", premultiplyAlpha: "none" });
        bitmap = await waiting.within(decoding, limits.decode, text.waits.decode);
      } catch {
        picture.fail();
      }
      if (bitmap === null) return picture;
      try {
        if (bitmap.width === width && bitmap.height === height) give(picture, bitmap);
        else picture.fail();
      } finally {
        bitmap.close();
      }
      return picture;
    },
    /** A picture that is decoded already, such as a frame of a film. @param {ImageBitmap} bitmap */
    frame(bitmap) {
      const picture = wasm.OpenedPicture.decoded(bitmap.width, bitmap.height, shape);
      give(picture, bitmap);
      return picture;
    },
  };
}

/**
 * What makes one picture small, to ask a network about it.
 * @param {() => Promise<Intake>} intake  loads what reads files
 * @returns {(picture: Blob|ImageBitmap, shape: PictureShape|undefined) => Promise<ImageData>}
 */
export function createShrink(intake) {
  /** @type {{key: string, opener: ReturnType<typeof createOpener>}|null} */
  let open = null;
  return async (picture, shape) => {
    const key = JSON.stringify(shape ?? null);
    if (open?.key !== key) open = { key, opener: createOpener(await intake(), shape) };
    const { opener } = open;
    const opened = picture instanceof Blob ? await opener.file(await bytesOf(picture)) : opener.frame(picture);
    return opened.finish();
  };
}
