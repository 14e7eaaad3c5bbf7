// The section of the pictures as it opens: ten with their names, all of them by class, one as
// numbers, the files they came in; a layout that fits a phone.

import assert from "node:assert/strict";
import { both } from "./both.mjs";
import { visit } from "./support.mjs";
import { goTo } from "./places.mjs";

const samplesShown = () => document.querySelectorAll(".sample canvas:not([data-empty])").length === 10;
const counted = (words) => document.querySelector("#pictures-count")?.textContent?.startsWith(words);
/** Every file is here, so that counts change no more. */
const allHere = () => document.querySelectorAll(".shard").length > 0 && [...document.querySelectorAll(".shard")].every((s) => s.hasAttribute("data-here"));

both("ten pictures with their class names are shown, and another five on request", async (visitor) => {
  const { wait, texts, text, pixels, click, says } = visitor;
  await visitor.open();
  await wait(samplesShown);
  const names = await texts(".sample figcaption");
  assert.equal(names.filter((name) => name.trim() !== "").length, 10);
  const before = await pixels(".sample canvas");
  assert.match(await text("#samples"), /seed 0/);
  await click("#another");
  await says("#samples", "seed 1");
  const other = (old) => [...document.querySelectorAll(".sample canvas")].map((c) => c.toDataURL()).join() !== old;
  await wait(other, before);
  await visitor.reload();
  await wait((old) => [...document.querySelectorAll(".sample canvas")].map((c) => c.toDataURL()).join() === old, before);
});

both("pictures are leafed through by split and class, and every one says what it is", async (visitor) => {
  const { wait, text, texts, click, evaluate, pixels, attribute, press } = visitor;
  await visitor.open();
  await wait(allHere);
  const { train, test, classes } = await evaluate(async () => (await fetch("data/manifest.json")).json());
  const grouped = (n) => new Intl.NumberFormat("en-GB").format(n);
  await wait(counted, `1 to 48 of ${grouped(train.count)}`);
  assert.deepEqual(await texts("#pictures-class .pill"), ["All classes", ...classes]);
  assert.equal(await evaluate(() => document.querySelector("#pictures-previous").disabled), true);
  const first = await pixels(".cell canvas");
  await click("#pictures-next");
  await wait(counted, `49 to 96 of ${grouped(train.count)}`);
  assert.notEqual(await pixels(".cell canvas"), first);
  // One class of the test split: every picture has its name, and the page begins anew.
  await click("#pictures-split .pill:nth-of-type(2) input");
  await wait(counted, "1 to");
  await click("#pictures-class .pill:nth-of-type(3) input");
  await wait((name) => [...document.querySelectorAll(".cell:enabled")].every((cell) => cell.getAttribute("aria-label").endsWith(`: ${name}`)), classes[1]);
  assert.match(await attribute(".cell", "aria-label"), /^Test picture [\d,]+: /);
  const total = Number(/of ([\d,]+)$/.exec(await text("#pictures-count"))[1].replaceAll(",", ""));
  assert.ok(total > 0 && total < test.count);
  // By keyboard: one stop for all of them, arrows from one to the next, Enter to look into it.
  await evaluate(() => document.querySelector(".cell").focus());
  await press("ArrowRight");
  await press("ArrowRight");
  const said = await evaluate(() => document.activeElement.getAttribute("aria-label"));
  assert.equal(said, await attribute(".cell:nth-child(3)", "aria-label"));
  assert.equal(await evaluate(() => document.querySelectorAll(".cell[tabindex='0']").length), 1);
  await press("Enter");
  await wait((words) => document.querySelector("#pictures-bytes figcaption")?.textContent === words, said);
  const values = () => texts("#pictures-bytes .value");
  const numbers = await evaluate(() => {
    const data = document.querySelector("#pictures-bytes canvas").getContext("2d").getImageData(5, 16, 1, 1).data;
    return [...data.slice(0, 3)].map(String);
  });
  await visitor.fill("#pictures-x", "5");
  await visitor.says("#pictures-pixel", "Row 17, column 6: bytes 1,552 to 1,554");
  assert.deepEqual(await values(), numbers);
});

both("the page says where its pictures are from, in which files, and marks synthetic ones", async (visitor) => {
  const { evaluate, text, texts, wait } = visitor;
  await visitor.open();
  await wait(allHere);
  const manifest = await evaluate(async () => (await fetch("data/manifest.json")).json());
  assert.equal(await evaluate(() => !document.querySelector("#synthetic").hidden), manifest.synthetic);
  assert.ok((await text("#data")).includes(manifest.source));
  const shards = [...manifest.train.shards, ...manifest.test.shards];
  const cards = await texts(".shard");
  assert.equal(cards.length, shards.length);
  shards.forEach(({ file, sha256 }, i) => assert.ok(cards[i].includes(file) && cards[i].includes(sha256.slice(0, 8)), cards[i]));
});

visit(
  "nothing needs sideways scrolling on a phone",
  async ({ page, open, choose }) => {
    await open();
    for (const model of ["cnn-max-4", "cae-denoise", "sae"]) {
      await choose(model);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), 0, model);
    }
    await goTo(page, "#pictures-browse");
    await page.waitForFunction(() => document.querySelector("#pictures-count")?.textContent?.startsWith("1 to 36"));
    for (const name of await page.locator("main > section").evaluateAll((all) => all.map(({ id }) => id))) {
      await goTo(page, `#${name}`);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), 0, name);
    }
    await goTo(page, "#pictures");
    await page.focus(".cell:nth-child(6)");
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), 0, "a picture at the edge");
  },
  { viewport: { width: 390, height: 844 } },
);

visit("every control has a name, every canvas and chart a description", async ({ page, open }) => {
  await open("?preset=cae-denoise");
  const nameless = await page.evaluate(() =>
    // The control of a section that is not shown needs its name as much.
    [...document.querySelectorAll("button, input, select, canvas.picture, .plot, progress")]
      .filter((e) => !e.closest("[hidden]:not(main > section)") && !e.textContent?.trim() && !e.getAttribute("aria-label") && !e.getAttribute("aria-hidden") && !e.querySelector("[aria-label]") && !(/** @type {HTMLInputElement} */ (e).labels?.length))
      .map((e) => e.outerHTML),
  );
  assert.deepEqual(nameless, []);
});
