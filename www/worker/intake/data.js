// The pictures of this worker: loaded from the folder beside the page, kept from an earlier visit,
// imported by the visitor, or handed over by another worker.

import { sentence } from "../../protocol.js";
import { text } from "../../strings.js";
import { isClosed } from "../store/failures.js";

/** @import { HandedOver, ImportRequest, Manifest, Report, ShardEntry } from "../../protocol.js" */
/** @import { Queue } from "../compute/queue.js" */
/** @import { ShardSource } from "../store/bundled.js" */
/** @import { PictureStore } from "../store/picture-store.js" */
/** @import { DecodedData, Session } from "../wasm.js" */
/** @import { Cancelling } from "./cancelling.js" */

/** A file of the visitor's, with its path in the folder that it came from.
 * @typedef {{path: string, file: File}} VisitorFile */

/** The first shard of each split, then the rest: pictures can be shown before all are here.
 * @param {Manifest} manifest @returns {ShardEntry[]} */
export function loadingOrder({ train, test }) {
  const first = [train.shards[0], test.shards[0]].filter(Boolean);
  return [...first, ...train.shards.slice(1), ...test.shards.slice(1)];
}

/**
 * @param {object} parts
 * @param {Session} parts.session
 * @param {Queue} parts.queue
 * @param {(report: Report) => void} parts.report
 * @param {(thrown: unknown) => boolean} parts.fatal
 * @param {(address: string|null) => ShardSource} parts.bundled  the folder at an address, or the page's own
 * @param {PictureStore} parts.store
 * @param {(files: VisitorFile[], request: ImportRequest|null, cancelling: Cancelling) => Promise<DecodedData>} parts.decode  makes shards of them
 */
export function createData({ session, queue, report, fatal, bundled, store, decode }) {
  /** Loads are numbered; an overtaken one gives up. */
  let loading = 0;
  /** The manifest's text, once all its shards are here. */
  let complete = "";
  /** The manifest's text of pictures that another worker hands over. */
  let adopted = "";
  let hash = "";
  /** @type {Manifest|null} */
  let manifest = null;
  /** @type {string|null} */
  let folder = null;

  /** @param {string} words @returns {Promise<Manifest>} */
  async function begin(words) {
    complete = "";
    const read = await queue(() => session.set_manifest(words));
    manifest = read;
    hash = session.fingerprint();
    return read;
  }

  /** @param {ShardSource} source @param {"bundled"|"kept"} origin */
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
    complete = words;
    report({ type: "data-ready" });
  }

  async function loadBundled() {
    try {
      await load(bundled(folder), "bundled");
    } catch (thrown) {
      if (!fatal(thrown)) report({ type: "data-failed", message: sentence(thrown) });
    }
  }

  /** Hands decoded pictures to the session and to the store, one shard at a time. Older sets stay kept.
   * @param {DecodedData} decoded */
  async function keep(decoded) {
    loading += 1;
    const words = decoded.manifest();
    const read = await begin(words);
    report({ type: "data-found", manifest: read, hash, origin: "kept" });
    /** @type {unknown} */
    let trouble = null;
    let writer = await store.begin(words, folder).catch((thrown) => ((trouble = thrown), null));
    const total = loadingOrder(read).reduce((sum, shard) => sum + shard.bytes, 0);
    let bytes = 0;
    for (let i = 0; i < decoded.count(); i += 1) {
      const file = decoded.file(i);
      const content = decoded.take(i);
      const { loaded } = await queue(() => session.add_shard(file, content));
      bytes += content.length;
      report({ type: "data-progress", bytes, total, loaded });
      try {
        await writer?.add(file, content);
      } catch (thrown) {
        trouble = thrown;
        await writer?.abandon().catch(() => {});
        writer = null;
      }
    }
    complete = words;
    await writer?.finish().catch(async (thrown) => {
      trouble = thrown;
      await writer?.abandon().catch(() => {});
    });
    report({ type: "data-ready" });
    if (!trouble) return;
    report({ type: "data-not-kept" });
    report({ type: "notice", message: text.errors.notKept(sentence(trouble)) });
  }

  /** The visitor's own pictures that are in use, or null where there are none or they cannot be read, which
   * is then said. */
  async function ownPictures() {
    try {
      return await store.open(folder);
    } catch (thrown) {
      if (!isClosed(thrown)) report({ type: "notice", message: text.errors.keptDamaged(sentence(thrown)) });
      return null;
    }
  }

  /** Loads the visitor's own pictures, or those beside the page. */
  async function loadInUse() {
    const own = await ownPictures();
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

  return {
    /** The shape of the pictures; undefined before there are any. */
    picture: () => manifest?.picture,

    /** What a run says of the pictures that it is trained on. */
    identity: () => ({
      name: manifest?.name ?? "",
      hash,
      synthetic: manifest?.synthetic ?? false,
      classes: manifest?.classes ?? [],
    }),

    /** The folder that the page's address names, or null for the page's own. */
    folder: () => folder,

    /** The visitor's own pictures if some are in use there and undamaged, else those at `address`: an address that
     * names pictures means those, until others are given there.
     * @param {string|null} address */
    async open(address) {
      folder = address;
      await loadInUse();
    },

    /** Takes the visitor's files in place of the pictures so far, unless it is cancelled before they are.
     * @param {VisitorFile[]} files @param {ImportRequest|null} request @param {Cancelling} cancelling */
    async take(files, request, cancelling) {
      report({ type: "import-progress", stage: "reading" });
      const decoded = await decode(files, request, cancelling);
      try {
        cancelling.check();
        report({ type: "import-progress", stage: "keeping" });
        await keep(decoded);
      } finally {
        decoded.free();
      }
    },

    /** Goes on with another set that is kept, or with the pictures beside the page. @param {string|null} set */
    async use(set) {
      await store.use(set, folder).catch((thrown) => {
        if (set !== null || !isClosed(thrown)) throw thrown;
      });
      await (set === null ? loadBundled() : loadInUse());
    },

    /** Deletes a set; where it is in use, the pictures beside the page follow. @param {string} set */
    async remove(set) {
      const wasInUse = (await store.current(folder)) === set;
      await store.remove(set);
      if (wasInUse) await loadBundled();
    },

    /** The data set, for the worker that takes this one's place: its shards are asked for one by one.
     * @returns {HandedOver} */
    handOver() {
      if (complete === "") throw new Error(text.errors.notComplete);
      return { manifest: complete, files: loadingOrder(JSON.parse(complete)).map(({ file }) => file), folder };
    },

    /** Takes what another worker hands over, shard by shard; the page knows the pictures already.
     * @param {string} words  the manifest @param {string|null} address  of the page's folder */
    async adopt(words, address) {
      folder = address;
      await begin(words);
      adopted = words;
    },
    /** @param {string} file @param {Uint8Array} bytes */
    async adoptShard(file, bytes) {
      if ((await queue(() => session.add_shard(file, bytes))).complete) complete = adopted;
    },
  };
}
