// What each layer does to what goes into it, and to the gradient that comes back: the words of one step.

import { integer } from "../format.js";

/** A layer as a trace tells it, and its kernel's shape, empty where it has none.
 * @typedef {{settings: Record<string, unknown>, shape: number[], kernel: number[]}} Told */

/** @param {unknown} size  one number for both, a pair, or nothing @param {number} otherwise */
const pair = (size, otherwise = 1) => (Array.isArray(size) ? size.map(Number) : [Number(size ?? otherwise), Number(size ?? otherwise)]);
const by = (/** @type {unknown} */ size, otherwise = 1) => pair(size, otherwise).join(" × ");
/** Whether windows of two by two lie side by side. @param {Record<string, unknown>} settings */
const byTwo = ({ pool_size, size, strides }) =>
  [...pair(pool_size ?? size, 2), ...pair(strides, 2)].every((side) => side === 2);
const share = (/** @type {unknown} */ rate) => `${integer(Math.round(Number(rate ?? 0) * 100))} %`;

/** What a function does to a layer's sums; nothing where there is none. @type {Record<string, string>} */
const FUNCTIONS = {
  relu: "The relu turns sums below zero into zero.",
  leaky_relu: "The leaky relu leaves a fifth of sums below zero.",
  elu: "The elu bends sums below zero, so that none falls below −1.",
  gelu: "The gelu lets large sums pass and brings those far below zero to zero, in one smooth curve.",
  silu: "The silu lets large sums pass and brings those far below zero to zero, in one smooth curve.",
  tanh: "The tanh squeezes the sums between −1 and 1.",
  sigmoid: "The sigmoid squeezes the sums between 0 and 1.",
  softmax: "The softmax makes shares of the sums, which add up to 1.",
};

/** @param {Record<string, unknown>} settings */
const functionOf = ({ activation }) => FUNCTIONS[String(activation)] ?? "";

const sentences = (/** @type {string[]} */ ...all) => all.filter(Boolean).join(" ");

/** @type {Record<string, (told: Told) => string>} */
export const forward = {
  Conv2D: ({ settings, kernel: [height, width, from] }) =>
    sentences(
      `Each map comes from a filter of its own: ${height} × ${width} weights for each of ${Number(settings.groups ?? 1) > 1 ? `${from === 1 ? "one map" : `${from} maps`} before, those of its group` : `the ${from} maps before`}, moved over all places. Where it finds what it looks for, its map stands out.`,
      functionOf(settings),
    ),
  Conv2DTranspose: ({ settings, kernel: [height, width] }) =>
    sentences(`A convolution backwards: each value is spread over ${height} × ${width} places, times the weights of a filter for each new map, and what falls on one place is added up.`, functionOf(settings)),
  Dense: ({ settings, kernel: [from] }) => sentences(`Each unit adds up all ${integer(from)} numbers before it, each times a weight of its own, and a bias.`, functionOf(settings)),
  MaxPooling2D: ({ settings }) =>
    byTwo(settings)
      ? "Of every four neighbours only the largest goes on. Height and width are halved; where exactly it was is forgotten."
      : `Of the values in a window of ${by(settings.pool_size, 2)} only the largest goes on; where exactly it was is forgotten.`,
  AveragePooling2D: ({ settings }) =>
    byTwo(settings) ? "Every four neighbours become their mean. Height and width are halved." : `The values in a window of ${by(settings.pool_size, 2)} become their mean.`,
  GlobalAveragePooling2D: () => "Of each map only its mean goes on.",
  GlobalMaxPooling2D: () => "Of each map only its largest value goes on; where it was is forgotten.",
  UpSampling2D: ({ settings }) =>
    settings.interpolation === "bilinear"
      ? `Height and width grow ${by(settings.size, 2)} times; each new value is mixed from its nearest neighbours.`
      : byTwo({ size: settings.size }) ? "Every value becomes a block of four, so that height and width double." : `Every value becomes a block of ${by(settings.size, 2)}.`,
  BatchNormalization: () => "Each map is shifted and scaled.",
  LayerNormalization: () => "The numbers of each place are brought to mean 0 and variance 1, then scaled and shifted by weights that are learned.",
  GroupNormalization: () => "The maps lie in groups. The numbers of each group are brought to mean 0 and variance 1, then scaled and shifted by weights that are learned.",
  Activation: ({ settings }) => functionOf(settings),
  LeakyReLU: ({ settings }) => `Numbers below zero become smaller: each is multiplied by ${Number(settings.negative_slope)}.`,
  Dropout: ({ settings }) => `In training ${share(settings.rate)} of the numbers become zero, drawn anew in each step; the others grow to make up for it.`,
  SpatialDropout2D: ({ settings }) => `In training ${share(settings.rate)} of the maps become zero, drawn anew in each step; the others grow to make up for it.`,
  GaussianNoise: ({ settings }) => `In training each number gets noise with a standard deviation of ${Number(settings.stddev)}, drawn anew in each step.`,
  Flatten: ({ shape: [, , channels = 0] }) => `Nothing is computed: the maps become one long row of numbers.${channels ? ` Here it is folded, with a line for each place and its ${channels} channels side by side.` : ""}`,
  Sampling: () => "The first half of the numbers are means, the other half the logarithms of variances. In training each number that goes on is drawn anew from the normal distribution of its pair; afterwards it is the mean.",
  Reshape: () => "Nothing is computed: the same numbers take another shape.",
  ZeroPadding2D: () => "Rows and columns of zeros are put around each map.",
  Cropping2D: () => "Rows and columns at the edges of each map are cut off.",
  Residual: ({ kernel }) => `What went into the block is added to what came out of it${kernel.length > 0 ? ", after a 1 × 1 convolution that gives it the same shape" : ""}. So the block only learns what to change.`,
};

/** What becomes of the gradient of the layer before, by the layer behind it. @type {Record<string, (told: Pick<Told, "settings">) => string>} */
export const backward = {
  Conv2D: () => "Each value lay under many windows of the filters behind it. It gets the gradients of all of their sums, each times the weight that it met there, and added up.",
  Conv2DTranspose: () => "Each value was spread over the places of a window. It gets the gradients of all of them, each times the weight on the way, and added up.",
  Dense: () => "Each value went into every unit behind it. So it gets the gradients of all of them, each times the weight on the way, and added up.",
  MaxPooling2D: ({ settings }) =>
    byTwo(settings)
      ? "Only the largest of every four went on, so only that one has any say in the loss. The gradient of the other three is exactly zero."
      : "Only the largest value of a window went on, so only that one gets its gradient. Values that were the largest of none get exactly zero.",
  AveragePooling2D: ({ settings }) => (byTwo(settings) ? "Each of four neighbours gets a quarter of the gradient of their mean." : "Each value gets its share of the gradient of every mean that it went into."),
  GlobalAveragePooling2D: () => "Each value of a map gets the same share of the gradient of its mean.",
  GlobalMaxPooling2D: () => "Only the largest value of each map went on, so only that one gets a gradient. That of all others is exactly zero.",
  UpSampling2D: ({ settings }) =>
    settings.interpolation === "bilinear"
      ? "Each value went into several places behind it, and gets its share of their gradients."
      : byTwo({ size: settings.size }) ? "Each value stood in four places, and gets the sum of their gradients." : "Each value stood in all places of its block, and gets the sum of their gradients.",
  BatchNormalization: () => "The gradient comes back through the shift and the scale.",
  LayerNormalization: () => "The gradient comes back through the scale, less the part that would only change the mean and the variance.",
  GroupNormalization: () => "The gradient comes back through the scale, less the part that would only change the mean and the variance.",
  Activation: () => "Each gradient is multiplied by how steep the function was at its sum.",
  LeakyReLU: ({ settings }) => `Where the number was below zero, the gradient is multiplied by ${Number(settings.negative_slope)}.`,
  Dropout: () => "What was dropped had no say in the loss: its gradient is zero. The others’ grow as they did.",
  SpatialDropout2D: () => "Maps that were dropped had no say in the loss: their gradient is zero. The others’ grow as they did.",
  GaussianNoise: () => "Noise was only added, so the gradient comes back as it is.",
  Flatten: () => "The same gradients as behind it, folded back into maps.",
  Sampling: () => "Each mean gets the gradient of the number that was drawn around it, and each variance gets it times how far off that was. To both is added what the loss charges for leaving the standard normal distribution.",
  Reshape: () => "The same gradients as behind it, in the earlier shape.",
  ZeroPadding2D: () => "The gradients of the zeros are cut off; the others come back as they are.",
  Cropping2D: () => "What was cut off had no say in the loss: its gradient is zero.",
  Residual: () => "A sum hands its gradient to each part as it is.",
};

/** How a layer's own function changes the gradient on its way to its sums.
 * @param {Record<string, unknown>} settings @param {string} zeros  the share of its outputs that are zero */
export function ownFunction({ activation = "linear" }, zeros) {
  if (activation === "linear") return "";
  if (activation === "relu") return `In ${zeros} of the layer its own relu gave zero: there the gradient goes no further.`;
  return `On the way to the layer’s sums each gradient is multiplied by how steep its own ${String(activation).replace("_", " ")} was there.`;
}
