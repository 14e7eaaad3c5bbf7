// What is measured of filters and maps before they are drawn: the first convolution's kernels and
// the spread of a layer's values. Pure functions on numbers; the colours are `pixels.js`'s.

/** @import { Activation, Parameter } from "../../protocol.js" */

/** The kernels of a convolution that looks at the picture itself.
 * @typedef {{layer: number, side: number, count: number, values: Float32Array, scales: Float32Array}} Kernels
 *   `values` in the order y, x, colour, filter; `scales`: the largest weight of each filter, without its sign */

/** The first convolution's kernels, or null where a network has none on three colours.
 * @param {Parameter[]} parameters @returns {Kernels|null} */
export function kernels(parameters) {
  const found = parameters.find(({ shape }) => shape.length === 4);
  // Drawn as squares of colours.
  if (!found || found.shape[2] !== 3 || found.shape[0] !== found.shape[1]) return null;
  const { shape, values, layer } = found;
  const count = shape[3];
  const scales = new Float32Array(count);
  values.forEach((value, i) => {
    const filter = i % count;
    scales[filter] = Math.max(scales[filter], Math.abs(value));
  });
  return { layer, side: shape[0], count, values, scales };
}

/** How the values of a layer lie. `limit` is the largest, without its sign; `silent` are the
 * channels (or units) that are zero, or below, everywhere.
 * @typedef {{side: number, channels: number, least: number, most: number, limit: number, silent: number}} Spread */

/** @param {Activation} layer @returns {Spread} */
export function spread({ shape, values }) {
  const channels = shape[shape.length - 1];
  const peaks = new Float32Array(channels).fill(-Infinity);
  let least = Infinity;
  let most = -Infinity;
  values.forEach((value, i) => {
    least = Math.min(least, value);
    most = Math.max(most, value);
    peaks[i % channels] = Math.max(peaks[i % channels], value);
  });
  const silent = peaks.filter((peak) => peak <= 0).length;
  return { side: shape.length === 3 ? shape[0] : 1, channels, least, most, limit: Math.max(Math.abs(least), Math.abs(most)), silent };
}

/** The largest value of one channel, and the least. @param {Activation} layer @param {number} channel */
export function extent({ shape, values }, channel) {
  const channels = shape[shape.length - 1];
  let least = Infinity;
  let most = -Infinity;
  for (let i = channel; i < values.length; i += channels) {
    least = Math.min(least, values[i]);
    most = Math.max(most, values[i]);
  }
  return { least, most };
}
