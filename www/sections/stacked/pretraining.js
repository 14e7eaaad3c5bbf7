// Whether pre-training helped: classifiers that began with an encoder beside the same ones from
// scratch, and what their numbers say. Pure arithmetic.

/** @import { Run } from "../../app/run.js" */
/** @import { Config } from "../../protocol.js" */

/** Two runs that differ in nothing but where their encoder began.
 * @typedef {{seed: number, pretrained: Run, scratch: Run|null}} Pair */

/**
 * @typedef {object} Findings
 * @property {number} epochs  compared
 * @property {number} seeds
 * @property {number[]} pretrained  mean validation accuracy after each epoch
 * @property {number[]} scratch
 * @property {number[]} differences  of the means
 * @property {(number|null)[]} deviations  of the differences over the seeds; null for one seed
 * @property {number|null} headStart  epochs sooner that the pre-trained one is where the other is
 *   after its first; null where that never was within the epochs, 0 where there is none
 * @property {number|null} reachedBy  the epoch in which scratch has the pre-trained one's first accuracy
 * @property {[number, number]|null} interval  of the last difference, with 95 % confidence
 * @property {"chance"|"better"|"worse"|"unknown"} finding  of the last difference
 */

/** Student's t for 95 %, by degrees of freedom. */
const STUDENT = [NaN, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/** What must be equal in a fair comparison, beside the seed. @param {Run} run */
const termsOf = ({ plan: { config }, data, version }) =>
  JSON.stringify([config.epochs, config.batchSize, config.learningRate, config.patience, config.loss, data.hash, version]);

/** @param {Run} run */
const isUsable = ({ status }) => status !== "failed" && status !== "diverged";

/**
 * The pairs of the latest comparison that began with run `from`, by seed.
 * @param {Run[]} runs  oldest first @param {string|null} from @returns {Pair[]}
 */
export function pairsOf(runs, from) {
  const started = from === null ? [] : runs.filter((run) => run.from === from && isUsable(run));
  const latest = started.at(-1);
  if (!latest) return [];
  const mine = runs.filter((run) => run.plan.config.model === latest.plan.config.model && isUsable(run));
  const terms = termsOf(latest);
  /** @type {Map<number, Run>} */
  const bySeed = new Map();
  for (const run of started) if (termsOf(run) === terms) bySeed.set(run.plan.config.seed, run);
  return [...bySeed.values()]
    .map((pretrained) => ({ seed: pretrained.plan.config.seed, pretrained, scratch: scratchLike(mine, pretrained) }))
    .sort((a, b) => a.seed - b.seed);
}

/** The latest run from scratch on a run's terms; one that is finished before one that is not.
 * @param {Run[]} runs @param {Run} like */
function scratchLike(runs, like) {
  const { seed } = like.plan.config;
  const same = runs.filter((run) => run.from === null && run.plan.config.seed === seed && termsOf(run) === termsOf(like));
  return same.findLast(({ status }) => status === "completed") ?? same.at(-1) ?? null;
}

/** Whether a finished run from scratch can be used again for these settings.
 * @param {Run[]} runs @param {{hash: string, version: string}} now
 * @param {Pick<Config, "model"|"seed"|"epochs"|"batchSize"|"learningRate">} config */
export const hasScratch = (runs, now, config) =>
  runs.some((run) => {
    const { plan, from, status, data, version } = run;
    const same = /** @type {const} */ (["model", "seed", "epochs", "batchSize", "learningRate"]).every((key) => plan.config[key] === config[key]);
    return from === null && status === "completed" && same && data.hash === now.hash && version === now.version;
  });

/** @param {number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The deviation of a sample; null of fewer than two. @param {number[]} values */
export function deviation(values) {
  if (values.length < 2) return null;
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

/**
 * What the accuracies say; each list has a seed's, epoch by epoch, and the lists go in pairs.
 * Null where there is nothing to compare.
 * @param {number[][]} pretrained @param {number[][]} scratch @returns {Findings|null}
 */
export function compareAccuracies(pretrained, scratch) {
  const seeds = Math.min(pretrained.length, scratch.length);
  const epochs = Math.min(...[...pretrained, ...scratch].map(({ length }) => length));
  if (seeds === 0 || epochs === 0) return null;
  const at = (/** @type {number[][]} */ runs, /** @type {number} */ epoch) => runs.slice(0, seeds).map((run) => run[epoch]);
  const every = Array.from({ length: epochs }, (_, epoch) => epoch);
  const means = { pretrained: every.map((epoch) => mean(at(pretrained, epoch))), scratch: every.map((epoch) => mean(at(scratch, epoch))) };
  const pairs = every.map((epoch) => at(pretrained, epoch).map((value, i) => value - at(scratch, epoch)[i]));
  const deviations = pairs.map(deviation);
  const differences = pairs.map(mean);
  const reached = means.scratch.findIndex((value) => value >= means.pretrained[0]);
  const last = differences[epochs - 1];
  const spread = deviations[epochs - 1];
  const reach = spread === null ? null : ((STUDENT[seeds - 1] ?? 2) * spread) / Math.sqrt(seeds);
  return {
    epochs,
    seeds,
    pretrained: means.pretrained,
    scratch: means.scratch,
    differences,
    deviations,
    headStart: reached < 0 ? null : reached,
    reachedBy: reached < 0 ? null : reached + 1,
    interval: reach === null ? null : [last - reach, last + reach],
    finding: reach === null ? "unknown" : Math.abs(last) <= reach ? "chance" : last > 0 ? "better" : "worse",
  };
}

/** Mean of several runs epoch by epoch, as far as all of them are. @param {(number|null)[][]} runs */
export function meanLine(runs) {
  const length = runs.length === 0 ? 0 : Math.min(...runs.map((run) => run.length));
  return Array.from({ length }, (_, epoch) => mean(runs.map((run) => run[epoch] ?? NaN)));
}
