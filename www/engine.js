// Answers the page's commands with the wasm session: data in, runs driven, pictures out.
// It knows no worker and no message channel, so it runs in Node against a stand-in session.

import { createDevices } from "./devices.js";
import { createQueue, createRunner } from "./runner.js";
import { sentence } from "./protocol.js";
import { trim } from "./settings.js";
import { text } from "./strings.js";

/** @import { Source } from "./bundled.js" */
/** @import { Command, Description, Gpu, HandedOver, Manifest, Model, Overrides, Reconstructions, Report, ShardEntry } from "./protocol.js" */

/** Reconstructions are drawn of this many test pictures, always the same ones. */
const SHOWN = { count: 8, seed: 0 };
const REDRAW_MS = 1000;

/**
 * What the engine needs from the world.
 * @typedef {object} World
 * @property {any} wasm  the wasm module's exports
 * @property {(report: Report) => void} report
 * @property {() => number} now  milliseconds
 * @property {() => Promise<void>} nextTask
 * @property {(thrown: unknown) => boolean} fatal  takes the errors that kill the module
 * @property {() => Promise<Gpu>} probe  looks for a GPU
 * @property {Source} bundled
 * @property {{open: () => Promise<Source|null>, begin: () => Promise<Keeper>, forget: () => Promise<void>}} kept
 */

/**
 * @typedef {object} Keeper
 * @property {(file: string, bytes: Uint8Array) => Promise<void>} add
 * @property {(manifest: string) => Promise<void>} finish
 * @property {() => Promise<void>} abandon
 */

/** The first shard of each split, then the rest: pictures can be shown before all are here.
 * @param {Manifest} manifest @returns {ShardEntry[]} */
export function loadingOrder({ train, test }) {
  const first = [train.shards[0], test.shards[0]].filter(Boolean);
  return [...first, ...train.shards.slice(1), ...test.shards.slice(1)];
}

/** One or two record files, or one archive: the test file is told by its name.
 * @param {File[]} files */
function sortFiles(files) {
  if (files.length > 2) throw new Error(text.errors.tooManyFiles(files.length));
  const [train, test] = [...files].sort(
    (a, b) => Number(/test/i.test(a.name)) - Number(/test/i.test(b.name)),
  );
  return { train, test };
}

/** @param {World} world */
export function createEngine({ wasm, report, now, nextTask, fatal, probe, bundled, kept }) {
  const session = new wasm.Session();
  const queue = createQueue();
  const devices = createDevices({ wasm, report, now });
  /** @type {Model[]} */
  const models = wasm.models();
  /** Loads are numbered; an overtaken one gives up. */
  let loading = 0;
  /** The manifest's text, once all its shards are here. */
  let whole = "";
  /** @type {Uint32Array|null} the test pictures to reconstruct, while an autoencoder is run */
  let shown = null;
  let shownAt = 0;
  let shownStep = -1;
  let lastStep = 0;

  const runner = createRunner({
    session,
    queue,
    now,
    nextTask,
    fatal,
    report: (told) => {
      if (told.type === "run-events")
        for (const event of told.events) if ("step" in event) lastStep = event.step;
      report(told);
    },
    begun: async ({ config }) => {
      lastStep = 0;
      shownStep = -1;
      const kind = models.find((model) => model.name === config.model)?.kind;
      shown =
        kind === "autoencoder"
          ? await queue(() => session.pick("test", SHOWN.count, SHOWN.seed))
          : null;
      if (shown) await reconstruct(shown);
    },
    afterPull: async () => {
      const due = now() - shownAt >= REDRAW_MS || runner.held();
      if (shown && due) await reconstruct(shown);
    },
  });

  /** @param {Uint32Array} indices */
  async function reconstruct(indices) {
    if (shownStep === lastStep) return;
    shownAt = now();
    const step = lastStep;
    shownStep = step;
    const rows = await queue(() => session.reconstruct("test", indices));
    const { labels } = await queue(() => session.pictures("test", indices));
    /** @type {Reconstructions} */
    const reconstructions = { step, labels, ...rows };
    report({ type: "reconstructions", reconstructions });
  }

  /** @param {Source} source @param {"bundled"|"kept"} origin */
  async function load(source, origin) {
    loading += 1;
    const mine = loading;
    whole = "";
    const words = await source.manifest();
    /** @type {Manifest} */
    const manifest = await queue(() => session.set_manifest(words));
    if (mine !== loading) return;
    report({ type: "data-found", manifest, origin });
    const order = loadingOrder(manifest);
    const total = order.reduce((sum, shard) => sum + shard.bytes, 0);
    let bytes = 0;
    let loaded = { train: 0, test: 0 };
    const tell = () => report({ type: "data-progress", bytes, total, loaded });
    tell();
    for (const shard of order) {
      const content = await source.shard(shard.file, (more) => {
        bytes += more;
        if (mine === loading) tell();
      });
      if (mine !== loading) return;
      loaded = (await queue(() => session.add_shard(shard.file, content))).loaded;
      tell();
    }
    whole = words;
    report({ type: "data-ready" });
  }

  async function loadBundled() {
    try {
      await load(bundled, "bundled");
    } catch (thrown) {
      if (!fatal(thrown)) report({ type: "data-failed", message: sentence(thrown) });
    }
  }

  /** The visitor's own pictures if some are kept and whole, else the bundled ones. */
  async function loadAny() {
    const own = await kept.open();
    if (own) {
      try {
        return await load(own, "kept");
      } catch (thrown) {
        if (fatal(thrown)) return;
        report({ type: "notice", message: text.errors.keptDamaged(sentence(thrown)) });
      }
    }
    await loadBundled();
  }

  /** @param {File[]} files */
  async function take(files) {
    if (runner.active()) throw new Error(text.errors.busy);
    const { train, test } = sortFiles(files);
    report({ type: "import-progress", stage: "reading" });
    const bytes = new Uint8Array(await train.arrayBuffer());
    const testBytes = test ? new Uint8Array(await test.arrayBuffer()) : undefined;
    report({ type: "import-progress", stage: "decoding" });
    await nextTask();
    const decoded = await queue(() => wasm.decode(train.name, bytes, testBytes));
    try {
      report({ type: "import-progress", stage: "keeping" });
      await keep(decoded);
    } finally {
      decoded.free();
    }
  }

  /** Hands decoded pictures to the session and to the keeper, one shard at a time.
   * @param {{manifest(): string, count(): number, file(i: number): string, take(i: number): Uint8Array}} decoded */
  async function keep(decoded) {
    loading += 1;
    whole = "";
    const words = decoded.manifest();
    /** @type {Manifest} */
    const manifest = await queue(() => session.set_manifest(words));
    report({ type: "data-found", manifest, origin: "kept" });
    /** @type {unknown} */
    let trouble = null;
    let keeper = await kept.begin().catch((thrown) => ((trouble = thrown), null));
    const total = loadingOrder(manifest).reduce((sum, shard) => sum + shard.bytes, 0);
    let bytes = 0;
    for (let i = 0; i < decoded.count(); i += 1) {
      const file = decoded.file(i);
      const content = decoded.take(i);
      const { loaded } = await queue(() => session.add_shard(file, content));
      bytes += content.length;
      report({ type: "data-progress", bytes, total, loaded });
      try {
        await keeper?.add(file, content);
      } catch (thrown) {
        trouble = thrown;
        await keeper?.abandon().catch(() => {});
        keeper = null;
      }
    }
    whole = words;
    await keeper?.finish(words).catch((thrown) => (trouble = thrown));
    report({ type: "data-ready" });
    if (trouble) report({ type: "notice", message: text.errors.notKept(sentence(trouble)) });
  }

  /** The data set, for the worker that takes this one's place. @returns {Promise<HandedOver>} */
  async function handOver() {
    if (whole === "") throw new Error(text.errors.notWhole);
    const shards = [];
    for (const { file } of loadingOrder(JSON.parse(whole)))
      shards.push({ file, bytes: /** @type {Uint8Array} */ (await queue(() => session.shard(file))) });
    return { manifest: whole, shards };
  }

  /** Takes what another worker hands over; the page knows the pictures already. @param {HandedOver} data */
  async function adopt({ manifest, shards }) {
    await queue(() => session.set_manifest(manifest));
    for (const { file, bytes } of shards) await queue(() => session.add_shard(file, bytes));
    whole = manifest;
  }

  /** @param {string} model @param {Overrides} overrides @returns {Description} */
  function describe(model, overrides) {
    const defaults = wasm.defaults(model);
    const config = { ...defaults, ...trim(overrides, defaults) };
    try {
      return { defaults, config, summary: wasm.summary(config), error: null };
    } catch (thrown) {
      if (fatal(thrown)) throw thrown;
      return { defaults, config, summary: null, error: sentence(thrown) };
    }
  }

  const configOf = (/** @type {{model: string, overrides: Overrides}} */ { model, overrides }) =>
    describe(model, overrides).config;

  return {
    models,
    /** Does what the page asks; the value is the answer, an error the refusal.
     * @param {Command} command @returns {Promise<any>} */
    async handle(command) {
      switch (command.type) {
        case "open":
          report({ type: "opened", models, backends: wasm.backends() });
          return loadAny();
        case "describe":
          return describe(command.model, command.overrides);
        case "samples": {
          const { seed, count } = command;
          return queue(() => {
            const some = (/** @type {string} */ split) =>
              session.pictures(split, session.pick(split, count, seed));
            return { train: some("train"), test: some("test") };
          });
        }
        case "start":
          return runner.start(configOf(command), command.paused, command.backend);
        case "probe":
          return probe();
        case "check":
          return devices.check(configOf(command));
        case "trial":
          return devices.trial(configOf(command));
        case "hand-over":
          return handOver();
        case "adopt":
          return adopt(command.data);
        case "pause":
          return runner.pause();
        case "resume":
          return runner.resume();
        case "step":
          return runner.step();
        case "stop":
          return runner.stop();
        case "import":
          return take(command.files);
        case "forget":
          if (runner.active()) throw new Error(text.errors.busy);
          await kept.forget();
          return loadBundled();
      }
    },
  };
}
