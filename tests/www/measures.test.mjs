// What is said beside numbers that mislead when they stand alone: which mean PSNR is of, over which pictures, what a
// denoising network was given, why training can score below test, and that a few epochs conclude nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { denoisedOf } from "../../www/app/denoising.js";
import * as shownMeasures from "../../www/components/measures.js";
import * as shownReconstructions from "../../www/components/reconstructions.js";
import * as metrics from "../../www/sections/studio/metrics.js";
import * as stackedRows from "../../www/sections/stacked/reconstructions.js";
import * as findings from "../../www/sections/stacked/findings.js";
import { compareAccuracies } from "../../www/sections/stacked/pretraining.js";
import { runPart } from "../../www/sections/keep/report.js";
import { text } from "../../www/strings.js";
import { container } from "./fake-dom.mjs";
import { atlas } from "./image-data.mjs";
import { epochEnd, keptRun } from "./kept-run.mjs";
import { open, sections } from "./section-world.mjs";

/** Two pictures whose input is off by `noise` of 255 and whose reconstructions have these errors. */
const drawn = (noise, errors = [0.01, 0.03], step = 40) => ({
  step, labels: Uint8Array.of(1, 2), inputs: atlas(2, (i) => (i % 4 === 3 ? 255 : 100)), corrupted: atlas(2, (i) => (i % 4 === 3 ? 255 : 100 + noise)),
  outputs: atlas(2), differences: atlas(2), errors: Float32Array.from(errors),
});

test("PSNR is said to be of the mean squared error, wherever it is explained, and stands after it", () => {
  const { measures } = text.reconstructions;
  assert.match(measures.psnr.meaning, /MSE/);
  assert.match(text.stacked.ladder.psnrMeaning, /mean squared error/);
  const place = container();
  metrics.create(place)({ runs: [], denoised: null, comparedDenoised: null, sameLoss: true });
  const rows = place.querySelectorAll("tr").map((row) => row.getAttribute("data-measure")).filter(Boolean);
  assert.equal(rows.indexOf("psnr"), rows.indexOf("mse") + 1, rows.join());
});

test("the PSNR of the stacked pictures says that it is of these, and the ladder's that it is of all", () => {
  const place = container();
  stackedRows.create(place)({ captured: [drawn(5)], phase: 0, reached: 0, started: true, active: false, classes: [], codes: [[32, 32, 3], [16, 16, 16], [32, 32, 3]] });
  assert.match(place.textContent, /PSNR 16\.99 dB over these 2/);
  assert.match(place.textContent, /these few pictures; the ladder’s is that of all test pictures/);
  assert.match(text.stacked.ladder.psnrMeaning, /over all test pictures/);
});

test("the noise of a denoiser's input is measured on the pictures that its reconstructions are of", () => {
  const { input, output, pictures } = denoisedOf(drawn(51));
  assert.ok(Math.abs(input + 20 * Math.log10(0.2)) < 1e-9, `51 of 255 is 0.2: ${input}`);
  assert.ok(Math.abs(output + 10 * Math.log10(0.02)) < 1e-6, "the mean of their errors");
  assert.equal(pictures, 2);
  assert.equal(denoisedOf({ ...drawn(51), corrupted: null }), null, "no denoiser");
  assert.equal(denoisedOf({ ...drawn(0) }), null, "and without noise there is none to tell of");
  assert.equal(denoisedOf(null), null);
});

test("both are shown beside the other measures, and in words, better or worse", () => {
  const place = container();
  const render = shownMeasures.create(place);
  const props = { epoch: null, shown: true, accuracy: false, ssim: false };
  render({ ...props, denoised: { input: 20, output: 17.7, pictures: 8 } });
  assert.equal(place.querySelector("#measure-denoised-input").textContent, "20.00 dB");
  assert.equal(place.querySelector("#measure-denoised-output").textContent, "17.70 dB");
  assert.match(place.textContent, /over the 8 test pictures that are shown, not over all/);
  const rows = container();
  const show = shownReconstructions.create(rows);
  const words = () => rows.querySelector("#denoising").textContent;
  show({ shown: true, reconstructions: null, corrupts: true, denoised: { input: 20, output: 17.7, pictures: 8 }, classes: [] });
  assert.match(words(), /noisy input has a PSNR of 20\.00 dB, the reconstruction 17\.70 dB: the network makes them worse/);
  show({ shown: true, reconstructions: null, corrupts: true, denoised: { input: 14, output: 17.7, pictures: 8 }, classes: [] });
  assert.match(words(), /makes them better/);
  show({ shown: true, reconstructions: null, corrupts: false, denoised: null, classes: [] });
  assert.equal(rows.querySelector("#denoising").hidden, true);
});

for (const name of ["train", "studio"])
  test(`${name}: a denoiser that ended and makes its pictures worse is told so, and one that learns or is better is not`, async () => {
    const run = keptRun("a", "cae-denoise", { group: name, epochs: [epochEnd(1, { mse: 0.02, psnr: 17, ssim: 0.5 })] });
    const world = await open(sections[name], {}, { runs: [run] });
    world.on.show("a");
    const tell = (reconstructions) => world.store.dispatch({ type: "reconstructions", run: "a", reconstructions });
    tell(drawn(20));
    assert.match(world.shown().remarks.remarks, /worse than the noisy pictures.*PSNR is 16\.99 dB, that of its input 22\.\d\d dB.*same 2 test pictures/);
    assert.equal(world.shown().measures.denoised.pictures, 2);
    tell(drawn(80));
    assert.doesNotMatch(world.shown().remarks.remarks, /noisy/);
    tell(drawn(20));
    world.store.dispatch({ type: "run-started", run: { ...run, status: "running" } });
    assert.doesNotMatch(world.shown().remarks.remarks, /noisy/, "it may still get there");
  });

test("training accuracy below test accuracy is explained where both are seen, and only then", async () => {
  const below = keptRun("a", "cnn-max-2", { group: "cnns", epochs: [epochEnd(1, { accuracy: 0.3, valAccuracy: 0.4 })] });
  const above = { ...below, epochs: [epochEnd(1, { accuracy: 0.5, valAccuracy: 0.4 })] };
  for (const [run, explained] of [[below, true], [above, false]]) {
    const train = await open(sections.train, {}, { runs: [run] });
    train.on.show("a");
    assert.equal(train.shown().epochs.belowTest, explained);
    assert.equal((await open(sections.cnns, {}, { runs: [run] })).shown().multiples.belowTest, explained);
    const report = String(runPart(run, { name: "a", defaults: null, strips: null, adapter: null }));
    assert.equal(report.includes(text.charts.belowTest), explained);
  }
});

test("a conclusion after few epochs begins with a caution, also where depth seems not to help", async () => {
  const accuracies = { "cnn-max-2": 0.5, "cnn-max-3": 0.4, "cnn-max-4": 0.35 };
  const said = async (epochs, read) => {
    const runs = Object.entries(accuracies).map(([model, last]) =>
      keptRun(model, model, { group: "cnns", overrides: { epochs }, epochs: Array.from({ length: epochs }, (_, i) => epochEnd(i + 1, { valAccuracy: read(last, i, epochs) })) }));
    return (await open(sections.cnns, {}, { runs })).shown().conclusion.paragraphs;
  };
  const level = (last) => last;
  const few = await said(2, level);
  const caution = few.findIndex((words) => words.startsWith("Caution") && words.includes("2 epochs"));
  const depth = few.findIndex((words) => words.includes("Depth does not help"));
  assert.ok(caution >= 0 && caution < depth, few.join("\n"));
  assert.match((await said(1, level)).join("\n"), /only 1 epoch\./);
  const enough = (await said(12, level)).join("\n");
  assert.doesNotMatch(enough, /Caution/);
  const rising = (await said(12, (last, i, epochs) => (last * (i + 1)) / epochs)).join("\n");
  assert.match(rising, /Caution: the test accuracy of cnn-max-2, cnn-max-3 and cnn-max-4 was still rising/);
});

test("so does the one on pre-training", () => {
  const runs = (epochs, to) => [Array.from({ length: epochs }, (_, i) => (to * (i + 1)) / epochs), Array.from({ length: epochs }, (_, i) => (to * (i + 1.1)) / epochs)];
  const said = (epochs) => findings.sentences(compareAccuracies(runs(epochs, 0.5), runs(epochs, 0.4))).join("\n");
  assert.match(said(2), /Caution: 2 epochs are few/);
  assert.match(said(1), /Caution: one epoch is few/);
  assert.doesNotMatch(said(8), /Caution/);
});
