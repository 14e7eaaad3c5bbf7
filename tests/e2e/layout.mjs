// What stands in one view: the first press and what comes of it, controls beside results, sections as places. Times
// are printed, not judged.

import assert from "node:assert/strict";
import { both } from "./both.mjs";
import { goTo } from "./places.mjs";
import { visit } from "./support.mjs";

const PLACES = ["pictures", "train", "cnns", "studio", "stacked", "lesson", "learned", "keep"];

/** In the page: which of these do not stand wholly in the window. */
const outside = (selectors) =>
  selectors.filter((selector) => {
    const { top, bottom, width, left, right } = document.querySelector(selector).getBoundingClientRect();
    return width === 0 || top < 0 || left < 0 || bottom > innerHeight || right > innerWidth;
  });

/** In the page, before anything else: adds up what moves by itself, and notes the longest task. */
function watchLayout() {
  globalThis.shift = 0;
  globalThis.longest = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration);
  }).observe({ type: "longtask", buffered: true });
}

for (const [width, height] of [[1366, 768], [390, 844]])
  visit(
    `one press trains, and the curve and the predictions stand in the first view, ${width} by ${height}`,
    async ({ page, open, status }) => {
      await page.addInitScript(watchLayout);
      const since = Date.now();
      await open("?epochs=40");
      const ready = Date.now() - since;
      assert.deepEqual(await page.evaluate(outside, ["#run", "#read-test", "#loss .plot", ".prediction:first-child"]), [], "before");
      const waiting = await page.locator(".prediction .predicted").first().innerText();
      const pressed = Date.now();
      await page.click("#run");
      await page.waitForFunction(() => /\d/.test(document.querySelector("#read-loss").textContent));
      const drawn = Date.now() - pressed;
      await page.waitForFunction(() => document.querySelectorAll('.prediction[data-right="true"], .prediction[data-right="false"]').length === 8);
      await page.waitForFunction(() => /\d/.test(document.querySelector("#read-test").textContent));
      assert.deepEqual(await page.evaluate(outside, ["#run", "#read-test", "#loss .plot", ".prediction:first-child"]), [], "while it trains");
      assert.notEqual(waiting, "", "the pictures are named before");
      const { longest, shift } = await page.evaluate(() => ({ longest: globalThis.longest, shift: globalThis.shift }));
      console.log(`${width} by ${height}: ready after ${ready} ms, first loss ${drawn} ms after the press, longest task ${Math.round(longest)} ms, layout shift ${shift.toFixed(4)}`);
      assert.ok(shift < 0.02, `what is there moves: ${shift}`);
      await page.click("#stop");
      await status("Stopped");
    },
    { viewport: { width, height } },
  );

visit(
  "every section is short before anything is trained, and nothing in it moves by itself",
  async ({ page, open }) => {
    await page.addInitScript(watchLayout);
    await open();
    for (const name of PLACES) {
      await goTo(page, `#${name}`);
      const tall = await page.evaluate(() => document.documentElement.scrollHeight);
      console.log(`${name}: ${tall} pixels high`);
      assert.ok(tall < 4000, `${name} is ${tall} pixels high`);
    }
    for (const name of PLACES) {
      await page.goto("about:blank");
      await open(`#${name}`);
      assert.equal(await page.evaluate(() => document.querySelectorAll("main > section:not([hidden])").length), 1);
      assert.equal(await page.locator(`#${name}`).isVisible(), true, name);
      const shift = await page.evaluate(() => globalThis.shift);
      assert.ok(shift < 0.02, `${name} moves: ${shift}`);
    }
  },
  { viewport: { width: 1440, height: 900 } },
);

visit(
  "start, curve and result of a training section stand in one view",
  async ({ page, open }) => {
    await open("?cnns.epochs=1&studio.epochs=2&stacked.epochs=1");
    for (const [place, start, result, together] of [
      ["cnns", "#cnns-start", ".cnns-small canvas", ["#cnns-start", "#cnns-conclusion", "#cnns-standing-cnn-max-2", ".cnns-small:first-child canvas"]],
      ["studio", "#studio-start", "#studio-training-chart .empty[hidden]", ["#studio-start", "#studio-training-chart .plot", '[data-network="run"] [data-row="outputs"]']],
      ["stacked", "#stacked-run", "#stacked .rung", ["#stacked-run", "#stacked-status", "#stacked .rung"]],
    ]) {
      await goTo(page, `#${place}`);
      await page.click(`${start}:enabled`);
      await page.waitForSelector(result, { state: "attached" });
      await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
      assert.deepEqual(await page.evaluate(outside, together), [], place);
      await page.evaluate(() => document.querySelector("#bar-stop").click());
      await page.waitForSelector(".bar-run[data-idle]", { state: "attached" });
    }
  },
  { viewport: { width: 1366, height: 768 } },
);

both("a section is a place: links, the back button and deep links lead to it, and the focus with them", async ({ open, click, evaluate, wait, page, text }) => {
  const shown = () => evaluate(() => [...document.querySelectorAll("main > section:not([hidden])")].map(({ id }) => id));
  const at = (name) => wait((id) => document.querySelector(`#${id}`)?.hidden === false && document.activeElement?.id === id, name);
  await open();
  assert.deepEqual(await shown(), ["train"]);
  assert.equal(await text(".bar-link[aria-current]"), "One model");
  await click('.bar-link[href="#studio"]');
  await at("studio");
  assert.deepEqual(await shown(), ["studio"]);
  await click('.bar-link[href="#keep"]');
  await at("keep");
  await evaluate(() => history.back());
  await at("studio");
  assert.equal(await evaluate(() => scrollY), 0);
  await click(".bar-brand");
  await wait(() => document.querySelector("#train").hidden === false);
  await page.goto("about:blank");
  await open("#learned-own");
  assert.deepEqual(await shown(), ["learned"], "what lies in a section leads to it");
  await page.goto("about:blank");
  await open("#nowhere");
  assert.deepEqual(await shown(), ["train"]);
});
