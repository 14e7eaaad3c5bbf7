// A run as files for other programs: the run card (JSON) and tables of its curves (CSV). Whoever
// takes something from the card, or gives it another meaning, raises its version. Pure.

import { nameOf } from "../../app/models.js";

/** @import { Backend, Config } from "../../protocol.js" */
/** @import { EpochEvent } from "../../run-events.js" */
/** @import { Run } from "../../app/run.js" */

const VERSION = 1;

/**
 * A run but for its weights. Numbers are as the trainer computed them, to the last digit; null
 * stands where a model has no such thing.
 * @typedef {object} RunCard
 * @property {"tabgrad-run-card"} format
 * @property {number} version  of this format
 * @property {string} id  unlike that of any other run
 * @property {string} name  given by a person; may be empty
 * @property {string} section  of the page that started it
 * @property {string} created  when it began, ISO 8601 in UTC
 * @property {string} status  running, paused, completed, stopped-early, stopped, diverged, failed or interrupted
 * @property {string|null} message  why it ended, where that needs a sentence
 * @property {number} seconds  spent computing
 * @property {{name: "tabgrad", version: string}} library
 * @property {Backend} backend  flex and ndarray compute on the CPU, wgpu on a GPU
 * @property {string|null} adapter  the GPU, where one computed
 * @property {Config} configuration  every setting; with the data and the library it decides the run
 * @property {number} seed  again, for those who look for it here
 * @property {string|null} startedFrom  the run whose first layers it began with
 * @property {{name: string, hash: string, synthetic: boolean, classes: string[], pictures: {train: number, test: number}}} data
 *   `hash` names the pictures: the same ones have the same
 * @property {{name: string, layers: number, parameters: number, trainable: number, nonTrainable: number, multiplyAdds: number}} model
 *   `multiplyAdds`: for one picture, forward
 * @property {{name: string, epochs: number}[]} phases  trained one after another, with the epochs planned
 * @property {number} stepsPerEpoch
 * @property {number} totalSteps  planned
 * @property {number} steps  taken
 * @property {Omit<EpochEvent, "type">[]} epochs  finished; `step` counts over the whole run
 * @property {{every: number, steps: number[], loss: number[], accuracy: (number|null)[]}} curve
 *   of the training, smoothed: means that forget with a half-life of 20 steps, kept at every `every`-th step
 */

/** @param {EpochEvent} event */
const epoch = ({ phase, epoch, step, loss, accuracy, valLoss, valAccuracy, mse, psnr, ssim }) => ({
  phase, epoch, step, loss, accuracy, valLoss, valAccuracy, mse, psnr, ssim,
});

/** @param {Run} run @param {{adapter: string|null}} device  the graphics adapter of this machine
 * @returns {RunCard} */
export function runCard(run, { adapter }) {
  const { plan, data, curve } = run;
  const { summary, config } = plan;
  return {
    format: "tabgrad-run-card",
    version: VERSION,
    id: run.id,
    name: run.name,
    section: run.group,
    created: new Date(run.startedAt).toISOString(),
    status: run.status,
    message: run.message,
    seconds: run.seconds,
    library: { name: "tabgrad", version: run.version },
    backend: run.backend,
    adapter: run.backend === "wgpu" ? adapter : null,
    configuration: { ...config },
    seed: config.seed,
    startedFrom: run.from,
    data: { name: data.name, hash: data.hash, synthetic: data.synthetic, classes: data.classes, pictures: plan.pictures },
    model: {
      name: summary.model,
      layers: summary.layers.length,
      parameters: summary.total,
      trainable: summary.trainable,
      nonTrainable: summary.nonTrainable,
      multiplyAdds: summary.multiplyAdds,
    },
    phases: plan.phases.map(({ name, epochs }) => ({ name, epochs })),
    stepsPerEpoch: plan.stepsPerEpoch,
    totalSteps: plan.totalSteps,
    steps: run.step,
    epochs: run.epochs.map(epoch),
    curve: { every: curve.every, steps: curve.steps, loss: curve.loss, accuracy: curve.accuracy },
  };
}

/** What begins a formula in a spreadsheet, also where spaces or signs that nobody sees come before it. */
const FORMULA = /^[\s\p{Cf}\p{Cc}]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]|^[\t\r\n]/u;

/** A cell of CSV (RFC 4180). Words that a spreadsheet would take for a formula are given as words: a name
 * is whatever somebody typed. @param {string|number|null|undefined} value */
function cell(value) {
  if (value === null || value === undefined) return "";
  // A loss that is no number has no place among numbers.
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const words = value.replaceAll("\0", "");
  const plain = FORMULA.test(words) ? `'${words}` : words;
  return /[",\n\r]|^\s|\s$/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** Excel takes a file for UTF-8 only by this mark; one that is ASCII needs none. */
const MARK = "\ufeff";

/** @param {string[]} head @param {(string|number|null)[][]} rows */
function csv(head, rows) {
  const lines = [head, ...rows].map((row) => row.map(cell).join(",") + "\r\n").join("");
  return /[^\0-\x7f]/.test(lines) ? MARK + lines : lines;
}

/** Who a row belongs to. @param {Run} run */
const who = (run) => [run.id, run.name, nameOf(run.plan.config.model), run.plan.config.seed];
const whoHead = ["run", "name", "model", "seed"];

/** One row for each epoch of each run. @param {Run[]} runs */
export const epochsCsv = (runs) =>
  csv(
    [...whoHead, "phase", "epoch", "step", "loss", "accuracy", "val_loss", "val_accuracy", "mse", "psnr", "ssim"],
    runs.flatMap((run) =>
      run.epochs.map((e) => [
        ...who(run), run.plan.phases[e.phase]?.name ?? e.phase, e.epoch, e.step, e.loss, e.accuracy, e.valLoss, e.valAccuracy, e.mse, e.psnr, e.ssim,
      ]),
    ),
  );

/** One row for each kept point of each run's training curve, smoothed as it is drawn.
 * @param {Run[]} runs */
export const stepsCsv = (runs) =>
  csv(
    [...whoHead, "step", "smoothed_loss", "smoothed_accuracy"],
    runs.flatMap((run) => run.curve.steps.map((step, i) => [...who(run), step, run.curve.loss[i], run.curve.accuracy[i]])),
  );

/** A name that every file system takes. @param {Run} run @param {string} what  with its ending */
export function fileName(run, what) {
  const { model, seed } = run.plan.config;
  const plain = (/** @type {string} */ name) => name.normalize("NFKD").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
  return `tabgrad-${[plain(nameOf(model)), `seed${seed}`, plain(run.name), run.id.slice(0, 6)].filter(Boolean).join("-")}-${what}`;
}
