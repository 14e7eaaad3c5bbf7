// When a run is kept: every epoch that ends is written at once, in a few bytes; a snapshot of the weights,
// which may be megabytes, at the ends that matter and otherwise now and then. From the snapshot the epochs
// after it are trained again, to the same numbers. The worker that trains is also the one that saves, so it
// waits for a snapshot to be written: else a transaction, which takes several turns of its event loop, would get one
// turn between two steps.

import { limits } from "../../app/limits.js";
import { isActive, labelOf } from "../../app/run.js";
import { instant } from "../../format.js";
import { sentence } from "../../protocol.js";
import { text } from "../../strings.js";
import { isClosed } from "../store/failures.js";

/** @import { Report } from "../../protocol.js" */
/** @import { EpochEvent, RunEvent } from "../../run-events.js" */
/** @import { Run } from "../../app/run.js" */
/** @import { Waiting } from "../../app/waiting.js" */
/** @import { RunStore } from "../store/run-store.js" */

/** Between two snapshots of a run that goes on, milliseconds: what a kill may cost in computing. */
const SNAPSHOT_MS = 10_000;
/** And so many times what the last one took: on a slow disk, saving takes a tenth of the time at most. */
const SHARE = 10;
/** Where less than this is left of the browser's room, or less than so many snapshots, it is short. */
const [SHORT_SHARE, SHORT_SNAPSHOTS] = [0.05, 20];

/** A run and its snapshot of the same moment. @typedef {{run: Run, snapshot: Uint8Array<ArrayBuffer>}} Taken */

/**
 * @param {object} parts
 * @param {(run: Run) => Promise<Taken>} parts.take  its snapshot, before its next step, and the run as it is then
 * @param {(id: string) => boolean} parts.has  whether this worker has the weights of a run
 * @param {RunStore} parts.store
 * @param {() => Promise<{used: number|null, quota: number|null}>} parts.room  that the browser gives
 * @param {(report: Report) => void} parts.report
 * @param {(thrown: unknown) => boolean} parts.fatal
 * @param {() => number} parts.now  milliseconds
 * @param {Pick<Waiting, "within">} parts.waits
 */
export function createKeeping({ take, has, store, room, report, fatal, now, waits }) {
  /** When the last snapshot was taken and how long it took to keep, by run. @type {Map<string, {at: number, took: number}>} */
  const taken = new Map();
  /** Snapshots to be written: of each run the latest. That of a run that goes on is taken when its turn comes.
   * @type {Map<string, {run: Run, taking: Promise<Taken>|null}>} */
  const waiting = new Map();
  /** The run whose snapshot is being written. @type {string|null} */
  let inHand = null;
  /** Whether the store has answered since it was last waited for in vain. */
  let answers = true;
  /** @type {Promise<void>|null} */
  let writing = null;
  /** Epochs to be written, by run. @type {Map<string, {index: number, event: EpochEvent}[]>} */
  const epochs = new Map();
  /** @type {Promise<void>|null} */
  let writingEpochs = null;
  /** Runs that could not be kept when last tried. @type {Set<string>} */
  const failing = new Set();
  /** Runs that are deleted: what comes late of them is not kept. @type {Set<string>} */
  const deleted = new Set();
  let toldClosed = false;
  let toldShort = false;

  const notice = (/** @type {string} */ message) => report({ type: "notice", message });

  /** Says that `run` could not be kept: when it begins to be so, and at its end; that this browser keeps
   * nothing at all, once. @param {Run} run @param {unknown} thrown */
  function complain(run, thrown) {
    if (isClosed(thrown)) {
      if (!toldClosed) notice(text.errors.runNotKept(sentence(thrown)));
      toldClosed = true;
      return;
    }
    const { runNotKept, endNotKept } = text.storage;
    if (!isActive(run)) notice(endNotKept(labelOf(run), sentence(thrown)));
    else if (!failing.has(run.id)) notice(runNotKept(labelOf(run), sentence(thrown)));
    failing.add(run.id);
  }

  /** @param {Run} run */
  function letGo(run) {
    report({ type: "run-let-go", run: run.id, gone: !has(run.id) });
    notice(text.storage.letGo(labelOf(run), instant(run.startedAt)));
  }

  /** Warns before anything has to be deleted, once until there is room again. @param {number} bytes  of a snapshot */
  async function warn(bytes) {
    const { used, quota } = await room();
    if (used === null || quota === null) return;
    const short = quota - used < Math.max(SHORT_SHARE * quota, SHORT_SNAPSHOTS * bytes);
    if (short && !toldShort) notice(text.storage.nearlyFull(used, quota));
    toldShort = short;
  }

  /** @param {{run: Run, taking: Promise<Taken>|null}} wanted */
  async function write({ run: asked, taking }) {
    inHand = asked.id;
    try {
      const { run, snapshot } = await (taking ?? take(asked));
      if (deleted.has(run.id)) return;
      const since = now();
      await store.save({ ...run, keptAt: run.step }, snapshot, letGo);
      taken.set(run.id, { at: since, took: now() - since });
      failing.delete(run.id);
      answers = true;
      report({ type: "run-kept", run: run.id, step: run.step });
      await warn(snapshot.length);
    } catch (thrown) {
      if (!fatal(thrown)) complain(asked, thrown);
    } finally {
      inHand = null;
    }
  }

  async function writeAll() {
    for (;;) {
      const next = waiting.values().next().value;
      if (!next) break;
      waiting.delete(next.run.id);
      await write(next);
    }
    writing = null;
  }

  /** What fails here is told by the snapshot that fails as well. */
  async function writeAllEpochs() {
    for (;;) {
      const next = epochs.entries().next().value;
      if (!next) break;
      epochs.delete(next[0]);
      if (!deleted.has(next[0])) await store.saveEpochs(...next).catch(() => {});
    }
    writingEpochs = null;
  }

  /** Keeps the run as it is now. @param {Run} run @returns {Promise<void>} */
  function keep(run) {
    const { took = 0 } = taken.get(run.id) ?? {};
    taken.set(run.id, { at: now(), took });
    // A run that has ended may leave the worker's memory before its turn comes.
    const taking = isActive(run) ? null : take(run);
    // Whoever writes hears of its failure; of one that is overtaken nobody needs to.
    taking?.catch(() => {});
    waiting.set(run.id, { run, taking });
    writing ??= writeAll();
    return writing;
  }

  /** @param {Run} run  as it is after them @param {EpochEvent[]} ended */
  function keepEpochs(run, ended) {
    const first = run.epochs.length - ended.length;
    epochs.set(run.id, [...(epochs.get(run.id) ?? []), ...ended.map((event, i) => ({ index: first + i, event }))]);
    writingEpochs ??= writeAllEpochs();
    return writingEpochs;
  }

  /** Settled when the job is, or when it has taken long enough. @param {Promise<unknown>} job @param {number} limit */
  const atMost = (job, limit) => waits.within(job, limit, "").catch(() => {});

  /** Waits for the snapshots that are being written. @param {number} limit */
  async function written(limit) {
    if (writing) await waits.within(writing, limit, "").catch(() => void (answers = false));
  }

  return {
    keep,
    /** Keeps the run before it begins, so that there is something that its first epochs belong to.
     * @param {Run} run */
    keepFirst(run) {
      void keep(run);
      return written(limits.firstSnapshot);
    },
    /** Settled when no snapshot waits to be written, or when that has taken long enough; at once while the store is
     * silent. */
    caughtUp: async () => (answers ? written(limits.snapshot) : undefined),
    /** Whether what was last taken of a run is kept. @param {string} id */
    isKept: (id) => !failing.has(id) && !waiting.has(id) && inHand !== id,

    /** Keeps what has ended with these events: epochs, a phase, the run. Answers when the epochs are written, if
     * there are some, and when the snapshot is, if one is due. @param {Run} run  as it is after them
     * @param {RunEvent[]} events @returns {{epochs: Promise<unknown>|null, snapshot: Promise<void>|null}} */
    note(run, events) {
      const ended = events.filter((event) => event.type === "epoch");
      const over = events.some(({ type }) => type === "finished" || type === "diverged");
      if (ended.length === 0 && !over) return { epochs: null, snapshot: null };
      const written = ended.length > 0 ? atMost(keepEpochs(run, ended), limits.epoch) : null;
      const { at, took } = taken.get(run.id) ?? { at: -Infinity, took: 0 };
      const due = now() - at >= Math.max(SNAPSHOT_MS, SHARE * took);
      const must = over || run.epochs.length === 1 || events.some(({ type }) => type === "phase");
      return { epochs: written, snapshot: due || must ? keep(run) : null };
    },

    /** Nothing of this run is kept from now on; settled when nothing of it is being written.
     * @param {string} id */
    async forget(id) {
      deleted.add(id);
      waiting.delete(id);
      epochs.delete(id);
      await Promise.all([writing, writingEpochs]);
    },
    /** Takes `forget` back, where the run could not be deleted. @param {string} id */
    remember: (id) => void deleted.delete(id),
  };
}
