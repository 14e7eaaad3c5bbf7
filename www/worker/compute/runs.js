// The runs of this worker: started, continued, kept on this machine, and loaded again when somebody asks
// about them. The loop that trains them is in runner.js; when they are kept, keeping.js says.

import { limits } from "../../app/limits.js";
import { advance, canContinue, isActive, newRun } from "../../app/run.js";
import { sentence } from "../../protocol.js";
import { text } from "../../strings.js";
import { isClosed } from "../store/failures.js";
import { createKeeping } from "./keeping.js";

/** @import { Backend, Config, Job, Report } from "../../protocol.js" */
/** @import { Identity, Run } from "../../app/run.js" */
/** @import { Claims } from "../store/claims.js" */
/** @import { RunStore } from "../store/run-store.js" */
/** @import { Session } from "../wasm.js" */
/** @import { Waiting } from "../../app/waiting.js" */
/** @import { Queue } from "./queue.js" */

/** Runs whose weights are at hand; others are loaded again when they are asked about. */
const MOST_IN_MEMORY = 6;

/**
 * @param {object} parts
 * @param {Session} parts.session
 * @param {Queue} parts.queue
 * @param {(report: Report) => void} parts.report
 * @param {(thrown: unknown) => boolean} parts.fatal
 * @param {() => number} parts.now  milliseconds
 * @param {Pick<Waiting, "pause"|"within">} parts.waits
 * @param {() => number} parts.date  milliseconds since 1970
 * @param {string} parts.version
 * @param {() => Identity["data"]} parts.data  what the pictures are
 * @param {RunStore} parts.store
 * @param {() => Promise<{used: number|null, quota: number|null}>} parts.room  that the browser gives
 * @param {Claims} parts.claims
 */
export function createRuns({ session, queue, report, fatal, now, waits, date, version, data, store, room, claims }) {
  /** The record of the run that is computed, as the page has it. @type {Run|null} */
  let current = null;
  /** Ids of the runs that the session has, the one used last at the end. @type {string[]} */
  let inMemory = [];
  const keeping = createKeeping({
    take: (run) =>
      queue(async () => {
        // What was told since is in the weights, too.
        const now = current?.id === run.id ? current : run;
        return { run: now, snapshot: await session.snapshot(run.id) };
      }),
    has: (id) => inMemory.includes(id),
    store, room, fatal, now, waits,
    report(told) {
      if (told.type === "run-kept" && current?.id === told.run) current = { ...current, keptAt: told.step };
      report(told);
    },
  });

  /** @param {string} id */
  async function use(id) {
    inMemory = [...inMemory.filter((other) => other !== id), id];
    for (const old of inMemory.slice(0, -MOST_IN_MEMORY)) {
      if (old === current?.id) continue;
      // Only what can come back as it is goes.
      if (!keeping.isKept(old) || !(await store.load(old).catch(() => null))) continue;
      inMemory = inMemory.filter((other) => other !== old);
      await queue(() => session.remove(old));
    }
  }

  /** The kept run, if it was trained on the pictures that are here. @param {string} id */
  async function stored(id) {
    const found = await store.load(id);
    if (!found) throw new Error(text.errors.runNotHere);
    if (found.run.data.hash !== data().hash) throw new Error(text.errors.otherData(found.run.data.name));
    return found;
  }

  /** Whether the run is this worker's now. One that had it and was ended lets go of it a moment later.
   * @param {string} id */
  async function claim(id) {
    for (let looks = 1; !(await claims.take(id)); looks += 1) {
      if (looks >= limits.claims) return false;
      await waits.pause(limits.claim);
    }
    return true;
  }

  return {
    current: () => current,

    /** Begins a run of `config`. @param {Job} job @param {Config} config @param {Backend} backend */
    async begin(job, config, backend) {
      const first = job.from === null ? undefined : await this.weights(job.from);
      const plan = await queue(() => session.start(job.run, config, backend, first));
      current = newRun(
        {
          id: job.run, group: job.group, name: job.name, pinned: false, startedAt: date(), version,
          data: data(), from: job.from, plan, backend,
        },
        job.paused,
      );
      await claim(job.run);
      await use(job.run);
      return current;
    },

    /** Continues a kept run from where it was kept. One that has ended is given as it ended.
     * @param {string} id @param {Backend} backend @param {boolean} paused */
    async resume(id, backend, paused) {
      if (!(await claim(id))) throw new Error(text.errors.runElsewhere);
      try {
        // Read once nobody else writes it.
        const { run, snapshot } = await stored(id);
        if (!isActive(run) && run.status !== "interrupted" && !canContinue(run)) return run;
        await queue(() => session.resume(id, snapshot, backend));
        current = { ...run, status: paused ? "paused" : "running", message: null, backend };
        await use(id);
        return current;
      } finally {
        if (current?.id !== id) claims.drop();
      }
    },

    /** Takes note of what a run told, and keeps it where an epoch or the run ended. Where epochs ended,
     * answers when they are written: nobody should hear of them before.
     * @param {Report} told @returns {Promise<unknown>|null} */
    note(told) {
      if (!current || !("run" in told) || told.run !== current.id) return null;
      /** @type {ReturnType<typeof keeping.note>} */
      let kept = { epochs: null, snapshot: null };
      if (told.type === "run-events") {
        current = advance(current, told.events, told.pace, told.seconds);
        kept = keeping.note(current, told.events);
      } else if (told.type === "run-paused" || told.type === "run-stopped") {
        current = { ...current, status: told.type === "run-paused" ? "paused" : "stopped" };
        kept.snapshot = keeping.keep(current);
      } else if (told.type === "run-resumed") current = { ...current, status: "running" };
      else if (told.type === "run-failed") current = { ...current, status: "failed" };
      void Promise.resolve(kept.snapshot).then(() => {
        if (current && !isActive(current)) claims.drop();
      });
      return kept.epochs;
    },

    /** Before the first step of the run that was begun. */
    async begun() {
      if (current) await keeping.keepFirst(current);
    },

    /** Settled when saving has caught up with training. */
    caughtUp: keeping.caughtUp,

    /** Keeps the run that is on as it is now: the page is hidden and may not come back. */
    async keepNow() {
      if (current && isActive(current)) await keeping.keep(current);
    },

    /** Loads run `id` again if the session has it no more. @param {string} id */
    async load(id) {
      if (!(await queue(() => session.has(id)))) {
        const { snapshot } = await stored(id);
        await queue(() => session.resume(id, snapshot, "flex"));
      }
      await use(id);
    },

    /** The snapshot of run `id` as it is now. @param {string} id @returns {Promise<Uint8Array<ArrayBuffer>>} */
    async weights(id) {
      await this.load(id);
      return queue(() => session.snapshot(id));
    },

    /** The runs kept from earlier visits; those that were on then are interrupted. One that another
     * tab computes now is that tab's. */
    async list() {
      const { runs: found, damaged } = await store.list().catch((thrown) => {
        // A browser that keeps nothing has kept nothing; the first run that is not kept says so.
        if (!isClosed(thrown)) report({ type: "notice", message: sentence(thrown) });
        return { runs: [], damaged: [] };
      });
      if (damaged.length > 0) report({ type: "notice", message: text.storage.damaged(damaged.map(({ name }) => name)) });
      const elsewhere = await claims.all();
      /** @type {Run[]} */
      const runs = found.filter(({ id }) => !elsewhere.includes(id)).map((run) => (isActive(run) ? { ...run, status: "interrupted" } : run));
      if (runs.length > 0) report({ type: "runs-found", runs: runs.sort((a, b) => a.startedAt - b.startedAt) });
    },

    /** @param {string} id @param {{name: string, pinned: boolean}} label */
    async label(id, label) {
      if (current?.id === id) current = { ...current, ...label };
      await store.label(id, label);
    },

    /** @param {string} id */
    async discard(id) {
      if (id !== current?.id && (await claims.all()).includes(id)) throw new Error(text.errors.runElsewhere);
      await keeping.forget(id);
      await store.remove(id).catch((thrown) => {
        if (isClosed(thrown)) return;
        keeping.remember(id);
        throw thrown;
      });
      inMemory = inMemory.filter((other) => other !== id);
      await queue(() => session.remove(id));
    },
  };
}
