// The walk through a step as a list of stages: the picture, every layer forward, the loss, every
// layer back, the update and the same picture again. Pure.

/** @import { StepTrace } from "../../protocol.js" */

/** @typedef {"picture"|"forward"|"loss"|"backward"|"update"|"again"} Kind */
/** `layer` is -1 where the stage is no layer's. @typedef {{kind: Kind, layer: number}} Stage */

/** @param {number} layers @returns {Stage[]} */
export function stagesOf(layers) {
  const forward = Array.from({ length: layers }, (_, layer) => ({ kind: /** @type {Kind} */ ("forward"), layer }));
  const backward = forward.map(({ layer }) => ({ kind: /** @type {Kind} */ ("backward"), layer })).reverse();
  const alone = (/** @type {Kind} */ kind) => ({ kind, layer: -1 });
  return [alone("picture"), ...forward, alone("loss"), ...backward, alone("update"), alone("again")];
}

/** Where a stage stands in the list. @param {number} layers @param {Kind} kind @param {number} [layer] */
export const placeOf = (layers, kind, layer = -1) => stagesOf(layers).findIndex((one) => one.kind === kind && one.layer === layer);

/** A picture as the network sees it: numbers from 0 to 1 in the order y, x, channel.
 * @typedef {{shape: [number, number, number], values: Float32Array}} Seen */

/** @param {ImageData} image @param {number} channels  1, grey, or 3 @returns {Seen} */
export const asSeen = ({ data, width, height }, channels) => ({
  shape: [height, width, channels],
  values: Float32Array.from({ length: width * height * channels }, (_, i) => data[Math.floor(i / channels) * 4 + (i % channels)] / 255),
});

/** The layers of a trace that have weights. @param {StepTrace} trace */
export const layersWithWeights = ({ layers }) => layers.flatMap(({ parameters }, at) => (parameters.some(({ name }) => name === "kernel") ? [at] : []));
