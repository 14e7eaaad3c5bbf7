// The training curve of a run: one smoothed loss per step, kept within a fixed number of points
// however long the run is. Pure functions over plain data.

/** @import { StepEvent } from "../run-events.js" */

/**
 * @typedef {object} Curve
 * @property {number} every  steps between two kept points; doubles when the curve is full
 * @property {number[]} steps
 * @property {number[]} loss
 * @property {(number|null)[]} accuracy
 * @property {{loss: number, accuracy: number|null, weight: number}} mean  running, up to the last step
 */

const MOST_POINTS = 1200;
/** The running mean forgets with a half-life of about 20 steps. */
const KEEP = 0.965;

/** @returns {Curve} */
export const emptyCurve = () => ({
  every: 1,
  steps: [],
  loss: [],
  accuracy: [],
  mean: { loss: 0, accuracy: 0, weight: 0 },
});

/**
 * The curve with these steps added. The mean is weighted as in Adam, so the first steps are not
 * drawn towards zero.
 * @param {Curve} curve @param {StepEvent[]} events @returns {Curve}
 */
export function extend(curve, events) {
  if (events.length === 0) return curve;
  let { every } = curve;
  let steps = [...curve.steps];
  let loss = [...curve.loss];
  let accuracy = [...curve.accuracy];
  const mean = { ...curve.mean };
  for (const event of events) {
    mean.weight = KEEP * mean.weight + (1 - KEEP);
    mean.loss = KEEP * mean.loss + (1 - KEEP) * event.loss;
    mean.accuracy =
      event.accuracy === null ? null : KEEP * (mean.accuracy ?? 0) + (1 - KEEP) * event.accuracy;
    if (event.step % every !== 0) continue;
    steps.push(event.step);
    loss.push(mean.loss / mean.weight);
    accuracy.push(mean.accuracy === null ? null : mean.accuracy / mean.weight);
    if (steps.length > MOST_POINTS) {
      every *= 2;
      const kept = (/** @type {unknown} */ _, /** @type {number} */ i) => steps[i] % every === 0;
      loss = loss.filter(kept);
      accuracy = accuracy.filter(kept);
      steps = steps.filter(kept);
    }
  }
  return { every, steps, loss, accuracy, mean };
}

/** A new phase trains something else: its loss owes nothing to the one before.
 * @param {Curve} curve @returns {Curve} */
export const restart = (curve) => ({ ...curve, mean: emptyCurve().mean });
