// How numbers become colours, and where the maps of a layer lie on one sheet. Pure: bytes and
// places, no canvas.

/** @typedef {[number, number, number]} Colour */

/** The colours of a scale: nothing, the most, and the most below zero.
 * @typedef {{zero: Colour, more: Colour, less: Colour}} Scale */

/**
 * Values as RGBA bytes. From zero, where nothing is, to `more` at `limit`, and to `less` at minus
 * `limit`; what lies beyond is shown as the limit.
 * @param {ArrayLike<number>} values @param {number} limit @param {Scale} scale
 * @param {Uint8ClampedArray} [bytes]
 */
export function paint(values, limit, { zero, more, less }, bytes = new Uint8ClampedArray(values.length * 4)) {
  for (let i = 0; i < values.length; i += 1) {
    const share = Math.max(-1, Math.min(1, values[i] / limit));
    const end = share < 0 ? less : more;
    const part = Math.abs(share);
    for (let c = 0; c < 3; c += 1) bytes[i * 4 + c] = zero[c] + (end[c] - zero[c]) * part;
    bytes[i * 4 + 3] = 255;
  }
  return bytes;
}

/** Values in the order y, x, channel, one channel after another. @param {ArrayLike<number>} values @param {number} channels */
export function byChannel(values, channels) {
  const places = values.length / channels;
  const sorted = new Float32Array(values.length);
  for (let i = 0; i < values.length; i += 1) sorted[(i % channels) * places + Math.floor(i / channels)] = values[i];
  return sorted;
}

/** Pixels of a sheet's canvas, at most: enough for a wide column on a fine screen. */
const WIDTH = 1040;
const GAP = 8;

/** How many maps stand side by side. @param {number} channels */
export const columnsFor = (channels) => (channels <= 4 ? channels : channels <= 16 ? Math.ceil(channels / 2) : 8);

/**
 * Where the maps lie: all of them in rows, each value a square of whole pixels.
 * @param {number[]} shape  height, width, channels
 * @param {number} [columns] @param {number} [most]  pixels in a row
 */
export function layout([height, width, channels], columns = columnsFor(channels), most = WIDTH) {
  const size = Math.max(1, Math.floor((most - GAP * (columns - 1)) / (columns * width)));
  const rows = Math.ceil(channels / columns);
  const [stepX, stepY] = [width * size + GAP, height * size + GAP];
  return { height, width, channels, columns, size, stepX, stepY, sheetWidth: columns * stepX - GAP, sheetHeight: rows * stepY - GAP };
}

/** @typedef {ReturnType<typeof layout>} Layout */

/** The upper left corner of a map. @param {Layout} places @param {number} channel */
export const cornerOf = ({ columns, stepX, stepY }, channel) => ({ x: (channel % columns) * stepX, y: Math.floor(channel / columns) * stepY });

/** The value at a place of the sheet, or null between the maps and beside them.
 * @param {Layout} places @param {number} x @param {number} y */
export function locate({ height, width, channels, columns, size, stepX, stepY }, x, y) {
  const channel = Math.floor(y / stepY) * columns + Math.floor(x / stepX);
  const column = Math.floor((x % stepX) / size);
  const row = Math.floor((y % stepY) / size);
  const inside = x >= 0 && y >= 0 && x < columns * stepX && channel < channels && column < width && row < height;
  return inside ? { channel, row, column } : null;
}
