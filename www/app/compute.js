// What computes: the part of the state about devices and workers, how events change it, and which device
// the next run gets.

import { keyOf } from "./models.js";

/** @import { Backend, Build, CheckTable, Config, Gpu, Speeds, Summary, PictureShape } from "../protocol.js" */

const FLOAT_BYTES = 4;

/** @typedef {"auto"|"webgpu"|"cpu"|"ndarray"} Choice */

/**
 * @typedef {object} Compute
 * @property {Choice} choice
 * @property {number} workers  that compute on the CPU
 * @property {number} cores  of this machine, as far as the browser tells
 * @property {Gpu|null} gpu  null until it was looked for
 * @property {Build} build  what the worker has loaded
 * @property {Backend[]} backends  those that the worker has loaded
 * @property {Record<string, Speeds>} measured  by model, batch and machine
 * @property {"loading"|"preparing"|"checking"|"gpu"|"cpu"|null} stage  of a speed test that is on
 * @property {boolean} checking  a check that was asked for is on
 * @property {{model: string, table: CheckTable, asked: boolean}|null} checked  asked: by the visitor
 */

/** @typedef {(
 *   | {type: "compute-chosen", choice: Choice}
 *   | {type: "cores-known", cores: number}
 *   | {type: "workers-chosen", workers: number}
 *   | {type: "speeds-known", measured: Record<string, Speeds>}
 *   | {type: "gpu-probed", gpu: Gpu}
 *   | {type: "build-changed", build: Build}
 *   | {type: "speed-test-progress", stage: NonNullable<Compute["stage"]>}
 *   | {type: "speed-test-ended"}
 *   | {type: "speeds-measured", key: string, speeds: Speeds}
 *   | {type: "check-asked"}
 *   | {type: "gpu-checked", model: string, table: CheckTable, asked: boolean}
 *   | {type: "check-ended"}
 * )} ComputeEvent */

/** @type {Choice[]} */
export const choices = ["auto", "webgpu", "cpu", "ndarray"];

/** @type {Compute} */
export const unknown = {
  choice: "auto", workers: 1, cores: 1, gpu: null, build: "cpu", backends: [], measured: {}, stage: null, checking: false, checked: null,
};

/** @param {Compute} compute @param {ComputeEvent} event @returns {Compute} */
export function updateCompute(compute, event) {
  switch (event.type) {
    case "compute-chosen":
      return { ...compute, choice: event.choice };
    case "cores-known":
      return { ...compute, cores: event.cores };
    case "workers-chosen":
      return { ...compute, workers: event.workers };
    case "speeds-known":
      return { ...compute, measured: event.measured };
    case "gpu-probed":
      return { ...compute, gpu: event.gpu };
    case "build-changed":
      return { ...compute, build: event.build };
    case "speed-test-progress":
      return { ...compute, stage: event.stage };
    case "speed-test-ended":
      return { ...compute, stage: null };
    case "speeds-measured":
      return { ...compute, measured: { ...compute.measured, [event.key]: event.speeds } };
    case "check-asked":
      return { ...compute, checking: true, checked: null };
    case "check-ended":
      return { ...compute, checking: false };
    case "gpu-checked":
      return { ...compute, checked: { model: event.model, table: event.table, asked: event.asked } };
  }
}

/** The bytes of the largest tensor that a batch makes on its way through a network.
 * @param {Pick<Summary, "largestMap">} summary @param {number} batchSize */
export const largestTensor = ({ largestMap }, batchSize) => FLOAT_BYTES * largestMap * batchSize;

/** The largest batch whose tensors a GPU can compute with, of so many bytes at most.
 * @param {Pick<Summary, "largestMap">} summary @param {number} binding */
export const batchThatFits = (summary, binding) => Math.floor(binding / largestTensor(summary, 1));

/** Whether every comparison of a check was close enough. @param {CheckTable} table */
export const passes = ({ checks }) => checks.every(({ passed }) => passed);

/** More workers than this would wait for each other, and a batch of 32 has microbatches for no more than
 * four. */
const MOST_WORKERS = 8;

/** How many workers may be chosen; the last is what is chosen at first. @param {number} cores */
export const workerChoices = (cores) => Array.from({ length: Math.max(1, Math.min(cores, MOST_WORKERS)) }, (_, i) => i + 1);

/** What a measurement of speed is kept under: another batch, adapter, number of workers or size of pictures is
 * another case.
 * @param {Gpu} gpu @param {Config} config @param {number} workers @param {PictureShape|null} picture */
export const speedKey = ({ adapter }, { model, batchSize }, workers, picture) =>
  `${keyOf(model)}, ${batchSize}, ${workers}, ${adapter}${picture ? `, ${picture.width}x${picture.height}x${picture.channels}` : ""}`;

/** What was measured of this model here. @param {Compute} compute @param {Config} config @param {PictureShape|null} picture */
export const speedsOf = ({ gpu, measured, workers }, config, picture) =>
  gpu?.usable ? (measured[speedKey(gpu, config, workers, picture)] ?? null) : null;

/** What computes the next run; `measure` if that has to be found out first.
 * @param {Compute} compute @param {Config} config @param {PictureShape|null} picture @returns {Backend|"measure"} */
export function decide(compute, config, picture) {
  const { choice, gpu } = compute;
  if (choice === "ndarray") return "ndarray";
  if (choice === "cpu" || !gpu?.usable) return "flex";
  if (choice === "webgpu") return "wgpu";
  const speeds = speedsOf(compute, config, picture);
  if (!speeds) return "measure";
  return speeds.wgpu > speeds.flex ? "wgpu" : "flex";
}

/** What the visitor may choose. @param {Compute} compute @returns {Choice[]} */
export const offered = ({ gpu, backends, choice }) =>
  choices.filter((name) => {
    if (name === "webgpu") return gpu?.usable === true || choice === "webgpu";
    return name !== "ndarray" || backends.includes("ndarray");
  });
