// What the page says beside a run's numbers: that it learns nothing, and what its pictures make
// meaningless; and numbers and names as people type and give them.

import assert from "node:assert/strict";
import { deflateSync, crc32 } from "node:zlib";
import { zipSync } from "fflate";
import { visit } from "./support.mjs";
import { goTo } from "./places.mjs";

visit("a network whose relus are dead is told as one that guesses, and trains on", async ({ open, press, status, text, page, events }) => {
  await open("?preset=cnn-max-3&epochs=3&learningRate=0.5&seed=1");
  assert.equal(await page.locator("#remarks").isVisible(), false, "nothing is said before");
  await press("run");
  await status("Finished");
  assert.match(await text("#remarks"), /(guessing \(2\.\d+\)|far above|diverges).*lower learning rate/);
  const all = await events();
  assert.ok(all.some(({ type }) => type === "diagnosis"));
  assert.equal(all.filter(({ type }) => type === "epoch").length, 3);
});

visit("nothing is said of a run that learns", async ({ open, press, status, page }) => {
  await open("?preset=cnn-max-2&epochs=2&batchSize=16");
  await press("run");
  await status("Finished");
  assert.equal(await page.locator("#remarks").isVisible(), false);
});

visit("numbers are taken as keyboards write them, or asked about", async ({ open, set, page }) => {
  await open();
  const value = (key) => page.inputValue(`#setting-${key}`);
  for (const typed of ["0,002", "2e-3", "1/500", "\u0660\u066b\u0660\u0660\u0662"]) {
    await set("learningRate", "0.5");
    await set("learningRate", typed);
    assert.equal(await value("learningRate"), "0.002", typed);
  }
  assert.match(page.url(), /learningRate=0\.002/);
  await set("epochs", "1.000");
  const alarm = (words) => page.waitForFunction((w) => {
    const told = document.querySelector("#settings [role=alert]")?.innerText ?? "";
    return w === "" ? told === "" : told.includes(w);
  }, words);
  await alarm("can be read as 1 or as 1000");
  await page.waitForSelector("#run:disabled");
  await set("epochs", "3");
  await alarm("");
});

/** A grey PNG of 32 by 32. @param {number} level */
function png(level) {
  const lines = Buffer.alloc(32 * 97);
  for (let i = 0; i < lines.length; i += 1) lines[i] = i % 97 === 0 ? 0 : (level + Math.floor(((i % 97) - 1) / 3) * 4) & 255;
  const chunk = (type, content) => {
    const head = Buffer.from(`    ${type}`, "latin1");
    head.writeUInt32BE(content.length, 0);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), content])), 0);
    return Buffer.concat([head, content, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(32, 0);
  header.writeUInt32BE(32, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", header), chunk("IDAT", deflateSync(lines)), chunk("IEND", Buffer.alloc(0))]);
}

const NAMES = ["<img src=x onerror=globalThis.reached=1>", "\u0642\u0637\u0629", "x".repeat(200), "__proto__", "constructor", "null", "=1+1", "-"];

visit("classes of any name keep to their places, and grey pictures have no “accuracy”", async ({ open, drop, page, press, status, text, set, choose }) => {
  await open("?preset=cnn-avg-2");
  const files = {};
  for (const [at, name] of NAMES.entries()) for (let n = 0; n < 8; n += 1) files[`odd/${name}/${n}.png`] = png(at * 20 + n * 9);
  await drop({ name: "odd.zip", bytes: Buffer.from(zipSync(files)) });
  await page.waitForSelector("#kept:not([hidden])", { state: "attached" });
  await page.waitForSelector("#run:enabled:not([aria-disabled])");
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok((await wide()) <= 0, "nothing sticks out beside the page");
  await set("epochs", "1");
  await press("run");
  await status("Finished");
  await goTo(page, "#learned");
  await page.waitForSelector(".learned-matrix button:enabled");
  const heads = await page.locator(".learned-matrix tbody th").allTextContents();
  assert.equal(new Set(heads).size, NAMES.length);
  assert.ok(heads.includes("__proto__") && heads.includes("null") && heads.includes(NAMES[0]));
  assert.ok(heads.every((name) => name.length <= 60));
  assert.ok((await wide()) <= 0, "nor does the matrix");
  assert.equal(await page.evaluate(() => globalThis.reached), undefined);
  await choose("cae");
  await set("epochs", "1");
  await press("run");
  await status("Finished");
  await page.waitForFunction(() => document.querySelector("#remarks")?.innerText.includes("grey"));
  await page.waitForFunction(() => ![undefined, "", "–"].includes(document.querySelector("#measure-psnr")?.innerText));
  assert.equal(await text("#measure-accuracy"), "–");
});
