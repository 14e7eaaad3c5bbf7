// Every model: its table has the totals of the assignment, and it makes steps with finite losses.

import assert from "node:assert/strict";
import { visit } from "./support.mjs";

const totals = {
  "cnn-max-2": [171_722, 171_722, 0],
  "cnn-avg-2": [171_722, 171_722, 0],
  "cnn-max-3": [77_578, 77_578, 0],
  "cnn-avg-3": [77_578, 77_578, 0],
  "cnn-max-4": [114_506, 114_506, 0],
  "cnn-avg-4": [114_506, 114_506, 0],
  cae: [4_963, 4_963, 0],
  "cae-bn": [29_123, 28_931, 192],
  "cae-denoise": [4_963, 4_963, 0],
  sae: [4_963, 4_963, 0],
};

for (const [model, counts] of Object.entries(totals))
  visit(`${model} has its parameters and makes steps`, async ({ page, open, choose, press, untilStep, text }) => {
    await open();
    await choose(model);
    const shown = await page.locator(".layers tfoot td").allTextContents();
    assert.deepEqual(shown.map((cell) => Number(cell.replaceAll(",", ""))), counts);
    for (let step = 1; step <= 2; step += 1) {
      await press("step");
      await untilStep(step);
    }
    assert.match(await text("#read-loss"), /^\d+\.\d+(e[+-]\d+)?$/);
    const draws = counts[0] < 70_000;
    assert.equal(await page.locator("#train #reconstructions").isVisible(), draws);
    const corrupts = await page.locator('#train [data-row="corrupted"] canvas:not([data-empty])').count();
    assert.equal(corrupts, model === "cae-denoise" ? 8 : 0);
  });

visit("four blocks without padding are refused in a sentence that says why", async ({ page, open, choose, text, enabled }) => {
  await open();
  await choose("cnn-max-4");
  await page.selectOption("#setting-padding", "valid");
  await page.waitForSelector("#model-error");
  assert.match(await text("#model-error"), /2x2/);
  assert.equal(await page.locator("#run").isDisabled(), true);
  await page.selectOption("#setting-padding", "same");
  await enabled("#run");
});
