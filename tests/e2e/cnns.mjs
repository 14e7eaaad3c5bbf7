// The comparison of six networks, used as a student would: trained, sorted, extended, found again,
// skipped and stopped.

import assert from "node:assert/strict";
import { url } from "./address.mjs";
import { both } from "./both.mjs";

const runs = (row) => `#cnns-results tr[data-row="${row}"] td:last-child`;
/** Whether no run of the comparison is on or to come. */
const idle = () => document.querySelector("#cnns-stop")?.hidden && document.querySelector("#cnns-start")?.matches(":enabled:not([aria-disabled])");

both("two networks are compared, a third joins them, and a reload finds them again", async (visitor) => {
  const { page, wait, click, says, watch, text, texts, fill, select, attribute, evaluate, reload } = visitor;
  await page.goto(`${url}?section=cnns&epochs=1&batchSize=64&models=cnn-max-2+cnn-avg-2`);
  await wait("#cnns-start:enabled:not([aria-disabled])");
  assert.equal(await text("#cnns-start"), "Train 2 networks");
  await says("#cnns-refused", "Layer 7 (`conv2d_3`, 3x3, valid) gets a 2x2 map");
  assert.match(await text("#cnns-conclusion"), /The conclusion appears here once two runs have finished/);

  const said = await watch("#cnns-status");
  await click("#cnns-start");
  await said("Run 1 of 2: cnn-max-2, seed 0");
  await said("Run 2 of 2: cnn-avg-2, seed 0");
  await wait(idle);
  assert.deepEqual(await texts("#cnns-results tbody td:last-child"), ["1 of 1", "1 of 1"]);
  assert.match(await text("#cnns-controls"), /All 2 runs with exactly these settings and pictures are here/);
  assert.match(await text("#cnns-conclusion"), /better than guessing|One run each cannot tell/);
  assert.match(await text("#cnns-standing-cnn-avg-2"), /^\d+\.\d %$/);
  assert.match(await text("#cnns-valLoss"), /cnn-max-2 \d\.\d+/, "the legend tells the latest values");

  await click('#cnns-results button[data-key="loss"]');
  assert.equal(await attribute('#cnns-results th:has(button[data-key="loss"])', "aria-sort"), "descending");
  const losses = await texts("#cnns-results tbody td:nth-child(4)");
  assert.ok(Number(losses[0]) >= Number(losses[1]), `sorted: ${losses}`);
  await evaluate(() => document.querySelector('#cnns-results button[data-key="id"]').focus());
  await visitor.press("Enter");
  assert.deepEqual(await texts("#cnns-results tbody th"), ["cnn-avg-2", "cnn-max-2"]);

  await click("#cnns-cnn-max-3");
  await says("#cnns-start", "Train the 1 missing");
  assert.match(await text("#cnns-controls"), /2 of 3 runs .* will be taken as they are/);
  await wait(() => location.search.includes("models=cnn-max-2+cnn-avg-2+cnn-max-3"));
  await click("#cnns-start");
  await said("Run 1 of 1: cnn-max-3");
  await wait(idle);
  await says(runs("cnn-max-3"), "1 of 1");

  await select("#cnns-seeds", "2");
  await says("#cnns-start", "Train the 3 missing");
  await says(runs("cnn-max-3"), "1 of 2");
  await says("#cnns-conclusion", "3 of 6 runs have come to the end");

  await fill("#cnns-epochs", "none");
  await says("#cnns-settings [role=alert]", "Epochs is “none”");
  assert.equal(await evaluate(() => document.querySelector("#cnns-start").disabled), true);
  await fill("#cnns-epochs", "1");

  await page.goto(`${url}?section=cnns`);
  await reload();
  await says(runs("cnn-max-3"), "1 of 1");
  assert.equal(await visitor.value("#cnns-epochs"), "1", "who comes back finds what was trained last");
  assert.equal(await evaluate(() => document.querySelector("#cnns-cnn-max-4").checked), false);
});

both("a run can be skipped and all of them stopped, and what was stopped goes on", async (visitor) => {
  const { page, wait, click, says, text } = visitor;
  await page.goto(`${url}?section=cnns&epochs=40&batchSize=64&models=cnn-max-2+cnn-avg-2`);
  await wait("#cnns-start:enabled:not([aria-disabled])");
  await click("#cnns-start");
  await says("#cnns-status", "Run 1 of 2");
  await click("#cnns-start");
  await says("#cnns-start", "Resume");
  await says("#cnns-controls .bar", "Paused");
  await wait(() => document.querySelector("#cnns-cnn-max-3").matches(":disabled"));
  await click("#cnns-start");
  await says("#cnns-start", "Pause");
  await wait("#cnns-skip:enabled:not([aria-disabled])");
  await click("#cnns-skip");
  await says("#cnns-status", "Run 2 of 2: cnn-avg-2");
  // The first epoch is kept, so that the run can go on from it.
  await says("#cnns-standing-cnn-avg-2", "epoch 2 of 40");
  await click("#cnns-stop");
  await says("#cnns-status", "0 of 2 runs came to the end");
  assert.match(await text("#cnns-standing-cnn-avg-2"), /stopped after \d+ epoch/);
  // Once its weights are kept.
  await says("#cnns-start", "Continue, then train 1 more");
  await click("#cnns-start");
  await says("#cnns-status", "Run 1 of 2");
  await click("#cnns-stop");
  await wait(idle);
});
