// What the lab does about pictures and runs when hands or sections ask for it: each action tells
// the state and asks the worker. Nothing fails silently: a refusal becomes an event with its sentence.

import { LostError } from "./client.js";
import { createDeviceActions } from "./device-actions.js";
import { limits, longestStep } from "./limits.js";
import { modelOf } from "./models.js";
import { createModelActions } from "./model-actions.js";
import { createRecovery, jobOf } from "./recovery.js";
import { WaitError, waiting as ours } from "./waiting.js";
import { sentence } from "../protocol.js";
import { text } from "../strings.js";
import { canTrain, isBusy } from "./state.js";

/** @import { createClient } from "./client.js" */
/** @import { Answers, Command, ImportRequest, Job, Model, Overrides } from "../protocol.js" */
/** @import { Event, State } from "./state.js" */

/** What a section says of a job; the rest has defaults.
 * @typedef {{group: string, model: Model, overrides?: Overrides, name?: string, from?: string|null, paused?: boolean, run?: string}} Wish */

/** A name for a run that no other has. */
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * @param {{get: () => State, dispatch: (event: Event) => void}} store
 * @param {ReturnType<typeof createClient>} client
 * @param {string|null} data  the address of the data folder, or null for the page's own
 * @param {Pick<typeof ours, "within">} [waiting]
 */
export function createActions({ get, dispatch }, client, data, waiting = ours) {
  const notice = (/** @type {unknown} */ thrown) => {
    // A dead worker has told its own story already.
    if (get().engine !== "crashed" && !(thrown instanceof LostError)) dispatch({ type: "notice", message: sentence(thrown) });
  };
  /** A start on the GPU that the worker was asked for is asked for again, on the CPU. */
  function leaveGpu() {
    const { command, job } = start ?? {};
    if (!job || command === null || command === undefined || !("backend" in command) || command.backend !== "wgpu") return;
    callOff();
    dispatch({ type: "requeued", job });
  }
  const devices = createDeviceActions({ get, dispatch }, client, notice, leaveGpu);

  /** Asks the worker; what comes is the answer, or null once the refusal was shown.
   * @template {Command} C @param {C} command @param {Transferable[]} [transfer]
   * @returns {Promise<Answers[C["type"]]|null>} */
  const tryAsk = (command, transfer) => client.ask(command, transfer).catch((thrown) => (notice(thrown), null));

  /** @param {Model} model  or its name among those on offer */
  const named = (model) => modelOf(get().models, model);
  /** What the wasm module says of a model's settings. @param {Model} model @param {Overrides} overrides */
  const describe = (model, overrides) => client.ask({ type: "describe", model: named(model), overrides });

  /** Those that the visitor wants no more, while their worker has not answered. @type {Set<string>} */
  const stopping = new Set();
  /** The start that is on. @type {{job: Job, off: AbortController, command: Command|null}|null} */
  let start = null;
  /** A start that was called off is still at the worker. */
  let leaving = false;

  /** A start that was called off is over once the worker has let go of it: no other begins before.
   * @param {string} run @param {Promise<unknown>} answer */
  async function letGo(run, answer) {
    leaving = true;
    try {
      await waiting.within(answer, limits.stop, "");
      if (get().active === run) await steer("stop");
    } catch (thrown) {
      if (thrown instanceof WaitError) recovery.end(limits.stop);
    } finally {
      leaving = false;
      void pump();
    }
  }

  /** Asks the worker for a run. @param {Job} job
   * @param {(signal: AbortSignal) => Promise<Command>} prepare  makes the command; may take seconds, to try a GPU */
  async function begin(job, prepare) {
    const { run } = job;
    const off = new AbortController();
    const mine = (start = { job, off, command: /** @type {Command|null} */ (null) });
    const calledOff = new Promise((_, reject) => off.signal.addEventListener("abort", () => reject(off.signal.reason)));
    /** @type {Promise<unknown>|null} */
    let answer = null;
    dispatch({ type: "start-asked", run });
    try {
      mine.command = await Promise.race([prepare(off.signal), /** @type {Promise<never>} */ (calledOff)]);
      off.signal.throwIfAborted();
      answer = client.ask(mine.command);
      await Promise.race([answer, calledOff]);
      dispatch({ type: "start-answered" });
    } catch (thrown) {
      if (off.signal.aborted) {
        if (answer) void letGo(run, answer);
        dispatch({ type: "start-answered" });
      } else if (thrown instanceof LostError && get().engine !== "crashed") dispatch({ type: "requeued", job });
      else dispatch({ type: "run-refused", run, message: sentence(thrown) });
    } finally {
      if (start === mine) start = null;
    }
  }

  /** Calls off the start that is on. */
  const callOff = () => start?.off.abort();

  /** Starts the next run of the queue, if nothing else is on. */
  async function pump() {
    const { queue, active, starting, runs } = get();
    const job = queue[0];
    if (!job || leaving || active !== null || starting !== null || !canTrain(get())) return;
    const { run, model, overrides, paused } = job;
    await begin(job, async (signal) => {
      const { config } = await describe(model, overrides);
      if (!job.kept) return { type: "start", job, backend: await devices.prepare(model, overrides, config, signal) };
      // On the device that it was begun on, where that is here.
      const backend = runs[run]?.backend ?? "flex";
      return { type: "continue", run, paused, backend: backend === "wgpu" ? await devices.prepare(model, overrides, config, signal) : backend };
    });
  }

  /** What a worker may take to come to the end of what it computes. */
  function longest() {
    const { active, runs } = get();
    const run = active === null ? undefined : runs[active];
    return run ? longestStep(run) : 0;
  }

  /** @param {"pause"|"resume"|"step"|"stop"} type */
  async function steer(type) {
    const run = get().active;
    if (run === null) return;
    const limit = type === "stop" ? limits.stop + longest() : Infinity;
    if (type === "stop") stopping.add(run);
    try {
      await waiting.within(client.ask({ type }), limit, "");
    } catch (thrown) {
      if (thrown instanceof WaitError && get().active === run) recovery.end(limit);
      else if (!(thrown instanceof LostError || thrown instanceof WaitError)) dispatch({ type: "run-refused", run, message: sentence(thrown) });
    } finally {
      stopping.delete(run);
    }
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

  function open() {
    client.launch();
    void tryAsk({ type: "workers", count: get().compute.workers });
    void tryAsk({ type: "open", data });
    // A GPU that failed during this visit is not looked for again.
    if (get().compute.gpu === null) devices.look();
  }
  const recovery = createRecovery({ get, dispatch }, open);

  return {
    ask: client.ask,
    tryAsk,
    describe,
    named,
    models: createModelActions({ get, dispatch }, client),
    devices,
    pump,
    notice,
    open,
    retry: () => tryAsk({ type: "open", data }),
    reopen() {
      dispatch({ type: "engine-restarted" });
      open();
    },
    longest,
    /** The worker is gone without a word: the run that it computed goes on with another, unless it was being stopped.
     * @param {string} why */
    lost(why) {
      const { active } = get();
      const job = start?.job;
      callOff();
      if (active !== null && stopping.has(active)) dispatch({ type: "run-stopped", run: active });
      recovery.lost(why);
      if (job && get().engine !== "crashed") dispatch({ type: "requeued", job });
    },

    /** Puts runs at the end of the queue; they start as soon as the worker is free.
     * @param {Wish[]} wishes @returns {string[]} their ids */
    enqueue(wishes) {
      /** @type {Job[]} */
      const jobs = wishes.map(({ group, model, overrides = {}, name = "", from = null, paused = false, run = newId() }) => ({
        run, group, name, model: named(model), overrides, from, paused,
      }));
      dispatch({ type: "queued", jobs });
      void pump();
      return jobs.map(({ run }) => run);
    },

    /** Continues a run that was interrupted, from where it was kept. @param {string} run */
    async continueRun(run) {
      const { runs, active, starting } = get();
      if (active !== null || starting !== null || !runs[run]) return;
      dispatch({ type: "requeued", job: { ...jobOf(runs[run]), paused: false } });
      await pump();
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
      else if (starting !== null && ids.includes(starting)) callOff();
    },

    /** @param {string} run @param {string} name @param {boolean} pinned */
    label(run, name, pinned) {
      dispatch({ type: "run-labelled", run, name, pinned });
      void tryAsk({ type: "label", run, name, pinned });
    },
    /** Deletes a run and its weights; one that is on is ended first. Answers whether it is deleted.
     * @param {string} run */
    async discard(run) {
      await this.cancel([run]);
      const done = (await tryAsk({ type: "discard", run })) !== null;
      if (done) dispatch({ type: "run-discarded", run });
      return done;
    },

    /** @param {{path: string, file: File}[]} files @param {ImportRequest|null} [request] */
    take: (files, request = null) => intake(() => client.ask({ type: "import", files, request })),
    /** Goes on with a set of pictures that is kept, or with those beside the page. @param {string|null} set */
    useSet: (set) => intake(() => client.ask({ type: "use-set", set })),
    /** @param {string} message */
    dismiss: (message) => dispatch({ type: "notice-dismissed", message }),
    cancelImport: () => tryAsk({ type: "cancel-import" }),
    /** @param {number|null} count  of the files of a folder that are listed so far; null once that is over */
    listing: (count) => dispatch(count === null ? { type: "intake-done" } : { type: "import-progress", stage: "listing", done: count }),
    /** @param {Blob|ImageBitmap} picture @returns {Promise<Answers["shrink"]>}  as the networks see it */
    shrink: (picture) => client.ask({ type: "shrink", picture }),
  };
}
