// The page as it opens: pictures with names, a choice of seed, a layout that fits.

import assert from "node:assert/strict";
import { visit } from "./support.mjs";

visit("ten pictures with their class names are shown, and another five on request", async (visitor) => {
  const { page, open, text, pixels, sampleNames } = visitor;
  await open();
  await page.waitForFunction(() => document.querySelectorAll(".sample canvas:not([data-empty])").length === 10);
  const names = await sampleNames();
  assert.equal(names.filter((name) => name.trim() !== "").length, 10);
  const before = await pixels(".sample canvas");
  assert.match(await text("#samples"), /seed 0/);
  await page.click("#another");
  await page.waitForFunction(() => document.querySelector("#samples")?.textContent?.includes("seed 1"));
  await page.waitForFunction((old) => [...document.querySelectorAll("canvas")].slice(0, 10).map((c) => c.toDataURL()).join() !== old, before);
  await page.reload();
  await page.waitForFunction((old) => [...document.querySelectorAll("canvas")].slice(0, 10).map((c) => c.toDataURL()).join() === old, before);
});

visit("the page says where its pictures are from, and marks synthetic ones", async ({ page, open, text }) => {
  await open();
  const manifest = await page.evaluate(async () => (await fetch("data/manifest.json")).json());
  assert.equal(await page.locator("#synthetic").isVisible(), manifest.synthetic);
  assert.ok((await text("#data")).includes(manifest.source));
});

visit(
  "nothing needs sideways scrolling on a phone",
  async ({ page, open, choose }) => {
    await open();
    for (const model of ["cnn-max-4", "cae-denoise", "sae"]) {
      await choose(model);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), 0, model);
    }
  },
  { viewport: { width: 390, height: 844 } },
);

visit("every control has a name, every canvas and chart a description", async ({ page, open }) => {
  await open("?model=cae-denoise");
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll("button, input, select, canvas.picture, .plot, progress")]
      .filter((e) => !e.textContent?.trim() && !e.getAttribute("aria-label") && !(/** @type {HTMLInputElement} */ (e).labels?.length))
      .map((e) => e.outerHTML),
  );
  assert.deepEqual(nameless, []);
});
