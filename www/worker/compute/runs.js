// The runs of this worker: started, continued, kept on this machine after every epoch, and loaded again
// when somebody asks about them. The loop that trains them is in runner.js.

import { limits } from "../../app/limits.js";
import { advance, canContinue, isActive, newRun } from "../../app/run.js";
import { sentence } from "../../protocol.js";
import { text } from "../../strings.js";

/** @import { Backend, Config, Job, Report } from "../../protocol.js" */
/** @import { Identity, Run } from "../../app/run.js" */
/** @import { Claims } from "../store/claims.js" */
/** @import { RunStore } from "../store/run-store.js" */
/** @import { Session } from "../wasm.js" */
/** @import { Queue } from "./queue.js" */

/** Runs whose weights are at hand; others are loaded again when they are asked about. */
const MOST_IN_MEMORY = 6;

/**
 * @param {object} parts
 * @param {Session} parts.session
 * @param {Queue} parts.queue
 * @param {(report: Report) => void} parts.report
 * @param {(thrown: unknown) => boolean} parts.fatal
 * @param {() => number} parts.date  milliseconds since 1970
 * @param {(milliseconds: number) => Promise<void>} parts.pause
 * @param {string} parts.version
 * @param {() => Identity["data"]} parts.data  what the pictures are
 * @param {RunStore} parts.store
 * @param {Claims} parts.claims
 */
export function createRuns({ session, queue, report, fatal, date, pause, version, data, store, claims }) {
  /** The record of the run that is computed, as the page has it. @type {Run|null} */
  let current = null;
  /** Ids of the runs that the session has, the one used last at the end. @type {string[]} */
  let inMemory = [];
  let complained = false;

  /** @param {string} id */
  async function use(id) {
    inMemory = [...inMemory.filter((other) => other !== id), id];
    for (const old of inMemory.slice(0, -MOST_IN_MEMORY)) {
      if (old === current?.id) continue;
      // Only what can come back goes.
      if (!(await store.load(old).catch(() => null))) continue;
      inMemory = inMemory.filter((other) => other !== old);
      await queue(() => session.remove(old));
    }
  }

  /** Keeps the run as it is now; where that cannot be, says so once. @param {Run} run */
  async function keep(run) {
    try {
      const snapshot = await queue(() => session.snapshot(run.id));
      const step = run.step;
      await store.save({ ...run, keptAt: step }, snapshot);
      if (current?.id === run.id) current = { ...current, keptAt: step };
      report({ type: "run-kept", run: run.id, step });
    } catch (thrown) {
      if (fatal(thrown)) return;
      if (!complained) report({ type: "notice", message: text.errors.runNotKept(sentence(thrown)) });
      complained = true;
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
      await pause(limits.claim);
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

    /** Takes note of what a run told, and keeps it where an epoch or the run ended.
     * @param {Report} told */
    async note(told) {
      if (!current || !("run" in told) || told.run !== current.id) return;
      if (told.type === "run-events") {
        current = advance(current, told.events, told.pace, told.seconds);
        if (told.events.some(({ type }) => type === "epoch" || type === "finished" || type === "diverged")) await keep(current);
      } else if (told.type === "run-paused" || told.type === "run-stopped") {
        current = { ...current, status: told.type === "run-paused" ? "paused" : "stopped" };
        if (current.step > 0) await keep(current);
      } else if (told.type === "run-resumed") current = { ...current, status: "running" };
      else if (told.type === "run-failed") current = { ...current, status: "failed" };
      if (!isActive(current)) claims.drop();
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
      const found = await store.list();
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
      inMemory = inMemory.filter((other) => other !== id);
      await queue(() => session.remove(id));
      await store.remove(id);
    },
  };
}
