// Any picture of the visitor's as the network sees it: its middle square, 32 by 32 pixels. Decodes
// with the browser, on this machine; keeps nothing and sends nothing.

import { SIDE } from "./atlas.js";

/** Side of the square that a large picture is first drawn at, before it is halved down. */
const FIRST = SIDE * 16;

/** Bytes from which a file may hold more pixels than can be shrunk at once without being felt. */
const LARGE = 200_000;

/** @param {number} side */
function square(side) {
  const canvas = document.createElement("canvas");
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no 2d canvas");
  return { canvas, context };
}

/**
 * The middle of a picture that is decoded already, such as a frame of a video.
 * @param {CanvasImageSource} source @param {number} width @param {number} height @returns {ImageData}
 */
export function shrink(source, width, height) {
  const crop = Math.min(width, height);
  // Halving is the mean of two by two pixels in every browser; one long leap would skip most of them.
  let side = SIDE;
  while (side * 2 <= Math.min(crop, FIRST)) side *= 2;
  let { canvas, context } = square(side);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, side, side);
  context.imageSmoothingQuality = "high";
  context.drawImage(source, (width - crop) / 2, (height - crop) / 2, crop, crop, 0, 0, side, side);
  while (side > SIDE) {
    side /= 2;
    const half = square(side);
    half.context.drawImage(canvas, 0, 0, side, side);
    ({ canvas, context } = half);
  }
  return context.getImageData(0, 0, SIDE, SIDE);
}

/** Decodes a file. What is large is shrunk by the browser while it decodes, aside of this thread.
 * @param {Blob} blob */
async function decode(blob) {
  if (blob.size >= LARGE)
    try {
      return await createImageBitmap(blob, { resizeWidth: FIRST * 2, resizeQuality: "medium" });
    } catch {
      // No picture, or one of a form that cannot be shrunk so: the plain way tells.
    }
  return createImageBitmap(blob);
}

/** The picture in a file, or null where the browser finds none in it.
 * @param {Blob} blob @returns {Promise<ImageData|null>} */
export async function shrinkFile(blob) {
  let bitmap;
  try {
    bitmap = await decode(blob);
  } catch {
    return null;
  }
  try {
    return shrink(bitmap, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}
