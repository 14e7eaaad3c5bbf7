// Filters, maps and vectors as pixels. Numbers in, colours out; it chooses nothing. The colours are
// the same in the light and in the dark, so that two people speak of the same picture.

/** @import { Activation } from "../../protocol.js" */
/** @import { Kernels } from "./maps.js" */

/** @typedef {[number, number, number]} Colour */

/** Zero, then ever stronger. @type {Colour[]} */
const above = [[16, 20, 22], [11, 107, 99], [104, 203, 188], [240, 255, 250]];
/** @type {Colour[]} */
const below = [[16, 20, 22], [140, 62, 16], [224, 132, 72], [255, 240, 224]];

/** Below 1, so that weak answers can be seen beside the strongest one. */
const GAMMA = 0.6;

/** The colour of a share of the largest value, from -1 to 1, into `data` at `at`.
 * @param {Uint8ClampedArray} data @param {number} at @param {number} share */
function tint(data, at, share) {
  const ramp = share < 0 ? below : above;
  const place = Math.min(1, Math.abs(share) ** GAMMA) * (ramp.length - 1);
  const from = Math.min(ramp.length - 2, Math.floor(place));
  for (let c = 0; c < 3; c += 1) data[at + c] = ramp[from][c] + (place - from) * (ramp[from + 1][c] - ramp[from][c]);
  data[at + 3] = 255;
}

/** @param {HTMLCanvasElement} canvas @param {number} width @param {number} height
 * @param {(data: Uint8ClampedArray) => void} paint */
function put(canvas, width, height, paint) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const image = new ImageData(width, height);
  paint(image.data);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

/** One filter as the colours that it weighs: grey is a weight of zero.
 * @param {HTMLCanvasElement} canvas @param {Kernels} kernels @param {number} filter */
export function drawFilter(canvas, { side, count, values, scales }, filter) {
  put(canvas, side, side, (data) => {
    for (let i = 0; i < side * side; i += 1) {
      for (let c = 0; c < 3; c += 1)
        data[i * 4 + c] = 127.5 + (127.5 * values[(i * 3 + c) * count + filter]) / (scales[filter] || 1);
      data[i * 4 + 3] = 255;
    }
  });
}

/** One channel of a layer, on the scale `limit`.
 * @param {HTMLCanvasElement} canvas @param {Activation} layer @param {number} channel @param {number} limit */
export function drawChannel(canvas, { shape: [height, width, channels], values }, channel, limit) {
  put(canvas, width, height, (data) => {
    for (let i = 0; i < width * height; i += 1) tint(data, i * 4, values[i * channels + channel] / (limit || 1));
  });
}

/** A vector, row after row of squares.
 * @param {HTMLCanvasElement} canvas @param {Float32Array} values @param {number} columns @param {number} limit */
export function drawVector(canvas, values, columns, limit) {
  put(canvas, columns, Math.ceil(values.length / columns), (data) => {
    for (let i = 0; i < values.length; i += 1) tint(data, i * 4, values[i] / (limit || 1));
  });
}
