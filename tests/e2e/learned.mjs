// What it learned, used as a student would: ask a trained network about a test picture and about a
// picture of one's own, look at its filters and layers, and open the pictures that it mixed up.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { both } from "./both.mjs";

/** Trains a model for an epoch, in the section before. */
async function train(visitor, model) {
  await visitor.open(`?preset=${model}&epochs=1&compute=cpu`);
  await visitor.click("#run");
  await visitor.says("#status", "Finished");
}

/** A PNG of one colour, wider than high. */
function png(width, height, colour) {
  const chunk = (name, body) => {
    const data = Buffer.concat([Buffer.from(name), body]);
    let crc = ~0;
    for (const byte of data) {
      crc ^= byte;
      for (let i = 0; i < 8; i += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(body.length);
    frame.writeUInt32BE(~crc >>> 0, 4);
    return Buffer.concat([frame.subarray(0, 4), data, frame.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.of(0), Buffer.concat(Array(width).fill(Buffer.from(colour)))]);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", deflateSync(Buffer.concat(Array(height).fill(row)))), chunk("IEND", Buffer.alloc(0)),
  ]);
}

const share = (words) => Number.parseFloat(words);

both("a classifier is asked about a picture, its layers and all its verdicts", async (visitor) => {
  await visitor.open();
  await visitor.says("#learned-run", "Nothing has been trained yet");
  await train(visitor, "cnn-max-2");
  await visitor.goTo("#learned");

  await visitor.says("#learned-said", "It says");
  assert.equal((await visitor.texts("#learned-first .learned-bar-value")).length, 5);
  const shares = await visitor.evaluate(() => [...document.querySelectorAll("#learned-answer .learned-bar-value")].map((e) => e.textContent));
  assert.equal(shares.length, 10);
  assert.ok(Math.abs(shares.reduce((sum, words) => sum + Number.parseFloat(words), 0) - 100) < 1, "probabilities add up to one");

  // Filters lead to what they find; a dense layer has no maps.
  assert.equal(await visitor.count(".learned-filters button"), 32);
  await visitor.click(".learned-filters button:nth-child(5)");
  await visitor.says(".learned-enlarged", "conv2d, channel 5");
  const before = await visitor.pixels(".learned-enlarged .learned-large");
  await visitor.click(".learned-channels button:nth-child(9)");
  await visitor.says(".learned-enlarged", "channel 9");
  assert.notEqual(await visitor.pixels(".learned-enlarged .learned-large"), before);
  await visitor.click(".learned-layer:last-child input");
  await visitor.wait(() => document.querySelector(".learned-channels").hidden);
  assert.match(await visitor.attribute(".learned-vector", "aria-label"), /^10 values/);

  // All verdicts: every test picture is in one cell.
  await visitor.says("#learned-verdict", "of 200 test pictures");
  const cells = await visitor.texts(".learned-matrix button");
  assert.equal(cells.length, 100);
  assert.equal(cells.reduce((sum, words) => sum + (Number(words) || 0), 0), 200);
  const bars = (await visitor.texts("#learned-results .learned-bar-value")).map(share);
  assert.deepEqual(bars, [...bars].sort((a, b) => b - a));
  await visitor.wait("#learned-mistakes button");

  // A cell opens its pictures; one of them is looked at above.
  const place = cells.findIndex((words) => Number(words) > 0);
  const row = Math.floor(place / 10) + 1;
  await visitor.click(`.learned-matrix tbody tr:nth-child(${row}) td:nth-of-type(${(place % 10) + 1}) button`);
  await visitor.wait("#learned-cell button.learned-pick");
  assert.equal(await visitor.count("#learned-cell button.learned-pick"), Math.min(20, Number(cells[place])));
  await visitor.press("ArrowDown");
  await visitor.click("#learned-cell button.learned-pick");
  const label = await visitor.evaluate((n) => document.querySelectorAll(".learned-matrix tbody th")[n].textContent, row - 1);
  await visitor.says("#learned-own h4", `${label}, test picture`);
});

both("a picture of one's own is shrunk, shown and answered; what is none is refused", async (visitor) => {
  await train(visitor, "cnn-avg-2");
  await visitor.goTo("#learned");
  await visitor.says("#learned-said", "It says");

  const folder = await mkdtemp(join(tmpdir(), "tabgrad-"));
  try {
    const picture = join(folder, "red.png");
    const none = join(folder, "notes.png");
    await writeFile(picture, png(300, 200, [200, 30, 10]));
    await writeFile(none, "no picture at all");
    await visitor.upload("#learned-file", [picture]);
    await visitor.says("#learned-own h4", "red.png");
    await visitor.says("#learned-answer", "share out 100 %");
    const colour = await visitor.evaluate(() => [...document.querySelector("#learned-own canvas").getContext("2d").getImageData(16, 16, 1, 1).data]);
    assert.deepEqual(colour, [200, 30, 10, 255]);

    await visitor.upload("#learned-file", [none]);
    await visitor.says("#learned-own-error", "notes.png was not taken. The file is no picture.");
    assert.match(await visitor.text("#learned-own h4"), /red.png/);
  } finally {
    await rm(folder, { recursive: true });
  }

  // Pasted, as the browser hands it over.
  await visitor.evaluate(async () => {
    const canvas = document.createElement("canvas");
    canvas.width = 64;
    canvas.height = 64;
    const context = canvas.getContext("2d");
    context.fillStyle = "#1040c0";
    context.fillRect(0, 0, 64, 64);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve));
    const paste = new ClipboardEvent("paste", { clipboardData: new DataTransfer(), bubbles: true, cancelable: true });
    paste.clipboardData.items.add(new File([blob], "image.png", { type: "image/png" }));
    document.querySelector("#learned").dispatchEvent(paste);
  });
  await visitor.says("#learned-own h4", "Pasted picture");
});

both("an autoencoder reconstructs the picture and shows its layers", async (visitor) => {
  await train(visitor, "cae");
  await visitor.goTo("#learned");
  await visitor.says("#learned-said", "Reconstructed");
  assert.equal(await visitor.count(".learned-filters button"), 16);
  await visitor.says("#learned-verdict", "Choose a classifier");
  const first = await visitor.pixels("#learned-answer canvas");
  await visitor.click("#learned-test-pictures .learned-gallery button:nth-child(4)");
  await visitor.wait((was) => [...document.querySelectorAll("#learned-answer canvas")].map((c) => c.toDataURL()).join() !== was, first);

  // The run is there after a reload, and can be asked.
  await visitor.reload();
  await visitor.wait("#learned-choice option");
  await visitor.goTo("#learned");
  await visitor.says("#learned-said", "Reconstructed");
});
