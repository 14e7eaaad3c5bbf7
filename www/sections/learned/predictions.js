// What the predictions on all test pictures amount to: the confusion matrix, the mean confidence, and the
// most confident mistakes. Pure functions on numbers.

import { argmax } from "../../components/argmax.js";

/** @import { Predictions } from "../../protocol.js" */

/**
 * The predictions of a classifier on every test picture.
 * @typedef {object} Evaluation
 * @property {number} classes
 * @property {number} count
 * @property {number} correct
 * @property {number} meanConfidence  mean probability of the class that was predicted
 * @property {Uint8Array} labels  what each picture is
 * @property {Uint8Array} predicted  the most probable class of each
 * @property {Float32Array} confidence  its probability
 * @property {number[][]} matrix  how many of class `row` were predicted as `column`
 * @property {number[]} totals  pictures of each class
 */

/** @param {Predictions} predictions @returns {Evaluation} */
export function evaluation({ labels, probabilities, classes }) {
  const count = labels.length;
  const predicted = new Uint8Array(count);
  const confidence = new Float32Array(count);
  const matrix = Array.from({ length: classes }, () => new Array(classes).fill(0));
  let correct = 0;
  let sum = 0;
  for (let i = 0; i < count; i += 1) {
    predicted[i] = argmax(probabilities, i * classes, classes);
    confidence[i] = probabilities[i * classes + predicted[i]];
    sum += confidence[i];
    matrix[labels[i]][predicted[i]] += 1;
    if (predicted[i] === labels[i]) correct += 1;
  }
  const totals = matrix.map((row) => row.reduce((all, n) => all + n, 0));
  return { classes, count, correct, meanConfidence: count > 0 ? sum / count : 0, labels, predicted, confidence, matrix, totals };
}

/** How one class came off: `share` of its test pictures were recognised (its recall), null where it has none;
 * `precision` is the share of the pictures predicted as it that are, null where none was; `mistakenFor` is what it was
 * most often wrongly predicted as.
 * @typedef {{label: number, count: number, correct: number, share: number|null, precision: number|null, mistakenFor: {label: number, count: number}|null}} ClassResult */

/** The classes, best one first; at the end those that have no test pictures. @param {Evaluation} evaluated @returns {ClassResult[]} */
export function perClass({ matrix, totals }) {
  const results = matrix.map((row, label) => {
    const wrong = row.map((count, predicted) => ({ label: predicted, count })).filter(({ label: predicted, count }) => predicted !== label && count > 0);
    const mistakenFor = wrong.reduce((/** @type {ClassResult["mistakenFor"]} */ most, one) => (most && most.count >= one.count ? most : one), null);
    const predicted = matrix.reduce((sum, other) => sum + other[label], 0);
    return {
      label, count: totals[label], correct: row[label], share: totals[label] > 0 ? row[label] / totals[label] : null,
      precision: predicted > 0 ? row[label] / predicted : null, mistakenFor,
    };
  });
  return results.sort((a, b) => (b.share ?? -1) - (a.share ?? -1) || a.label - b.label);
}

/** Places of pictures, those with the highest probability first; the earlier of equals.
 * @param {Evaluation} evaluated @param {(index: number) => boolean} wanted */
function mostConfident({ count, confidence }, wanted) {
  const indices = [];
  for (let i = 0; i < count; i += 1) if (wanted(i)) indices.push(i);
  return indices.sort((a, b) => confidence[b] - confidence[a] || a - b);
}

/** The pictures of one cell of the matrix. @param {Evaluation} evaluated @param {number} actual @param {number} predicted */
export const ofCell = (evaluated, actual, predicted) =>
  mostConfident(evaluated, (i) => evaluated.labels[i] === actual && evaluated.predicted[i] === predicted);

/** The wrong predictions with the highest probabilities. @param {Evaluation} evaluated @param {number} most */
export const mistakes = (evaluated, most) => mostConfident(evaluated, (i) => evaluated.labels[i] !== evaluated.predicted[i]).slice(0, most);

/** Classes of one picture, the most probable first. @param {Float32Array} probabilities */
export const ranked = (probabilities) =>
  Array.from(probabilities, (share, label) => ({ label, share })).sort((a, b) => b.share - a.share || a.label - b.label);
