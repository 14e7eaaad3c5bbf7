// The chain rule in the numbers of a trace: a weight's gradient put together again from what went
// into its layer and what came back to it. Pure; nothing here is taken from the library but to
// compare with.

import { largest } from "./statistics.js";

/** @import { StepTrace, ParameterUpdate } from "../../protocol.js" */
/** @import { Seen } from "./stages.js" */

/** @typedef {StepTrace["layers"][number]} TracedLayer */

/** One product of a weight's gradient, at a place of the map that its layer gives.
 * @typedef {{y: number, x: number, input: number, gradient: number, product: number}} Term */

/** A weight whose gradient is put together.
 * @typedef {object} Worked
 * @property {number[]} at  its place in the kernel: from, to; or row, column, from, to
 * @property {number} count  how many products there are
 * @property {Term[]} terms  the largest of them
 * @property {number} rest  the sum of the others
 * @property {number} sum
 * @property {number} scale  of what was added up, signs aside
 * @property {number} library  the gradient that the library computed
 */

/** How many weights of a layer can be looked at, and how many products are shown of each. */
export const EXAMPLES = 8;
const SHOWN = 3;

/** A layer's kernel, where it has one. @param {TracedLayer} layer @returns {ParameterUpdate|null} */
export const kernelOf = ({ parameters }) => parameters.find(({ name }) => name === "kernel") ?? null;

/** Whether a relu follows a layer's sums. @param {StepTrace} trace @param {number} at */
export const hasRelu = ({ layers }, at) => layers[at].settings.activation === "relu";

/** How a layer's kernel is used, where that is by the plain chain rule of one sum: of a dense layer or a
 * convolution whose windows lie side by side, and whose sums go on as they are or through a relu; else null.
 * @param {TracedLayer} layer @returns {{strides: number[]}|null} */
function plainUse({ kind, settings }) {
  const pair = (/** @type {unknown} */ size) => (Array.isArray(size) ? size.map(Number) : [Number(size ?? 1), Number(size ?? 1)]);
  const { activation = "linear", dilation_rate, groups = 1, kernel_regularizer = null, strides } = settings;
  // A penalty on the weights has a gradient of its own.
  if ((activation !== "relu" && activation !== "linear") || kernel_regularizer) return null;
  if (kind === "Dense") return { strides: [1, 1] };
  const isPlain = kind === "Conv2D" && groups === 1 && pair(dilation_rate).every((step) => step === 1);
  return isPlain ? { strides: pair(strides) } : null;
}

/** What goes into a layer: what the one before gives, or the picture.
 * @param {StepTrace} trace @param {number} at @param {Seen} picture
 * @returns {{shape: number[], values: Float32Array}} */
export const inputOf = ({ layers }, at, picture) =>
  at === 0 ? picture : { shape: layers[at - 1].shape, values: layers[at - 1].values };

/** The loss's gradient by a layer's sums: nothing comes back through a relu that gave zero.
 * @param {StepTrace} trace @param {number} at */
export function preactivationGradient(trace, at) {
  const { values, gradient } = trace.layers[at];
  return hasRelu(trace, at) ? gradient.map((value, i) => (values[i] > 0 ? value : 0)) : gradient;
}

/** The places along each axis of value `index` of a tensor. @param {number} index @param {number[]} shape */
export function unravel(index, shape) {
  const at = shape.map(() => 0);
  for (let axis = shape.length - 1, rest = index; axis >= 0; axis -= 1) {
    at[axis] = rest % shape[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return at;
}

/** The products of a dense layer's weight: one. @param {number[]} at @param {Float32Array} input @param {Float32Array} gradient
 * @returns {Term[]} */
function denseTerms([from, to], input, gradient) {
  return [{ y: 0, x: 0, input: input[from], gradient: gradient[to], product: input[from] * gradient[to] }];
}

/** The products of a convolution's weight: one for every place of the map that it gives, where its
 * window does not lie on the border.
 * @param {number[]} at @param {{shape: number[], values: Float32Array}} input
 * @param {number[]} shape @param {Float32Array} gradient @param {number[]} kernel  its height and width
 * @param {number[]} strides  down and across @returns {Term[]} */
function convolutionTerms([row, column, from, to], input, shape, gradient, kernel, strides) {
  const [height, width, channels] = input.shape;
  // What is padded: none where the windows fit into the map, and the odd one comes after it.
  const before = [height, width].map((side, axis) => Math.max(0, Math.floor(((shape[axis] - 1) * strides[axis] + kernel[axis] - side) / 2)));
  /** @type {Term[]} */
  const terms = [];
  for (let y = 0; y < shape[0]; y += 1)
    for (let x = 0; x < shape[1]; x += 1) {
      const [inY, inX] = [y * strides[0] + row - before[0], x * strides[1] + column - before[1]];
      if (inY < 0 || inX < 0 || inY >= height || inX >= width) continue;
      const value = input.values[(inY * width + inX) * channels + from];
      const back = gradient[(y * shape[1] + x) * shape[2] + to];
      terms.push({ y, x, input: value, gradient: back, product: value * back });
    }
  return terms;
}

/**
 * The weight of layer `at` whose gradient is the `rank`-th largest, put together; null where the
 * layer has no weights, or uses them otherwise than in one sum.
 * @param {StepTrace} trace @param {number} at @param {number} rank  from 0, round and round
 * @param {Seen} picture @returns {Worked|null}
 */
export function work(trace, at, rank, picture) {
  const layer = trace.layers[at];
  const kernel = kernelOf(layer);
  const use = plainUse(layer);
  if (!kernel || !use) return null;
  const candidates = largest(kernel.gradient, EXAMPLES);
  const index = candidates[rank % candidates.length];
  const place = unravel(index, kernel.shape);
  const input = inputOf(trace, at, picture);
  const gradient = preactivationGradient(trace, at);
  const all =
    kernel.shape.length === 2
      ? denseTerms(place, input.values, gradient)
      : convolutionTerms(place, input, layer.shape, gradient, kernel.shape, use.strides);
  const sum = all.reduce((total, { product }) => total + product, 0);
  const scale = all.reduce((total, { product }) => total + Math.abs(product), 0);
  const terms = largest(all.map(({ product }) => product), SHOWN).map((i) => all[i]);
  const rest = sum - terms.reduce((total, { product }) => total + product, 0);
  return { at: place, count: all.length, terms, rest, sum, scale, library: kernel.gradient[index] };
}

/** Whether two numbers are the same but for the rounding of 32 bits along the way.
 * @param {number} ours @param {number} theirs @param {number} scale  of what was added up */
export const agrees = (ours, theirs, scale = Math.abs(theirs)) => Math.abs(ours - theirs) <= 1e-5 * Math.max(scale, 1e-12);
