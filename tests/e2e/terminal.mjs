// The page and the terminal train the same run: every loss has the same bits, where the page is
// asked for the plain package. Needs the `train` command and the folder that the page's data lie in.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { data, train, visit } from "./support.mjs";

/** Classifier, batch normalisation, noise and stages: everything that keeps state. */
const MODELS = ["cnn-max-3", "cae-bn", "cae-denoise", "sae"];

/** @param {string} model */
async function inTheTerminal(model) {
  const settings = ["--model", model, "--data", data, "--epochs", "1", "--seed", "7"];
  const run = await promisify(execFile)(train, [...settings, "--json", "--steps"], { maxBuffer: 1 << 28 });
  return run.stdout.trim().split("\n").map((line) => JSON.parse(line));
}

/** Losses of steps, and what each epoch ended with. @param {any[]} events */
function numbers(events) {
  return events
    .filter((event) => event.type === "step" || event.type === "epoch")
    .map(({ type, step, loss, valLoss, valAccuracy, mse, ssim }) => ({ type, step, loss, valLoss, valAccuracy, mse, ssim }));
}

if (!train || !data) {
  test("page and terminal compute the same bits", { skip: "--train and --data were not given" });
} else {
  for (const model of MODELS)
    visit(`${model}: page and terminal compute the same bits`, async ({ open, press, status, events }) => {
      await open(`?preset=${model}&epochs=1&seed=7&simd=plain`);
      await press("run");
      await status("Finished");
      const here = numbers(await events());
      const there = numbers(await inTheTerminal(model));
      assert.ok(there.length > 10, `${there.length} numbers`);
      // JSON leaves out what is undefined.
      assert.deepEqual(JSON.parse(JSON.stringify(here)), JSON.parse(JSON.stringify(there)));
    });
}
