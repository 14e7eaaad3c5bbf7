// What the visitor does about devices, and what a run needs before it starts: a backend, found out by a
// speed test where it has to be, and a worker that has it loaded.

import { decide, passes, speedKey } from "./compute.js";
import { keyOf, nameOf } from "./models.js";
import { isInWorkerOnly, labelOf } from "./run.js";
import { pictureOf } from "./state.js";
import { sentence } from "../protocol.js";
import { saveChoice, saveSpeeds, saveWorkers } from "./preferences.js";
import { text } from "../strings.js";

/** @import { createClient, Link } from "./client.js" */
/** @import { Choice } from "./compute.js" */
/** @import { Backend, CheckTable, Config, Model, Overrides, Report } from "../protocol.js" */
/** @import { Event, State } from "./state.js" */

/**
 * @param {{get: () => State, dispatch: (event: Event) => void}} store
 * @param {ReturnType<typeof createClient>} client
 * @param {(thrown: unknown) => void} notice
 * @param {() => void} leaveGpu  told when the CPU is chosen: a start on the GPU that is on is called off
 */
export function createDeviceActions({ get, dispatch }, client, notice, leaveGpu) {
  /** @type {Link|null} the worker of a speed test that is on */
  let trying = null;
  let skipped = false;
  /** Settled when the look for a GPU has ended. @type {Promise<unknown>} */
  let looking = Promise.resolve();
  /** The keys of models whose operators this visit has checked on the GPU. @type {Set<string>} */
  const sound = new Set();

  /** Ends the wait for a GPU. */
  let stopLooking = () => {};

  /** What the visitor wants of the CPU, where that is what they chose. @returns {Backend|null} */
  function onCpu() {
    const { choice } = get().compute;
    return choice === "ndarray" ? "ndarray" : choice === "cpu" ? "flex" : null;
  }

  /** What a worker beside the one in use reports: its progress, and a GPU that does not answer it.
   * @param {Report} report */
  const listen = (report) => {
    if (report.type === "speed-test-progress") dispatch(report);
    else if (report.type === "crashed" && report.gpu && report.silent)
      dispatch({ type: "gpu-probed", gpu: { usable: false, reason: report.message, adapter: null, silent: true } });
  };
  const tell = (/** @type {string} */ message) => dispatch({ type: "notice", message });

  /** Why the GPU may not train this model, if so. @param {Model} model @param {CheckTable} table
   * @param {boolean} [asked]  by the visitor */
  function noteCheck(model, table, asked = false) {
    dispatch({ type: "gpu-checked", model: nameOf(model), table, asked });
    if (passes(table)) sound.add(keyOf(model));
    return passes(table) ? null : text.compute.unsound(nameOf(model));
  }

  /** Goes on with the worker `link`, which takes over the pictures. @param {Link} link */
  async function moveTo(link) {
    const { manifest, files, folder } = await client.ask({ type: "hand-over" });
    await link.ask({ type: "adopt", manifest, folder });
    for (const file of files) {
      const bytes = await client.ask({ type: "shard", file });
      await link.ask({ type: "adopt-shard", file, bytes }, [bytes.buffer]);
    }
    await link.ask({ type: "workers", count: get().compute.workers });
    trying = null;
    const left = Object.values(get().runs).filter(isInWorkerOnly);
    if (left.length > 0) tell(text.storage.leftBehind(left.map(labelOf)));
    client.promote(link);
    dispatch({ type: "build-changed", build: "gpu" });
  }

  /** A worker beside the one in use, for as long as `job` takes or for good if it is promoted.
   * @template T @param {(link: Link) => Promise<T>} job */
  async function beside(job) {
    skipped = false;
    dispatch({ type: "speed-test-progress", stage: "loading" });
    const link = client.beside("gpu", listen);
    trying = link;
    try {
      return await job(link);
    } catch (thrown) {
      link.end(text.errors.dead);
      throw thrown;
    } finally {
      trying = null;
      dispatch({ type: "speed-test-ended" });
    }
  }

  /** Both devices train the model for a moment: the faster one. @returns {Promise<Backend>}
   * @param {Model} model @param {Overrides} overrides @param {Config} config */
  async function measure(model, overrides, config) {
    const { gpu, build, workers } = get().compute;
    try {
      return await beside(async (link) => {
        const { table, speeds } = await link.ask({ type: "speed-test", model, overrides, workers });
        const trouble = noteCheck(model, table);
        if (trouble) tell(trouble);
        else if (speeds === null) tell(text.compute.notTimed);
        if (gpu && speeds) {
          dispatch({ type: "speeds-measured", key: speedKey(gpu, config, workers, pictureOf(get())), speeds });
          saveSpeeds(get().compute.measured);
        }
        const faster = speeds !== null && speeds.wgpu > speeds.flex;
        if (faster && build === "cpu") await moveTo(link);
        else link.end(text.errors.dead);
        return faster ? "wgpu" : "flex";
      });
    } catch (thrown) {
      if (!skipped) tell(text.compute.notTried(sentence(thrown)));
      return "flex";
    }
  }

  /** A worker with the GPU's package, once it computes this model as the CPU does.
   * @param {Model} model @param {Overrides} overrides */
  async function useGpu(model, overrides) {
    const loaded = get().compute.build === "gpu";
    if (loaded && sound.has(keyOf(model))) return;
    await beside(async (link) => {
      dispatch({ type: "speed-test-progress", stage: "checking" });
      if (!sound.has(keyOf(model))) {
        const trouble = noteCheck(model, await link.ask({ type: "self-test", model, overrides }));
        if (trouble) throw new Error(trouble);
      }
      if (loaded) link.end(text.errors.dead);
      else await moveTo(link);
    });
  }

  /** Ends a speed test; what was started goes on without it. */
  function skip() {
    skipped = true;
    trying?.end(text.compute.skipped);
    stopLooking();
  }

  return {
    /** Looks for a GPU. */
    look() {
      looking = client
        .ask({ type: "probe" })
        .then((gpu) => dispatch({ type: "gpu-probed", gpu }))
        .catch(notice);
    },

    /** What computes the next run, ready to be asked. @returns {Promise<Backend>}
     * @param {Model} model @param {Overrides} overrides @param {Config} config
     * @param {AbortSignal} signal  of a start that is called off */
    async prepare(model, overrides, config, signal) {
      signal.addEventListener("abort", skip);
      const left = new Promise((resolve) => (stopLooking = () => resolve(undefined)));
      if (!onCpu()) await Promise.race([looking, left]);
      signal.throwIfAborted();
      const { compute } = get();
      if (compute.choice === "webgpu" && !compute.gpu?.usable)
        throw new Error(text.compute.cannot(compute.gpu?.reason ?? text.compute.looking));
      const backend = decide(compute, config, pictureOf(get()));
      try {
        const found = backend === "measure" ? await measure(model, overrides, config) : backend;
        if (backend === "wgpu") await useGpu(model, overrides);
        return onCpu() ?? found;
      } catch (thrown) {
        // The visitor may have thought better of it.
        const instead = onCpu();
        if (instead) return instead;
        throw thrown;
      }
    },

    /** @param {Choice} choice */
    choose(choice) {
      dispatch({ type: "compute-chosen", choice });
      saveChoice(choice);
      if (!onCpu()) return;
      skip();
      leaveGpu();
    },

    /** @param {number} workers */
    useWorkers(workers) {
      dispatch({ type: "workers-chosen", workers });
      saveWorkers(workers);
      client.ask({ type: "workers", count: workers }).catch(notice);
    },

    skip,

    /** Forgets the speeds of this model, so that the next start measures them. */
    forgetSpeeds() {
      dispatch({ type: "speeds-known", measured: {} });
      saveSpeeds({});
    },

    /** Compares the GPU with the CPU on a model, and shows the table.
     * @param {Model} model @param {Overrides} overrides */
    async check(model, overrides) {
      if (get().compute.checking) return;
      dispatch({ type: "check-asked" });
      const link = client.beside("gpu", listen);
      try {
        noteCheck(model, await link.ask({ type: "self-test", model, overrides }), true);
      } catch (thrown) {
        tell(text.compute.notChecked(sentence(thrown)));
      } finally {
        link.end(text.errors.dead);
        dispatch({ type: "check-ended" });
      }
    },
  };
}
