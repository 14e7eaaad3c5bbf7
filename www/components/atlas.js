// An atlas: pictures of one size below each other in one image, as the worker answers with them. One of them
// is cut out, or put on a canvas, without a pixel being copied on the way.

/** @import { Atlas, Sheet } from "../protocol.js" */

/** How many pictures there are. @param {Atlas} atlas */
export const countOf = (atlas) => (atlas === null ? 0 : Math.floor(atlas.image.height / atlas.height));

/** The pictures from `from` on to before `to` as an atlas of their own, in the same memory; null where some of
 * them are not there. @param {Atlas} atlas @param {number} from @param {number} to @returns {Atlas} */
export function cut(atlas, from, to) {
  if (atlas === null || to <= from || to > countOf(atlas)) return null;
  const { image, width, height } = atlas;
  const bytes = width * height * 4;
  return { image: new ImageData(image.data.subarray(from * bytes, to * bytes), width, (to - from) * height), width, height };
}

/** One picture alone; null where it is not there. @param {Atlas} atlas @param {number} index @returns {ImageData|null} */
export const pictureAt = (atlas, index) => cut(atlas, index, index + 1)?.image ?? null;

/** A picture alone, as an atlas of one. @param {ImageData} image @returns {Sheet} */
export const sheetOf = (image) => ({ image, width: image.width, height: image.height });

/** Puts picture `index`, which must be there, on a canvas, its corner at `x` and `y`.
 * @param {CanvasRenderingContext2D} context @param {Sheet} atlas @param {number} index @param {number} x @param {number} y */
export const putPicture = (context, { image, width, height }, index, x, y) =>
  context.putImageData(image, x, y - index * height, 0, index * height, width, height);
