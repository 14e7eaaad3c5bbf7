// The comparison as numbers: means and deviations over seeds, lines by epoch, and the rows of the
// table. Pure functions.

import { isDone } from "./matching.js";
import { lineStyle } from "./models.js";

/** @import { Run } from "../../app/run.js" */
/** @import { Band, Line } from "../../components/line-values.js" */
/** @import { Description } from "../../protocol.js" */
/** @import { EpochEvent } from "../../run-events.js" */
/** @import { Cell } from "./matching.js" */
/** @import { Compared } from "./models.js" */

/** @typedef {{mean: number, deviation: number|null}} Spread  the deviation of a sample; null of one value */

/**
 * A network's row. Numbers are means over the runs that have ended.
 * @typedef {object} Result
 * @property {string} id  the model's name
 * @property {Compared} model
 * @property {number|null} parameters
 * @property {number|null} multiplyAdds
 * @property {number|null} loss  on the test pictures, after the last epoch
 * @property {number|null} lossDeviation
 * @property {number|null} accuracy
 * @property {number|null} accuracyDeviation
 * @property {number[]} accuracies  of each ended run
 * @property {number|null} seconds  a run
 * @property {number|null} perSecond  training pictures
 * @property {number|null} epochs  the fewest that a run of it has trained for
 * @property {boolean} rising  whether its accuracy was still rising at the end
 * @property {string[]} backends
 * @property {number} done
 * @property {number} diverged
 * @property {number} planned
 * @property {string|null} padding
 * @property {number|null} testCount
 */

/** @param {number[]} values @returns {Spread|null} */
export function spreadOf(values) {
  if (values.length === 0) return null;
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  if (values.length === 1) return { mean, deviation: null };
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}

/** The runs that a network's lines are means of: those that have ended; before the first has, the
 * one that has come farthest. @param {(Run|null)[]} runs @returns {Run[]} */
export function basisOf(runs) {
  const here = runs.filter((run) => run !== null);
  const done = here.filter(isDone);
  if (done.length > 0 || here.length === 0) return done;
  return [here.reduce((far, run) => (run.step > far.step ? run : far))];
}

/** The mean by epoch over runs, as far as all of them have come.
 * @param {EpochEvent[][]} runs @param {(epoch: EpochEvent) => number|null} read
 * @returns {{x: number[], y: (number|null)[]}} */
export function meanByEpoch(runs, read) {
  const length = runs.length === 0 ? 0 : Math.min(...runs.map((epochs) => epochs.length));
  const x = Array.from({ length }, (_, i) => i + 1);
  const y = x.map((_, i) => {
    const values = runs.map((epochs) => read(epochs[i])).filter((value) => value !== null && Number.isFinite(value));
    return spreadOf(/** @type {number[]} */ (values))?.mean ?? null;
  });
  return { x, y };
}

/** One standard deviation around the mean by epoch; none of a single run.
 * @param {EpochEvent[][]} runs @param {(epoch: EpochEvent) => number|null} read @returns {Band|undefined} */
export function bandByEpoch(runs, read) {
  if (runs.length < 2) return undefined;
  const spreads = meanByEpoch(runs, read).x.map((n) => spreadOf(/** @type {number[]} */ (runs.map((epochs) => read(epochs[n - 1])).filter((value) => value !== null && Number.isFinite(value)))));
  const at = (/** @type {number} */ sign) => spreads.map((spread) => (spread && spread.deviation !== null ? spread.mean + sign * spread.deviation : null));
  return { low: at(-1), high: at(1) };
}

/** The mean training curve over runs in epochs, as far as all of them have come.
 * @param {Run[]} runs @returns {{x: number[], y: (number|null)[]}} */
export function meanCurve(runs) {
  if (runs.length === 0) return { x: [], y: [] };
  const curves = runs.map(({ curve }) => curve);
  const shortest = curves.reduce((short, curve) => (curve.steps.length < short.steps.length ? curve : short));
  const { stepsPerEpoch } = runs[0].plan;
  return {
    x: shortest.steps.map((step) => step / stepsPerEpoch),
    y: shortest.steps.map((_, i) => spreadOf(curves.map(({ accuracy }) => accuracy[i] ?? 0))?.mean ?? null),
  };
}

/** Lines as short as this would hardly show without dots. */
const FEW = 3;

/** One line a network. @param {{model: Compared, epochs: EpochEvent[][]}[]} networks
 * @param {(epoch: EpochEvent) => number|null} read @returns {Line[]} */
export const overlay = (networks, read) =>
  networks.map(({ model, epochs }) => {
    const line = meanByEpoch(epochs, read);
    return { name: model.name, ...line, ...lineStyle(model), band: bandByEpoch(epochs, read), dots: line.x.length <= FEW };
  });

/** An axis for all values of some lines, from one multiple of `step` to another, so that charts of
 * the same kind can be compared; null where there is no value.
 * @param {Line[][]} charts @param {number} step @returns {[number, number]|null} */
export function axisFor(charts, step) {
  let low = Infinity;
  let high = -Infinity;
  for (const { y } of charts.flat())
    for (const value of y)
      if (value !== null) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
  if (low > high) return null;
  const from = Math.floor(low / step + 1e-9) * step;
  return [from, Math.max(Math.ceil(high / step - 1e-9) * step, from + step)];
}

/** A mean accuracy that gained more than this in the last third of its epochs was still rising. */
const GAIN = 0.01;

/** @param {Run[]} runs */
function isRising(runs) {
  const { y } = meanByEpoch(runs.map(({ epochs }) => epochs), ({ valAccuracy }) => valAccuracy);
  const [before, last] = [y[Math.ceil((y.length * 2) / 3) - 1], y[y.length - 1]];
  return y.length > 2 && typeof before === "number" && typeof last === "number" && last - before > GAIN;
}

/** @param {Cell[]} cells @param {Record<string, Description>|null} descriptions @returns {Result[]} */
export function resultsOf(cells, descriptions) {
  return [...new Set(cells.map(({ model }) => model))].map((model) => {
    const mine = cells.filter((cell) => cell.model === model);
    const runs = mine.map(({ run }) => run).filter((run) => run !== null);
    const done = runs.filter(isDone).filter(({ epochs }) => epochs.length > 0);
    const ends = done.map(({ epochs }) => epochs[epochs.length - 1]);
    const accuracies = ends.map(({ valAccuracy }) => valAccuracy).filter((value) => value !== null);
    const loss = spreadOf(ends.map(({ valLoss }) => valLoss));
    const accuracy = spreadOf(accuracies);
    const seconds = spreadOf(done.map((run) => run.seconds));
    const trained = done.reduce((sum, { plan, epochs }) => sum + plan.pictures.train * epochs.length, 0);
    const description = descriptions?.[model.name];
    return {
      id: model.name,
      model,
      parameters: description?.summary?.total ?? null,
      multiplyAdds: description?.summary?.multiplyAdds ?? null,
      loss: loss?.mean ?? null,
      lossDeviation: loss?.deviation ?? null,
      accuracy: accuracy?.mean ?? null,
      accuracyDeviation: accuracy?.deviation ?? null,
      accuracies,
      seconds: seconds?.mean ?? null,
      perSecond: seconds && seconds.mean > 0 ? trained / (seconds.mean * done.length) : null,
      epochs: done.length > 0 ? Math.min(...done.map(({ epochs }) => epochs.length)) : null,
      rising: isRising(done),
      backends: [...new Set(done.map(({ backend }) => backend))],
      done: done.length,
      diverged: runs.filter(({ status }) => status === "diverged").length,
      planned: mine.length,
      padding: description?.config.padding ?? null,
      testCount: done[0]?.plan.pictures.test ?? null,
    };
  });
}
