// What the visitor's hands do in the stacked section, and what it asks for by itself: a model's
// description, and the pictures of a run that was saved in an earlier visit.

import { createSettingActions } from "../../app/setting-typed.js";
import { isAskable } from "../../app/state.js";
import { text } from "../../strings.js";
import { hasScratch } from "./pretraining.js";
import { reconstructedPhase } from "./ladder.js";
import { mayCompare, permissions } from "./screen.js";
import { classifiersAhead, halfClassifier, presetsOf, shownRun } from "./state.js";

/** @import { Lab } from "../../app/lab.js" */
/** @import { Reconstructions, ReconstructionsAtStep, Shown } from "../../protocol.js" */
/** @import { Local, LocalEvent } from "./state.js" */

/** Seeds are numbers of 32 bits. */
const SEEDS = 2 ** 32;

/**
 * @param {Lab} lab
 * @param {{get: () => Local, dispatch: (event: LocalEvent) => void}} local
 */
export function createActions(lab, local) {
  const { get: getLab, act } = lab;
  const { get, dispatch } = local;
  const { describe, typeSetting, finishTyping } = createSettingActions(lab, local, /** @returns {Promise<LocalEvent|null>} */ async () => {
    const { stack } = presetsOf(getLab().models);
    return stack && { type: "described", description: await act.describe(stack.name, get().overrides) };
  });
  /** The run whose last pictures were asked for. @type {string|null} */
  let asked = null;

  return {
    describe,
    typeSetting,
    start() {
      const { stack } = presetsOf(getLab().models);
      if (!stack || !finishTyping() || !permissions(getLab(), get()).start) return;
      const [run] = act.enqueue([{ group: "stacked", model: stack.name, overrides: get().overrides }]);
      dispatch({ type: "run-shown", run });
    },
    pause: act.pause,
    resume: act.resume,
    stop() {
      const run = get().run ?? shownRun(getLab(), get())?.id;
      if (run) void act.cancel([run]);
    },
    goOn() {
      const run = shownRun(getLab(), get());
      if (run) void act.continueRun(run.id);
    },
    /** @param {string} run */
    show: (run) => dispatch({ type: "run-shown", run }),

    /** @param {string} run @param {ReconstructionsAtStep} reconstruction */
    capture(run, reconstruction) {
      const phase = reconstructedPhase(getLab().runs[run]);
      if (phase !== null) dispatch({ type: "reconstructed", run, phase, reconstruction });
    },
    /** The pictures of a kept run as its network draws them now; those of earlier phases are gone. */
    async fetchLast() {
      const state = getLab();
      const run = shownRun(state, get());
      if (!run || run.id === asked || run.id === state.active || run.keptAt === null || !isAskable(state, run)) return;
      const phase = reconstructedPhase(run);
      if (phase === null || get().captured[run.id]?.[phase]) return;
      asked = run.id;
      /** @type {Shown|null} */
      const shown = await act.tryAsk({ type: "shown" });
      /** @type {Reconstructions|null} */
      const reconstructed = shown && (await act.tryAsk({ type: "reconstruct", run: run.id, source: "test", indices: shown.indices }));
      if (reconstructed) dispatch({ type: "reconstructed", run: run.id, phase, reconstruction: { ...reconstructed, step: run.keptAt } });
    },

    /** @param {string} typed @param {boolean} [typing]  whether more may follow */
    typeEpochs: (typed, typing = false) => dispatch({ type: "classifier-epochs-typed", typed, typing }),
    /** @param {number} seeds */
    chooseSeeds: (seeds) => dispatch({ type: "seeds-chosen", seeds }),
    /** Queues the classifier from the encoder and from scratch, seed by seed; what was trained from
     * scratch on the same terms is not trained again. */
    async compare() {
      const { classifierWrong } = get();
      if (classifierWrong) return dispatch({ type: "classifier-epochs-typed", typed: classifierWrong.typed });
      const state = getLab();
      const run = shownRun(state, get());
      const { classifier } = presetsOf(state.models);
      if (!run || !classifier || !mayCompare(state, get())) return;
      const { classifierEpochs: epochs, seeds } = get();
      let config;
      try {
        ({ config } = await act.describe(classifier.name, { epochs }));
      } catch (thrown) {
        return act.notice(thrown);
      }
      const runs = Object.values(state.runs);
      const now = { hash: state.data.hash, version: state.version };
      const { names } = text.stacked;
      act.enqueue(
        Array.from({ length: seeds }, (_, i) => (run.plan.config.seed + i) % SEEDS).flatMap((seed) => {
          const wish = { group: "stacked", model: classifier.name, overrides: { epochs, seed } };
          const scratch = hasScratch(runs, now, { ...config, seed }) ? [] : [{ ...wish, name: names.scratch(seed) }];
          return [{ ...wish, name: names.pretrained(seed), from: run.id }, ...scratch];
        }),
      );
    },
    /** Goes on with the classifier that was cut off. */
    goOnCompare() {
      const half = halfClassifier(getLab());
      if (half) void act.continueRun(half.id);
    },
    cancelCompare() {
      const { waiting, training } = classifiersAhead(getLab());
      void act.cancel([...waiting, ...(training ? [training.id] : [])]);
    },
  };
}
