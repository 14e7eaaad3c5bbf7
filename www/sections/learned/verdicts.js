// What the verdicts on all test pictures amount to: who was taken for whom, how sure the network
// was, and where it was sure and wrong. Pure functions on numbers; knows no page and no words.

/** @import { Predictions } from "../../protocol.js" */

/**
 * What a classifier said of every test picture.
 * @typedef {object} Judgement
 * @property {number} classes
 * @property {number} count
 * @property {number} right
 * @property {number} sureness  mean probability of the class that was said
 * @property {Uint8Array} labels  what each picture is
 * @property {Uint8Array} said  the most probable class of each
 * @property {Float32Array} sure  its probability
 * @property {number[][]} matrix  how many of class `row` were called `column`
 * @property {number[]} totals  pictures of each class
 */

/** The place of the largest of `count` values from `at` on; the first of equals, and NaN is none.
 * @param {Float32Array} values @param {number} at @param {number} count */
function largest(values, at, count) {
  let best = 0;
  for (let i = 1; i < count; i += 1) if (values[at + i] > values[at + best]) best = i;
  return best;
}

/** @param {Predictions} verdicts @returns {Judgement} */
export function judgement({ labels, probabilities, classes }) {
  const count = labels.length;
  const said = new Uint8Array(count);
  const sure = new Float32Array(count);
  const matrix = Array.from({ length: classes }, () => new Array(classes).fill(0));
  let right = 0;
  let sum = 0;
  for (let i = 0; i < count; i += 1) {
    said[i] = largest(probabilities, i * classes, classes);
    sure[i] = probabilities[i * classes + said[i]];
    sum += sure[i];
    matrix[labels[i]][said[i]] += 1;
    if (said[i] === labels[i]) right += 1;
  }
  const totals = matrix.map((row) => row.reduce((all, n) => all + n, 0));
  return { classes, count, right, sureness: count > 0 ? sum / count : 0, labels, said, sure, matrix, totals };
}

/** How one class fared; `taken` is the class it was most often wrongly called.
 * @typedef {{label: number, count: number, right: number, share: number, taken: {label: number, count: number}|null}} ClassResult */

/** The classes that have test pictures, best told first. @param {Judgement} judged @returns {ClassResult[]} */
export function perClass({ matrix, totals }) {
  const results = matrix.map((row, label) => {
    const wrong = row.map((count, said) => ({ label: said, count })).filter(({ label: said, count }) => said !== label && count > 0);
    const taken = wrong.reduce((/** @type {ClassResult["taken"]} */ most, one) => (most && most.count >= one.count ? most : one), null);
    return { label, count: totals[label], right: row[label], share: row[label] / totals[label], taken };
  });
  return results.filter(({ count }) => count > 0).sort((a, b) => b.share - a.share || a.label - b.label);
}

/** Places of pictures, those that the network was surest of first; the earlier of equals.
 * @param {Judgement} judged @param {(index: number) => boolean} wanted */
function surest({ count, sure }, wanted) {
  const places = [];
  for (let i = 0; i < count; i += 1) if (wanted(i)) places.push(i);
  return places.sort((a, b) => sure[b] - sure[a] || a - b);
}

/** The pictures of one cell of the matrix. @param {Judgement} judged @param {number} actual @param {number} said */
export const ofCell = (judged, actual, said) =>
  surest(judged, (i) => judged.labels[i] === actual && judged.said[i] === said);

/** The pictures that were told wrong most surely. @param {Judgement} judged @param {number} most */
export const mistakes = (judged, most) => surest(judged, (i) => judged.labels[i] !== judged.said[i]).slice(0, most);

/** Classes of one picture, the most probable first. @param {Float32Array} probabilities */
export const ranked = (probabilities) =>
  Array.from(probabilities, (share, label) => ({ label, share })).sort((a, b) => b.share - a.share || a.label - b.label);
