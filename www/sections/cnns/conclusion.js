// What the numbers of a comparison say, as findings: differences beside the spread over seeds, and
// what keeps them from saying more. Words are `conclusion-words.js`'s. Pure.

import { POOLINGS, depthsOf } from "./models.js";
import { spreadOf } from "./results.js";

/** @import { Pooling } from "./models.js" */
/** @import { Result } from "./results.js" */

/** How a difference stands beside the spread over seeds: more than twice it, more than it, or not
 * more; unknown where a network has run once only.
 * @typedef {"clear"|"likely"|"within"|"unknown"} Level */

/** @typedef {{difference: number, spread: number|null, level: Level}} Difference */
/** @typedef {Difference & {depth: number, max: number, average: number}} PoolingFinding  the difference is max less average */

/**
 * What depth does with one kind of pooling. The difference is the best one's advantage over the
 * shallowest, or where nothing beats that, the shallowest one's over the deepest.
 * @typedef {Difference & {pooling: Pooling, scores: {depth: number, accuracy: number}[], shape: "rises"|"falls"|"mixed"|"flat", best: number, from: number, to: number}} DepthFinding
 */

/**
 * @typedef {object} Findings
 * @property {{done: number, planned: number, diverged: string[]}} runs
 * @property {number} depths  on offer, compared or not
 * @property {PoolingFinding[]} pooling  by depth
 * @property {DepthFinding[]} depth
 * @property {number} seeds  ended runs of the network that has most
 * @property {number|null} few  epochs, where they are too few to conclude anything
 * @property {string[]} rising  networks whose accuracy was still rising at the end
 * @property {{chance: number, best: number}|null} guessing  where none is better than guessing
 * @property {boolean} paddingDiffers  among the depths that were compared
 * @property {{pictures: number, error: number}|null} sampling  what the number of test pictures leaves uncertain
 */

/** After fewer epochs than this, who is ahead may be who begins fastest. */
const FEW_EPOCHS = 5;

/** Two accuracies that are told the same are the same: a tenth of a point. */
const TENTH = 0.0005;

/** The spread of two networks' runs around their own means: the root of the mean of their variances.
 * @param {number[]} a @param {number[]} b @returns {number|null} */
export function jointSpread(a, b) {
  const [one, other] = [spreadOf(a)?.deviation, spreadOf(b)?.deviation];
  return one === null || one === undefined || other === null || other === undefined ? null : Math.sqrt((one ** 2 + other ** 2) / 2);
}

/** @param {number[]} a @param {number[]} b @returns {Difference|null} */
export function differenceOf(a, b) {
  const [one, other] = [spreadOf(a), spreadOf(b)];
  if (!one || !other) return null;
  const difference = one.mean - other.mean;
  const spread = jointSpread(a, b);
  const size = Math.abs(difference);
  const level = spread === null ? "unknown" : size > 2 * spread ? "clear" : size > spread ? "likely" : "within";
  return { difference, spread, level };
}

/** @param {Result[]} results @returns {PoolingFinding[]} */
function onPooling(results) {
  return depthsOf(results.map(({ model }) => model)).flatMap((depth) => {
    const [max, average] = POOLINGS.map((pooling) => results.find(({ model }) => model.depth === depth && model.pooling === pooling)?.accuracies ?? []);
    const compared = differenceOf(max, average);
    const means = [spreadOf(max), spreadOf(average)];
    return compared && means[0] && means[1] ? [{ ...compared, depth, max: means[0].mean, average: means[1].mean }] : [];
  });
}

/** @param {number[]} accuracies  from the shallowest to the deepest @returns {DepthFinding["shape"]} */
export function shapeOf(accuracies) {
  const steps = accuracies.slice(1).map((accuracy, i) => accuracy - accuracies[i]);
  if (steps.every((step) => Math.abs(step) < TENTH)) return "flat";
  if (steps.every((step) => step > -TENTH)) return "rises";
  if (steps.every((step) => step < TENTH)) return "falls";
  return "mixed";
}

/** @param {Result[]} results @returns {DepthFinding[]} */
function onDepth(results) {
  return POOLINGS.flatMap((pooling) => {
    const mine = results.filter(({ model, accuracies }) => model.pooling === pooling && accuracies.length > 0);
    if (mine.length < 2) return [];
    const scores = mine.map(({ model, accuracies }) => ({ depth: model.depth, accuracy: spreadOf(accuracies)?.mean ?? 0 }));
    const best = scores.reduce((most, score) => (score.accuracy > most.accuracy ? score : most)).depth;
    const shallowest = mine[0];
    const other = best === shallowest.model.depth ? mine[mine.length - 1] : mine.find(({ model }) => model.depth === best) ?? shallowest;
    const compared = best === shallowest.model.depth ? differenceOf(shallowest.accuracies, other.accuracies) : differenceOf(other.accuracies, shallowest.accuracies);
    if (!compared) return [];
    return [{ ...compared, pooling, scores, shape: shapeOf(scores.map(({ accuracy }) => accuracy)), best, from: shallowest.model.depth, to: other.model.depth }];
  });
}

/** The standard error of an accuracy that was measured on `pictures`.
 * @param {number} accuracy @param {number} pictures */
export const samplingError = (accuracy, pictures) => Math.sqrt((accuracy * (1 - accuracy)) / pictures);

/** @param {Result[]} results @param {number} classes @param {number} depths  that are on offer @returns {Findings} */
export function conclude(results, classes, depths) {
  const known = results.filter(({ accuracies }) => accuracies.length > 0);
  const best = known.reduce((most, { accuracy }) => Math.max(most, accuracy ?? 0), 0);
  const pictures = known[0]?.testCount ?? 0;
  const chance = classes > 0 ? 1 / classes : 0;
  const guessing = pictures > 0 && chance > 0 && best <= chance + 2 * samplingError(chance, pictures);
  const epochs = Math.min(...known.map(({ epochs }) => epochs ?? Infinity));
  const compared = POOLINGS.map((pooling) => known.filter(({ model }) => model.pooling === pooling)).filter(({ length }) => length > 1).flat();
  return {
    runs: {
      done: results.reduce((sum, { done }) => sum + done, 0),
      planned: results.reduce((sum, { planned }) => sum + planned, 0),
      diverged: results.flatMap(({ id, diverged }) => Array.from({ length: diverged }, () => id)),
    },
    depths,
    pooling: onPooling(known),
    depth: onDepth(known),
    seeds: Math.max(0, ...known.map(({ accuracies }) => accuracies.length)),
    few: epochs < FEW_EPOCHS ? epochs : null,
    rising: known.filter(({ rising }) => rising).map(({ id }) => id),
    guessing: guessing ? { chance, best } : null,
    paddingDiffers: new Set(compared.map(({ padding }) => padding)).size > 1,
    sampling: pictures > 0 ? { pictures, error: samplingError(best, pictures) } : null,
  };
}
