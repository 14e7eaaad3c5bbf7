// Adam's step in the numbers of a trace: how far weights move that have large and small gradients.
// Pure; its constants are Keras', which the library follows.

/** @import { ParameterUpdate } from "../../protocol.js" */

const [BETA_1, BETA_2, EPSILON] = [0.9, 0.999, 1e-7];
/** The correction of the first step size; in 32 bits, as Keras has it: there 1 - 0.999 is a little off. */
const CORRECTION = Math.fround(Math.sqrt(Math.fround(1 - Math.fround(BETA_2)))) / Math.fround(1 - Math.fround(BETA_1));
/** A weight moved fully if its change is within a tenth of the learning rate. */
const NEAR = 0.1;

/** The first change of a weight with this gradient. @param {number} gradient @param {number} rate */
export const firstChange = (gradient, rate) =>
  (-rate * CORRECTION * (1 - BETA_1) * gradient) / (Math.sqrt(1 - BETA_2) * Math.abs(gradient) + EPSILON);

/** A weight and what the step made of it; `share` is its change in learning rates.
 * @typedef {{index: number, before: number, gradient: number, change: number, after: number, share: number}} Moved */

/**
 * Weights whose gradients are about a tenth, a hundredth and so on of the largest, that one first.
 * @param {ParameterUpdate} shift @param {number} rate @param {number} [count] @returns {Moved[]}
 */
export function examples({ gradient, before, after }, rate, count = 5) {
  const most = gradient.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  if (most === 0) return [];
  const wanted = Array.from({ length: count }, (_, n) => most / 10 ** n);
  const found = wanted.map(() => ({ index: -1, off: Infinity }));
  for (let i = 0; i < gradient.length; i += 1) {
    const size = Math.abs(gradient[i]);
    if (size === 0) continue;
    wanted.forEach((target, n) => {
      const off = size > target ? size / target : target / size;
      if (off < found[n].off) found[n] = { index: i, off };
    });
  }
  // Where no gradient is that small, the same weight would stand there twice.
  const places = [...new Set(found.filter(({ off }) => off < 3).map(({ index }) => index))];
  return places.map((index) => {
    const change = after[index] - before[index];
    return { index, before: before[index], gradient: gradient[index], change, after: after[index], share: Math.abs(change) / rate };
  });
}

/** How many weights moved by about the learning rate, how many not at all, and how many have no gradient.
 * @param {ParameterUpdate[]} shifts @param {number} rate */
export function census(shifts, rate) {
  let [count, full, still, idle] = [0, 0, 0, 0];
  for (const { before, after, gradient } of shifts) {
    count += before.length;
    for (let i = 0; i < before.length; i += 1) {
      const moved = Math.abs(after[i] - before[i]);
      if (gradient[i] === 0) idle += 1;
      if (moved === 0) still += 1;
      else if (Math.abs(moved / rate - 1) <= NEAR) full += 1;
    }
  }
  return { count, full, still, idle };
}

/** The weights that lead into one unit or output channel, as maps: height, width, channels in.
 * @param {ParameterUpdate} kernel @param {number} unit */
export function into({ shape, before, gradient, after }, unit) {
  const units = shape[shape.length - 1];
  const pick = (/** @type {Float32Array} */ values) =>
    Float32Array.from({ length: values.length / units }, (_, i) => values[i * units + unit]);
  const [was, derivative, is] = [before, gradient, after].map(pick);
  return { before: was, gradient: derivative, after: is, change: is.map((value, i) => value - was[i]), units };
}
