// The pictures of this worker: loaded from the folder beside the page, kept from an earlier visit,
// given by the visitor, or handed over by another worker. Knows no run and no question.

import { sentence } from "../../protocol.js";
import { text } from "../../strings.js";

/** @import { Source } from "../store/bundled.js" */
/** @import { HandedOver, Manifest, Report, ShardEntry } from "../../protocol.js" */

/** A file of the visitor's, with its place in the folder that it came from.
 * @typedef {{path: string, file: File}} Given */

/** Shards as the wasm module makes them of other files.
 * @typedef {{manifest(): string, count(): number, file(i: number): string, take(i: number): Uint8Array, free(): void}} Decoded */

/**
 * @typedef {object} Keeper
 * @property {(file: string, bytes: Uint8Array) => Promise<void>} add
 * @property {(manifest: string) => Promise<void>} finish
 * @property {() => Promise<void>} abandon
 */

/** @typedef {{open: () => Promise<Source|null>, begin: () => Promise<Keeper>, forget: () => Promise<void>}} Kept */

/** The first shard of each split, then the rest: pictures can be shown before all are here.
 * @param {Manifest} manifest @returns {ShardEntry[]} */
export function loadingOrder({ train, test }) {
  const first = [train.shards[0], test.shards[0]].filter(Boolean);
  return [...first, ...train.shards.slice(1), ...test.shards.slice(1)];
}

/**
 * @param {object} parts
 * @param {any} parts.session
 * @param {ReturnType<typeof import("../compute/runner.js").createQueue>} parts.queue
 * @param {(report: Report) => void} parts.report
 * @param {(thrown: unknown) => boolean} parts.fatal
 * @param {(address: string|null) => Source} parts.bundled  the folder at an address, or the page's own
 * @param {Kept} parts.kept
 * @param {(files: Given[]) => Promise<Decoded>} parts.decode  what the visitor gave, as shards
 */
export function createData({ session, queue, report, fatal, bundled, kept, decode }) {
  /** Loads are numbered; an overtaken one gives up. */
  let loading = 0;
  /** The manifest's text, once all its shards are here. */
  let whole = "";
  let hash = "";
  /** @type {Manifest|null} */
  let manifest = null;
  /** @type {string|null} */
  let folder = null;

  /** @param {string} words @returns {Promise<Manifest>} */
  async function begin(words) {
    whole = "";
    /** @type {Manifest} */
    const read = await queue(() => session.set_manifest(words));
    manifest = read;
    hash = session.fingerprint();
    return read;
  }

  /** @param {Source} source @param {"bundled"|"kept"} origin */
  async function load(source, origin) {
    loading += 1;
    const mine = loading;
    const words = await source.manifest();
    if (mine !== loading) return;
    const read = await begin(words);
    report({ type: "data-found", manifest: read, hash, origin });
    const order = loadingOrder(read);
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
      await load(bundled(folder), "bundled");
    } catch (thrown) {
      if (!fatal(thrown)) report({ type: "data-failed", message: sentence(thrown) });
    }
  }

  /** Hands decoded pictures to the session and to the keeper, one shard at a time.
   * @param {Decoded} decoded */
  async function keep(decoded) {
    loading += 1;
    const words = decoded.manifest();
    const read = await begin(words);
    report({ type: "data-found", manifest: read, hash, origin: "kept" });
    /** @type {unknown} */
    let trouble = null;
    let keeper = await kept.begin().catch((thrown) => ((trouble = thrown), null));
    const total = loadingOrder(read).reduce((sum, shard) => sum + shard.bytes, 0);
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

  return {
    /** What a run says of the pictures it learned from. */
    identity: () => ({
      name: manifest?.name ?? "",
      hash,
      synthetic: manifest?.synthetic ?? false,
      classes: manifest?.classes ?? [],
    }),

    /** The visitor's own pictures if some are kept and whole, else those at `address`.
     * @param {string|null} address */
    async open(address) {
      folder = address;
      // A page that names its pictures means those.
      const own = address === null ? await kept.open() : null;
      if (own) {
        try {
          return await load(own, "kept");
        } catch (thrown) {
          if (fatal(thrown)) return;
          report({ type: "notice", message: text.errors.keptDamaged(sentence(thrown)) });
        }
      }
      await loadBundled();
    },

    /** Takes what the visitor gives in place of the pictures so far. @param {Given[]} files */
    async take(files) {
      report({ type: "import-progress", stage: "reading" });
      const decoded = await decode(files);
      try {
        report({ type: "import-progress", stage: "keeping" });
        await keep(decoded);
      } finally {
        decoded.free();
      }
    },

    async forget() {
      await kept.forget();
      await loadBundled();
    },

    /** The data set, for the worker that takes this one's place. @returns {Promise<HandedOver>} */
    async handOver() {
      if (whole === "") throw new Error(text.errors.notWhole);
      const shards = [];
      for (const { file } of loadingOrder(JSON.parse(whole)))
        shards.push({ file, bytes: /** @type {Uint8Array} */ (await queue(() => session.shard(file))) });
      return { manifest: whole, shards };
    },

    /** Takes what another worker hands over; the page knows the pictures already.
     * @param {HandedOver} data */
    async adopt({ manifest: words, shards }) {
      await begin(words);
      for (const { file, bytes } of shards) await queue(() => session.add_shard(file, bytes));
      whole = words;
    },
  };
}
