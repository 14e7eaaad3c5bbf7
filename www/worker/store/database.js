// The page's database: runs, their snapshots and the visitor's pictures, in IndexedDB through `idb`.
//
// Why IndexedDB, and not OPFS with files written beside and renamed: a transaction takes a record and its
// snapshot together or not at all, however the worker ends, and those of two tabs wait for each other
// without a lock; a journal over OPFS would have to do both itself, with Web Locks and with `move`,
// which says nothing of two files at once. IndexedDB is there on plain HTTP, where neither OPFS nor Web
// Locks exist, and in workers of Chromium, Firefox and Safari. What OPFS does better, writing into the
// middle of a large file, nobody does here: a snapshot is 1 to 10 MB, and 184 MB of pictures come in
// shards of 8 MB.

import { openDB } from "../../vendor/idb.js";
import { limits } from "../../app/limits.js";
import { WaitError, waiting } from "../../app/waiting.js";
import { sentence } from "../../protocol.js";
import { text } from "../../strings.js";
import { closed, failure, full, isFull, isNamed } from "./failures.js";

/** @import { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from "idb" */
/** @import { EpochEvent } from "../../run-events.js" */
/** @import { Run } from "../../app/run.js" */

/** A run as it was when its snapshot was taken; `named`: by the visitor; `savedAt`: milliseconds since 1970.
 * @typedef {{id: string, format: number, run: Run, named: boolean, bytes: number, savedAt: number}} RunRecord */

/** An epoch that ended after the last snapshot; `index` counts from 0 over the whole run.
 * @typedef {{run: string, index: number, event: EpochEvent}} EpochRecord */

/** A set of pictures; while it is not complete, `touchedAt` says when its last shard came.
 * @typedef {{id: string, format: number, manifest: string, name: string, bytes: number, complete: boolean, addedAt: number, touchedAt: number}} SetRecord */

/**
 * @typedef {object} Stores
 * @property {{key: string, value: RunRecord}} runs
 * @property {{key: string, value: Uint8Array<ArrayBuffer>}} snapshots  by run
 * @property {{key: [string, number], value: EpochRecord}} epochs
 * @property {{key: string, value: SetRecord}} sets
 * @property {{key: [string, string], value: Uint8Array<ArrayBuffer>}} shards  by set and file
 * @property {{key: string, value: any}} notes  a few values by name
 */

/** @typedef {DBSchema & Stores} Schema */
/** @typedef {keyof Stores} StoreName */
/** @template {IDBTransactionMode} M @typedef {IDBPTransaction<Schema, StoreNames<Schema>[], M>} Transaction */

/**
 * @typedef {object} Database
 * @property {<T>(stores: StoreName[], job: (tx: Transaction<"readonly">) => Promise<T>) => Promise<T>} read
 * @property {<T>(stores: StoreName[], job: (tx: Transaction<"readwrite">) => Promise<T>, durability?: "strict"|"relaxed") => Promise<T>} write
 *   all that `job` does or nothing; `strict`: on the disk when it is done
 * @property {() => Promise<boolean>} isNewer  whether a newer version of the page made it: it is only read
 */

const NAME = "tabgrad";
/** Of the stores. A new one adds its part to `upgrade`; what is there is never made anew. */
const VERSION = 1;
/** Of the records in them, where only these change. */
export const FORMAT = 1;

/** Every key of a store that begins with `first`. @param {string} first */
export const keysOf = (first) => IDBKeyRange.bound([first], [first, []]);

/** @param {IDBPDatabase<Schema>} db @param {number} from  its version so far; 0: it is new */
function upgrade(db, from) {
  if (from < 1) {
    db.createObjectStore("runs", { keyPath: "id" });
    db.createObjectStore("snapshots");
    db.createObjectStore("epochs", { keyPath: ["run", "index"] });
    db.createObjectStore("sets", { keyPath: "id" });
    db.createObjectStore("shards");
    db.createObjectStore("notes");
  }
}

/** The result of `job`, or `late` after `limit` milliseconds. @template T
 * @param {Promise<T>} job @param {number} limit @param {() => Error} late @returns {Promise<T>} */
const within = (job, limit, late) =>
  waiting.within(job, limit, "").catch((thrown) => {
    throw thrown instanceof WaitError ? late() : thrown;
  });

/**
 * @param {{openMs?: number, jobMs?: number, name?: string, version?: number}} [options]  how long an opening
 *   and a transaction may take
 * @returns {Database}
 */
export function createDatabase({ openMs = limits.database, jobMs = limits.storage, name = NAME, version = VERSION } = {}) {
  /** @type {Promise<{db: IDBPDatabase<Schema>, newer: boolean}>|null} */
  let opening = null;
  let blocked = false;
  let isLate = false;

  const events = {
    blocked: () => void (blocked = true),
    /** A newer version of the page wants to change the stores: it is let in. @param {unknown} _ @param {unknown} __ @param {Event} event */
    blocking(_, __, event) {
      opening = null;
      /** @type {IDBDatabase} */ (event.target).close();
    },
    terminated: () => void (opening = null),
  };

  /** @returns {Promise<{db: IDBPDatabase<Schema>, newer: boolean}>} */
  async function open() {
    try {
      // Where storage is refused, looking at it may throw.
      if (!globalThis.indexedDB) throw new Error(text.storage.noDatabase);
      return { db: await openDB(name, version, { ...events, upgrade }), newer: false };
    } catch (thrown) {
      if (!isNamed(thrown, "VersionError")) throw closed(text.storage.closed(sentence(thrown)));
      // Of whatever version it is: read, and never written.
      return { db: await openDB(name, undefined, events), newer: true };
    }
  }

  function opened() {
    if (!opening) blocked = false;
    const mine = (opening ??= open());
    mine.then(() => (isLate = false), () => void (opening === mine && (opening = null)));
    const late = () => ((isLate = true), closed(blocked ? text.storage.blocked : text.storage.silent));
    // Whoever comes after one that waited in vain does not wait as long again.
    return within(mine, isLate ? 0 : openMs, late);
  }

  /** @template T @template {IDBTransactionMode} M
   * @param {StoreName[]} stores @param {M} mode @param {IDBTransactionDurability} durability
   * @param {(tx: Transaction<M>) => Promise<T>} job @returns {Promise<T>} */
  async function transact(stores, mode, durability, job) {
    let { db, newer } = await opened();
    if (newer && mode === "readwrite") throw failure("StorageNewer", text.storage.newer);
    /** @type {Transaction<M>} */
    let tx;
    try {
      tx = /** @type {any} */ (db.transaction(stores, mode, { durability }));
    } catch (thrown) {
      if (!isNamed(thrown, "InvalidStateError")) throw thrown;
      // It was closed meanwhile, for a newer page or by the browser.
      opening = null;
      ({ db, newer } = await opened());
      if (newer && mode === "readwrite") throw failure("StorageNewer", text.storage.newer);
      tx = /** @type {any} */ (db.transaction(stores, mode, { durability }));
    }
    const ended = tx.done.then(() => null, (/** @type {unknown} */ thrown) => thrown);
    try {
      const work = job(tx).then(async (value) => {
        const failed = await ended;
        if (failed) throw failed;
        return value;
      });
      return await within(work, jobMs, () => failure("StorageSilent", text.storage.silent));
    } catch (thrown) {
      try {
        tx.abort();
      } catch {
        // It has ended already.
      }
      // A request that failed with its transaction says less than the transaction.
      const reasons = [thrown, tx.error, isNamed(thrown, "StorageSilent") ? null : await ended];
      if (reasons.some(isFull)) throw full();
      throw thrown;
    }
  }

  return {
    read: (stores, job) => transact(stores, "readonly", "default", job),
    write: (stores, job, durability = "strict") => transact(stores, "readwrite", durability, job),
    isNewer: async () => (await opened()).newer,
  };
}
