// Every section under axe-core, light and dark, wide and narrow; and the way through by keyboard.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { both } from "./both.mjs";
import { launch } from "./browser.mjs";
import { url } from "./address.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds, as lines of rule and element. @param {import("playwright-core").Page} page */
async function found(page) {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => (await /** @type {any} */ (globalThis).axe.run(document)).violations);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`));
}

for (const [colorScheme, width] of [["light", 1440], ["dark", 1440], ["light", 390]])
  test(`axe finds nothing in the page after a run, ${colorScheme}, ${width} wide`, { timeout: 240_000 }, async () => {
    const browser = await launch([]);
    try {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce" });
      const page = await context.newPage();
      await page.goto(`${url}?preset=cae&epochs=1&batchSize=64`);
      await page.waitForSelector("#run:enabled:not([aria-disabled])");
      assert.deepEqual(await found(page), [], "before a run");
      await page.click("#run");
      await page.waitForFunction(() => document.querySelector("#status")?.textContent?.includes("Finished"));
      assert.deepEqual(await found(page), [], "after one");
      const across = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(across, 0, "nothing stands out sideways");
    } finally {
      await browser.close();
    }
  });

both("the bar leads to every section, and tells of the run that is on", async ({ open, click, evaluate, wait, press, texts }) => {
  await open("?preset=cnn-max-2&epochs=30");
  const names = await texts(".bar-link");
  assert.equal(names.length, await evaluate(() => document.querySelectorAll("main .section").length));
  assert.equal(await evaluate(() => document.querySelector(".bar-run").hasAttribute("data-idle")), true);
  await click("#run");
  await wait(".bar-run:not([data-idle])");
  await wait(() => /cnn-max-2/.test(document.querySelector(".bar-label").textContent));
  await evaluate(() => document.querySelector("#bar-hold").focus());
  await press("Enter");
  await wait(() => document.querySelector("#bar-hold").textContent === "Resume");
  await evaluate(() => document.querySelector("#bar-stop").focus());
  await press("Enter");
  await wait(".bar-run[data-idle]");
});
