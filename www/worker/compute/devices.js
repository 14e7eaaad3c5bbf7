// What a worker finds out about its devices, in answer to the page: whether the GPU computes what
// the CPU does, and how fast either trains a network.

import { batchThatFits, largestTensor } from "../../app/compute.js";
import { nameOf } from "../../app/models.js";
import { text } from "../../strings.js";

/** @import { Backend, CheckTable, Config, Gpu, PictureShape, Report, SpeedTest, Summary } from "../../protocol.js" */
/** @import { Wasm } from "../wasm.js" */

/** Each device is timed for about so long, in at most so many steps. */
const SPEED_TEST_MS = 1500;
const MOST_STEPS = 60;
/** Less than this no clock tells well enough: those of browsers that hide from tracking tick ten times a
 * second. A device that is so fast takes more steps, up to a number that none takes in that time. */
const LEAST_MS = 500;
const STEPS_AT_LAST = 6000;
/** Steps between looks at the clock: a run reads back no more often. */
const STEPS_AT_ONCE = 4;

/**
 * @param {{wasm: Wasm, report: (report: Report) => void, now: () => number, replicas: ReturnType<typeof import("./replicas.js").createReplicas>, pipelines: ReturnType<typeof import("./pipelines.js").createPipelines>, probe: () => Promise<Gpu>, summary: (config: Config) => Summary, picture: () => PictureShape|undefined}} world  `picture`: the shape of those that are loaded
 */
export function createDevices({ wasm, report, now, replicas, pipelines, probe, summary, picture }) {
  /** What a GPU computes with in one tensor; known once one was used. @type {number|undefined} */
  let binding;

  /** Throws where a batch makes maps that the GPU has no room for, and says which batch fits.
   * @param {Config} config */
  async function checkBatch(config) {
    binding ??= (await probe()).binding;
    if (binding === undefined) return;
    const model = summary(config);
    const fits = batchThatFits(model, binding);
    if (config.batchSize > fits)
      throw new Error(text.compute.tooLargeBatch({ model: nameOf(config.model), batchSize: config.batchSize }, largestTensor(model, config.batchSize), binding, fits));
  }

  /** The GPU's kernels of a network, made before the first of them is needed. No run may be computed
   * meanwhile. @param {Config} config */
  async function prepare(config) {
    await checkBatch(config);
    await pipelines.prepare(async () => {
      // The second step has kernels that the first one has not, and so has validation.
      const run = await wasm.speed_test(config, "wgpu", 2, picture());
      try {
        await run.advance(3);
      } finally {
        run.free();
      }
    });
  }

  /** Pictures a second; null where the clock cannot tell. @param {Config} config @param {Backend} backend */
  async function speed(config, backend) {
    const run = await wasm.speed_test(config, backend, MOST_STEPS + STEPS_AT_ONCE, picture());
    try {
      // What a run on the CPU would have.
      if (run.is_data_parallel()) await replicas.open();
      // The first step prepares what the others use.
      await replicas.advance(run, config, 1);
      const start = now();
      let steps = 0;
      for (;;) {
        const events = await replicas.advance(run, config, STEPS_AT_ONCE);
        steps += events.filter(({ type }) => type === "step").length;
        const took = now() - start;
        const enough = took >= SPEED_TEST_MS || (took >= LEAST_MS && steps >= MOST_STEPS);
        if (enough) return (steps * config.batchSize * 1000) / took;
        if (events.length === 0 || steps >= STEPS_AT_LAST) return null;
      }
    } finally {
      run.free();
    }
  }

  /** @param {Config} config @returns {Promise<CheckTable>} */
  async function selfTest(config) {
    report({ type: "speed-test-progress", stage: "preparing" });
    await prepare(config);
    report({ type: "speed-test-progress", stage: "checking" });
    return wasm.self_test(config, "wgpu", picture());
  }

  return {
    prepare,
    selfTest,
    /** The self-test, and if it passes the speeds. @param {Config} config @returns {Promise<SpeedTest>} */
    async speedTest(config) {
      const table = await selfTest(config);
      if (table.checks.some(({ passed }) => !passed)) return { table, speeds: null };
      report({ type: "speed-test-progress", stage: "gpu" });
      const wgpu = await speed(config, "wgpu");
      report({ type: "speed-test-progress", stage: "cpu" });
      const flex = await speed(config, "flex");
      return { table, speeds: wgpu === null || flex === null ? null : { wgpu, flex } };
    },
  };
}
