// The losses, written out with a trace's numbers, and their gradients by the network's sums.
// Pure; computes in 64 bits what the library computes in 32.

import { largest } from "./statistics.js";

/** @import { Config } from "../../protocol.js" */
/** @import { Seen } from "./stages.js" */

/** A class's part in softmax and cross-entropy.
 * @typedef {{label: number, sum: number, power: number, probability: number, target: number, difference: number, library: number}} ClassRow */

/**
 * Softmax and cross-entropy of one picture, class by class.
 * @param {Float32Array} sums @param {number} label @param {Float32Array} gradient  of the loss by the sums
 */
export function classes(sums, label, gradient) {
  // Where the sums are large, only their differences keep the powers finite; the shares are the same.
  const most = sums.reduce((a, b) => Math.max(a, b), -Infinity);
  const shift = most > 80 ? most : 0;
  const powers = Array.from(sums, (sum) => Math.exp(sum - shift));
  const total = powers.reduce((a, b) => a + b, 0);
  /** @type {ClassRow[]} */
  const rows = powers.map((power, i) => {
    const probability = power / total;
    const target = i === label ? 1 : 0;
    return { label: i, sum: sums[i], power, probability, target, difference: probability - target, library: gradient[i] };
  });
  return { rows, total, shift, probability: powers[label] / total, loss: Math.log(total) + shift - sums[label] };
}

const CLIP = 1e-7;
const clipped = (/** @type {number} */ value) => Math.min(1 - CLIP, Math.max(CLIP, value));

/** What the last layer makes of a sum. @param {number} sum @param {Config["output"]} output */
export const activated = (sum, output) => (output === "relu" ? Math.max(0, sum) : 1 / (1 + Math.exp(-sum)));

/** What one value adds to the mean. @param {number} drawn @param {number} target @param {Config["loss"]} loss */
export function errorOf(drawn, target, loss) {
  if (loss === "mean-squared-error") return (drawn - target) ** 2;
  const value = clipped(drawn);
  return -(target * Math.log(value) + (1 - target) * Math.log(1 - value));
}

/** The derivative of that by the sum. @param {number} sum @param {number} target @param {Pick<Config, "output"|"loss">} config */
export function derivativeOf(sum, target, { output, loss }) {
  const drawn = activated(sum, output);
  const byActivation = output === "relu" ? (sum > 0 ? 1 : 0) : drawn * (1 - drawn);
  if (loss === "mean-squared-error") return 2 * (drawn - target) * byActivation;
  if (output !== "relu") return drawn - target;
  const value = clipped(drawn);
  return value === drawn ? ((drawn - target) / (drawn * (1 - drawn))) * byActivation : 0;
}

/**
 * The loss of a picture that was drawn again: its mean over all values, and the value whose
 * gradient is the `rank`-th largest, worked out.
 * @param {Float32Array} sums  in the order y, x, channel @param {Seen} picture
 * @param {Float32Array} gradient @param {Pick<Config, "output"|"loss">} config @param {number} rank
 */
export function reconstructionLoss(sums, { shape: [, width, channels], values: target }, gradient, config, rank = 0) {
  const drawn = Float32Array.from(sums, (sum) => activated(sum, config.output));
  const errors = drawn.map((value, i) => errorOf(value, target[i], config.loss));
  const loss = errors.reduce((a, b) => a + b, 0) / errors.length;
  const candidates = largest(gradient, 8);
  const index = candidates[rank % candidates.length];
  const derivative = derivativeOf(sums[index], target[index], config);
  const example = {
    y: Math.floor(index / (width * channels)), x: Math.floor(index / channels) % width, channel: index % channels,
    sum: sums[index], drawn: drawn[index], target: target[index], error: errors[index],
    derivative, ours: derivative / sums.length, library: gradient[index],
  };
  return { drawn, errors, loss, count: sums.length, example };
}
