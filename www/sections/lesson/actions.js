// What the visitor's hands do in the walk through a step. A trace is prepared and taken in two commands;
// the next one waits until both are answered, or it would trace another's network.

import { sentence } from "../../protocol.js";
import { canShow } from "../../app/state.js";
import { text } from "../../strings.js";
import { STRIP, isTraceable, pictureOf } from "./state.js";

/** @import { Lab } from "../../app/lab.js" */
/** @import { StepTrace, Plan, Split } from "../../protocol.js" */
/** @import { Local, LocalEvent } from "./state.js" */

/** Walks that were begun in this page: each has a network of its own in the worker. */
let walks = 0;

/**
 * @param {Lab} lab
 * @param {{get: () => Local, dispatch: (event: LocalEvent) => void}} local
 */
export function createActions({ get: getLab, act }, { get, dispatch }) {
  for (const error of get().errors) act.notice(text.lesson.errors.notKnown(error));
  walks += 1;
  const walk = String(walks);
  let busy = false;
  let again = false;
  /** Counts the traces that were forgotten while one was on its way. */
  let forgotten = 0;

  /** @param {() => Promise<LocalEvent|null>} question */
  async function alone(question) {
    busy = true;
    const when = forgotten;
    dispatch({ type: "asked" });
    /** @type {LocalEvent|null} */
    let answer;
    try {
      answer = await question();
    } catch (thrown) {
      answer = { type: "refused", message: sentence(thrown) };
    }
    busy = false;
    if (again) {
      again = false;
      await begin();
    } else if (answer && when === forgotten) dispatch(answer);
  }

  /** A network as chosen, and its first step on the chosen picture. */
  async function begin() {
    if (busy) {
      again = true;
      return;
    }
    await alone(async () => {
      const { model, from, rate, picture } = get();
      const run = from === null ? null : getLab().runs[from];
      if (!picture) throw new Error(text.lesson.errors.noPicture);
      if (from !== null && !run) throw new Error(text.lesson.errors.noRun);
      const overrides = { ...run?.plan.config, learningRate: rate };
      const name = run?.plan.config.model ?? model;
      if (name === null) throw new Error(text.lesson.errors.noNetwork);
      /** @type {Plan} */
      const plan = await act.ask({ type: "prepare-trace", trace: walk, model: act.named(name), overrides, from });
      /** @type {StepTrace} */
      const trace = await act.ask({ type: "trace-step", trace: walk, source: picture.source, index: picture.index });
      return { type: "traced", trace, about: { config: plan.config, picture, channels: getLab().data.manifest?.picture.channels ?? 3 } };
    });
  }

  /** Begins anew, where there is a trace already. */
  const renew = () => {
    if (get().status !== "none") void begin();
  };

  /** @param {Split} split @param {number} offset */
  async function showStrip(split, offset) {
    dispatch({ type: "strip-asked", split, offset });
    if (!canShow(getLab())) return;
    const page = await act.tryAsk({ type: "browse", split, label: null, offset, count: STRIP });
    if (page === null) return;
    // Past the end of a small split there is nothing: its beginning is shown.
    if (page.indices.length === 0 && offset > 0) return showStrip(split, 0);
    dispatch({ type: "strip-shown", split, offset, page });
  }

  const go = (/** @type {number} */ stage) => dispatch({ type: "gone-to", stage });

  return {
    /** Once the library has told its presets, and when a model was opened: which of them can be traced, their
     * descriptions say. @param {string|null} opened  its name */
    async open(opened) {
      const told = get().errors.length;
      try {
        const some = getLab().models.filter(({ listed, stages }) => listed && stages.length === 0);
        const all = await Promise.all(some.map(async ({ name }) => ({ name, description: await act.describe(name, {}) })));
        const offered = all.flatMap(({ name, description: { config, summary } }) => (summary && isTraceable({ config, layers: summary.layers, phases: 1 }) ? [name] : []));
        dispatch({ type: "models-known", offered });
        if (opened !== null && offered.includes(opened)) dispatch({ type: "network-chosen", model: opened, from: null });
      } catch (thrown) {
        act.notice(thrown);
      }
      for (const error of get().errors.slice(0, get().errors.length - told)) act.notice(text.lesson.errors.notKnown(error));
    },
    begin,
    refresh: () => showStrip(get().split, get().offset),
    /** Lets go of the network. */
    end() {
      if (getLab().engine === "ready") act.ask({ type: "end-trace", trace: walk }).catch(() => {});
    },
    forget() {
      forgotten += 1;
      dispatch({ type: "pictures-gone" });
    },
    /** @param {string} value  `model:` and its name, or `run:` and its id */
    chooseNetwork(value) {
      // A name may have a colon, too.
      const [kind, name] = [value.slice(0, value.indexOf(":")), value.slice(value.indexOf(":") + 1)];
      const from = kind === "run" ? name : null;
      dispatch({ type: "network-chosen", model: from === null ? name : get().model, from });
      renew();
    },
    /** @param {number} rate */
    chooseRate(rate) {
      dispatch({ type: "rate-chosen", rate });
      renew();
    },
    /** @param {Split} split */
    chooseSplit: (split) => showStrip(split, 0),
    others: () => showStrip(get().split, get().offset + STRIP),
    /** @param {number} place  in the strip */
    choosePicture(place) {
      const { page, split } = get();
      const picture = page && pictureOf(page, split, place);
      if (!picture) return;
      dispatch({ type: "picture-chosen", picture });
      renew();
    },
    /** One more step on the same picture, with the same network. */
    async step() {
      const { trace, about } = get();
      if (busy || !trace || !about) return;
      const { source, index } = about.picture;
      await alone(async () => ({ type: "stepped", trace: await act.ask({ type: "trace-step", trace: walk, source, index }) }));
    },
    go,
    previous: () => go(get().stage - 1),
    next: () => go(get().stage + 1),
    /** @param {number} channel */
    chooseChannel: (channel) => dispatch({ type: "channel-chosen", channel }),
    turnExample: () => dispatch({ type: "example-turned" }),
    /** @param {number} layer */
    chooseUpdatedLayer: (layer) => dispatch({ type: "updated-layer-chosen", layer }),
    /** @param {number} unit */
    chooseUnit: (unit) => dispatch({ type: "unit-chosen", unit }),
  };
}
