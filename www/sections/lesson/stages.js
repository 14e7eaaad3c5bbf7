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

/** A picture as the network sees it: y, x, channel, from 0 to 1. @param {ImageData} image */
export const asSeen = ({ data }) => Float32Array.from({ length: (data.length / 4) * 3 }, (_, i) => data[Math.floor(i / 3) * 4 + (i % 3)] / 255);

/** The layers of a trace that have weights. @param {StepTrace} trace */
export const layersWithWeights = ({ layers }) => layers.flatMap(({ parameters }, at) => (parameters.some(({ name }) => name === "kernel") ? [at] : []));
