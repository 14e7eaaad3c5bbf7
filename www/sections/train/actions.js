// What the visitor's hands do in the training section.

import { text } from "../../strings.js";
import { shownRun } from "./state.js";

/** @import { Lab } from "../../app/lab.js" */
/** @import { Key } from "../../app/settings.js" */
/** @import { Local, LocalEvent } from "./state.js" */

/**
 * @param {Lab} lab
 * @param {{get: () => Local, dispatch: (event: LocalEvent) => void}} local
 */
export function createActions({ get: getLab, act }, { get, dispatch }) {
  for (const error of get().errors) act.notice(error);

  async function describe() {
    const { model, overrides } = get();
    if (model === null || getLab().engine !== "ready") return;
    try {
      dispatch({ type: "described", model, description: await act.describe(model, overrides) });
    } catch (thrown) {
      act.notice(thrown);
    }
  }

  /** @param {boolean} paused */
  function start(paused) {
    const { model, overrides, description } = get();
    if (model === null || description === null) return;
    const [run] = act.enqueue([{ group: "train", model, overrides, paused }]);
    dispatch({ type: "run-shown", run });
  }

  /** Whether the run that was asked for is to take one step and no more. */
  let stepWanted = false;

  function stop() {
    const { run } = get();
    if (run !== null) void act.cancel([run]);
  }

  return {
    describe,
    /** Once the models are known: the first of them where the address asked for none that is. */
    settleModel() {
      const { models } = getLab();
      const { model } = get();
      if (models.length > 0 && !models.some(({ name }) => name === model)) {
        if (model !== null) act.notice(text.errors.unknownModel(model));
        dispatch({ type: "model-chosen", model: models[0].name });
      }
      return describe();
    },
    /** @param {string} model */
    chooseModel(model) {
      dispatch({ type: "model-chosen", model });
      return describe();
    },
    /** @param {Key} key @param {string} typed */
    typeSetting(key, typed) {
      const before = get().overrides;
      dispatch({ type: "setting-typed", key, typed });
      if (get().overrides !== before) void describe();
    },
    /** @param {string} run */
    show: (run) => dispatch({ type: "run-shown", run }),
    check() {
      const { model, overrides } = get();
      if (model !== null) void act.devices.check(model, overrides);
    },
    start: () => start(false),
    pause: act.pause,
    resume: act.resume,
    /** One step; of a new run, once that is ready and held. */
    step() {
      stepWanted = shownRun(getLab(), get())?.status !== "paused";
      if (stepWanted) start(true);
      else void act.step();
    },
    stepIfWanted() {
      if (!stepWanted || shownRun(getLab(), get())?.status !== "paused") return;
      stepWanted = false;
      void act.step();
    },
    stop,
    /** Goes on with the run on show, from where it was kept. */
    goOn() {
      const { run } = get();
      if (run !== null) void act.continueRun(run);
    },
    /** Clears the stage; the run stays among the kept ones. */
    reset() {
      stop();
      dispatch({ type: "run-shown", run: null });
    },
  };
}
