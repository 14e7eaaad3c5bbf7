// What the visitor's hands do in the training section.

import { createSettingActions } from "../../app/setting-typed.js";
import { text } from "../../strings.js";
import { permissions } from "./screen.js";
import { offered, shownRun } from "./state.js";

/** @import { Lab } from "../../app/lab.js" */
/** @import { Local, LocalEvent } from "./state.js" */

/**
 * @param {Lab} lab
 * @param {{get: () => Local, dispatch: (event: LocalEvent) => void}} local
 */
export function createActions(lab, local) {
  const { get: getLab, act } = lab;
  const { get, dispatch } = local;
  const { describe, typeSetting, finishTyping } = createSettingActions(lab, local, /** @returns {Promise<LocalEvent|null>} */ async () => {
    const { model, overrides } = get();
    return model === null ? null : { type: "described", model, description: await act.describe(model, overrides) };
  });

  /** With what is chosen and typed now. Answers whether a run was asked for. @param {boolean} paused */
  async function start(paused) {
    if (!finishTyping()) return false;
    // A model that has just been chosen.
    if (get().description === null) await describe();
    const { model, overrides } = get();
    if (model === null || !permissions(getLab(), get()).start) return false;
    const [run] = act.enqueue([{ group: "train", model, overrides, paused }]);
    dispatch({ type: "run-shown", run });
    return true;
  }

  /** Whether the run that was asked for is to take one step and no more. */
  let stepWanted = false;

  function stepIfWanted() {
    if (!stepWanted || shownRun(getLab(), get())?.status !== "paused") return;
    stepWanted = false;
    void act.step();
  }

  function stop() {
    const { run } = get();
    if (run !== null) void act.cancel([run]);
  }

  return {
    describe,
    /** Once the models are known: the first of them where the address asked for none that is. */
    settleModel() {
      // Another one is on its way.
      if (getLab().opening.status === "reading") return;
      const models = offered(getLab());
      const { model } = get();
      if (models.length > 0 && !models.some(({ name }) => name === model)) {
        if (model !== null) act.notice(text.errors.unknownModel(model));
        dispatch({ type: "model-chosen", model: models[0].name });
      }
      return describe();
    },
    /** @param {string} model */
    chooseModel(model) {
      act.models.leave();
      dispatch({ type: "model-chosen", model });
      return describe();
    },
    /** One that was opened is the one to train. @param {string} model */
    takeModel(model) {
      dispatch({ type: "model-chosen", model });
      return describe();
    },
    /** @param {File} file */
    openFile: (file) => void act.models.openFile(file),
    /** The pictures that the network will be asked about, before there is one. */
    async showPictures() {
      dispatch({ type: "pictures-shown", shown: getLab().data.status === "ready" ? await act.tryAsk({ type: "shown" }) : null });
    },
    typeSetting,
    /** @param {string} run */
    show: (run) => dispatch({ type: "run-shown", run }),
    check() {
      const { model, overrides } = get();
      if (model !== null) void act.devices.check(act.named(model), overrides);
    },
    start: () => start(false),
    pause: act.pause,
    resume: act.resume,
    /** One step; of a new run, once that is ready and held. */
    async step() {
      if (shownRun(getLab(), get())?.status === "paused") return void act.step();
      stepWanted = await start(true);
      if (stepWanted) stepIfWanted();
    },
    stepIfWanted,
    stop,
    /** Goes on with the run on show, from where it was kept. */
    goOn() {
      const { run } = get();
      if (run !== null) void act.continueRun(run);
    },
    /** Clears the stage; the run stays among the saved ones. */
    reset() {
      stop();
      dispatch({ type: "run-shown", run: null });
    },
  };
}
