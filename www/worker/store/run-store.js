// Runs kept on this machine: for each a record, the snapshot of its weights, and the epochs that ended
// since that snapshot. Record and snapshot change in one transaction, so neither is ever without the other.

import { isActive } from "../../app/run.js";
import { FORMAT, keysOf } from "./database.js";
import { full, isFull } from "./failures.js";

/** @import { EpochEvent } from "../../run-events.js" */
/** @import { Run } from "../../app/run.js" */
/** @import { Database, EpochRecord, RunRecord, Transaction } from "./database.js" */

/** A record that cannot be read; it is left alone until the visitor deletes it.
 * @typedef {{id: string, name: string}} Damaged */

/**
 * Where runs are kept.
 * @typedef {object} RunStore
 * @property {(run: Run, snapshot: Uint8Array<ArrayBuffer>, letGo?: (run: Run) => void) => Promise<void>} save
 *   the run as it was when the snapshot was taken. Where there is no room, the weights of the oldest runs that
 *   nobody named or pinned are deleted for it, each told to `letGo`; the rest of a run takes a few kilobytes and stays
 * @property {(id: string, epochs: {index: number, event: EpochEvent}[]) => Promise<void>} saveEpochs
 *   epochs that ended since; a few bytes, where a snapshot is millions
 * @property {() => Promise<{runs: Run[], damaged: Damaged[]}>} list  with the epochs since their snapshots;
 *   `keptAt` says after which step the weights are kept, `weightsGone` that they are not
 * @property {(id: string) => Promise<{run: Run, snapshot: Uint8Array<ArrayBuffer>}|null>} load  as it was at its snapshot
 * @property {(id: string, label: {name: string, pinned: boolean}) => Promise<void>} label
 * @property {(id: string) => Promise<void>} remove
 */

/** The weights of a run that another tab seems to train are not deleted for room for so long after it was saved. */
const FRESH_MS = 10 * 60_000;
/** How long the browser may take to count what was deleted as free. Chromium does at once, but not in a
 * private window: there what is deleted stays in memory until the window is closed. */
const WAITS_MS = [0, 250, 750, 2000, 4000];

/** Bytes that a record takes beside its snapshot, generously. */
const SPARE = 1e6;

const isText = (/** @type {unknown} */ value) => typeof value === "string";
const areNumbers = (/** @type {unknown} */ value) => Array.isArray(value) && value.every((n) => n === null || typeof n === "number");

/** A preset's name, or a spec in all that the page reads of it. @param {any} model */
const isModel = (model) => isText(model) || (isText(model?.task?.type) && Array.isArray(model.layers) && (model.stages === undefined || Array.isArray(model.stages)) && (model.name === undefined || isText(model.name)));

/** Whether what was read is a run in all that the page relies on. @param {any} run @returns {run is Run} */
function isRun(run) {
  if (!run || typeof run !== "object") return false;
  const { id, name, group, status, startedAt, step, seconds, data, plan, curve, epochs, pace } = run;
  return (
    [id, name, group, status, data?.name, data?.hash].every(isText) && isModel(plan?.config?.model) &&
    [startedAt, step, seconds, plan?.totalSteps, plan?.stepsPerEpoch, plan?.validationBatches, plan?.summary?.total, plan?.config?.seed].every(Number.isFinite) &&
    Array.isArray(data.classes) && Array.isArray(plan.phases) && plan.phases.every((/** @type {any} */ phase) => isText(phase?.name) && Number.isFinite(phase.epochs)) &&
    [curve?.steps, curve?.loss, curve?.accuracy].every(areNumbers) && typeof curve.mean === "object" && curve.mean !== null &&
    Array.isArray(epochs) && epochs.every((epoch) => epoch && Number.isFinite(epoch.step) && Number.isFinite(epoch.epoch)) &&
    typeof pace === "object" && pace !== null
  );
}

/** @param {any} record @returns {record is RunRecord} */
export const isReadable = (record) => record?.format <= FORMAT && isRun(record.run) && record.run.id === record.id;

/** What to call a record that cannot be read. @param {IDBValidKey} id @param {any} record */
const nameOf = (id, record) => (isText(record?.run?.name) && record.run.name !== "" ? record.run.name : String(id));

/** The run with the epochs that ended after its snapshot. @param {Run} run @param {EpochRecord[]} later
 * @returns {Run} */
export function withEpochs(run, later) {
  const epochs = [...run.epochs];
  for (const { index, event } of [...later].sort((a, b) => a.index - b.index)) {
    if (index > epochs.length) break;
    if (index === epochs.length) epochs.push(event);
  }
  const last = epochs.at(-1);
  if (!last || epochs.length === run.epochs.length) return run;
  return { ...run, epochs, phase: last.phase, epoch: last.epoch, step: last.step, validating: null };
}

/** All records that can be read, and those that cannot. One that the browser fails to read fails no other.
 * @param {Database} database */
export async function readRecords(database) {
  /** @type {any[]} */
  let found;
  /** @type {IDBValidKey[]} */
  let keys;
  try {
    [keys, found] = await database.read(["runs"], (tx) => Promise.all([tx.objectStore("runs").getAllKeys(), tx.objectStore("runs").getAll()]));
  } catch {
    keys = await database.read(["runs"], (tx) => tx.objectStore("runs").getAllKeys());
    found = [];
    for (const key of keys)
      found.push(await database.read(["runs"], (tx) => tx.objectStore("runs").get(/** @type {string} */ (key))).catch(() => null));
  }
  /** @type {RunRecord[]} */
  const records = [];
  /** @type {Damaged[]} */
  const damaged = [];
  found.forEach((record, i) => {
    if (isReadable(record)) records.push(record);
    else damaged.push({ id: String(keys[i]), name: nameOf(keys[i], record) });
  });
  return { records, damaged };
}

/** @param {Transaction<"readwrite">} tx @param {string} id */
async function removeFrom(tx, id) {
  await Promise.all([
    tx.objectStore("runs").delete(id),
    tx.objectStore("snapshots").delete(id),
    tx.objectStore("epochs").delete(keysOf(id)),
  ]);
}

/**
 * @param {Database} database
 * @param {object} [browser]
 * @param {() => number} [browser.date]
 * @param {(ms: number) => Promise<void>} [browser.wait]
 * @param {() => Promise<number|null>} [browser.used]  bytes of this origin, where the browser says so
 * @returns {RunStore}
 */
export function createRunStore(database, { date = Date.now, wait = (ms) => new Promise((done) => setTimeout(done, ms)), used = async () => null } = {}) {
  /** Whether deleting weights makes room. */
  let helps = true;

  /** @param {Run} run @param {Uint8Array<ArrayBuffer>} snapshot */
  const put = (run, snapshot) =>
    database.write(["runs", "snapshots", "epochs"], async (tx) => {
      const runs = tx.objectStore("runs");
      const before = await runs.get(run.id);
      // A run only goes forward: what is older comes from a tab that has been overtaken.
      if (isReadable(before) && before.run.step > run.step) return;
      // A label given meanwhile is newer than the run's own.
      const kept = isReadable(before) ? { ...run, name: before.run.name, pinned: before.run.pinned } : run;
      const bytes = snapshot.length + JSON.stringify(kept).length;
      // Epochs that the record has now. One that has ended has no others: those were of a way not taken.
      const covered = isActive(run) ? IDBKeyRange.bound([run.id], [run.id, run.epochs.length], false, true) : keysOf(run.id);
      await Promise.all([
        runs.put({ id: run.id, format: FORMAT, run: kept, named: before?.named ?? false, bytes, savedAt: date() }),
        tx.objectStore("snapshots").put(snapshot, run.id),
        tx.objectStore("epochs").delete(covered),
      ]);
    });

  /** Deletes the weights of the oldest run that nobody named or pinned, but for `id`. Its record stays as it is: where
   * there is no more room, nothing can be written. @param {string} id @returns {Promise<RunRecord|null>} */
  const letOldestGo = (id) =>
    database.write(["runs", "snapshots"], async (tx) => {
      const [all, weights] = await Promise.all([tx.objectStore("runs").getAll(), tx.objectStore("snapshots").getAllKeys()]);
      const whole = new Set(weights);
      const loose = all.filter(isReadable).filter(({ run, named, savedAt }) => run.id !== id && whole.has(run.id) && !named && !run.pinned && !(isActive(run) && date() - savedAt < FRESH_MS));
      const [oldest] = loose.sort((a, b) => a.run.startedAt - b.run.startedAt);
      if (!oldest) return null;
      await tx.objectStore("snapshots").delete(oldest.id);
      return oldest;
    });

  return {
    async save(run, snapshot, letGo = () => {}) {
      let freed = 0;
      let usedBefore = await used();
      for (;;) {
        // Only what was deleted can become free by waiting.
        for (const ms of freed === 0 ? [0] : WAITS_MS) {
          if (ms > 0) await wait(ms);
          try {
            return await put(run, snapshot);
          } catch (thrown) {
            if (!isFull(thrown)) throw thrown;
          }
        }
        const usedNow = await used();
        if (freed > 0 && usedNow !== null && usedBefore !== null && usedNow > usedBefore - freed / 2) helps = false;
        // Where deleting does not help, it is not the weights that fill the disk, or a private window frees nothing.
        const oldest = helps && freed < 2 * snapshot.length + SPARE ? await letOldestGo(run.id) : null;
        if (!oldest) throw full();
        usedBefore ??= usedNow;
        freed += oldest.bytes;
        letGo(oldest.run);
      }
    },

    saveEpochs: (id, epochs) =>
      database.write(["epochs"], async (tx) => {
        const store = tx.objectStore("epochs");
        for (const { index, event } of epochs) {
          const before = await store.get([id, index]);
          // Trained again from the snapshot, an epoch is as it was; on another device those after it are not.
          if (before && JSON.stringify(before.event) !== JSON.stringify(event)) await store.delete(IDBKeyRange.bound([id, index], [id, []]));
          await store.put({ run: id, index, event });
        }
      }, "relaxed"),

    async list() {
      const { records, damaged } = await readRecords(database);
      const [later, weights] = await database.read(["epochs", "snapshots"], (tx) =>
        Promise.all([tx.objectStore("epochs").getAll(), tx.objectStore("snapshots").getAllKeys()]));
      const whole = new Set(weights);
      const ids = new Set(records.map(({ id }) => id).concat(damaged.map(({ id }) => id)));
      const orphans = new Set(later.map((epoch) => epoch.run).filter((id) => !ids.has(id)));
      // Of a run that could never be kept; nobody asks for them again.
      if (orphans.size > 0)
        await database.write(["epochs"], (tx) => Promise.all([...orphans].map((id) => tx.objectStore("epochs").delete(keysOf(id))))).catch(() => {});
      const runs = records.map(({ run, id }) => withEpochs(whole.has(id) ? run : { ...run, keptAt: null, weightsGone: true }, later.filter((epoch) => epoch.run === id)));
      return { runs, damaged };
    },

    load: (id) =>
      database.read(["runs", "snapshots"], async (tx) => {
        const [record, snapshot] = await Promise.all([tx.objectStore("runs").get(id), tx.objectStore("snapshots").get(id)]);
        return isReadable(record) && snapshot instanceof Uint8Array ? { run: record.run, snapshot } : null;
      }),

    label: (id, label) =>
      database.write(["runs"], async (tx) => {
        const store = tx.objectStore("runs");
        const record = await store.get(id);
        if (isReadable(record)) await store.put({ ...record, run: { ...record.run, ...label }, named: label.name !== "" });
      }),

    remove: (id) => database.write(["runs", "snapshots", "epochs"], (tx) => removeFrom(tx, id)),
  };
}
