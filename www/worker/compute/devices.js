// What a worker finds out about its devices, in answer to the page: whether the GPU computes what
// the CPU does, and how fast either trains a model. Knows no run and no data.

/** @import { CheckTable, Config, Report, Trial } from "../../protocol.js" */

/** Each device is timed for about so long, in at most so many steps. */
const TRIAL_MS = 1500;
const MOST_STEPS = 60;
/** Steps between looks at the clock: a run reads back no more often. */
const PULL = 4;

/**
 * @param {{wasm: any, report: (report: Report) => void, now: () => number, pool: ReturnType<typeof import("./replicas.js").createPool>, pipelines: ReturnType<typeof import("./pipelines.js").createPipelines>}} world
 */
export function createDevices({ wasm, report, now, pool, pipelines }) {
  /** The GPU's kernels of a model, made before the first of them is needed. No run may be computed
   * meanwhile. @param {Config} config */
  const prepare = (config) =>
    pipelines.prepare(async () => {
      // The second step has kernels that the first one has not, and so has validation.
      const rehearsal = await wasm.speed_test(config, "wgpu", 2);
      try {
        await rehearsal.advance(3);
      } finally {
        rehearsal.free();
      }
    });

  /** Pictures a second. @param {Config} config @param {string} backend */
  async function speed(config, backend) {
    const rehearsal = await wasm.speed_test(config, backend, MOST_STEPS + PULL);
    try {
      // What a run on the CPU would have.
      if (rehearsal.is_data_parallel()) await pool.gather();
      // The first step prepares what the others use.
      await pool.advance(rehearsal, config, 1);
      const start = now();
      let steps = 0;
      do {
        await pool.advance(rehearsal, config, PULL);
        steps += PULL;
      } while (now() - start < TRIAL_MS && steps < MOST_STEPS);
      return (steps * config.batchSize * 1000) / (now() - start);
    } finally {
      rehearsal.free();
    }
  }

  /** @param {Config} config @returns {Promise<CheckTable>} */
  async function check(config) {
    report({ type: "trial-progress", stage: "preparing" });
    await prepare(config);
    report({ type: "trial-progress", stage: "checking" });
    return wasm.self_test(config, "wgpu");
  }

  return {
    prepare,
    check,
    /** The check, and if it passes the speeds. @param {Config} config @returns {Promise<Trial>} */
    async trial(config) {
      const table = await check(config);
      if (table.checks.some(({ passed }) => !passed)) return { table, speeds: null };
      report({ type: "trial-progress", stage: "gpu" });
      const wgpu = await speed(config, "wgpu");
      report({ type: "trial-progress", stage: "cpu" });
      return { table, speeds: { wgpu, flex: await speed(config, "flex") } };
    },
  };
}
