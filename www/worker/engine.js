// Answers the page's commands with the wasm session: pictures in, runs driven, questions answered.
// It knows no worker and no message channel, so it runs in Node against a stand-in session.

import { trim } from "../app/settings.js";
import { sentence } from "../protocol.js";
import { text } from "../strings.js";
import { createAnswers } from "./queries/queries.js";
import { createData } from "./intake/data.js";
import { createDevices } from "./compute/devices.js";
import { createPool } from "./compute/replicas.js";
import { createQueue, createRunner } from "./compute/runner.js";
import { createRuns } from "./compute/runs.js";

/** @import { Source } from "./store/bundled.js" */
/** @import { Decoded, Given, Kept } from "./intake/data.js" */
/** @import { Claims, Shelf } from "./compute/runs.js" */
/** @import { Run } from "../app/run.js" */
/** @import { Command, Config, Description, Gpu, Model, Overrides, Page, Report } from "../protocol.js" */

/** Reconstructions are drawn of this many test pictures, always the same ones. */
const SHOWN = { count: 8, seed: 0 };
const REDRAW_MS = 1000;

/**
 * What the engine needs from the world.
 * @typedef {object} World
 * @property {any} wasm  the wasm module's exports
 * @property {(report: Report) => void} report
 * @property {() => number} now  milliseconds
 * @property {() => number} date  milliseconds since 1970
 * @property {() => Promise<void>} nextTask
 * @property {(thrown: unknown) => boolean} fatal  takes the errors that kill the module
 * @property {() => Promise<Gpu>} probe  looks for a GPU
 * @property {(address: string|null) => Source} bundled
 * @property {Kept} kept
 * @property {Shelf} shelf
 * @property {Claims} claims
 * @property {() => import("./compute/replicas.js").Helper} helper  makes a helper
 * @property {ReturnType<typeof import("./compute/pipelines.js").createPipelines>} pipelines  of the GPU
 * @property {(files: Given[], report: (told: Report) => void) => Promise<Decoded>} decode
 */

/** @param {World} world */
export function createEngine({ wasm, report, now, date, nextTask, fatal, probe, bundled, kept, shelf, claims, helper, pipelines, decode }) {
  const session = new wasm.Session();
  const queue = createQueue();
  /** @type {Model[]} */
  const models = wasm.presets();
  /** @type {Uint32Array|null} the test pictures to reconstruct, while an autoencoder is run */
  let shown = null;
  let shownAt = 0;
  let shownStep = -1;

  const data = createData({
    session, queue, report, fatal, bundled, kept,
    decode: (files) => decode(files, report),
  });
  const runs = createRuns({ session, queue, report, fatal, date, shelf, claims, version: wasm.version(), data: data.identity });

  /** @returns {Uint32Array} */
  const pickShown = () => session.sample("test", SHOWN.count, SHOWN.seed);

  const pool = createPool({
    open: helper,
    gaveUp: (thrown) => report({ type: "notice", message: text.compute.noHelpers(sentence(thrown)) }),
  });
  const devices = createDevices({ wasm, report, now, pool, pipelines });
  const runner = createRunner({
    session: {
      workers: pool.workers,
      async advance(id, units) {
        const config = runs.current()?.plan.config;
        if (!config) return session.advance(id, units);
        /** @type {import("./compute/replicas.js").Shared} */
        const run = {
          is_data_parallel: () => session.is_data_parallel(id),
          advance: (units) => session.advance(id, units),
          scatter: (workers, rooms) => session.scatter(id, workers, rooms),
          scatter_prefetch: (workers) => session.scatter_prefetch(id, workers),
          prefetch: (workers) => session.prefetch(id, workers),
          compute_local: (workers) => session.compute_local(id, workers),
          reduce: (own, others) => session.reduce(id, own, others),
        };
        return pool.advance(run, config, units);
      },
    },
    queue,
    now,
    nextTask,
    fatal,
    report: async (told) => {
      report(told);
      await runs.note(told);
    },
    begun: async (run) => {
      shownStep = -1;
      shown = run.plan.config.output === null ? null : await queue(pickShown);
      if (shown) await redraw(run.id, shown);
    },
    afterPull: async (id, scored) => {
      // The end of every epoch is drawn: the last of a phase shows what its stage has come to.
      const due = scored || now() - shownAt >= REDRAW_MS || runner.held();
      if (shown && due) await redraw(id, shown);
    },
  });

  /** @param {string} id @param {Uint32Array} indices */
  async function redraw(id, indices) {
    const step = runs.current()?.step ?? 0;
    if (shownStep === step) return;
    shownAt = now();
    shownStep = step;
    const rows = await queue(() => session.reconstruct(id, "test", indices));
    const { labels } = await queue(() => session.pictures("test", indices));
    report({ type: "reconstructions", run: id, reconstructions: { step, labels, ...rows } });
  }

  /** @param {{model: string, overrides: Overrides}} asked @returns {Description} */
  function describe({ model, overrides }) {
    const defaults = wasm.defaults(model);
    const config = { ...defaults, ...trim(overrides, defaults) };
    try {
      return { defaults, config, summary: wasm.summary(config), error: null };
    } catch (thrown) {
      if (fatal(thrown)) throw thrown;
      return { defaults, config, summary: null, error: sentence(thrown) };
    }
  }

  const configOf = (/** @type {{model: string, overrides: Overrides}} */ asked) => describe(asked).config;
  const answer = createAnswers({ wasm, session, queue, runs, configOf, testCount: () => session.count("test") });

  /** @param {Extract<Command, {type: "browse"}>} asked @returns {Page} */
  function browse({ split, label, offset, count }) {
    const { total, indices } = session.browse(split, label ?? undefined, offset, count);
    return { total, indices, ...session.pictures(split, indices) };
  }

  return {
    models,
    /** Does what the page asks; the value is the answer, an error the refusal.
     * @param {Command} command @returns {Promise<any>} */
    async handle(command) {
      switch (command.type) {
        case "open":
          report({ type: "opened", models, backends: wasm.backends(), version: wasm.version() });
          await runs.list();
          return data.open(command.data);
        case "describe":
          return describe(command);
        case "samples": {
          const { seed, count } = command;
          return queue(() => {
            const some = (/** @type {string} */ split) => session.pictures(split, session.sample(split, count, seed));
            return { train: some("train"), test: some("test") };
          });
        }
        case "browse":
          return queue(() => browse(command));
        case "pictures":
          return queue(() => session.pictures(command.source, command.indices));
        case "shown":
          return queue(() => {
            const indices = pickShown();
            return { indices, ...session.pictures("test", indices) };
          });
        case "start": {
          const config = configOf(command.job);
          if (command.backend === "wgpu") await queue(() => devices.prepare(config));
          return runner.start(() => runs.begin(command.job, config, command.backend));
        }
        case "continue":
          return runner.start(() => runs.goOn(command.run, command.backend));
        case "probe":
          return probe();
        case "check":
          return queue(() => devices.check(configOf(command)));
        case "trial":
          pool.resize(command.workers);
          return queue(() => devices.trial(configOf(command)));
        case "hand-over":
          return data.handOver();
        case "adopt":
          return data.adopt(command.data);
        case "workers":
          return pool.resize(command.count);
        case "pause":
          return runner.pause();
        case "resume":
          return runner.resume();
        case "step":
          return runner.step();
        case "stop":
          return runner.stop();
        case "import":
          if (runner.active()) throw new Error(text.errors.busy);
          return data.take(command.files);
        case "forget":
          if (runner.active()) throw new Error(text.errors.busy);
          return data.forget();
        case "label":
          return runs.label(command.run, command);
        case "discard":
          return runs.discard(command.run);
        default:
          return answer(command);
      }
    },
  };
}
