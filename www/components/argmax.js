// The most probable of some classes.

/** The index of the largest of `count` values from `at` on; the first of equals, and NaN is none.
 * @param {Float32Array} values @param {number} at @param {number} count */
export function argmax(values, at, count) {
  let best = 0;
  for (let i = 1; i < count; i += 1) if (values[at + i] > values[at + best]) best = i;
  return best;
}
