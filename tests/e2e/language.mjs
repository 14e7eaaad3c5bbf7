// The page in another language than English.

import assert from "node:assert/strict";
import { both } from "./both.mjs";

both("the page speaks German where it is asked to, numbers and workers and all", async ({ open, click, says, evaluate, text, page, wait }) => {
  await open("?lang=de&epochs=1&preset=cnn-avg-2");
  assert.equal(await evaluate(() => document.documentElement.lang), "de");
  assert.equal(await text("#train h2"), "Ein Modell");
  assert.equal(await text(".bar-link[aria-current]"), "Ein Modell");
  await click("#run");
  await says("#status", "Abgeschlossen");
  assert.match(await text("#read-test"), /^\d+,\d %$/);
  assert.match(await text("#read-loss"), /^\d+,\d{3}$/);
  // What a worker says, of files that are no pictures.
  await evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["no pictures"], "notes.zip"));
    document.querySelector("#drop").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  });
  await wait("#intake-error:not([hidden])");
  await page.goto("about:blank");
  await open("?lang=zz");
  assert.equal(await text("#train h2"), "One model", "a language that is not there is not chosen");
});
