// What can be read from the lines of a chart: the value at a place, and the rows of a table of
// them. Pure.

/** How far runs lie apart around their mean: one standard deviation below and above, for each x.
 * @typedef {{low: (number|null)[], high: (number|null)[]}} Band */

/**
 * One line. `null` where there is no value: the line has a gap there.
 * @typedef {object} Line
 * @property {string} name
 * @property {number[]} x  ascending
 * @property {(number|null)[]} y
 * @property {number} tone  0 to 5: the page's --tone-0 to --tone-5
 * @property {boolean} dashed
 * @property {Band} [band]  of a mean over several runs
 * @property {boolean} [dots]  whether each point is marked; by their number where it is left out
 */

/** More rows than this nobody reads; a table takes every second, third … value. */
const MOST_ROWS = 40;

/** The value at `x`, or the latest one before it; undefined where there is none.
 * @param {Pick<Line, "x"|"y">} line @param {number} x */
export function valueAt({ x: xs, y: ys }, x) {
  for (let i = xs.length - 1; i >= 0; i -= 1) if (xs[i] <= x && ys[i] !== null && ys[i] !== undefined) return ys[i];
  return undefined;
}

/** The x of the rows of a table of these lines: all, or evenly some with the last.
 * @param {Pick<Line, "x">[]} lines @returns {number[]} */
export function rowsOf(lines) {
  const all = [...new Set(lines.flatMap(({ x }) => x))].sort((a, b) => a - b);
  const every = Math.ceil(all.length / MOST_ROWS);
  return all.filter((_, i) => (all.length - 1 - i) % every === 0);
}
