// A visitor's own record file: dropped, decoded in the tab, kept over a reload, removed.

import assert from "node:assert/strict";
import { visit } from "./support.mjs";

/** A CIFAR-10 record file: one label byte, then three planes of 1,024 bytes, for each picture. */
function records(count) {
  const bytes = Buffer.alloc(count * 3073);
  for (let i = 0; i < count; i += 1) {
    const label = i % 10;
    bytes[i * 3073] = label;
    for (let p = 1; p < 3073; p += 1) bytes[i * 3073 + p] = (label * 25 + p * (i % 7) + (p >> 5)) & 255;
  }
  return bytes;
}

visit("a dropped record file is used, remembered and removable", async (visitor) => {
  const { page, open, drop, text, press, untilStep, enabled } = visitor;
  await open("?model=cnn-avg-2");
  const bundled = await text("#data");
  await drop({ name: "data_batch_9.bin", bytes: records(600) });
  await page.waitForSelector("#kept:not([hidden])");
  await enabled("#run");
  assert.match(await text("#data"), /500 training and 100 test pictures/);
  assert.match(await text("#data"), /this machine only/);
  await page.reload();
  await page.waitForSelector("#kept:not([hidden])");
  await enabled("#run");
  assert.match(await text("#data"), /500 training and 100 test pictures/);
  await page.waitForFunction(() => document.querySelectorAll(".sample canvas:not([data-empty])").length === 10);
  await press("run");
  await untilStep(2);
  await press("stop");
  await press("forget");
  await page.waitForSelector("#kept", { state: "hidden" });
  await enabled("#run");
  assert.equal(await text("#data"), bundled);
  await page.reload();
  await enabled("#run");
  assert.equal(await text("#data"), bundled);
});

visit("two record files chosen by hand become the two splits", async ({ page, open, text }) => {
  await open();
  await page.setInputFiles("#file", [
    { name: "test_batch.bin", mimeType: "application/octet-stream", buffer: records(40) },
    { name: "data_batch_1.bin", mimeType: "application/octet-stream", buffer: records(120) },
  ]);
  await page.waitForSelector("#kept:not([hidden])");
  assert.match(await text("#data"), /120 training and 40 test pictures/);
});

visit("damaged files are refused in a sentence, and the pictures stay", async ({ page, open, drop, text, press, untilStep }) => {
  await open("?model=cnn-avg-2");
  const before = await text("#data");
  const wrongLabel = records(10);
  wrongLabel[3073] = 77;
  const damaged = {
    "cut.bin": records(10).subarray(0, 20_000),
    "label.bin": wrongLabel,
    "empty.bin": Buffer.alloc(0),
    "cifar-10-binary.tar.gz": Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 1, 2, 3, 4]),
  };
  let last = "";
  for (const [name, bytes] of Object.entries(damaged)) {
    await drop({ name, bytes });
    await page.waitForFunction((old) => {
      const now = document.querySelector("#intake-error")?.textContent;
      return now !== "" && now !== old;
    }, last);
    last = await page.locator("#intake-error").textContent();
    assert.match(last, /\.$/, `${name}: ${last}`);
  }
  assert.equal(await text("#data"), before);
  await press("run");
  await untilStep(1);
});
