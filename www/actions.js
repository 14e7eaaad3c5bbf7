// What the visitor's hands do: each action tells the state and asks the worker. Nothing fails
// silently; a refusal becomes an event with its sentence.

import { createDeviceActions } from "./device-actions.js";
import { sentence } from "./protocol.js";
import { canShow } from "./state.js";

/** @import { createClient } from "./client.js" */
/** @import { Event, State } from "./state.js" */
/** @import { Key } from "./settings.js" */

/** Pictures of each split shown at once. */
export const SAMPLES = 5;

/**
 * @param {{get: () => State, dispatch: (event: Event) => void}} store
 * @param {ReturnType<typeof createClient>} client
 */
export function createActions({ get, dispatch }, client) {
  const notice = (/** @type {unknown} */ thrown) => {
    // A dead worker has told its own story already.
    if (get().engine !== "crashed") dispatch({ type: "notice", message: sentence(thrown) });
  };
  const refused = (/** @type {unknown} */ thrown) =>
    dispatch({ type: "run-refused", message: sentence(thrown) });
  const devices = createDeviceActions({ get, dispatch }, client, notice);

  async function describe() {
    const { model, overrides } = get().settings;
    if (model === null || get().engine !== "ready") return;
    try {
      const description = await client.ask({ type: "describe", model, overrides });
      dispatch({ type: "described", model, description });
    } catch (thrown) {
      notice(thrown);
    }
  }

  /** @param {number} seed */
  async function showSamples(seed) {
    dispatch({ type: "samples-asked", seed });
    if (!canShow(get())) return;
    try {
      const pictures = await client.ask({ type: "samples", seed, count: SAMPLES });
      dispatch({ type: "samples-shown", seed, pictures });
    } catch (thrown) {
      notice(thrown);
    }
  }

  /** @param {boolean} paused */
  async function start(paused) {
    const { model, overrides, description } = get().settings;
    if (model === null || description === null || get().starting) return;
    dispatch({ type: "start-asked" });
    try {
      const backend = await devices.settle(model, overrides, description.config);
      await client.ask({ type: "start", model, overrides, paused, backend });
      dispatch({ type: "start-answered" });
    } catch (thrown) {
      refused(thrown);
    }
  }

  const intake = async (/** @type {() => Promise<void>} */ job) => {
    try {
      await job();
      dispatch({ type: "intake-done" });
    } catch (thrown) {
      dispatch({ type: "intake-refused", message: sentence(thrown) });
    }
  };

  return {
    describe,
    showSamples,
    devices,
    open() {
      client.launch();
      client.ask({ type: "open" }).catch(notice);
      // A GPU that failed during this visit is not looked for again.
      if (get().compute.gpu === null) devices.look();
    },
    retry: () => client.ask({ type: "open" }).catch(notice),
    reopen() {
      dispatch({ type: "engine-restarted" });
      this.open();
    },
    /** @param {string} model */
    chooseModel(model) {
      dispatch({ type: "model-chosen", model });
      return describe();
    },
    /** @param {Key} key @param {string} typed */
    typeSetting(key, typed) {
      const before = get().settings.overrides;
      dispatch({ type: "setting-typed", key, typed });
      if (get().settings.overrides !== before) void describe();
    },
    start: () => start(false),
    pause: () => client.ask({ type: "pause" }).catch(refused),
    resume: () => client.ask({ type: "resume" }).catch(refused),
    async step() {
      if (get().run?.status !== "paused") await start(true);
      if (get().run?.status === "paused") await client.ask({ type: "step" }).catch(refused);
    },
    stop: () => client.ask({ type: "stop" }).catch(refused),
    async reset() {
      await client.ask({ type: "stop" }).catch(() => {});
      dispatch({ type: "run-reset" });
    },
    /** @param {File[]} files */
    take: (files) => intake(() => client.ask({ type: "import", files })),
    forget: () => intake(() => client.ask({ type: "forget" })),
    /** @param {number} index */
    dismiss: (index) => dispatch({ type: "notice-dismissed", index }),
  };
}
