// What the visitor's hands do in this section, and what the section asks of the worker by itself:
// about the input picture, and, while nothing trains, about all test pictures.

import { isBusy } from "../../app/state.js";
import { sentence } from "../../protocol.js";
import { inputOf, isAnswered } from "./state.js";
import { askable, isClassifier, shownRun, weightsKey } from "./shown-run.js";
import { mistakes, ofCell } from "./predictions.js";

/** @import { Lab } from "../../app/lab.js" */
/** @import { Source } from "../../protocol.js" */
/** @import { Input, Local, LocalEvent } from "./state.js" */

/** Test pictures to choose from at once. */
export const TEST_PICTURES = 10;
/** Pictures of a cell that are fetched at once. */
const OF_CELL = 20;
export const MISTAKES = 10;

/**
 * @param {Lab} lab
 * @param {{get: () => Local, dispatch: (event: LocalEvent) => void}} local
 */
export function createActions({ get: getLab, act }, { get, dispatch }) {
  /** What was asked last, so that nothing is asked twice: weights and picture. */
  let asked = { weights: "", input: /** @type {Input|null} */ (null) };
  let filtersAsked = "";
  let pageAsked = false;

  /** Whether these are still the weights that are shown. @param {string} weights */
  const stands = (weights) => askable(getLab(), get()) === weights;

  /** Everything about the input picture, as the run sees it now. */
  async function look() {
    const state = getLab();
    const local = get();
    const weights = askable(state, local);
    const run = shownRun(state, local);
    const { input } = local;
    if (!local.seen || weights === null || run === null) return;
    if (filtersAsked !== weights) void fetchFilters(run.id, weights);
    if (input === null || isAnswered(local, weights) || (asked.weights === weights && asked.input === input)) return;
    asked = { weights, input };
    /** @type {Source} */
    const source = input.source;
    const index = input.source === "test" ? input.index : 0;
    const indices = Uint32Array.of(index);
    const classifier = isClassifier(run);
    try {
      // Others may have given pictures meanwhile, so one's own goes along with every question.
      const [, probabilities, reconstructions, activations] = await Promise.all([
        input.source === "given" ? act.ask({ type: "set-given", image: input.image }) : null,
        classifier ? act.ask({ type: "classify", run: run.id, source, indices }) : null,
        classifier ? null : act.ask({ type: "reconstruct", run: run.id, source, indices }),
        act.ask({ type: "activations", run: run.id, source, index }),
      ]);
      if (stands(weights))
        dispatch({ type: "answered", answer: { weights, input, activations, probabilities, reconstructions } });
    } catch (thrown) {
      if (stands(weights) && get().input === input) dispatch({ type: "answer-refused", message: sentence(thrown) });
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

  /** Has the shown run predict all test pictures. */
  async function evaluate() {
    const run = shownRun(getLab(), get());
    const weights = askable(getLab(), get());
    if (run === null || weights === null || !isClassifier(run)) return;
    dispatch({ type: "evaluating", weights });
    try {
      const predictions = await act.ask({ type: "predict-all", run: run.id });
      dispatch({ type: "evaluated", weights, predictions });
      const { evaluated } = get();
      if (evaluated?.weights !== weights) return;
      const indices = mistakes(evaluated.evaluation, MISTAKES);
      if (indices.length === 0) return;
      const pictures = await act.ask({ type: "pictures", source: "test", indices: Uint32Array.from(indices) });
      dispatch({ type: "mistakes-came", weights, indices, pictures });
    } catch (thrown) {
      dispatch({ type: "evaluation-refused", weights, message: sentence(thrown) });
    }
  }

  /** Judges by itself where that takes no time from a run. */
  function evaluateIfIdle() {
    const run = shownRun(getLab(), get());
    const local = get();
    if (!local.seen || local.evaluating !== null || local.evaluationError !== null || isBusy(getLab())) return;
    if (run === null || !isClassifier(run) || askable(getLab(), local) === null) return;
    if (local.evaluated?.weights !== weightsKey(run)) void evaluate();
  }

  /** @param {number|null} label @param {number} offset */
  async function browse(label, offset) {
    dispatch({ type: "page-asked", label, offset });
    const page = await act.tryAsk({ type: "browse", split: "test", label, offset, count: TEST_PICTURES });
    if (page) dispatch({ type: "page-came", label, offset, page });
  }

  /** What the visitor works with stays on show when another run ends. */
  function settleOn() {
    const run = shownRun(getLab(), get());
    if (run !== null && get().run === null) dispatch({ type: "run-chosen", run: run.id });
  }

  /** Fetches the next pictures of the opened cell. */
  async function more() {
    const { cell } = get();
    if (!cell || cell.shown >= cell.indices.length) return;
    const { actual, predicted, indices, shown } = cell;
    const pictures = await act.tryAsk({ type: "pictures", source: "test", indices: Uint32Array.from(indices.slice(0, shown + OF_CELL)) });
    if (pictures) dispatch({ type: "cell-shown", actual, predicted, pictures });
  }

  return {
    seen: () => dispatch({ type: "seen" }),
    evaluate,
    browse,
    more,
    forget: () => dispatch({ type: "pictures-changed" }),
    /** Asks what can be asked and has not been. */
    catchUp() {
      const { seen, testPictures } = get();
      if (!seen) return;
      if (getLab().data.status === "ready" && getLab().engine === "ready" && testPictures.page === null && testPictures.label === null && !pageAsked) {
        pageAsked = true;
        void browse(null, 0).then(() => (pageAsked = false));
      }
      void look();
      evaluateIfIdle();
    },
    /** @param {string} run */
    choose: (run) => dispatch({ type: "run-chosen", run }),
    /** @param {number} n  of those on the page */
    takeFromPage(n) {
      const { page } = get().testPictures;
      const input = page && inputOf(page, n);
      if (!input) return;
      settleOn();
      dispatch({ type: "input-chosen", input });
    },
    /** @param {number} index @param {number} label @param {ImageData} image */
    takeTest(index, label, image) {
      settleOn();
      dispatch({ type: "input-chosen", input: { source: "test", index, label, image } });
    },
    shrink: act.shrink,
    /** @param {"file"|"clipboard"} from */
    taking: (from) => dispatch({ type: "taking", from }),
    /** @param {{name: string, image: ImageData}} picture */
    takeOwn(picture) {
      settleOn();
      dispatch({ type: "input-chosen", input: { source: "given", ...picture } });
    },
    /** @param {string} message */
    refuse: (message) => dispatch({ type: "input-refused", message }),
    /** @param {number} layer */
    showLayer: (layer) => dispatch({ type: "layer-chosen", layer }),
    /** @param {number} channel  @param {number} [layer] */
    enlarge: (channel, layer = get().layer) => dispatch({ type: "channel-chosen", layer, channel }),
    /** @param {number} channel */
    enlargeFilter(channel) {
      const layer = get().filters?.kernels?.layer;
      if (layer !== undefined) dispatch({ type: "channel-chosen", layer, channel });
    },
    /** @param {number} actual @param {number} predicted */
    openCell(actual, predicted) {
      const { evaluated } = get();
      if (!evaluated) return;
      settleOn();
      dispatch({ type: "cell-opened", actual, predicted, indices: ofCell(evaluated.evaluation, actual, predicted) });
      return more();
    },
  };
}
