// A run from start to end: losses fall, a pause holds, a step is one step, a reload is harmless.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { visit } from "./support.mjs";

visit("cnn-max-3 trains: pause, single step, resume, finish, reset", async (visitor) => {
  const { page, open, press, status, step, untilStep, column, text } = visitor;
  await open("?preset=cnn-max-3&epochs=3");
  await press("run");
  await untilStep(4);
  await press("run");
  await status("Paused");
  const held = await step();
  await sleep(1000);
  assert.equal(await step(), held, "a pause holds");
  await press("step");
  await untilStep(held + 1);
  await sleep(500);
  assert.equal(await step(), held + 1, "a single step is one step");
  await press("run");
  await status("Finished");
  await page.click("#values summary");
  const losses = await column(2);
  assert.equal(losses.length, 3);
  assert.ok(losses[2] < losses[0], `the training loss falls: ${losses}`);
  const validation = await column(4);
  assert.ok(validation.every(Number.isFinite), `validation losses are numbers: ${validation}`);
  assert.match(await text("#read-speed"), /\d/);
  await press("reset");
  await status("Nothing has been trained yet");
  assert.deepEqual(await column(2), []);
});

visit("a run can be stopped and started anew; settings are locked while it is on", async (visitor) => {
  const { page, open, press, status, untilStep, step } = visitor;
  await open("?preset=cnn-max-3");
  await press("run");
  await untilStep(2);
  assert.equal(await page.locator("#setting-epochs").isDisabled(), true);
  await press("stop");
  await status("Stopped");
  const ended = await step();
  await sleep(300);
  assert.equal(await step(), ended, "nothing follows a stop");
  await press("run");
  await page.waitForFunction(() => document.querySelector("#status")?.textContent?.startsWith("Training"));
  await untilStep(1);
});

visit("a reload in the middle of a run leaves it to be gone on with, or another to be started", async ({ page, open, press, untilStep, enabled, status, column }) => {
  await open("?preset=cnn-avg-2&epochs=3&seed=3");
  await press("run");
  await page.waitForFunction(() => /** @type {any} */ (globalThis).keptAt >= 19);
  await untilStep(21);
  await page.reload();
  await enabled("#run");
  assert.equal(await page.inputValue("#setting-seed"), "3");
  await status("Interrupted");
  await press("go-on");
  await status("Finished");
  await page.click("#values summary");
  const resumed = [await column(2), await column(4)];
  await press("run");
  await page.waitForFunction(() => document.querySelector("#status")?.textContent?.startsWith("Training"));
  await status("Finished");
  assert.deepEqual([await column(2), await column(4)], resumed, "the unbroken run says the same");
});

visit("a run that one tab computes is left alone by another", async ({ page, open, press, enabled }) => {
  await open("?preset=cae&epochs=50");
  await press("run");
  await page.waitForFunction(() => /** @type {any} */ (globalThis).keptAt >= 1);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.waitForSelector("#run:enabled:not([aria-disabled])");
  assert.equal(await other.locator("tr.keep-run").count(), 0, "not shown as interrupted");
  await press("stop");
  await enabled("#run");
  await other.reload();
  await other.waitForSelector('tr.keep-run[data-status="stopped"]', { state: "attached" });
  await other.close();
});

visit("the same seed gives the same losses, whether one worker trains or two", async ({ open, press, status, page, column, text }) => {
  const runs = [];
  for (const workers of ["1", "2"]) {
    await open("?preset=cnn-max-4&epochs=2&seed=5&batchSize=64");
    await page.selectOption("#workers", workers);
    await press("run");
    await status("Finished");
    assert.equal(/2 workers/.test(await text("#train .readings")), workers === "2");
    await page.click("#values summary");
    runs.push(await column(2), await column(4));
  }
  assert.deepEqual(runs.slice(0, 2), runs.slice(2));
  await page.reload();
  assert.equal(await page.inputValue("#workers"), "2", "it is remembered");
});

visit("cae redraws its pictures as it learns and is measured", async (visitor) => {
  const { page, open, press, status, pixels, text } = visitor;
  await open("?preset=cae&epochs=2&learningRate=0.01");
  const drawn = '#train [data-row="outputs"] canvas';
  await press("step");
  await page.waitForFunction(() => document.querySelector("#drawn-at")?.textContent?.includes("step 1"));
  assert.equal(await page.locator(`${drawn}:not([data-empty])`).count(), 8);
  const before = await pixels(drawn);
  await press("run");
  await status("Finished");
  await page.waitForFunction(() => !document.querySelector("#drawn-at")?.textContent?.endsWith("step 1"));
  assert.notEqual(await pixels(drawn), before);
  for (const name of ["mse", "psnr", "ssim", "accuracy"]) assert.match(await text(`#measure-${name}`), /\d/, name);
  assert.match(await text("#measures"), /strongest channel/);
});

visit("the address holds the settings that differ, and only those", async ({ page, open, set, choose }) => {
  await open();
  assert.equal(new URL(page.url()).search, "");
  await set("epochs", "4");
  await page.waitForURL(/\?epochs=4$/);
  await choose("cae");
  await page.waitForURL(/\?preset=cae&epochs=4$/);
  await page.selectOption("#setting-loss", "mean-squared-error");
  await page.waitForURL(/loss=mean-squared-error/);
  await page.reload();
  await page.waitForSelector("#setting-loss");
  assert.equal(await page.inputValue("#setting-loss"), "mean-squared-error");
  assert.equal(await page.inputValue("#setting-epochs"), "4");
});
