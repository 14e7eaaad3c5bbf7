// The loop that trains: it asks the session for a few work items at a time, so that a pause is prompt and
// the page hears of them often enough. A work item is a training step or a batch of validation.

import { isActive } from "../../app/run.js";
import { sentence } from "../../protocol.js";

/** @import { Run } from "../../app/run.js" */
/** @import { Pace, Report } from "../../protocol.js" */
/** @import { RunEvent } from "../../run-events.js" */
/** @import { Queue } from "./queue.js" */

/**
 * The part of the wasm `Session` that a run needs.
 * @typedef {object} Trainable
 * @property {(run: string, workItems: number) => Promise<RunEvent[]>} advance
 * @property {() => number} workers  that computed the last work item
 */

/** A message to the page should take this long to make: short enough for a prompt pause, long enough
 * that crossing costs nothing, and that drawing what is told leaves the cores to those who compute. */
const ADVANCE_MS = 120;
const MOST_WORK_ITEMS = 64;
/** How much a new measurement of the pace counts against the older ones. */
const PACE_WEIGHT = 0.3;
/** A measurement takes at least so long. Browsers that hide from tracking have clocks of 100 ms, in which
 * most calls take no time and some take ten times theirs; over several ticks that evens out. */
const LEAST_SECONDS = 0.3;

/** Running means of what a step and a validation batch cost. */
export function createPace() {
  /** @type {Pace} */
  const pace = { workers: 1, picturesPerSecond: null, stepSeconds: null, validationSeconds: null };
  /** What was counted since the last measurement. */
  let training = { steps: 0, pictures: 0, seconds: 0 };
  let validation = { batches: 0, seconds: 0 };
  /** @param {number|null} old @param {number} fresh */
  const blend = (old, fresh) => (old === null ? fresh : old + PACE_WEIGHT * (fresh - old));
  return {
    /** A call that mixes steps and validation cannot be split between them and is not counted.
     * @param {RunEvent[]} events @param {number} seconds */
    note(events, seconds) {
      const steps = events.filter((event) => event.type === "step");
      const batches = events.filter(({ type }) => type === "validating").length;
      if (steps.length > 0 && batches === 0) {
        const pictures = steps.reduce((sum, event) => sum + event.pictures, training.pictures);
        training = { steps: training.steps + steps.length, pictures, seconds: training.seconds + seconds };
        if (training.seconds < LEAST_SECONDS) return;
        pace.stepSeconds = blend(pace.stepSeconds, training.seconds / training.steps);
        pace.picturesPerSecond = blend(pace.picturesPerSecond, training.pictures / training.seconds);
        training = { steps: 0, pictures: 0, seconds: 0 };
      } else if (batches > 0 && steps.length === 0) {
        validation = { batches: validation.batches + batches, seconds: validation.seconds + seconds };
        if (validation.seconds < LEAST_SECONDS) return;
        pace.validationSeconds = blend(pace.validationSeconds, validation.seconds / validation.batches);
        validation = { batches: 0, seconds: 0 };
      }
    },
    /** @param {number} workers  that it was measured with @returns {Pace} */
    read: (workers) => ({ ...pace, workers }),
  };
}

/** Where in its epoch a run is, in work items.
 * @param {Run} run */
export function createEpochPosition({ plan: { stepsPerEpoch, validationBatches }, step, epochs, validating }) {
  const all = stepsPerEpoch + validationBatches;
  let done = step - epochs.length * stepsPerEpoch + (validating?.done ?? 0);
  return {
    /** @param {RunEvent[]} events */
    note(events) {
      for (const { type } of events)
        if (type === "step" || type === "validating") done += 1;
        else if (type === "epoch") done = 0;
    },
    /** Work items before the last one of the epoch, which is computed by itself. */
    left: () => Math.max(1, all - 1 - done),
    onlyLast: () => done === all - 1,
  };
}

/**
 * @param {object} parts
 * @param {Trainable} parts.session
 * @param {Queue} parts.queue
 * @param {(workItems: number) => number} parts.limitOf  milliseconds that a call with so many may wait
 * @param {(report: Report) => void|Promise<void>} parts.report  must not wait for the queue
 * @param {() => number} parts.now  milliseconds
 * @param {() => Promise<void>} parts.nextTask  lets messages in: a macrotask, since on the CPU
 *   an awaited step may never leave the microtask queue, and then no pause would ever arrive
 * @param {(thrown: unknown) => boolean} parts.fatal  told every error first; true if it took it
 * @param {(run: Run) => Promise<void>} parts.begun  called between the start and the first work item
 * @param {(id: string, epochTrained: boolean) => Promise<void>} parts.afterAdvance  called between calls, to
 *   show how far it is; `epochTrained`: only the last work item of an epoch is left, so its weights are
 *   final and those of the next phase are not yet in use
 */
export function createRunner({ session, queue, limitOf, report, now, nextTask, fatal, begun, afterAdvance }) {
  /** `dropped` once another run or a stop has taken its place; `ending` from the wish to stop on;
   * `pumping` while the loop is on.
   * @typedef {{id: string, paused: boolean, pumping: boolean, dropped: boolean, ending: boolean, pace: ReturnType<typeof createPace>, position: ReturnType<typeof createEpochPosition>}} Driven */
  /** @type {Driven|null} */
  let run = null;
  let workItems = 1;

  function drop() {
    if (run) run.dropped = true;
    run = null;
  }

  /** @param {RunEvent[]} events */
  const ends = (events) =>
    events.length === 0 || events.some((e) => e.type === "finished" || e.type === "diverged");

  /** One call; answers what happened, or null if `mine` was dropped meanwhile.
   * @param {Driven} mine @param {number} wanted  work items, of which no more than this epoch has are asked */
  async function advance(mine, wanted) {
    if (mine.dropped) return null;
    const asked = Math.min(wanted, mine.position.left());
    const since = now();
    const events = await session.advance(mine.id, asked);
    const took = now() - since;
    if (mine.dropped) return null;
    if ((asked === wanted && asked > 1) || took > ADVANCE_MS || workItems === 1) {
      const fitting = Math.round((asked * ADVANCE_MS) / Math.max(took, 1));
      workItems = Math.max(1, Math.min(MOST_WORK_ITEMS, fitting, asked * 2));
    }
    mine.pace.note(events, took / 1000);
    mine.position.note(events);
    if (ends(events)) run = null;
    // It had ended before, and nobody was told.
    if (events.length === 0) await report({ type: "run-stopped", run: mine.id });
    else await report({ type: "run-events", run: mine.id, events, pace: mine.pace.read(session.workers()), seconds: took / 1000 });
    return events;
  }

  /** Advances until `enough` says so or the run is over.
   * @param {Driven} mine @param {() => number} asked @param {(events: RunEvent[]) => boolean} enough */
  async function advanceUntil(mine, asked, enough) {
    try {
      for (;;) {
        // Asked again when its turn comes: a pause may have arrived since.
        const events = await queue(() => (enough([]) ? [] : advance(mine, asked())), limitOf(asked()));
        if (!events) return;
        await afterAdvance(mine.id, mine.position.onlyLast());
        if (run !== mine || enough(events)) return;
        await nextTask();
      }
    } catch (thrown) {
      if (run === mine) run = null;
      if (!fatal(thrown) && !mine.dropped)
        report({ type: "run-failed", run: mine.id, message: sentence(thrown) });
    }
  }

  /** @param {Driven} mine */
  async function pump(mine) {
    if (mine.pumping) return;
    mine.pumping = true;
    await advanceUntil(mine, () => workItems, () => mine.paused || mine.ending);
    mine.pumping = false;
  }

  return {
    active: () => run !== null,
    held: () => run === null || run.paused,

    /** Trains the run that `begin` has ready, in place of the one so far.
     * @param {() => Promise<Run>} begin */
    async start(begin) {
      drop();
      const made = await begin();
      if (!isActive(made)) {
        // It has ended in another tab, which this page has not heard of: now it has.
        report({ type: "run-started", run: made });
        return;
      }
      /** @type {Driven} */
      const mine = {
        id: made.id, paused: made.status === "paused", pumping: false, dropped: false, ending: false,
        pace: createPace(), position: createEpochPosition(made),
      };
      run = mine;
      workItems = 1;
      report({ type: "run-started", run: made });
      try {
        await begun(made);
      } catch (thrown) {
        drop();
        if (!fatal(thrown)) report({ type: "run-failed", run: mine.id, message: sentence(thrown) });
      }
      if (!mine.dropped && !mine.paused) void pump(mine);
    },

    /** Holds the run. Answered when the call in flight has ended, so no step follows it. */
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
      await advanceUntil(mine, () => 1, (events) => events.some((e) => e.type === "step"));
    },

    /** Ends the run, after the call in flight; its weights stay. */
    async stop() {
      const mine = run;
      if (!mine) return;
      // The call in flight is still told: what is kept of the run is then exactly what was seen of
      // it, and it can go on from there.
      mine.ending = true;
      await queue(() => {});
      if (run !== mine && !mine.dropped) return;
      if (run === mine) drop();
      report({ type: "run-stopped", run: mine.id });
    },
  };
}
