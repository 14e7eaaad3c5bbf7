// What can be said of many numbers at once: how large they are, how they spread, which of them
// count most. Pure.

/** @typedef {Float32Array|number[]} Values */

/** Euclidean length. @param {Values} values */
export function norm(values) {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}

/** The least, the most, the mean, and the share of exact zeros. @param {Values} values */
export function spread(values) {
  let [least, most, sum, zeros] = [Infinity, -Infinity, 0, 0];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
    if (value === 0) zeros += 1;
    sum += value;
  }
  const count = values.length;
  return count === 0 ? { least: 0, most: 0, mean: 0, zeros: 0 } : { least, most, mean: sum / count, zeros: zeros / count };
}

/** Where a colour scale ends: all but the largest half percent of what is not zero lies below, so
 * that one extreme value does not make the others pale. Never zero.
 * @param {Values} values */
export function limit(values) {
  const sizes = Float32Array.from(values, Math.abs).filter((size) => size > 0).sort();
  return sizes.length === 0 ? 1 : sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * 0.995))];
}

/** The mean size of each channel's values, which lie in the order y, x, channel.
 * @param {Values} values @param {number} channels */
export function strengths(values, channels) {
  const sums = new Float64Array(channels);
  for (let i = 0; i < values.length; i += 1) sums[i % channels] += Math.abs(values[i]);
  const places = Math.max(1, values.length / channels);
  return sums.map((sum) => sum / places);
}

/** Places of the `count` values of largest size, the largest first; of equal ones the first.
 * @param {ArrayLike<number>} values @param {number} count */
export function largest(values, count) {
  /** @type {number[]} */
  const places = [];
  for (let i = 0; i < values.length; i += 1) {
    const size = Math.abs(values[i]);
    if (places.length === count && size <= Math.abs(values[places[count - 1]])) continue;
    let at = places.length;
    while (at > 0 && size > Math.abs(values[places[at - 1]])) at -= 1;
    places.splice(at, 0, i);
    places.length = Math.min(places.length, count);
  }
  return places;
}

/** One channel of values in the order y, x, channel.
 * @param {Values} values @param {number} channels @param {number} channel */
export const channelOf = (values, channels, channel) =>
  Float32Array.from({ length: values.length / channels }, (_, place) => values[place * channels + channel]);

/** A vector as a sheet that can be drawn: rows of 16 units, or, where it was a map, a row for each
 * place of the map. A map stays as it is.
 * @param {number[]} shape @param {number} channels  of the map that it was, or 0
 * @returns {[number, number, number]}  height, width, channels */
export function sheetShape(shape, channels) {
  if (shape.length === 3) return [shape[0], shape[1], shape[2]];
  const [units] = shape;
  const width = channels > 0 && units % channels === 0 ? channels : units % 16 === 0 ? 16 : units;
  return [units / width, width, 1];
}
