// What the lab does about pictures and runs when hands or sections ask for it: each action tells
// the state and asks the worker. Nothing fails silently: a refusal becomes an event with its sentence.

import { createDeviceActions } from "./device-actions.js";
import { sentence } from "../protocol.js";
import { text } from "../strings.js";
import { canTrain, isBusy } from "./state.js";

/** @import { createClient } from "./client.js" */
/** @import { Answers, Command, Job, Overrides } from "../protocol.js" */
/** @import { Event, State } from "./state.js" */

/** What a section says of a job; the rest has defaults.
 * @typedef {{group: string, model: string, overrides?: Overrides, name?: string, from?: string|null, paused?: boolean, run?: string}} Wish */

/** A name for a run that no other has. */
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * @param {{get: () => State, dispatch: (event: Event) => void}} store
 * @param {ReturnType<typeof createClient>} client
 * @param {string|null} data  the address of the data folder, or null for the page's own
 */
export function createActions({ get, dispatch }, client, data) {
  const notice = (/** @type {unknown} */ thrown) => {
    // A dead worker has told its own story already.
    if (get().engine !== "crashed") dispatch({ type: "notice", message: sentence(thrown) });
  };
  const devices = createDeviceActions({ get, dispatch }, client, notice);

  /** Asks the worker; what comes is the answer, or null once the refusal was shown.
   * @template {Command} C @param {C} command @param {Transferable[]} [transfer]
   * @returns {Promise<Answers[C["type"]]|null>} */
  const tryAsk = (command, transfer) => client.ask(command, transfer).catch((thrown) => (notice(thrown), null));

  /** What the wasm module says of a model's settings. @param {string} model @param {Overrides} overrides */
  const describe = (model, overrides) => client.ask({ type: "describe", model, overrides });

  /** Runs that were asked of the worker and cancelled before it answered. @type {Set<string>} */
  const unwanted = new Set();

  /** Asks the worker for a run, and ends it again where it was cancelled meanwhile.
   * @param {string} run @param {() => Promise<Command>} prepare  makes the command; may take seconds, to try a GPU */
  async function begin(run, prepare) {
    dispatch({ type: "start-asked", run });
    try {
      const command = await prepare();
      if (!unwanted.has(run)) await client.ask(command);
      dispatch({ type: "start-answered" });
      if (unwanted.has(run) && get().active === run) await steer("stop");
    } catch (thrown) {
      dispatch({ type: "run-refused", run, message: sentence(thrown) });
    }
    unwanted.delete(run);
  }

  /** Starts the next run of the queue, if nothing else is on. */
  async function pump() {
    const { queue, active, starting } = get();
    const job = queue[0];
    if (!job || active !== null || starting !== null || !canTrain(get())) return;
    await begin(job.run, async () => {
      const { config } = await describe(job.model, job.overrides);
      return { type: "start", job, backend: await devices.prepare(job.model, job.overrides, config) };
    });
  }

  /** @param {"pause"|"resume"|"step"|"stop"} type */
  async function steer(type) {
    const run = get().active;
    if (run === null) return;
    await client.ask({ type }).catch((thrown) => dispatch({ type: "run-refused", run, message: sentence(thrown) }));
  }

  const intake = async (/** @type {() => Promise<void>} */ job) => {
    if (isBusy(get())) return dispatch({ type: "intake-refused", message: text.errors.busy });
    try {
      await job();
      dispatch({ type: "intake-done" });
    } catch (thrown) {
      if (thrown instanceof Error && thrown.name === "Cancelled") return dispatch({ type: "intake-done" });
      dispatch({ type: "intake-refused", message: sentence(thrown) });
    }
  };

  return {
    ask: client.ask,
    tryAsk,
    describe,
    devices,
    pump,
    notice,
    open() {
      client.launch();
      void tryAsk({ type: "workers", count: get().compute.workers });
      void tryAsk({ type: "open", data });
      // A GPU that failed during this visit is not looked for again.
      if (get().compute.gpu === null) devices.look();
    },
    retry: () => tryAsk({ type: "open", data }),
    reopen() {
      dispatch({ type: "engine-restarted" });
      this.open();
    },

    /** Puts runs at the end of the queue; they start as soon as the worker is free.
     * @param {Wish[]} wishes @returns {string[]} their ids */
    enqueue(wishes) {
      /** @type {Job[]} */
      const jobs = wishes.map(({ group, model, overrides = {}, name = "", from = null, paused = false, run = newId() }) => ({
        run, group, name, model, overrides, from, paused,
      }));
      dispatch({ type: "queued", jobs });
      void pump();
      return jobs.map(({ run }) => run);
    },

    /** Continues a run that was interrupted, from where it was kept. @param {string} run */
    async continueRun(run) {
      const { runs, active, starting } = get();
      if (active !== null || starting !== null || !runs[run]) return;
      const { config } = runs[run].plan;
      await begin(run, async () => {
        // On the device that it was begun on, where that is here.
        const backend = runs[run].backend === "wgpu" ? await devices.prepare(config.model, config, config) : runs[run].backend;
        return { type: "continue", run, backend };
      });
    },

    pause: () => steer("pause"),
    resume: () => steer("resume"),
    step: () => steer("step"),
    /** Ends the run that is on; the next of the queue follows. */
    stop: () => steer("stop"),
    /** Takes runs out of the queue and ends the one that is on, if they are among `ids`.
     * @param {string[]} ids */
    async cancel(ids) {
      dispatch({ type: "unqueued", runs: ids });
      const { active, starting } = get();
      if (active !== null && ids.includes(active)) await steer("stop");
      else if (starting !== null && ids.includes(starting)) unwanted.add(starting);
    },

    /** @param {string} run @param {string} name @param {boolean} pinned */
    label(run, name, pinned) {
      dispatch({ type: "run-labelled", run, name, pinned });
      void tryAsk({ type: "label", run, name, pinned });
    },
    /** Forgets a run and its weights; one that is on is ended first. @param {string} run */
    async discard(run) {
      await this.cancel([run]);
      dispatch({ type: "run-discarded", run });
      await tryAsk({ type: "discard", run });
    },

    /** @param {{path: string, file: File}[]} files */
    take: (files) => intake(() => client.ask({ type: "import", files })),
    cancelImport: () => tryAsk({ type: "cancel-import" }),
    /** @param {number|null} count  of the files of a folder that are listed so far; null once that is over */
    listing: (count) => dispatch(count === null ? { type: "intake-done" } : { type: "import-progress", stage: "listing", done: count }),
    /** @param {Blob|ImageBitmap} picture @returns {Promise<Answers["shrink"]>}  as the networks see it */
    shrink: (picture) => client.ask({ type: "shrink", picture }),
    forget: () => intake(() => client.ask({ type: "forget" })),
    /** @param {number} index */
    dismiss: (index) => dispatch({ type: "notice-dismissed", index }),
  };
}
