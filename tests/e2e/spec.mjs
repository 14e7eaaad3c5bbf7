// Models of the visitor's own, as a student would bring them: in the address, in a file of the site, from the
// disk; trained, reloaded, gone on with and found in every section; and those that cannot be built.

import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { url } from "./address.mjs";
import { both } from "./both.mjs";

/** Resembles no preset. */
const CLASSIFIER = {
  name: "wide-strides",
  title: "Large kernels and strides",
  input: [32, 32, 3],
  layers: [
    { type: "Conv2D", filters: 6, kernel_size: 5, strides: 2, padding: "same", activation: "relu" },
    { type: "BatchNormalization" },
    { type: "AveragePooling2D" },
    { type: "Flatten" },
    { type: "Dense", units: 20, activation: "relu", name: "hidden" },
    { type: "Dense", units: "classes", activation: "softmax" },
  ],
  task: { type: "classify" },
};
/** An autoencoder in two stages. */
const STACKED = {
  name: "two-stages",
  input: [32, 32, 3],
  layers: [
    { type: "Conv2D", filters: 4, kernel_size: 3, padding: "same", activation: "relu", name: "in" },
    { type: "MaxPooling2D", name: "half" },
    { type: "Conv2D", filters: 2, kernel_size: 3, padding: "same", activation: "relu", name: "code" },
    { type: "Conv2D", filters: 4, kernel_size: 3, padding: "same", activation: "relu", name: "back" },
    { type: "UpSampling2D", name: "double" },
    { type: "Conv2D", filters: 3, kernel_size: 3, padding: "same", activation: "sigmoid", name: "out" },
  ],
  task: { type: "reconstruct", code: "code" },
  stages: [{ encoder: ["in", "half"], decoder: ["double", "out"] }, { encoder: ["code"], decoder: ["back"] }],
};
const { stages: _, ...PLAIN } = { ...STACKED, name: "small-code" };
const query = (spec, more = "") => `?spec=${encodeURIComponent(JSON.stringify(spec))}${more}`;
const chosen = (name) => `input[name=model][value="${name}"]:checked`;
const row = ".keep-runs tbody tr.keep-run:first-child";

/** A file on the disk. */
function file(name, text) {
  const path = join(mkdtempSync(join(tmpdir(), "tabgrad-spec-")), name);
  writeFileSync(path, text);
  return path;
}

both("a model in the address is trained, kept over a reload and gone on with", async ({ open, wait, click, says, text, texts, reload, evaluate, count }) => {
  // More epochs than there is time for, so that the reload comes in their midst.
  await open(query(CLASSIFIER, "&epochs=500"));
  await wait(chosen("wide-strides"));
  await wait("#run:enabled:not([aria-disabled])");
  const layers = await texts(".layers tbody tr th");
  const named = ["conv2d", "batch_normalization", "average_pooling2d", "flatten", "hidden", "dense"];
  assert.deepEqual(layers.map((cell, i) => cell.startsWith(named[i])), named.map(() => true), layers.join());
  await click("#run");
  const epochs = ([first, least]) => Number(/(\d+) of 500 epochs/.exec(document.querySelector(first)?.textContent ?? "")?.[1] ?? 0) >= least;
  await wait(epochs, [row, 1]);
  assert.match(await text("#progress"), /wide-strides/);
  await reload();

  await wait(`${row}[data-status="interrupted"]`);
  await wait(chosen("wide-strides"));
  assert.match(await evaluate(() => location.search), /spec=/);
  const kept = Number(/(\d+) of 500/.exec(await text(row))?.[1]);
  await click("#go-on");
  await wait(epochs, [row, kept + 1]);
  await click("#stop");
  await wait(`${row}[data-status="stopped"]`);
  assert.equal(await count("tr.keep-run"), 1);
  // It is asked like any other classifier.
  await says("#learned", "wide-strides");

  // Another model, and the address leads there.
  await click('input[name=model][value="cae"]');
  await wait(() => location.search.includes("preset=cae") && !location.search.includes("spec="));
});

both("an autoencoder of one's own is in the studio, in one step and among the stacked ones", async ({ page, wait, click, says, text }) => {
  await page.goto(url + query(PLAIN, "&epochs=1"));
  await wait('input[name="studio-preset"][value="small-code"]:checked');
  await wait(() => [...document.querySelectorAll("#lesson-network option")].some((one) => one.value === "model:small-code"));
  await wait("#run:enabled:not([aria-disabled])");
  await click("#run");
  await wait(`${row}[data-status="completed"]`);
  await wait('#train [data-row="outputs"] canvas:not([data-empty]), #train #reconstructions canvas:not([data-empty])');

  await page.goto(url + query(STACKED, "&section=stacked&epochs=1"));
  await wait("#stacked-run:enabled:not([aria-disabled])");
  await click("#stacked-run");
  await says("#stacked-outcome", "dB");
  assert.match(await text("#stacked"), /Stage 2/);
  assert.doesNotMatch(await text("#stacked"), /Stage 3/);
  await says("#stacked-compare-status", "this run has others");
});

both("a model that cannot be built shows why, and nothing can be started until another is chosen", async ({ page, wait, click, says, evaluate }) => {
  const small = { ...CLASSIFIER, layers: [...Array.from({ length: 4 }, () => [{ type: "MaxPooling2D" }]).flat(), { type: "Conv2D", filters: 4, kernel_size: 3 }, ...CLASSIFIER.layers.slice(3)] };
  for (const [spec, sentence] of [
    [small, "Layer 5 (`conv2d`, 3x3, valid) gets a 2x2 map of 3 channels, and needs at least 3x3: use `same` padding or take away a pooling before it."],
    [{ ...CLASSIFIER, layers: [{ type: "Conv" }] }, "`layers[0].type` is \"Conv\", which there is not. Do you mean `Conv2D`?"],
    [{ ...CLASSIFIER, layers: [{ type: "Dense", units: "ten" }] }, "`layers[0].units` is \"ten\""],
  ]) {
    await page.goto(url + query(spec));
    await says("#model-error", sentence);
    // The pictures are there: it is not for want of them.
    await wait("#stacked-run:enabled:not([aria-disabled])");
    assert.equal(await evaluate(() => document.querySelector("#run").disabled), true);
  }
  await click('input[name=model][value="cnn-max-2"]');
  await wait("#run:enabled:not([aria-disabled])");
  await wait(() => document.querySelector("#model-error").hidden);
});

both("a model file is opened from the disk; what is none is refused and can be followed by one that is", async ({ open, wait, says, upload, click }) => {
  await open();
  await upload("#model-file", [file("broken.json", '{"input": [32, 32, 3],\n "layers": [}')]);
  await says("#model-error", "line 2");
  await wait("#run:disabled");
  await upload("#model-file", [file("mine.json", JSON.stringify(CLASSIFIER))]);
  await wait(chosen("wide-strides"));
  await wait("#run:enabled:not([aria-disabled])");
  await says("#models", "Large kernels and strides");
  await click("#run");
  await wait(`${row}[data-status="completed"], ${row}[data-status="running"]`);
  await says("#progress", "wide-strides");
});

both("a link sends the page to no other site for a model, and says what a missing file is", async ({ page, wait, says }) => {
  await page.goto(`${url}?spec=https%3A%2F%2Felsewhere.example%2Fmine.json`);
  await says("#model-error", "may not send this page to another site");
  await wait("#run:disabled");
  await page.goto(`${url}?spec=no-such-model.json`);
  await says("#model-error", "no-such-model.json");
}, { expected: /404|no-such-model/ });
