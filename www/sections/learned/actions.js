// What the visitor's hands do in this section, and what the section asks of the worker by itself:
// about the picture in hand, and, while nothing trains, about all test pictures.

import { isBusy } from "../../app/state.js";
import { sentence } from "../../protocol.js";
import { handOf, isAnswered } from "./state.js";
import { askable, isClassifier, subject, weightsOf } from "./subject.js";
import { mistakes, ofCell } from "./verdicts.js";

/** @import { Lab } from "../../app/lab.js" */
/** @import { Source } from "../../protocol.js" */
/** @import { Hand, Local, LocalEvent } from "./state.js" */

/** Test pictures to choose from at once. */
export const SHELF = 10;
/** Pictures of a cell that are fetched at once. */
const OF_CELL = 20;
export const MISTAKES = 10;

/**
 * @param {Lab} lab
 * @param {{get: () => Local, dispatch: (event: LocalEvent) => void}} local
 */
export function createActions({ get: getLab, act }, { get, dispatch }) {
  /** What was asked last, so that nothing is asked twice: weights and picture. */
  let asked = { weights: "", hand: /** @type {Hand|null} */ (null) };
  let filtersAsked = "";
  let shelfAsked = false;

  /** Whether these are still the weights on show. @param {string} weights */
  const stands = (weights) => askable(getLab(), get()) === weights;

  /** Everything about the picture in hand, as the run sees it now. */
  async function look() {
    const state = getLab();
    const local = get();
    const weights = askable(state, local);
    const run = subject(state, local);
    const { hand } = local;
    if (!local.seen || weights === null || run === null) return;
    if (filtersAsked !== weights) void fetchFilters(run.id, weights);
    if (hand === null || isAnswered(local, weights) || (asked.weights === weights && asked.hand === hand)) return;
    asked = { weights, hand };
    /** @type {Source} */
    const source = hand.source;
    const index = hand.source === "test" ? hand.index : 0;
    const indices = Uint32Array.of(index);
    const classifier = isClassifier(run);
    try {
      // Others may have given pictures meanwhile, so one's own goes along with every question.
      const [, probabilities, drawings, activations] = await Promise.all([
        hand.source === "given" ? act.ask({ type: "set-given", rgb: hand.rgb }) : null,
        classifier ? act.ask({ type: "classify", run: run.id, source, indices }) : null,
        classifier ? null : act.ask({ type: "reconstruct", run: run.id, source, indices }),
        act.ask({ type: "activations", run: run.id, source, index }),
      ]);
      if (stands(weights))
        dispatch({ type: "answered", answer: { weights, hand, activations, probabilities, drawings } });
    } catch (thrown) {
      if (stands(weights) && get().hand === hand) dispatch({ type: "answer-refused", message: sentence(thrown) });
    }
  }

  /** @param {string} run @param {string} weights */
  async function fetchFilters(run, weights) {
    filtersAsked = weights;
    try {
      const parameters = await act.ask({ type: "parameters", run });
      if (stands(weights)) dispatch({ type: "filters-came", weights, parameters });
    } catch (thrown) {
      if (stands(weights)) dispatch({ type: "answer-refused", message: sentence(thrown) });
    }
  }

  /** Has the run on show judge all test pictures. */
  async function judge() {
    const run = subject(getLab(), get());
    const weights = askable(getLab(), get());
    if (run === null || weights === null || !isClassifier(run)) return;
    dispatch({ type: "judging", weights });
    try {
      const verdicts = await act.ask({ type: "predict-all", run: run.id });
      dispatch({ type: "judged", weights, verdicts });
      const { judged } = get();
      if (judged?.weights !== weights) return;
      const places = mistakes(judged.judgement, MISTAKES);
      if (places.length === 0) return;
      const pictures = await act.ask({ type: "pictures", source: "test", indices: Uint32Array.from(places) });
      dispatch({ type: "mistakes-came", weights, places, pictures });
    } catch (thrown) {
      dispatch({ type: "judge-refused", weights, message: sentence(thrown) });
    }
  }

  /** Judges by itself where that takes no time from a run. */
  function judgeIfIdle() {
    const run = subject(getLab(), get());
    const local = get();
    if (!local.seen || local.judging !== null || local.judgeError !== null || isBusy(getLab())) return;
    if (run === null || !isClassifier(run) || askable(getLab(), local) === null) return;
    if (local.judged?.weights !== weightsOf(run)) void judge();
  }

  /** @param {number|null} label @param {number} offset */
  async function browse(label, offset) {
    dispatch({ type: "shelf-asked", label, offset });
    const page = await act.tryAsk({ type: "browse", split: "test", label, offset, count: SHELF });
    if (page) dispatch({ type: "shelf-came", label, offset, page });
  }

  /** What the visitor works with stays on show when another run ends. */
  function settleOn() {
    const run = subject(getLab(), get());
    if (run !== null && get().run === null) dispatch({ type: "run-chosen", run: run.id });
  }

  /** Fetches the next pictures of the opened cell. */
  async function more() {
    const { cell } = get();
    if (!cell || cell.shown >= cell.places.length) return;
    const { actual, said, places, shown } = cell;
    const indices = Uint32Array.from(places.slice(0, shown + OF_CELL));
    const pictures = await act.tryAsk({ type: "pictures", source: "test", indices });
    if (pictures) dispatch({ type: "cell-shown", actual, said, pictures });
  }

  return {
    seen: () => dispatch({ type: "seen" }),
    judge,
    browse,
    more,
    forget: () => dispatch({ type: "pictures-changed" }),
    /** Asks what can be asked and has not been. */
    catchUp() {
      const { seen, shelf } = get();
      if (!seen) return;
      if (getLab().data.status === "ready" && getLab().engine === "ready" && shelf.page === null && shelf.label === null && !shelfAsked) {
        shelfAsked = true;
        void browse(null, 0).then(() => (shelfAsked = false));
      }
      void look();
      judgeIfIdle();
    },
    /** @param {string} run */
    choose: (run) => dispatch({ type: "run-chosen", run }),
    /** @param {number} n  of those on the shelf */
    takeFromShelf(n) {
      const { page } = get().shelf;
      const hand = page && handOf(page, n);
      if (!hand) return;
      settleOn();
      dispatch({ type: "hand-given", hand });
    },
    /** @param {number} index @param {number} label @param {Uint8Array} rgba */
    takeTest(index, label, rgba) {
      settleOn();
      dispatch({ type: "hand-given", hand: { source: "test", index, label, rgba } });
    },
    /** @param {"file"|"clipboard"} from */
    taking: (from) => dispatch({ type: "taking", from }),
    /** @param {{name: string, rgb: Uint8Array, rgba: Uint8Array}} picture */
    takeOwn(picture) {
      settleOn();
      dispatch({ type: "hand-given", hand: { source: "given", ...picture } });
    },
    /** @param {string} message */
    refuse: (message) => dispatch({ type: "hand-refused", message }),
    /** @param {number} layer */
    showLayer: (layer) => dispatch({ type: "layer-chosen", layer }),
    /** @param {number} channel  @param {number} [layer] */
    enlarge: (channel, layer = get().layer) => dispatch({ type: "channel-chosen", layer, channel }),
    /** @param {number} channel */
    enlargeFilter(channel) {
      const layer = get().filters?.kernels?.layer;
      if (layer !== undefined) dispatch({ type: "channel-chosen", layer, channel });
    },
    /** @param {number} actual @param {number} said */
    openCell(actual, said) {
      const { judged } = get();
      if (!judged) return;
      settleOn();
      dispatch({ type: "cell-opened", actual, said, places: ofCell(judged.judgement, actual, said) });
      return more();
    },
  };
}
