// An atlas: pictures below each other in one image, as the worker answers with them. One of them is cut
// out, or put on a canvas, without a pixel being copied on the way.

/** @import { Atlas } from "../protocol.js" */

/** Width and height of every picture. */
export const SIDE = 32;
const PICTURE_BYTES = SIDE * SIDE * 4;

/** The pictures from `from` on to before `to` as an atlas of their own, in the same memory; null where some of
 * them are not there. @param {Atlas} atlas @param {number} from @param {number} to @returns {Atlas} */
export function cut(atlas, from, to) {
  if (atlas === null || to <= from || to * SIDE > atlas.height) return null;
  return new ImageData(atlas.data.subarray(from * PICTURE_BYTES, to * PICTURE_BYTES), SIDE, (to - from) * SIDE);
}

/** Puts picture `index`, which must be there, on a canvas, its corner at `x` and `y`.
 * @param {CanvasRenderingContext2D} context @param {ImageData} atlas @param {number} index @param {number} x @param {number} y */
export const putPicture = (context, atlas, index, x, y) => context.putImageData(atlas, x, y - index * SIDE, 0, index * SIDE, SIDE, SIDE);
