// Answers the page's commands with the wasm session: pictures in, runs trained, queries answered. What it
// needs of the browser is handed in, so that it runs in Node on a stand-in session.

import { limits, longestStep } from "../app/limits.js";
import { reconstructs } from "../app/models.js";
import { trim } from "../app/settings.js";
import { sentence } from "../protocol.js";
import { text } from "../strings.js";
import { createDevices } from "./compute/devices.js";
import { createQueue } from "./compute/queue.js";
import { createReplicas } from "./compute/replicas.js";
import { createRunner } from "./compute/runner.js";
import { createRuns } from "./compute/runs.js";
import { createCancelling } from "./intake/cancelling.js";
import { createData } from "./intake/data.js";
import { createQueries } from "./queries/queries.js";

/** @import { Run } from "../app/run.js" */
/** @import { Waiting } from "../app/waiting.js" */
/** @import { Answers, Command, CommandOf, Config, Description, Gpu, Handlers, ImportRequest, Model, Overrides, PictureShape, Report, Storage } from "../protocol.js" */
/** @import { DataParallelRun, ReplicaHandle } from "./compute/replicas.js" */
/** @import { Cancelling } from "./intake/cancelling.js" */
/** @import { VisitorFile } from "./intake/data.js" */
/** @import { ShardSource } from "./store/bundled.js" */
/** @import { Claims } from "./store/claims.js" */
/** @import { PictureStore } from "./store/picture-store.js" */
/** @import { RunStore } from "./store/run-store.js" */
/** @import { Left } from "./store/opfs-migration.js" */
/** @import { DecodedData, Wasm } from "./wasm.js" */

/** This many test pictures are reconstructed while an autoencoder is trained, always the same ones. */
const SHOWN = { count: 8, seed: 0 };
const SHOW_MS = 1000;

/**
 * What the engine needs from the world.
 * @typedef {object} World
 * @property {Wasm} wasm
 * @property {(report: Report) => void} report
 * @property {() => number} now  milliseconds
 * @property {() => number} date  milliseconds since 1970
 * @property {() => Promise<void>} nextTask
 * @property {Waiting} waits
 * @property {() => void} stuck  told when a call into the module does not come back
 * @property {(thrown: unknown) => boolean} fatal  takes the errors that kill the module
 * @property {() => Promise<Gpu>} probe  looks for a GPU
 * @property {(address: string|null) => ShardSource} bundled
 * @property {PictureStore} pictureStore
 * @property {RunStore} runStore
 * @property {() => Promise<Left>} takeOver  what earlier versions kept, into these
 * @property {(place: string|null) => Promise<Storage>} usage  what is kept and how much room it takes
 * @property {() => Promise<Pick<Storage, "used"|"quota">>} room  that the browser gives
 * @property {Claims} claims
 * @property {() => ReplicaHandle} openReplica
 * @property {ReturnType<typeof import("./compute/pipelines.js").createPipelines>} pipelines  of the GPU
 * @property {(files: VisitorFile[], request: ImportRequest|null, report: (report: Report) => void, cancelling: Cancelling) => Promise<DecodedData>} decode
 * @property {(picture: Blob|ImageBitmap, shape: PictureShape|undefined) => Promise<ImageData>} shrink  as the networks see it
 */

/** @param {World} world */
export function createEngine({
  wasm, report, now, date, nextTask, waits, stuck, fatal, probe, bundled, pictureStore, runStore, takeOver, usage, room, claims, openReplica, pipelines, decode, shrink,
}) {
  const session = new wasm.Session();
  const queue = createQueue(waits, stuck);
  const presets = wasm.presets();
  /** The test pictures to reconstruct, while an autoencoder is trained. @type {Uint32Array|null} */
  let shown = null;
  let shownAt = 0;
  let shownStep = -1;
  /** @type {ReturnType<typeof createCancelling>|null} */
  let importing = null;

  const data = createData({
    session, queue, report, fatal, bundled,
    store: pictureStore,
    decode: (files, request, cancelling) => decode(files, request, report, cancelling),
  });
  const runs = createRuns({ session, queue, report, fatal, now, waits, date, store: runStore, room, claims, version: wasm.version(), data: data.identity });

  /** @returns {Uint32Array} */
  const pickShown = () => session.sample("test", SHOWN.count, SHOWN.seed);

  const replicas = createReplicas({
    open: openReplica,
    waits,
    now,
    gaveUp: (thrown) => report({ type: "notice", message: text.compute.noReplicas(sentence(thrown)) }),
  });
  const devices = createDevices({ wasm, report, now, replicas, pipelines, probe, summary: (config) => session.summary(config), picture: data.picture });
  const runner = createRunner({
    session: {
      workers: replicas.workers,
      async advance(id, workItems) {
        const config = runs.current()?.plan.config;
        if (!config) return session.advance(id, workItems);
        /** @type {DataParallelRun} */
        const run = {
          is_data_parallel: () => session.is_data_parallel(id),
          advance: (workItems) => session.advance(id, workItems),
          scatter: (workers, rooms) => session.scatter(id, workers, rooms),
          scatter_prefetch: (workers) => session.scatter_prefetch(id, workers),
          prefetch: (workers) => session.prefetch(id, workers),
          compute_local: (workers) => session.compute_local(id, workers),
          reduce: (local, outputs) => session.reduce(id, local, outputs),
        };
        const events = await replicas.advance(run, config, workItems);
        const diagnosis = events.some(({ type }) => type === "epoch") ? await session.diagnose(id) : undefined;
        return diagnosis ? [...events, diagnosis] : events;
      },
    },
    queue,
    // On the CPU nothing is waited for but replicas, which have limits of their own.
    limitOf(workItems) {
      const run = runs.current();
      return run?.backend === "wgpu" ? limits.call + workItems * longestStep(run) : Infinity;
    },
    now,
    nextTask,
    fatal,
    report(told) {
      // An epoch is kept before the page hears of it: what is told is not lost.
      const kept = runs.note(told);
      if (kept) return kept.then(() => report(told));
      report(told);
    },
    begun: async (run) => {
      await runs.begun();
      shownStep = -1;
      shown = await queue(pickShown);
      // On a GPU a classifier's would hold up the first step: kernels for a batch of this size are compiled first.
      if (reconstructs(run.plan.config) || run.backend !== "wgpu") await show(run.id, shown);
    },
    afterAdvance: async (id, epochTrained) => {
      // The end of every epoch is shown: the last of a phase is what its stage has come to.
      const due = epochTrained || now() - shownAt >= SHOW_MS || runner.held();
      if (shown && due) await show(id, shown);
      await runs.caughtUp();
    },
  });

  /** What the current run's network makes of a few test pictures now, which may be a step after it was begun.
   * @param {string} id @param {Uint32Array} indices */
  async function show(id, indices) {
    const run = runs.current();
    if (run?.id !== id || shownStep === run.step) return;
    const { step, plan: { config } } = run;
    shownAt = now();
    shownStep = step;
    if (reconstructs(config)) {
      const rows = await queue(() => session.reconstruct(id, "test", indices));
      return report({ type: "reconstructions", run: id, reconstructions: { step, ...rows } });
    }
    const probabilities = await queue(() => session.predict(id, "test", indices));
    const pictures = await queue(() => session.pictures("test", indices));
    report({ type: "predictions", run: id, predictions: { step, ...pictures, probabilities, classes: probabilities.length / Math.max(1, indices.length) } });
  }

  /** @param {{model: Model, overrides: Overrides}} asked @returns {Config} */
  function configOf({ model, overrides }) {
    const defaults = wasm.defaults(model);
    return { ...defaults, ...trim(overrides, defaults) };
  }

  /** In the queue, since the summary is the session's: it knows the classes of the data.
   * @param {{model: Model, overrides: Overrides}} asked @returns {Promise<Description>} */
  async function describe(asked) {
    const defaults = wasm.defaults(asked.model);
    const config = configOf(asked);
    try {
      return { defaults, config, summary: await queue(() => session.summary(config)), error: null };
    } catch (thrown) {
      if (fatal(thrown)) throw thrown;
      return { defaults, config, summary: null, error: sentence(thrown) };
    }
  }

  const queries = createQueries({ wasm, session, queue, runs, configOf, testCount: () => session.count("test") });

  /** @param {Left} left */
  function tellLeft({ damaged, why }) {
    if (damaged.length > 0) report({ type: "notice", message: text.storage.leftDamaged(damaged) });
    if (why) report({ type: "notice", message: text.storage.notTaken(sentence(why)) });
  }

  const idle = () => {
    if (runner.active()) throw new Error(text.errors.busy);
  };

  /** @type {Handlers<Command["type"]>} */
  const handlers = {
    ...queries,
    async open({ data: address }) {
      report({ type: "opened", models: presets, backends: wasm.backends(), version: wasm.version() });
      await takeOver().then(tellLeft, (thrown) => report({ type: "notice", message: text.storage.notTaken(sentence(thrown)) }));
      await runs.list();
      return data.open(address);
    },
    "read-model": (command) => wasm.read_model(command.text),
    describe,
    samples: ({ seed, count }) =>
      queue(() => {
        const some = (/** @type {"train"|"test"} */ split) => session.pictures(split, session.sample(split, count, seed));
        return { train: some("train"), test: some("test") };
      }),
    browse: ({ split, label, offset, count }) => queue(() => session.browse(split, label ?? undefined, offset, count)),
    pictures: ({ source, indices }) => queue(() => session.pictures(source, indices)),
    shown: () =>
      queue(() => {
        const indices = pickShown();
        return { indices, ...session.pictures("test", indices) };
      }),
    async start({ job, backend }) {
      const config = configOf(job);
      if (backend === "wgpu") await queue(() => devices.prepare(config), limits.longWork);
      return runner.start(() => runs.begin(job, config, backend));
    },
    continue: ({ run, backend, paused }) => runner.start(() => runs.resume(run, backend, paused)),
    probe: () => probe(),
    "self-test": (command) => queue(() => devices.selfTest(configOf(command)), limits.longWork),
    "speed-test"(command) {
      replicas.resize(command.workers);
      return queue(() => devices.speedTest(configOf(command)), limits.longWork);
    },
    async "hand-over"() {
      // This worker ends when another has the pictures.
      await runs.caughtUp();
      return data.handOver();
    },
    shard: ({ file }) => queue(() => session.shard(file)),
    adopt: ({ manifest, folder }) => data.adopt(manifest, folder),
    "adopt-shard": ({ file, bytes }) => data.adoptShard(file, bytes),
    workers: ({ count }) => replicas.resize(count),
    pause: runner.pause,
    resume: runner.resume,
    step: runner.step,
    stop: runner.stop,
    async import({ files, request = null }) {
      idle();
      importing = createCancelling();
      try {
        await data.take(files, request, importing);
      } finally {
        importing = null;
      }
    },
    "cancel-import": () => importing?.cancel(),
    shrink: ({ picture }) => shrink(picture, data.picture()),
    "use-set"({ set }) {
      idle();
      return data.use(set);
    },
    "delete-set"({ set }) {
      idle();
      return data.remove(set);
    },
    keep: runs.keepNow,
    storage: () => usage(data.folder()),
    label: (command) => runs.label(command.run, command),
    discard: ({ run }) => runs.discard(run),
  };

  return {
    /** Does what the page asks; the value is the answer, an error the refusal.
     * @template {Command["type"]} T @param {CommandOf<T> & {type: T}} command @returns {Promise<Answers[T]>} */
    async handle(command) {
      return handlers[command.type](command);
    },
  };
}
