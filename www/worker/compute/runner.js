// The driver of a run: one queue in front of the session, and the loop that pulls training out
// of it. It owns the clock and decides when to run; what a step is, only the session knows.

import { sentence } from "../../protocol.js";

/** @import { Run } from "../../app/run.js" */
/** @import { Pace, Report, RunEvent } from "../../protocol.js" */

/**
 * The part of the wasm `Session` that a run needs.
 * @typedef {object} Trainable
 * @property {(run: string, units: number) => Promise<RunEvent[]>} advance
 * @property {() => number} workers  that did the last unit
 */

/** A message to the page should take this long to make: short enough for a prompt pause, long enough
 * that crossing costs nothing, and that drawing what is told leaves the cores to those who compute. */
const PULL_MS = 120;
const MOST_UNITS = 64;
/** How much a new measurement of the pace counts against the older ones. */
const PACE_WEIGHT = 0.15;

/**
 * Calls one function after another, never two at once: the session is borrowed for as long as
 * its promise is pending, and a second call would throw.
 */
export function createQueue() {
  /** @type {Promise<unknown>} */
  let tail = Promise.resolve();
  /** @template T @param {() => T|Promise<T>} job @returns {Promise<T>} */
  return (job) => {
    const result = tail.then(job);
    tail = result.catch(() => {});
    return result;
  };
}

/** Running means of what a step and a validation batch cost. */
export function createPace() {
  /** @type {Pace} */
  const pace = { workers: 1, picturesPerSecond: null, stepSeconds: null, validationSeconds: null };
  /** @param {number|null} old @param {number} fresh */
  const blend = (old, fresh) => (old === null ? fresh : old + PACE_WEIGHT * (fresh - old));
  return {
    /** A pull that mixes steps and validation cannot be split between them and is not counted.
     * @param {RunEvent[]} events @param {number} seconds */
    note(events, seconds) {
      let steps = 0;
      let pictures = 0;
      let batches = 0;
      for (const event of events) {
        if (event.type === "step") {
          steps += 1;
          pictures += event.pictures;
        } else if (event.type === "validating") batches += 1;
      }
      if (steps > 0 && batches === 0 && seconds > 0) {
        pace.stepSeconds = blend(pace.stepSeconds, seconds / steps);
        pace.picturesPerSecond = blend(pace.picturesPerSecond, pictures / seconds);
      } else if (batches > 0 && steps === 0) {
        pace.validationSeconds = blend(pace.validationSeconds, seconds / batches);
      }
    },
    /** @param {number} workers  that it was measured with @returns {Pace} */
    read: (workers) => ({ ...pace, workers }),
  };
}

/** Where in its epoch a run is, in units of work.
 * @param {Run} run */
export function createEpochUnits({ plan: { stepsPerEpoch, validationBatches }, step, epochs, validating }) {
  const all = stepsPerEpoch + validationBatches;
  let done = step - epochs.length * stepsPerEpoch + (validating?.done ?? 0);
  return {
    /** @param {RunEvent[]} events */
    note(events) {
      for (const { type } of events)
        if (type === "step" || type === "validating") done += 1;
        else if (type === "epoch") done = 0;
    },
    /** Units to the last one of the epoch, which is pulled alone. */
    left: () => Math.max(1, all - 1 - done),
    onlyLast: () => done === all - 1,
  };
}

/**
 * @param {object} parts
 * @param {Trainable} parts.session
 * @param {ReturnType<typeof createQueue>} parts.queue
 * @param {(report: Report) => void} parts.report  must not wait for the queue
 * @param {() => number} parts.now  milliseconds
 * @param {() => Promise<void>} parts.nextTask  lets messages in: a macrotask, since on the CPU
 *   an awaited step may never leave the microtask queue, and then no pause would ever arrive
 * @param {(thrown: unknown) => boolean} parts.fatal  told every error first; true if it took it
 * @param {(run: Run) => Promise<void>} parts.begun  called between the start and the first pull
 * @param {(id: string, scored: boolean) => Promise<void>} parts.afterPull  called between pulls, to show
 *   how far it is; `scored`: only the last unit of an epoch is left, so its weights are final and
 *   those of the next phase are not yet in use
 */
export function createRunner({ session, queue, report, now, nextTask, fatal, begun, afterPull }) {
  /** `dropped` once another run or a stop has taken its place; `ending` from the wish to stop on;
   * `pumping` while the loop is on.
   * @typedef {{id: string, paused: boolean, pumping: boolean, dropped: boolean, ending: boolean, pace: ReturnType<typeof createPace>, units: ReturnType<typeof createEpochUnits>}} Pulled */
  /** @type {Pulled|null} */
  let run = null;
  let units = 1;

  function drop() {
    if (run) run.dropped = true;
    run = null;
  }

  /** @param {RunEvent[]} events */
  const ends = (events) =>
    events.length === 0 || events.some((e) => e.type === "finished" || e.type === "diverged");

  /** One pull; answers what happened, or null if `mine` was dropped meanwhile.
   * @param {Pulled} mine @param {number} wanted  units, of which no more than this epoch has are asked */
  async function pull(mine, wanted) {
    if (mine.dropped) return null;
    const asked = Math.min(wanted, mine.units.left());
    const since = now();
    const events = await session.advance(mine.id, asked);
    const took = now() - since;
    if (mine.dropped) return null;
    if ((asked === wanted && asked > 1) || took > PULL_MS || units === 1) {
      const fitting = Math.round((asked * PULL_MS) / Math.max(took, 1));
      units = Math.max(1, Math.min(MOST_UNITS, fitting, asked * 2));
    }
    mine.pace.note(events, took / 1000);
    mine.units.note(events);
    if (ends(events)) run = null;
    if (events.length > 0) report({ type: "run-events", run: mine.id, events, pace: mine.pace.read(session.workers()), seconds: took / 1000 });
    return events;
  }

  /** Pulls until `enough` says so or the run is over.
   * @param {Pulled} mine @param {() => number} asked @param {(events: RunEvent[]) => boolean} enough */
  async function pullUntil(mine, asked, enough) {
    try {
      for (;;) {
        // Asked again when its turn comes: a pause may have arrived since.
        const events = await queue(() => (enough([]) ? [] : pull(mine, asked())));
        if (!events) return;
        await afterPull(mine.id, mine.units.onlyLast());
        if (run !== mine || enough(events)) return;
        await nextTask();
      }
    } catch (thrown) {
      if (run === mine) run = null;
      if (!fatal(thrown) && !mine.dropped)
        report({ type: "run-failed", run: mine.id, message: sentence(thrown) });
    }
  }

  /** @param {Pulled} mine */
  async function pump(mine) {
    if (mine.pumping) return;
    mine.pumping = true;
    await pullUntil(mine, () => units, () => mine.paused || mine.ending);
    mine.pumping = false;
  }

  return {
    active: () => run !== null,
    held: () => run === null || run.paused,

    /** Pulls the run that `begin` has ready, in place of the one so far.
     * @param {() => Promise<Run>} begin */
    async start(begin) {
      drop();
      const made = await begin();
      /** @type {Pulled} */
      const mine = {
        id: made.id, paused: made.status === "paused", pumping: false, dropped: false, ending: false,
        pace: createPace(), units: createEpochUnits(made),
      };
      run = mine;
      units = 1;
      report({ type: "run-started", run: made });
      try {
        await begun(made);
      } catch (thrown) {
        drop();
        if (!fatal(thrown)) report({ type: "run-failed", run: mine.id, message: sentence(thrown) });
      }
      if (!mine.dropped && !mine.paused) void pump(mine);
    },

    /** Holds the run. Answered when the pull in flight has ended, so no step follows it. */
    async pause() {
      const mine = run;
      if (!mine || mine.paused) return;
      mine.paused = true;
      await queue(() => {});
      if (run === mine && mine.paused) report({ type: "run-paused", run: mine.id });
    },

    resume() {
      if (!run || !run.paused) return;
      run.paused = false;
      report({ type: "run-resumed", run: run.id });
      void pump(run);
    },

    /** Exactly one optimizer step, with the validation before it if one is due. */
    async step() {
      const mine = run;
      if (!mine || !mine.paused) return;
      await pullUntil(mine, () => 1, (events) => events.some((e) => e.type === "step"));
    },

    /** Ends the run, after the pull in flight; its weights stay. */
    async stop() {
      const mine = run;
      if (!mine) return;
      // The pull in flight is still told: what is kept of the run is then exactly what was seen of
      // it, and it can go on from there.
      mine.ending = true;
      await queue(() => {});
      if (run !== mine && !mine.dropped) return;
      if (run === mine) drop();
      report({ type: "run-stopped", run: mine.id });
    },
  };
}
