// The losses, written out with a trace's numbers, and their gradients by the network's sums.
// Pure; computes in 64 bits what the library computes in 32.

import { largest } from "./statistics.js";

/** @import { Config, StepTrace } from "../../protocol.js" */
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

/** What the loss of a reconstruction depends on. @typedef {{output: StepTrace["output"], loss: Config["loss"], huberDelta?: number}} Compared */

/** What the last layer makes of a sum. @param {number} sum @param {StepTrace["output"]} output */
export function activated(sum, output) {
  if (output === "relu") return Math.max(0, sum);
  return output === "sigmoid" ? 1 / (1 + Math.exp(-sum)) : sum;
}

/** What one value adds to the mean. @param {number} drawn @param {number} target @param {Pick<Compared, "loss"|"huberDelta">} compared */
export function errorOf(drawn, target, { loss, huberDelta = 1 }) {
  const distance = Math.abs(drawn - target);
  if (loss === "mean-squared-error") return distance ** 2;
  if (loss === "mean-absolute-error") return distance;
  if (loss === "huber") return distance <= huberDelta ? distance ** 2 / 2 : huberDelta * (distance - huberDelta / 2);
  const value = clipped(drawn);
  return -(target * Math.log(value) + (1 - target) * Math.log(1 - value));
}

/** The derivative of that by the sum. @param {number} sum @param {number} target @param {Compared} compared */
export function derivativeOf(sum, target, { output, loss, huberDelta = 1 }) {
  const drawn = activated(sum, output);
  const byRelu = sum > 0 ? 1 : 0;
  const byActivation = output === "relu" ? byRelu : output === "sigmoid" ? drawn * (1 - drawn) : 1;
  const difference = drawn - target;
  if (loss === "mean-squared-error") return 2 * difference * byActivation;
  if (loss === "mean-absolute-error") return Math.sign(difference) * byActivation;
  if (loss === "huber") return Math.max(-huberDelta, Math.min(huberDelta, difference)) * byActivation;
  if (output === "sigmoid") return difference;
  const value = clipped(drawn);
  return value === drawn ? (difference / (drawn * (1 - drawn))) * byActivation : 0;
}

/**
 * The loss of a picture that was drawn again: its mean over all values, and the value whose
 * gradient is the `rank`-th largest, worked out.
 * @param {Float32Array} sums  in the order y, x, channel @param {Seen} picture
 * @param {Float32Array} gradient @param {Compared} config @param {number} rank
 */
export function reconstructionLoss(sums, { shape: [, width, channels], values: target }, gradient, config, rank = 0) {
  const drawn = Float32Array.from(sums, (sum) => activated(sum, config.output));
  const errors = drawn.map((value, i) => errorOf(value, target[i], config));
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
