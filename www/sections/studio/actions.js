// What the visitor's hands do in the studio, and what it asks the worker by itself.

import { createSettingActions } from "../../app/setting-typed.js";
import { sentence } from "../../protocol.js";
import { fieldsOf } from "../../app/settings.js";
import { isActive } from "../../app/run.js";
import { due, pictureOf, BEST, EVALUATED, GENERATED, ON_MAP, STEPS } from "./queries.js";
import { halfRun, permissions } from "./screen.js";
import { isShown, offerOf, offersOf } from "./state.js";

/** @import { Lab } from "../../app/lab.js" */
/** @import { Overrides } from "../../protocol.js" */
/** @import { Due } from "./queries.js" */
/** @import { Local, LocalEvent, Part } from "./state.js" */

/**
 * @param {Lab} lab
 * @param {{get: () => Local, dispatch: (event: LocalEvent) => void}} local
 */
export function createActions(lab, local) {
  const { get: getLab, act } = lab;
  const { get, dispatch } = local;
  const { describe, typeSetting, finishTyping } = createSettingActions(lab, local, /** @returns {Promise<LocalEvent|null>} */ async () => {
    const offer = offerOf(get());
    return offer && { type: "described", preset: offer.name, description: await act.describe(offer.models[0], get().overrides) };
  });
  let askingSamples = false;

  /** Runs of this section that wait or are on. */
  function mine() {
    const { queue, active, starting, runs } = getLab();
    const on = active !== null && runs[active]?.group === "studio" ? [active] : [];
    return [...on, ...(starting !== null ? [starting] : []), ...queue.filter(({ group }) => group === "studio").map(({ run }) => run)];
  }

  /** Asks the worker what `query` needs. @param {Due} due @returns {Promise<any>} */
  async function ask({ query, run }) {
    const { samples, interpolation } = get();
    const picture = pictureOf(get());
    const source = /** @type {const} */ ("test");
    switch (query) {
      case "reconstructions":
      case "comparedReconstructions":
        return samples && act.ask({ type: "reconstruct", run, source, indices: samples.indices });
      case "code": {
        if (picture === null) return null;
        const indices = Uint32Array.of(picture);
        const [codes, reconstruction] = await Promise.all([
          act.ask({ type: "encode", run, source, indices }),
          act.ask({ type: "reconstruct", run, source, indices }),
        ]);
        return { picture, codes, reconstruction };
      }
      case "interpolation": {
        if (!interpolation) return null;
        const ends = await act.ask({ type: "reconstruct", run, source, indices: Uint32Array.of(interpolation.from, interpolation.to) });
        return { ...interpolation, ends, decoded: await act.ask({ type: "interpolate", run, source, ...interpolation, count: STEPS }) };
      }
      case "map":
        return act.ask({ type: "latent-map", run, count: ON_MAP, seed: 0 });
      case "generated":
        return act.ask({ type: "generate", run, count: GENERATED, seed: get().draw });
      case "extremes":
        return act.ask({ type: "extremes", run, among: EVALUATED, count: BEST });
    }
  }

  /** @param {Due} asked */
  async function settle(asked) {
    const { query, key, run } = asked;
    dispatch({ type: "asked", query, key });
    const tell = (/** @type {any} */ value, /** @type {string|null} */ refusal) =>
      dispatch({ type: "answered", query, answer: { key, run, value, refusal } });
    await ask(asked).then((value) => tell(value, null), (thrown) => tell(null, sentence(thrown)));
  }

  return {
    /** Once the library has told its presets, and when a model was opened. @param {string|null} opened  its name */
    open(opened) {
      const told = get().errors.length;
      const offered = offersOf(getLab().models);
      dispatch({ type: "presets-known", offered });
      if (offered.some(({ name }) => name === opened)) dispatch({ type: "preset-chosen", preset: /** @type {string} */ (opened) });
      for (const error of get().errors.slice(0, get().errors.length - told)) act.notice(error);
      return describe();
    },
    /** Asks what is due, if anything is. */
    settle() {
      const state = getLab();
      if (state.engine !== "ready" || state.data.status !== "ready") return;
      const { samples, seen } = get();
      if (samples === null && Object.values(seen).includes(true) && !askingSamples) {
        askingSamples = true;
        void act.tryAsk({ type: "shown" }).then((samples) => {
          askingSamples = false;
          if (samples) dispatch({ type: "pictures-shown", samples });
        });
      }
      for (const query of due(state, get())) void settle(query);
    },
    forgetPictures: () => dispatch({ type: "pictures-gone" }),
    /** @param {Part} part */
    see: (part) => dispatch({ type: "part-seen", part }),

    /** @param {string} preset */
    choosePreset(preset) {
      dispatch({ type: "preset-chosen", preset });
      void describe();
    },
    typeSetting,

    async start() {
      if (!finishTyping()) return;
      // A preset that has just been chosen.
      if (get().description === null) await describe();
      const { description, overrides: set } = get();
      const offer = offerOf(get());
      if (offer === null || description === null || !permissions(getLab(), get()).start) return;
      // Both of a pair are given every setting, so that only the model differs. What was typed holds, though the
      // library may not have described it yet.
      const shown = fieldsOf(description.defaults).filter(isShown);
      const overrides = /** @type {Overrides} */ (Object.fromEntries(shown.map(({ key }) => [key, key in set ? set[key] : description.defaults[key]])));
      const [run, compared = null] = act.enqueue(offer.models.map((model) => ({ group: "studio", model, overrides })));
      dispatch({ type: "runs-chosen", run, compared });
    },
    hold() {
      const { active, runs } = getLab();
      if (active !== null && isActive(runs[active])) void (runs[active].status === "paused" ? act.resume() : act.pause());
    },
    /** Goes on with the run on show, from where it was kept. */
    goOn() {
      const half = halfRun(getLab(), get());
      if (!half) return;
      dispatch({ type: "runs-chosen", run: half.id });
      void act.continueRun(half.id);
    },
    stop: () => void act.cancel(mine()),

    /** @param {string} run */
    show: (run) => dispatch({ type: "runs-chosen", run, compared: null }),
    /** @param {string} compared */
    compare: (compared) => dispatch({ type: "runs-chosen", compared }),

    /** @param {number} picture */
    choosePicture: (picture) => dispatch({ type: "picture-chosen", picture }),
    /** @param {number} label */
    toggleClass: (label) => dispatch({ type: "class-toggled", label }),
    /** Marks where an interpolation begins; a second picture ends it. @param {number} picture */
    mark(picture) {
      const { mark } = get();
      if (mark === picture) dispatch({ type: "marked", picture: null });
      else if (mark === null) dispatch({ type: "marked", picture });
      else dispatch({ type: "interpolation-asked", from: mark, to: picture });
    },
    drawAgain: () => dispatch({ type: "drawn-again" }),
    /** @param {number} from @param {number} to */
    interpolate: (from, to) => dispatch({ type: "interpolation-asked", from, to }),
  };
}
