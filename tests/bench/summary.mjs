// What is told of a case: a line of numbers from what was timed.

/**
 * @typedef {object} Timed
 * @property {number} firstStep  milliseconds from asking for a run to its first step told
 * @property {number[]} losses  of each step
 * @property {{pictures: number, milliseconds: number}[]} units  what was told together, after that
 * @property {number} peakMemory  megabytes of its processes
 * @property {import("./profile.mjs").Profile} [profile]
 */

/** Units before these are warm-up. */
const WARM = 3;
/** Steps whose loss is told, so that systems can be compared. */
const TOLD = [1, 10, 50];

/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param {Timed} timed */
export function summary({ firstStep, losses, units, peakMemory, profile }) {
  const whole = units.filter(({ milliseconds }) => milliseconds > 0);
  const rates = whole.slice(Math.min(WARM, whole.length - 1)).map(({ pictures, milliseconds }) => (pictures / milliseconds) * 1000);
  const one = (/** @type {number} */ value) => Math.round(value * 10) / 10;
  return {
    first_step_ms: Math.round(firstStep),
    units: rates.length,
    img_per_s_median: one(median(rates)),
    img_per_s_min: one(Math.min(...rates)),
    img_per_s_max: one(Math.max(...rates)),
    loss_at: Object.fromEntries(TOLD.filter((step) => step <= losses.length).map((step) => [step, losses[step - 1]])),
    peak_memory_mb: Math.round(peakMemory),
    ...(profile ? { dispatches_per_step: one(profile.dispatches), pipelines: profile.pipelines } : {}),
    ...(profile?.kernels.length ? { kernels: profile.kernels.map(({ name, calls, milliseconds }) => ({ name, calls, ms: one(milliseconds) })) } : {}),
  };
}
