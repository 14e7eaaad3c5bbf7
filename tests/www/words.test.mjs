// The words that a student finds in a textbook: one for each thing, and none of those that the house once had.

import assert from "node:assert/strict";
import { test } from "node:test";
import { text } from "../../www/strings.js";
import { sentences } from "../../www/sections/stacked/findings.js";
import { compareAccuracies } from "../../www/sections/stacked/pretraining.js";

/** Every sentence of the page; of those that take values, their code. */
function* all(at, path = "") {
  for (const [key, value] of Object.entries(at)) {
    if (value && typeof value === "object") yield* all(value, `${path}.${key}`);
    else yield [`${path}.${key}`, String(value)];
  }
}
const said = [...all(text)];

test("what is measured on test pictures is called test, everywhere", () => {
  // The name of a folder of other people's pictures is theirs.
  const folders = /valid, val or validation/;
  for (const [path, words] of said) assert.doesNotMatch(words.replace(folders, ""), /\bval\.|\bvalidation\b/i, path);
  for (const words of [text.charts.validation, text.charts.columns.valLoss, text.charts.columns.valAccuracy, text.stacked.ladder.valLoss, text.stacked.compare.accuracy, text.keep.valLoss, text.keep.valAccuracy("Accuracy"), text.cnns.results.columns.accuracy])
    assert.match(words, /\btest\b/i, words);
});

test("no word of the house stands where the field has one", () => {
  const house = /taken for whom|pictures right\b|rightly|begin a way|go to this one|\bon show\b|beside it\b|numbers say|will stand here|none at all|then won|run that is on|\bbegun\b|nought|in the mean\b|should lie|by what it gives|by its weights/i;
  for (const [path, words] of said) assert.doesNotMatch(words, house, path);
});

test("the sentences of the table of wordings stand as it has them", () => {
  assert.equal(text.learned.matrix.heading, "Confusion matrix");
  assert.match(text.learned.evaluation.told("396", "1,017", "38.9 %", "10 %"), /^It classified 396 of 1,017 test pictures correctly \(38\.9 %\)/);
  assert.deepEqual([text.studio.map.begin, text.studio.map.end], ["Interpolate from here", "Interpolate to here"]);
  assert.deepEqual([text.studio.choice.run, text.studio.choice.other], ["Show run", "Compare with"]);
  assert.equal(text.cnns.conclusion.nothing, "The conclusion appears here once two runs have finished.");
  assert.equal(text.stacked.outcome.gained("1.58 dB"), "Fine-tuning raised PSNR by 1.58 dB.");
  assert.deepEqual([text.bar.run, text.keep.facts.created], ["The current run", "Started"]);
  assert.equal(text.intake.layouts.title, "How to arrange the folders");
  assert.deepEqual([text.lesson.norms.columns.outputs, text.lesson.norms.columns.weights], ["Gradient with respect to outputs", "Gradient with respect to weights"]);
});

test("a difference that may be chance is told by its interval, which contains 0", () => {
  const told = sentences(compareAccuracies([[0.2, 0.5], [0.2, 0.4]], [[0.2, 0.4], [0.2, 0.5]])).join("\n");
  assert.match(told, /the interval contains 0, so it may be chance/);
});
