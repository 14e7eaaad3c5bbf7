// Runs kept in the origin's private file system (OPFS) of this machine: for each a record as JSON
// and a snapshot of its weights. The record names its snapshot and is written last, so that a
// half-written one is never read.

import { directory, readFile, writeFile } from "./opfs.js";

/** @import { Run } from "../../app/run.js" */

const HOME = "runs";
const LOCK = "tabgrad-runs";
const SNAPSHOT = ".safetensors";
/** Runs that are kept without having been pinned; the oldest of them go first. */
const MOST_KEPT = 40;
const recordOf = (/** @type {string} */ id) => `${id}.json`;

/**
 * Where runs are kept: records beside snapshots of their weights.
 * @typedef {object} RunStore
 * @property {(run: Run, snapshot: Uint8Array) => Promise<void>} save
 * @property {() => Promise<Run[]>} list
 * @property {(id: string) => Promise<{run: Run, snapshot: Uint8Array}|null>} load
 * @property {(id: string, label: {name: string, pinned: boolean}) => Promise<void>} label
 * @property {(id: string) => Promise<void>} remove
 */

/** A run with the name of the file of its weights. @typedef {Run & {snapshot: string}} RunRecord */

/** @param {FileSystemDirectoryHandle} home @param {string} id @returns {Promise<RunRecord|null>} */
async function read(home, id) {
  try {
    const kept = JSON.parse(await (await readFile(home, recordOf(id))).text());
    return typeof kept.id === "string" && typeof kept.snapshot === "string" && kept.plan ? kept : null;
  } catch {
    return null;
  }
}

/** @param {FileSystemDirectoryHandle} home @param {RunRecord} kept */
const write = (home, kept) => writeFile(home, recordOf(kept.id), new TextEncoder().encode(JSON.stringify(kept)));

/** @param {FileSystemDirectoryHandle} home @param {string} id */
async function remove(home, id) {
  const kept = await read(home, id);
  await home.removeEntry(recordOf(id)).catch(() => {});
  if (kept) await home.removeEntry(kept.snapshot).catch(() => {});
}

/** @param {FileSystemDirectoryHandle} home @returns {Promise<RunRecord[]>} */
async function all(home) {
  /** @type {string[]} */
  const ids = [];
  for await (const name of home.keys()) if (name.endsWith(".json")) ids.push(name.slice(0, -".json".length));
  const found = [];
  for (const id of ids) {
    const kept = await read(home, id);
    if (kept) found.push(kept);
  }
  return found;
}

/** Removes snapshots that no record names: their page went away while it wrote them. What belongs to
 * a record that cannot be read is left alone.
 * @param {FileSystemDirectoryHandle} home @param {RunRecord[]} found */
async function sweep(home, found) {
  /** @type {string[]} */
  const names = [];
  for await (const name of home.keys()) names.push(name);
  const named = new Set(found.map(({ snapshot }) => snapshot));
  const readable = new Set(found.map(({ id }) => id));
  for (const name of names.filter((name) => name.endsWith(SNAPSHOT) && !named.has(name))) {
    const id = name.slice(0, name.indexOf("-"));
    if (readable.has(id) || !names.includes(recordOf(id))) await home.removeEntry(name).catch(() => {});
  }
}

/** One at a time, in the order asked, and no other tab meanwhile. @returns {RunStore} */
export function createRunStore() {
  /** @type {Promise<unknown>} */
  let tail = Promise.resolve();
  /** @template T @param {(home: FileSystemDirectoryHandle) => Promise<T>} job @returns {Promise<T>} */
  const alone = (job) => {
    const result = tail.then(async () => {
      const home = await directory(HOME);
      return navigator.locks.request(LOCK, () => job(home));
    });
    tail = result.catch(() => {});
    return result;
  };

  return {
    save: (run, snapshot) =>
      alone(async (home) => {
        const before = await read(home, run.id);
        const file = `${run.id}-${run.step}-${run.epochs.length}${SNAPSHOT}`;
        await writeFile(home, file, snapshot);
        // A label given meanwhile is newer than the run's own.
        const label = before ? { name: before.name, pinned: before.pinned } : {};
        await write(home, { ...run, ...label, snapshot: file });
        if (before && before.snapshot !== file) await home.removeEntry(before.snapshot).catch(() => {});
        if (before) return;
        const loose = (await all(home)).filter(({ pinned }) => !pinned).sort((a, b) => b.startedAt - a.startedAt);
        for (const { id } of loose.slice(MOST_KEPT)) await remove(home, id);
      }),
    list: async () => {
      try {
        const found = await alone(async (home) => {
          const kept = await all(home);
          await sweep(home, kept);
          return kept;
        });
        return found.map(({ snapshot, ...run }) => run);
      } catch {
        // A browser that keeps nothing has kept nothing.
        return [];
      }
    },
    load: (id) =>
      alone(async (home) => {
        const kept = await read(home, id);
        if (!kept) return null;
        const { snapshot, ...run } = kept;
        return { run, snapshot: new Uint8Array(await (await readFile(home, snapshot)).arrayBuffer()) };
      }),
    label: (id, label) =>
      alone(async (home) => {
        const kept = await read(home, id);
        if (kept) await write(home, { ...kept, ...label });
      }),
    remove: (id) => alone((home) => remove(home, id)),
  };
}
