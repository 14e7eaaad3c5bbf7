// Takes over, once, what earlier versions of the page kept in the origin's private file system (OPFS): a
// folder of runs and one of picture sets. Files are deleted when all of them are copied, and not before.

import { FORMAT } from "./database.js";
import { isReadable } from "./run-store.js";

/** @import { Database } from "./database.js" */

const ROOT = "tabgrad";
const NOTE = "opfs-moved";
const LOCK = "tabgrad-opfs";

const [RUNS, RECORD] = ["runs", ".json"];
const [PICTURES, POINTER] = ["pictures", "current.json"];

/** Items by the names of their files. @typedef {{copied: string[], damaged: string[], done: boolean}} Moved */
/** @typedef {{damaged: string[], why: unknown}} Left */

/** @type {Left} */
const NOTHING = { damaged: [], why: null };

/** @param {FileSystemDirectoryHandle} folder @param {string} name */
const fileOf = async (folder, name) => (await folder.getFileHandle(name)).getFile();
/** @param {FileSystemDirectoryHandle} folder @param {string} name */
const bytesOf = async (folder, name) => new Uint8Array(await (await fileOf(folder, name)).arrayBuffer());
/** @param {FileSystemDirectoryHandle} folder @param {string} name */
const wordsOf = async (folder, name) => (await fileOf(folder, name)).text();

/** @param {FileSystemDirectoryHandle} folder @param {string} name @returns {Promise<FileSystemDirectoryHandle|null>} */
const inside = (folder, name) => folder.getDirectoryHandle(name).catch(() => null);

/** @param {FileSystemDirectoryHandle} folder */
async function namesIn(folder) {
  /** @type {string[]} */
  const names = [];
  for await (const name of folder.keys()) names.push(name);
  return names.sort();
}

/** @param {Database} database @param {FileSystemDirectoryHandle} home @param {string} file  a record's */
async function copyRun(database, home, file) {
  const { snapshot: name, ...run } = JSON.parse(await wordsOf(home, file));
  const snapshot = await bytesOf(home, name);
  const bytes = snapshot.length + JSON.stringify(run).length;
  // Whoever named it, the visitor or a section: it is not deleted for room.
  const record = { id: run.id, format: FORMAT, run, named: run.name !== "", bytes, savedAt: run.startedAt };
  if (!isReadable(record)) throw new SyntaxError(file);
  await database.write(["runs", "snapshots"], async (tx) => {
    // What has been trained on since is newer.
    if (await tx.objectStore("runs").getKey(run.id)) return;
    await Promise.all([tx.objectStore("runs").put(record), tx.objectStore("snapshots").put(snapshot, run.id)]);
  });
}

/** The set that was in use; others were cut short. @param {Database} database
 * @param {FileSystemDirectoryHandle} home @param {number} now */
async function copyPictures(database, home, now) {
  const { set: id } = JSON.parse(await wordsOf(home, POINTER));
  const folder = await home.getDirectoryHandle(id);
  const manifest = await wordsOf(folder, "manifest.json");
  const { name, train, test } = JSON.parse(manifest);
  const shards = [...train.shards, ...test.shards];
  const record = { id, format: FORMAT, manifest, name, bytes: 0, complete: false, addedAt: now, touchedAt: now };
  for (const { file } of shards) {
    const bytes = await bytesOf(folder, file);
    record.bytes += bytes.length;
    await database.write(["sets", "shards"], (tx) =>
      Promise.all([tx.objectStore("shards").put(bytes, [id, file]), tx.objectStore("sets").put({ ...record, touchedAt: now })]));
  }
  await database.write(["sets", "notes"], async (tx) => {
    await tx.objectStore("sets").put({ ...record, complete: true });
    // Pictures that were given since are the ones in use.
    if (!(await tx.objectStore("notes").get("current-set"))) await tx.objectStore("notes").put(id, "current-set");
  });
}

/** Whether an item itself is at fault, so that no later visit could copy it. @param {unknown} thrown */
const isDamage = (thrown) => thrown instanceof SyntaxError || thrown instanceof TypeError || (thrown instanceof Error && thrown.name === "NotFoundError");

/** Copies what an earlier visit has not. @param {Database} database @param {FileSystemDirectoryHandle} root
 * @param {Moved} moved @param {number} now @returns {Promise<{moved: Moved, why: unknown}>} */
async function copyAll(database, root, { copied, damaged }, now) {
  /** @type {Moved} */
  const moved = { copied: [...copied], damaged: [...damaged], done: true };
  /** @type {unknown} */
  let why = null;
  /** @param {string} name @param {() => Promise<void>} copy */
  async function attempt(name, copy) {
    if (moved.copied.includes(name) || moved.damaged.includes(name)) return;
    try {
      await copy();
      moved.copied.push(name);
    } catch (thrown) {
      if (isDamage(thrown)) return void moved.damaged.push(name);
      moved.done = false;
      why = thrown;
    }
  }
  const runs = await inside(root, RUNS);
  const records = runs ? (await namesIn(runs)).filter((name) => name.endsWith(RECORD)) : [];
  for (const name of records) await attempt(name, () => copyRun(database, /** @type {FileSystemDirectoryHandle} */ (runs), name));
  const pictures = await inside(root, PICTURES);
  if (pictures && (await namesIn(pictures)).includes(POINTER)) await attempt(PICTURES, () => copyPictures(database, pictures, now));
  return { moved, why };
}

/** Deletes what is copied, and what no record names. Where something is damaged, its files stay.
 * @param {FileSystemDirectoryHandle} top @param {FileSystemDirectoryHandle} root @param {Moved} moved */
async function clear(top, root, { damaged }) {
  if (damaged.length === 0) return top.removeEntry(ROOT, { recursive: true });
  if (!damaged.includes(PICTURES)) await root.removeEntry(PICTURES, { recursive: true }).catch(() => {});
  const runs = await inside(root, RUNS);
  const ids = damaged.map((name) => name.slice(0, -RECORD.length));
  for (const name of runs ? await namesIn(runs) : [])
    if (!ids.some((id) => name === id + RECORD || name.startsWith(`${id}-`))) await runs?.removeEntry(name);
}

/** What earlier versions kept, taken over. Answers what could not be, which stays where it is: `damaged`
 * for good, and told once; where there is a `why`, the rest is tried again at the next visit.
 * @param {Database} database
 * @param {{storage?: StorageManager, locks?: LockManager, date?: () => number}} [options]
 * @returns {Promise<Left>} */
export async function takeOver(database, { storage = globalThis.navigator?.storage, locks = globalThis.navigator?.locks, date = Date.now } = {}) {
  // Absent on plain HTTP, and closed in some private windows: then nothing was ever kept there.
  const top = await storage?.getDirectory?.().catch(() => null);
  const root = top && (await inside(top, ROOT));
  if (!top || !root || (await database.isNewer())) return NOTHING;

  const move = async () => {
    /** @type {Moved} */
    const before = (await database.read(["notes"], (tx) => tx.objectStore("notes").get(NOTE))) ?? { copied: [], damaged: [], done: false };
    let moved = before;
    /** @type {unknown} */
    let why = null;
    if (!before.done) {
      ({ moved, why } = await copyAll(database, root, before, date()));
      await database.write(["notes"], (tx) => tx.objectStore("notes").put(moved, NOTE));
    }
    // One that went away before this was done has left it to us.
    if (moved.done) await clear(top, root, moved).catch(() => {});
    return { damaged: moved.damaged.filter((name) => !before.damaged.includes(name)), why };
  };
  // OPFS is only where Web Locks are, too.
  return locks ? locks.request(LOCK, move) : move();
}
