// Arithmetic on codes and on their map: where each picture stands, who its neighbours are, and
// which classes keep together. Pure.

/** @import { LatentMap } from "../../protocol.js" */

/** Neighbours that say whether a class keeps together. */
export const NEIGHBOURS = 5;

/** How many numbers a code has. @param {number[]} shape */
export const numbersIn = (shape) => shape.reduce((product, n) => product * n, 1);

/** A code as maps: a vector is one map of one row. @param {number[]} shape @returns {number[]} height, width, channels */
export const asMaps = (shape) => (shape.length === 3 ? shape : [1, numbersIn(shape), 1]);

/** The lowest and the highest value; the first is never above zero, where a picture of it is dark.
 * @param {Float32Array} values */
export function extent(values) {
  let low = 0;
  let high = 0;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/** How strong each value of one channel is within the code's extent, 0 to 1, row by row.
 * @param {Float32Array} values  in the order y, x, channel @param {number[]} shape @param {number} channel
 * @param {{low: number, high: number}} extent */
export function channelShares(values, [height, width, channels], channel, { low, high }) {
  const span = high - low || 1;
  return Array.from({ length: height * width }, (_, i) => (values[i * channels + channel] - low) / span);
}

/**
 * Where the codes stand on a plane of `width` by `height` pixels: as far from each other along
 * either direction as they are, and none nearer than `margin` to an edge.
 * @param {Float32Array} points  x and y of each @param {number} width @param {number} height
 * @param {number} margin
 */
export function layOut(points, width, height, margin) {
  const bounds = [0, 1].map((axis) => {
    let low = Infinity;
    let high = -Infinity;
    for (let i = axis; i < points.length; i += 2) {
      low = Math.min(low, points[i]);
      high = Math.max(high, points[i]);
    }
    return { middle: (low + high) / 2, span: high - low };
  });
  const scales = [width, height].map((size, axis) => Math.max(0, size - 2 * margin) / (bounds[axis].span || 1));
  const scale = Math.min(...scales);
  return Float32Array.from(points, (value, i) => {
    const axis = i % 2;
    const away = (value - bounds[axis].middle) * scale;
    // A plane's y grows upwards, a canvas's downwards.
    return axis === 0 ? width / 2 + away : height / 2 - away;
  });
}

/** The code that stands nearest to a point, at most `reach` away; or null.
 * @param {Float32Array} positions @param {number} x @param {number} y @param {number} reach */
export function nearest(positions, x, y, reach) {
  let best = null;
  let least = reach * reach;
  for (let i = 0; i * 2 < positions.length; i += 1) {
    const distance = (positions[2 * i] - x) ** 2 + (positions[2 * i + 1] - y) ** 2;
    if (distance > least) continue;
    least = distance;
    best = i;
  }
  return best;
}

/** Steps of the arrow keys, as the canvas counts. @type {Record<string, [number, number]>} */
const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The nearest code in the direction of an arrow key, within 45 degrees of it; itself where there
 * is none. @param {Float32Array} positions @param {number} from @param {string} key */
export function neighbour(positions, from, key) {
  const direction = directions[key];
  if (!direction) return from;
  const [dx, dy] = direction;
  let best = from;
  let least = Infinity;
  for (let i = 0; i * 2 < positions.length; i += 1) {
    const x = positions[2 * i] - positions[2 * from];
    const y = positions[2 * i + 1] - positions[2 * from + 1];
    const along = x * dx + y * dy;
    const aside = Math.abs(x * dy - y * dx);
    if (i === from || along <= 0 || aside > along) continue;
    const distance = along * along + aside * aside;
    if (distance >= least) continue;
    least = distance;
    best = i;
  }
  return best;
}

/** How one class lies on the map: the middle of its codes in standard deviations from the middle of
 * all, and how many of their nearest neighbours are of the same class.
 * @typedef {{label: number, count: number, x: number, y: number, together: number}} ClassPlace */

/**
 * How the classes lie on the map, and how much they keep together: the share of neighbours of the
 * same class over all codes, and what it would be by chance.
 * @param {LatentMap} map
 * @returns {{classes: ClassPlace[], together: number, chance: number}}
 */
export function classPlaces({ points, labels }) {
  const count = labels.length;
  const spread = [0, 1].map((axis) => {
    let sum = 0;
    for (let i = axis; i < points.length; i += 2) sum += points[i] ** 2;
    return Math.sqrt(sum / Math.max(1, count)) || 1;
  });
  /** @type {Map<number, {count: number, x: number, y: number, same: number, of: number}>} */
  const sums = new Map();
  for (let i = 0; i < count; i += 1) {
    const sum = sums.get(labels[i]) ?? { count: 0, x: 0, y: 0, same: 0, of: 0 };
    sums.set(labels[i], sum);
    const near = nearestOf(points, i, NEIGHBOURS);
    sum.count += 1;
    sum.x += points[2 * i] / spread[0];
    sum.y += points[2 * i + 1] / spread[1];
    sum.same += near.filter((other) => labels[other] === labels[i]).length;
    sum.of += near.length;
  }
  const all = [...sums.entries()].sort(([a], [b]) => a - b);
  const classes = all.map(([label, { count, x, y, same, of }]) => ({ label, count, x: x / count, y: y / count, together: same / Math.max(1, of) }));
  const of = all.reduce((sum, [, one]) => sum + one.of, 0);
  const same = all.reduce((sum, [, one]) => sum + one.same, 0);
  const chance = all.reduce((sum, [, one]) => sum + one.count * (one.count - 1), 0) / Math.max(1, count * (count - 1));
  return { classes, together: same / Math.max(1, of), chance };
}

/** The `most` codes nearest to code `i`, nearest first. @param {Float32Array} points @param {number} i @param {number} most */
function nearestOf(points, i, most) {
  /** @type {{other: number, distance: number}[]} */
  const near = [];
  for (let other = 0; other * 2 < points.length; other += 1) {
    if (other === i) continue;
    const distance = (points[2 * other] - points[2 * i]) ** 2 + (points[2 * other + 1] - points[2 * i + 1]) ** 2;
    if (near.length === most && distance >= near[most - 1].distance) continue;
    const at = near.findIndex((one) => one.distance > distance);
    near.splice(at === -1 ? near.length : at, 0, { other, distance });
    if (near.length > most) near.pop();
  }
  return near.map(({ other }) => other);
}
