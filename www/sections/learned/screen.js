// What this section's views are shown, as data. Pure.

import { shownClasses } from "../../app/names.js";
import { isBusy } from "../../app/state.js";
import { text } from "../../strings.js";
import { isOf } from "./state.js";
import { choices, isClassifier, obstacle, statusSentence, shownRun } from "./shown-run.js";

/** @import { State } from "../../app/state.js" */
/** @import { Local } from "./state.js" */


/** @param {State} state @param {Local} local */
export function props(state, local) {
  const words = text.learned;
  const run = shownRun(state, local);
  const why = run && obstacle(state, run);
  const open = run !== null && why === null;
  const classes = shownClasses(run, state.data);
  const answer = open && isOf(local.answer, run) ? local.answer : null;
  const kernels = open && isOf(local.filters, run) ? (local.filters?.kernels ?? null) : null;
  const evaluated = open && isOf(local.evaluated, run) ? local.evaluated : null;
  const evaluation = evaluated?.evaluation ?? null;
  const evaluating = local.evaluating !== null;
  const classifier = run === null || isClassifier(run);
  const { page, label, offset } = local.testPictures;
  return {
    choice: { runs: choices(state), chosen: run?.id ?? null },
    statusSentence: {
      sentence: run ? statusSentence(state, run) : "",
      blocked: why !== null && why !== "waiting",
      more: open && !classifier ? words.run.autoencoder : "",
    },
    own: { taking: local.taking, error: local.inputError, input: local.input, classes: shownClasses(null, state.data) },
    testPictures: { page, label, offset, classes: shownClasses(null, state.data), mistakenFor: local.input?.source === "test" ? local.input.index : -1 },
    answer: { answer, classes, classifier, input: local.input, open, error: open ? local.answerError : null },
    filters: { kernels, open, classifier, channel: kernels && local.layer === kernels.layer ? local.channel : -1 },
    layers: { activations: answer?.activations ?? null, layer: local.layer, channel: local.channel, kernels, input: answer?.input ?? null, open },
    evaluation: { evaluation, evaluating, open, classifier, busy: isBusy(state), error: open ? local.evaluationError : null },
    matrix: { evaluation, classes, actual: local.cell?.actual ?? -1, predicted: local.cell?.predicted ?? -1 },
    cell: { cell: evaluation ? local.cell : null, evaluation, classes },
    results: { results: evaluated?.results ?? null, classes },
    mistakes: { mistakes: evaluation ? local.mistakes : null, evaluation, classes },
  };
}
