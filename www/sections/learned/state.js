// What this section keeps for itself: the run that was chosen, the picture in hand, and what the
// network answered about them. Pure. Every answer stands with the weights it came from, so that a
// late one about other weights or another picture changes nothing.

import { kernels } from "./maps.js";
import { judgement, perClass } from "./verdicts.js";
import { weightsOf } from "./subject.js";

/** @import { Activation, Reconstructions, Page, Pictures, Predictions, Parameter } from "../../protocol.js" */
/** @import { Run } from "../../app/run.js" */
/** @import { Kernels } from "./maps.js" */
/** @import { ClassResult, Judgement } from "./verdicts.js" */

/** The picture that is looked at: a test picture by its place, or one of the visitor's own, whose
 * bytes are given to the worker again with every question.
 * @typedef {{source: "test", index: number, label: number, rgba: Uint8Array}|{source: "given", name: string, rgb: Uint8Array, rgba: Uint8Array}} Hand */

/** What a network makes of the picture in hand.
 * @typedef {{weights: string, hand: Hand, probabilities: Float32Array|null, drawings: Reconstructions|null, activations: Activation[]}} Answer */

/** Some test pictures of the judgement, with as many of their pictures as have been fetched.
 * @typedef {{actual: number, said: number, places: number[], pictures: Pictures|null, shown: number}} Cell */

/**
 * @typedef {object} Local
 * @property {string|null} run  the visitor's choice; null: the latest
 * @property {boolean} seen  whether the section has come into sight
 * @property {{label: number|null, offset: number, page: Page|null}} shelf  test pictures to take one from
 * @property {Hand|null} hand
 * @property {string|null} handError  why no picture came of what the visitor gave
 * @property {"file"|"clipboard"|null} taking  a picture is being read from there
 * @property {Answer|null} answer
 * @property {{weights: string, kernels: Kernels|null}|null} filters
 * @property {string|null} answerError
 * @property {number} layer  the layer on show, by its place
 * @property {number} channel  the enlarged one
 * @property {string|null} judging  the weights that are being judged
 * @property {{weights: string, judgement: Judgement, results: ClassResult[]}|null} judged
 * @property {string|null} judgeError
 * @property {Cell|null} cell  the opened cell of the matrix
 * @property {{places: number[], pictures: Pictures}|null} mistakes
 */

/** @typedef {(
 *   | {type: "seen"}
 *   | {type: "run-chosen", run: string}
 *   | {type: "shelf-asked", label: number|null, offset: number}
 *   | {type: "shelf-came", label: number|null, offset: number, page: Page}
 *   | {type: "pictures-changed"}
 *   | {type: "taking", from: "file"|"clipboard"}
 *   | {type: "hand-refused", message: string}
 *   | {type: "hand-given", hand: Hand}
 *   | {type: "answered", answer: Answer}
 *   | {type: "filters-came", weights: string, parameters: Parameter[]}
 *   | {type: "answer-refused", message: string}
 *   | {type: "layer-chosen", layer: number}
 *   | {type: "channel-chosen", layer: number, channel: number}
 *   | {type: "judging", weights: string}
 *   | {type: "judged", weights: string, verdicts: Predictions}
 *   | {type: "judge-refused", weights: string, message: string}
 *   | {type: "cell-opened", actual: number, said: number, places: number[]}
 *   | {type: "cell-shown", actual: number, said: number, pictures: Pictures}
 *   | {type: "mistakes-came", weights: string, places: number[], pictures: Pictures}
 * )} LocalEvent */

/** @type {Local} */
const start = {
  run: null,
  seen: false,
  shelf: { label: null, offset: 0, page: null },
  hand: null,
  handError: null,
  taking: null,
  answer: null,
  filters: null,
  answerError: null,
  layer: 0,
  channel: 0,
  judging: null,
  judged: null,
  judgeError: null,
  cell: null,
  mistakes: null,
};

/** @returns {Local} */
export const initial = () => start;

/** @param {Local} local @param {LocalEvent} event @returns {Local} */
export function update(local, event) {
  switch (event.type) {
    case "seen":
      return { ...local, seen: true };
    case "run-chosen":
      return { ...local, run: event.run, answerError: null, judgeError: null };
    case "pictures-changed":
      // The visitor's own picture stays; the choice, and what was said of other pictures, goes.
      return { ...start, seen: local.seen, hand: local.hand?.source === "given" ? local.hand : null };
    case "shelf-asked":
      return { ...local, shelf: { ...local.shelf, label: event.label, offset: event.offset } };
    case "shelf-came": {
      const { label, offset, page } = event;
      if (label !== local.shelf.label || offset !== local.shelf.offset) return local;
      return { ...local, shelf: { label, offset, page }, hand: local.hand ?? handOf(page, 0) };
    }
    case "taking":
      return { ...local, taking: event.from, handError: null };
    case "hand-refused":
      return { ...local, taking: null, handError: event.message };
    case "hand-given":
      return { ...local, taking: null, handError: null, hand: event.hand };
    case "answered": {
      const { answer } = event;
      if (answer.hand !== local.hand) return local;
      // Another network may have fewer layers, or fewer channels in this one.
      const layer = Math.min(local.layer, answer.activations.length - 1);
      const channel = channelIn(answer.activations[layer], local.channel);
      return { ...local, answer, layer, channel, answerError: null };
    }
    case "filters-came":
      return { ...local, filters: { weights: event.weights, kernels: kernels(event.parameters) } };
    case "answer-refused":
      return { ...local, answerError: event.message };
    case "layer-chosen":
      return { ...local, layer: event.layer, channel: channelIn(local.answer?.activations[event.layer], local.channel) };
    case "channel-chosen":
      return { ...local, layer: event.layer, channel: event.channel };
    case "judging":
      return { ...local, judging: event.weights, judgeError: null };
    case "judged": {
      if (event.weights !== local.judging) return local;
      const all = judgement(event.verdicts);
      const judged = { weights: event.weights, judgement: all, results: perClass(all) };
      return { ...local, judging: null, judged, cell: null, mistakes: null };
    }
    case "judge-refused":
      return event.weights === local.judging ? { ...local, judging: null, judgeError: event.message } : local;
    case "cell-opened": {
      const { actual, said, places } = event;
      return { ...local, cell: { actual, said, places, pictures: null, shown: 0 } };
    }
    case "cell-shown": {
      const { cell } = local;
      if (!cell || cell.actual !== event.actual || cell.said !== event.said) return local;
      return { ...local, cell: { ...cell, pictures: event.pictures, shown: event.pictures.labels.length } };
    }
    case "mistakes-came":
      return event.weights === local.judged?.weights ? { ...local, mistakes: { places: event.places, pictures: event.pictures } } : local;
  }
}

/** @param {Activation|undefined} layer @param {number} channel */
const channelIn = (layer, channel) => (layer ? Math.min(channel, layer.shape[layer.shape.length - 1] - 1) : channel);

/** Picture `n` of a page, to be looked at. @param {Page} page @param {number} n @returns {Hand|null} */
export function handOf({ indices, labels, rgba }, n) {
  if (n >= indices.length) return null;
  const bytes = rgba.length / indices.length;
  return { source: "test", index: indices[n], label: labels[n], rgba: rgba.subarray(n * bytes, (n + 1) * bytes) };
}

/** Whether what is shown was said by the weights of `run` as they are now.
 * @param {{weights: string}|null} answer @param {Run|null} run */
export const isOf = (answer, run) => answer !== null && run !== null && answer.weights === weightsOf(run);

/** Whether these weights have been asked about the picture in hand.
 * @param {Local} local @param {string} weights */
export const isAnswered = ({ answer, hand }, weights) => answer?.weights === weights && answer.hand === hand;
