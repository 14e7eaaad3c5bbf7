// What this section keeps for itself: the run that was chosen, the input picture, and what the
// network answered about them. Pure. Every answer stands with the weights it came from, so that a
// late one about other weights or another picture changes nothing.

import { pictureAt } from "../../components/atlas.js";
import { kernels } from "./maps.js";
import { evaluation, perClass } from "./predictions.js";
import { weightsKey } from "./shown-run.js";

/** @import { Activation, Reconstructions, Page, Pictures, Predictions, Parameter } from "../../protocol.js" */
/** @import { Run } from "../../app/run.js" */
/** @import { Kernels } from "./maps.js" */
/** @import { ClassResult, Evaluation } from "./predictions.js" */

/** The picture that is looked at: a test picture by its place, or one of the visitor's own, whose
 * pixels are given to the worker again with every question.
 * @typedef {{source: "test", index: number, label: number, image: ImageData}|{source: "given", name: string, image: ImageData}} Input */

/** What a network outputs for the input picture.
 * @typedef {{weights: string, input: Input, probabilities: Float32Array|null, reconstructions: Reconstructions|null, activations: Activation[]}} Answer */

/** Some test pictures of the evaluation, with as many of their pictures as have been fetched.
 * @typedef {{actual: number, predicted: number, indices: number[], pictures: Pictures|null, shown: number}} Cell */

/**
 * @typedef {object} Local
 * @property {string|null} run  the visitor's choice; null: the latest
 * @property {boolean} seen  whether the section has come into sight
 * @property {{label: number|null, offset: number, page: Page|null}} testPictures  test pictures to take one from
 * @property {Input|null} input
 * @property {string|null} inputError  why no picture came of what the visitor gave
 * @property {"file"|"clipboard"|null} taking  a picture is being read from there
 * @property {Answer|null} answer
 * @property {{weights: string, kernels: Kernels|null}|null} filters
 * @property {string|null} answerError
 * @property {number} layer  the shown layer, by its place
 * @property {number} channel  the enlarged one
 * @property {string|null} evaluating  the weights that are being evaluated
 * @property {{weights: string, evaluation: Evaluation, results: ClassResult[]}|null} evaluated
 * @property {string|null} evaluationError
 * @property {Cell|null} cell  the opened cell of the matrix
 * @property {{indices: number[], pictures: Pictures}|null} mistakes
 */

/** @typedef {(
 *   | {type: "seen"}
 *   | {type: "run-chosen", run: string}
 *   | {type: "page-asked", label: number|null, offset: number}
 *   | {type: "page-came", label: number|null, offset: number, page: Page}
 *   | {type: "pictures-changed"}
 *   | {type: "taking", from: "file"|"clipboard"}
 *   | {type: "input-refused", message: string}
 *   | {type: "input-chosen", input: Input}
 *   | {type: "answered", answer: Answer}
 *   | {type: "filters-came", weights: string, parameters: Parameter[]}
 *   | {type: "answer-refused", message: string}
 *   | {type: "layer-chosen", layer: number}
 *   | {type: "channel-chosen", layer: number, channel: number}
 *   | {type: "evaluating", weights: string}
 *   | {type: "evaluated", weights: string, predictions: Predictions}
 *   | {type: "evaluation-refused", weights: string, message: string}
 *   | {type: "cell-opened", actual: number, predicted: number, indices: number[]}
 *   | {type: "cell-shown", actual: number, predicted: number, pictures: Pictures}
 *   | {type: "mistakes-came", weights: string, indices: number[], pictures: Pictures}
 * )} LocalEvent */

/** @type {Local} */
const start = {
  run: null,
  seen: false,
  testPictures: { label: null, offset: 0, page: null },
  input: null,
  inputError: null,
  taking: null,
  answer: null,
  filters: null,
  answerError: null,
  layer: 0,
  channel: 0,
  evaluating: null,
  evaluated: null,
  evaluationError: null,
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
      return { ...local, run: event.run, answerError: null, evaluationError: null };
    case "pictures-changed":
      // The visitor's own picture stays; the choice, and what was answered about other pictures, goes.
      return { ...start, seen: local.seen, input: local.input?.source === "given" ? local.input : null };
    case "page-asked":
      return { ...local, testPictures: { ...local.testPictures, label: event.label, offset: event.offset } };
    case "page-came": {
      const { label, offset, page } = event;
      if (label !== local.testPictures.label || offset !== local.testPictures.offset) return local;
      return { ...local, testPictures: { label, offset, page }, input: local.input ?? inputOf(page, 0) };
    }
    case "taking":
      return { ...local, taking: event.from, inputError: null };
    case "input-refused":
      return { ...local, taking: null, inputError: event.message };
    case "input-chosen":
      return { ...local, taking: null, inputError: null, input: event.input };
    case "answered": {
      const { answer } = event;
      if (answer.input !== local.input) return local;
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
    case "evaluating":
      return { ...local, evaluating: event.weights, evaluationError: null };
    case "evaluated": {
      if (event.weights !== local.evaluating) return local;
      const all = evaluation(event.predictions);
      const evaluated = { weights: event.weights, evaluation: all, results: perClass(all) };
      return { ...local, evaluating: null, evaluated, cell: null, mistakes: null };
    }
    case "evaluation-refused":
      return event.weights === local.evaluating ? { ...local, evaluating: null, evaluationError: event.message } : local;
    case "cell-opened": {
      const { actual, predicted, indices } = event;
      return { ...local, cell: { actual, predicted, indices, pictures: null, shown: 0 } };
    }
    case "cell-shown": {
      const { cell } = local;
      if (!cell || cell.actual !== event.actual || cell.predicted !== event.predicted) return local;
      return { ...local, cell: { ...cell, pictures: event.pictures, shown: event.pictures.labels.length } };
    }
    case "mistakes-came":
      return event.weights === local.evaluated?.weights ? { ...local, mistakes: { indices: event.indices, pictures: event.pictures } } : local;
  }
}

/** @param {Activation|undefined} layer @param {number} channel */
const channelIn = (layer, channel) => (layer ? Math.min(channel, layer.shape[layer.shape.length - 1] - 1) : channel);

/** Picture `n` of a page, to be looked at. @param {Page} page @param {number} n @returns {Input|null} */
export function inputOf({ indices, labels, atlas }, n) {
  const image = pictureAt(atlas, n);
  return image && { source: "test", index: indices[n], label: labels[n], image };
}

/** Whether what is shown was predicted by the weights of `run` as they are now.
 * @param {{weights: string}|null} answer @param {Run|null} run */
export const isOf = (answer, run) => answer !== null && run !== null && answer.weights === weightsKey(run);

/** Whether these weights have been asked about the input picture.
 * @param {Local} local @param {string} weights */
export const isAnswered = ({ answer, input }, weights) => answer?.weights === weights && answer.input === input;
