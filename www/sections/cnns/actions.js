// What the visitor's hands do in the comparison.

import { canTrain, isBusy } from "../../app/state.js";
import { cellsOf, foundIn, halfCell, isProvided } from "./matching.js";
import { comparedOf, deepest } from "./models.js";
import { queueOf } from "./queue.js";
import { isSound, overridesOf } from "./state.js";

/** @import { Lab } from "../../app/lab.js" */
/** @import { Key } from "../../app/settings.js" */
/** @import { Description } from "../../protocol.js" */
/** @import { Local, LocalEvent, Padding } from "./state.js" */

/**
 * @param {Lab} lab
 * @param {{get: () => Local, dispatch: (event: LocalEvent) => void}} local
 */
export function createActions({ get: getLab, act }, { get, dispatch }) {
  for (const error of get().errors) act.notice(error);

  /** Asks the library what all networks are with these settings. Answers whether it said so. */
  async function describe() {
    const { offered, overrides, padding } = get();
    if (getLab().engine !== "ready" || offered.length === 0) return false;
    try {
      const all = offered.map(async ({ name }) => /** @type {[string, Description]} */ ([name, await act.describe(name, overridesOf({ overrides, padding }))]));
      dispatch({ type: "described", overrides, padding, descriptions: Object.fromEntries(await Promise.all(all)) });
      showLatest();
      return true;
    } catch (thrown) {
      act.notice(thrown);
      return false;
    }
  }

  /** Changes what is compared, and asks what that means for the networks. @param {LocalEvent} event */
  function change(event) {
    const before = get();
    dispatch(event);
    const { overrides, padding } = get();
    if (overrides !== before.overrides || padding !== before.padding) void describe();
  }

  /** Who comes back finds the comparison that was trained last. */
  function showLatest() {
    const local = get();
    if (local.touched || local.descriptions === null || getLab().data.hash === "") return;
    const [latest] = foundIn(getLab(), local);
    if (latest) change({ type: "found-chosen", found: latest, touched: true });
  }

  /** @param {Key} key @param {string} typed @param {boolean} [typing]  whether more may follow */
  function typeSetting(key, typed, typing = false) {
    change({ type: "setting-typed", key, typed, typing });
  }

  return {
    describe,
    showLatest,
    /** Once the library has told its networks. */
    async open() {
      const told = get().errors.length;
      dispatch({ type: "models-known", offered: comparedOf(getLab().models) });
      for (const error of get().errors.slice(told)) act.notice(error);
      await describe();
      const model = deepest(get().offered);
      if (!model) return;
      try {
        dispatch({ type: "refused", refusal: (await act.describe(model.name, { padding: "valid" })).error });
      } catch (thrown) {
        act.notice(thrown);
      }
    },
    /** @param {string} model @param {boolean} ticked */
    tick: (model, ticked) => dispatch({ type: "model-ticked", model, ticked }),
    /** @param {number} seeds */
    chooseSeeds: (seeds) => dispatch({ type: "seeds-chosen", seeds }),
    /** @param {Padding} padding */
    choosePadding: (padding) => change({ type: "padding-chosen", padding }),
    typeSetting,
    /** @param {string} id  of settings that were trained with before */
    chooseFound(id) {
      const found = foundIn(getLab(), get()).find((one) => one.id === id);
      if (found) change({ type: "found-chosen", found, touched: true });
    },

    /** Queues what is missing; or everything, though it is here. @param {boolean} again */
    async start(again) {
      for (const [key, { typed, typing }] of Object.entries(get().wrong)) if (typing) typeSetting(/** @type {Key} */ (key), typed);
      // What was offered to be trained again was that of other settings.
      const anew = again && !get().stale;
      // Which runs are missing is known once the library has described what was typed last.
      while (get().stale) if (!(await describe())) return;
      const state = getLab();
      const local = get();
      if (!isSound(local) || !canTrain(state)) return;
      const wanted = cellsOf(state, local).filter((cell) => anew || !isProvided(cell));
      if (wanted.length === 0) return;
      const more = queueOf(state, local) !== null;
      const half = anew || isBusy(state) ? null : halfCell(state, wanted);
      /** @type {{run: string, model: string, seed: number}[]} */
      const asked = [];
      if (half?.run) {
        asked.push({ run: half.run.id, model: half.model.name, seed: half.seed });
        void act.continueRun(half.run.id);
      }
      const fresh = wanted.filter((cell) => cell !== half);
      const ids = act.enqueue(fresh.map(({ model, seed }) => ({ group: "cnns", model: model.name, overrides: overridesOf(local, seed) })));
      asked.push(...fresh.map(({ model, seed }, i) => ({ run: ids[i], model: model.name, seed })));
      dispatch({ type: "asked", runs: asked, more });
    },
    pause: act.pause,
    resume: act.resume,
    /** Ends the run that is on; the next follows. */
    skip() {
      const run = queueOf(getLab(), get())?.run;
      if (run) void act.cancel([run.id]);
    },
    stop() {
      const queue = queueOf(getLab(), get());
      if (queue) void act.cancel(queue.pending);
    },
  };
}
