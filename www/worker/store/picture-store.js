// Pictures of the visitor's own, kept on this machine: sets of shards with their manifests. A set is
// complete when all its shards are there. A new set deletes no older one. Which of them is in use is noted for each
// place: the folder of pictures that the page's address names, or null where it names none.

import { text } from "../../strings.js";
import { FORMAT, keysOf } from "./database.js";

/** @import { Manifest } from "../../protocol.js" */
/** @import { ShardSource } from "./bundled.js" */
/** @import { Database, SetRecord, Transaction } from "./database.js" */

/** Takes a new set, one shard at a time.
 * @typedef {object} PictureWriter
 * @property {(file: string, bytes: Uint8Array) => Promise<void>} add
 * @property {() => Promise<void>} finish  it is complete, and the one in use
 * @property {() => Promise<void>} abandon
 */

/** Where a visitor's pictures are kept from one visit to the next.
 * @typedef {object} PictureStore
 * @property {(place: string|null) => Promise<ShardSource|null>} open  the set in use there, or null if none is
 * @property {(manifest: string, place: string|null) => Promise<PictureWriter>} begin  a new set, for use there; the
 *   same pictures are kept once
 * @property {(set: string|null, place: string|null) => Promise<void>} use  a complete set, or the place's own pictures
 * @property {(set: string) => Promise<void>} remove
 * @property {(place: string|null) => Promise<string|null>} current  the set in use there
 */

const CURRENT = "current-set";
/** The name of the note that says which set is in use. @param {string|null} place */
const noteOf = (place) => (place === null ? CURRENT : `${CURRENT} ${place}`);
/** The names of all such notes. */
const allNotes = () => IDBKeyRange.bound(CURRENT, `${CURRENT}!`, false, true);
const LOCK = "tabgrad-set-";
/** Without Web Locks, a set that got no shard for so long is one whose tab is gone. */
const STALE_MS = 10 * 60_000;

/** @param {any} record @returns {record is SetRecord} */
export const isSet = (record) => record?.format <= FORMAT && typeof record.manifest === "string" && record.complete === true;

/** @param {Transaction<"readwrite">} tx @param {string} set */
async function removeFrom(tx, set) {
  const notes = tx.objectStore("notes");
  const [names, values] = await Promise.all([notes.getAllKeys(allNotes()), notes.getAll(allNotes())]);
  await Promise.all([
    tx.objectStore("sets").delete(set),
    tx.objectStore("shards").delete(keysOf(set)),
    ...names.filter((_, i) => values[i] === set).map((name) => notes.delete(name)),
  ]);
}

/** @type {["sets", "shards", "notes"]} */
const ALL = ["sets", "shards", "notes"];

/** The id of the set in use. @param {Database} database @param {string|null} [place] @returns {Promise<string|null>} */
export const currentSet = (database, place = null) => database.read(["notes"], async (tx) => (await tx.objectStore("notes").get(noteOf(place))) ?? null);

/** Every set's record. @param {Database} database @returns {Promise<SetRecord[]>} */
export const allSets = (database) => database.read(["sets"], (tx) => tx.objectStore("sets").getAll());

/**
 * @param {Database} database
 * @param {object} [options]
 * @param {() => number} [options.date]
 * @param {LockManager|undefined} [options.locks]
 * @param {(name: string) => void} [options.cutShort]  told of a set that is deleted because its import never ended
 * @returns {PictureStore}
 */
export function createPictureStore(database, { date = Date.now, locks = globalThis.navigator?.locks, cutShort = () => {} } = {}) {
  /** Holds a lock of that name for as long as a set is written, which tells other tabs that it is.
   * @param {string} set @returns {Promise<() => void>} */
  const hold = (set) =>
    new Promise((held) => {
      if (!locks) return held(() => {});
      // A browser that refuses the lock has the age of the last shard to go by.
      locks.request(LOCK + set, () => new Promise((done) => held(() => done(undefined)))).catch(() => held(() => {}));
    });

  /** Deletes sets whose import was cut short, by a tab that is gone. */
  async function sweep() {
    const now = date();
    const half = (await allSets(database)).filter(({ format, complete }) => format <= FORMAT && complete === false);
    if (half.length === 0) return;
    const held = locks ? ((await locks.query()).held ?? []).map(({ name }) => name) : null;
    for (const { id, name, touchedAt } of half) {
      if (held ? held.includes(LOCK + id) : now - touchedAt <= STALE_MS) continue;
      await database.write(ALL, (tx) => removeFrom(tx, id));
      cutShort(name);
    }
  }

  /** @param {SetRecord} set @returns {ShardSource} */
  const sourceOf = ({ id, manifest }) => ({
    manifest: async () => manifest,
    async shard(file, onBytes) {
      const bytes = await database.read(["shards"], (tx) => tx.objectStore("shards").get([id, file]));
      if (!(bytes instanceof Uint8Array)) throw new Error(text.storage.shardMissing(file));
      onBytes(bytes.length);
      return bytes;
    },
  });

  /** @param {string|null} set @param {string|null} [place] */
  const use = (set, place = null) =>
    database.write(["sets", "notes"], async (tx) => {
      const notes = tx.objectStore("notes");
      if (set === null) return notes.delete(noteOf(place));
      if (!isSet(await tx.objectStore("sets").get(set))) throw new Error(text.storage.setGone);
      await notes.put(set, noteOf(place));
    });

  return {
    async open(place = null) {
      await sweep().catch(() => {});
      const id = await currentSet(database, place);
      const set = id && (await database.read(["sets"], (tx) => tx.objectStore("sets").get(id)));
      return set && isSet(set) ? sourceOf(set) : null;
    },

    async begin(manifest, place = null) {
      await sweep().catch(() => {});
      const same = (await allSets(database)).find((set) => isSet(set) && set.manifest === manifest);
      if (same) return { add: async () => {}, finish: () => use(same.id, place), abandon: async () => {} };

      const id = crypto.getRandomValues(new Uint32Array(4)).join("-");
      /** @type {Manifest} */
      const { name, train, test } = JSON.parse(manifest);
      const shards = [...train.shards, ...test.shards];
      const bytes = shards.reduce((sum, shard) => sum + shard.bytes, 0);
      const release = await hold(id);
      const addedAt = date();
      await database.write(["sets"], (tx) => tx.objectStore("sets").put({ id, format: FORMAT, manifest, name, bytes, complete: false, addedAt, touchedAt: addedAt }));

      /** The record of the set, as long as no other tab has swept it away. @param {Transaction<"readwrite">} tx */
      async function mine(tx) {
        const set = await tx.objectStore("sets").get(id);
        if (!set) throw new Error(text.storage.swept);
        return set;
      }
      return {
        add: (file, bytes) =>
          database.write(["sets", "shards"], async (tx) => {
            const set = await mine(tx);
            // Of its own: what lies beside it in wasm's memory is not kept.
            await Promise.all([
              tx.objectStore("shards").put(bytes.slice(), [id, file]),
              tx.objectStore("sets").put({ ...set, touchedAt: date() }),
            ]);
          }),
        async finish() {
          try {
            await database.write(ALL, async (tx) => {
              const set = await mine(tx);
              const files = (await tx.objectStore("shards").getAllKeys(keysOf(id))).map(([, file]) => file);
              const missing = shards.find(({ file }) => !files.includes(file));
              if (missing) throw new Error(text.storage.shardMissing(missing.file));
              await Promise.all([
                tx.objectStore("sets").put({ ...set, complete: true }),
                tx.objectStore("notes").put(id, noteOf(place)),
              ]);
            });
          } finally {
            release();
          }
        },
        abandon: () => database.write(ALL, (tx) => removeFrom(tx, id)).finally(release),
      };
    },

    use,
    current: (place = null) => currentSet(database, place),
    remove: (set) => database.write(ALL, (tx) => removeFrom(tx, set)),
  };
}
