// What this section's views are shown, as data. Pure; knows no DOM.

import { isBusy } from "../../app/state.js";
import { text } from "../../strings.js";
import { isOf } from "./state.js";
import { choices, isClassifier, obstacle, standing, subject } from "./subject.js";

/** @import { State } from "../../app/state.js" */
/** @import { Local } from "./state.js" */

const none = /** @type {never[]} */ ([]);

/** @param {State} state @param {Local} local */
export function props(state, local) {
  const words = text.learned;
  const run = subject(state, local);
  const why = run && obstacle(state, run);
  const open = run !== null && why === null;
  const classes = run?.data.classes ?? state.data.manifest?.classes ?? none;
  const answer = open && isOf(local.answer, run) ? local.answer : null;
  const kernels = open && isOf(local.filters, run) ? (local.filters?.kernels ?? null) : null;
  const judged = open && isOf(local.judged, run) ? local.judged : null;
  const judgement = judged?.judgement ?? null;
  const judging = local.judging !== null;
  const classifier = run === null || isClassifier(run);
  const { page, label, offset } = local.shelf;
  return {
    choice: { runs: choices(state), chosen: run?.id ?? null },
    standing: {
      sentence: run ? standing(state, run) : "",
      blocked: why !== null && why !== "waiting",
      more: open && !classifier ? words.run.autoencoder : "",
    },
    own: { taking: local.taking, error: local.handError, hand: local.hand, classes: state.data.manifest?.classes ?? none },
    shelf: { page, label, offset, classes: state.data.manifest?.classes ?? none, taken: local.hand?.source === "test" ? local.hand.index : -1 },
    answer: { answer, classes, classifier, hand: local.hand, open, error: open ? local.answerError : null },
    filters: { kernels, open, classifier, channel: kernels && local.layer === kernels.layer ? local.channel : -1 },
    layers: { activations: answer?.activations ?? null, layer: local.layer, channel: local.channel, kernels, hand: answer?.hand ?? null, open },
    verdict: { judgement, judging, open, classifier, busy: isBusy(state), error: open ? local.judgeError : null },
    matrix: { judgement, classes, actual: local.cell?.actual ?? -1, said: local.cell?.said ?? -1 },
    cell: { cell: judgement ? local.cell : null, judgement, classes },
    results: { results: judged?.results ?? null, classes },
    mistakes: { mistakes: judgement ? local.mistakes : null, judgement, classes },
  };
}
