// A visitor's own pictures: record files, a zip of PNGs, a folder; decoded in the tab, trained on,
// kept over a reload, removed, or refused in a sentence.

import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { both } from "./both.mjs";
import { dropFolder, png } from "./drawn.mjs";
import { records, tar } from "./files.mjs";

/** A file on the disk, in a folder of its own: both browsers are at work at once, and one that finds a file changed
 * since it was chosen does not read it. @param {string} name @param {Uint8Array} bytes */
function written(name, bytes) {
  const path = join(mkdtempSync(join(tmpdir(), "tabgrad-own-")), name);
  writeFileSync(path, bytes);
  return path;
}

const exact = (n) => (x, y) => [(x * 8 + n) & 255, (y * 8) & 255, (x * y + n * 11) & 255];
/** A wide picture, green in its middle square and red beside it. */
const wide = (x) => (x >= 20 && x < 100 ? [0, 200, 0] : [255, 0, 0]);

/** Cats of 32 by 32, dogs that are larger, and what lies about in folders. */
function pets() {
  const files = { "pets/.DS_Store": new Uint8Array(4), "__MACOSX/pets/cat/._0.png": new Uint8Array(4), "pets/notes.txt": new Uint8Array(9) };
  for (let n = 0; n < 12; n += 1) {
    files[`pets/cat/${n}.png`] = png(32, 32, exact(n));
    files[`pets/dog/${n}.png`] = png(120, 80, wide);
  }
  files["pets/dog/torn.png"] = png(120, 80, wide).subarray(0, 40);
  return files;
}

const shown = (selector) => document.querySelector(selector)?.closest("[hidden]:not(main > section)") === null;
const gone = (selector) => document.querySelector(selector)?.closest("[hidden]:not(main > section)") !== null;

/** Drops a file on the page's drop zone. */
const drop = (visitor, name, bytes) =>
  visitor.evaluate(
    ([name, content]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name));
      document.querySelector("#drop").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, composed: true, cancelable: true }));
    },
    [name, Buffer.from(bytes).toString("base64")],
  );

both("a dropped record file is used, remembered and removable", async (visitor) => {
  const { wait, text, click, says } = visitor;
  await visitor.open("?preset=cnn-avg-2");
  const bundled = await text("#data");
  await drop(visitor, "data_batch_9.bin", records(600));
  await wait(shown, "#kept");
  await wait("#run:enabled:not([aria-disabled])");
  assert.match(await text("#data"), /500 training and 100 test pictures/);
  assert.match(await text("#data"), /this machine only/);
  await visitor.reload();
  await wait(shown, "#kept");
  await wait("#run:enabled:not([aria-disabled])");
  assert.match(await text("#data"), /500 training and 100 test pictures/);
  await wait(() => document.querySelectorAll(".sample canvas:not([data-empty])").length === 10);
  await click("#run");
  await wait(() => /Step [1-9]/.test(document.querySelector("#run-bar")?.textContent ?? ""));
  await click("#stop");
  await click("#use-bundled:enabled");
  await wait(gone, "#kept");
  await wait("#run:enabled:not([aria-disabled])");
  assert.equal(await text("#data"), bundled);
  await visitor.reload();
  await wait("#run:enabled:not([aria-disabled])");
  await says("#data", "training");
  assert.equal(await text("#data"), bundled);
});

both("two record files chosen by hand become the two splits", async (visitor) => {
  await visitor.open();
  await visitor.upload("#file", [written("test_batch.bin", records(40)), written("data_batch_1.bin", records(120))]);
  await visitor.wait(shown, "#kept");
  await visitor.says("#data", "120 training and 40 test pictures");
});

both("damaged files are refused in a sentence, and the pictures stay", async (visitor) => {
  const { text, wait, click } = visitor;
  await visitor.open("?preset=cnn-avg-2");
  const before = await text("#data");
  const wrongLabel = records(10);
  wrongLabel[3073] = 77;
  const tooFew = zipSync({ "cat/1.png": png(32, 32, wide) });
  const damaged = {
    "cut.bin": records(10).subarray(0, 20_000),
    "label.bin": wrongLabel,
    "empty.bin": Buffer.alloc(0),
    "cifar-10-binary.tar.gz": Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 1, 2, 3, 4]),
    "cut.zip": tooFew.subarray(0, tooFew.length - 60),
    "few.zip": tooFew,
    "words.zip": zipSync({ "readme.txt": new Uint8Array(5) }),
    "torn.zip": zipSync({ "cat/1.png": new Uint8Array(99), "cat/2.png": new Uint8Array(99), "dog/1.png": new Uint8Array(99), "dog/2.png": new Uint8Array(99) }),
    "alone.png": png(32, 32, wide),
  };
  let last = "";
  for (const [name, bytes] of Object.entries(damaged)) {
    await drop(visitor, name, bytes);
    await wait((old) => {
      const now = document.querySelector("#intake-error:not([hidden])")?.innerText;
      return Boolean(now) && now !== old;
    }, last);
    last = await text("#intake-error");
    assert.match(last, /\.$/, `${name}: ${last}`);
  }
  assert.equal(await text("#data"), before);
  await click("#run");
  await wait(() => /Step [1-9]/.test(document.querySelector("#run-bar")?.textContent ?? ""));
});

both("a zip of pictures in folders becomes classes, exactly as drawn, and is trained on", async (visitor) => {
  const { text, texts, wait, click, evaluate, says, attribute } = visitor;
  await visitor.open("?preset=cnn-max-2");
  await visitor.upload("#file", [written("pets.zip", zipSync(pets()))]);
  await wait(shown, "#kept");
  await says("#data", "20 training and 4 test pictures");
  assert.match(await text("#data"), /24 pictures from pets\.zip/);
  assert.match(await text("#intake-remarks"), /Left out: one file is no picture: pets\/notes\.txt; one picture is cut off: pets\/dog\/torn\.png; 2 files are hidden or a system’s own/);
  assert.deepEqual(await texts("#pictures-class .pill"), ["All classes", "cat", "dog"]);
  // Cats came through to the byte: each is one of the twelve, and they are all different.
  await click("#pictures-class .pill:nth-of-type(2) input");
  await says("#pictures-count", "1 to 10 of 10");
  await wait(() => document.querySelector(".cell")?.getAttribute("aria-label")?.endsWith("cat"));
  const cats = await evaluate(() => [...document.querySelectorAll(".cell:enabled canvas")].map((c) => [...c.getContext("2d").getImageData(0, 0, 32, 32).data].filter((_, i) => i % 4 < 3).join()));
  const drawn = Array.from({ length: 12 }, (_, n) => Array.from({ length: 1024 }, (_, i) => exact(n)(i % 32, i >> 5)).flat().join());
  assert.equal(new Set(cats).size, 10);
  for (const cat of cats) assert.ok(drawn.includes(cat));
  // Of the dogs the middle square is left, and nothing of what was beside it.
  await click("#pictures-class .pill:nth-of-type(3) input");
  await wait(() => document.querySelector(".cell")?.getAttribute("aria-label")?.endsWith("dog"));
  const corner = await evaluate(() => [...document.querySelector(".cell canvas").getContext("2d").getImageData(0, 0, 1, 1).data]);
  assert.deepEqual(corner, [0, 200, 0, 255]);
  assert.match(await attribute(".cell", "aria-label"), /^Training picture \d+: dog$/);
  await click("#step:enabled:not([aria-disabled])");
  await says("#run-bar", "Step 1 of");
  assert.doesNotMatch(await text("#status"), /no longer|error/);
  // Chromium remarks on how this test looks at the canvases.
}, { expected: /willReadFrequently/ });

both("files with the paths of folders are taken as they lie, and their own splits are kept", async (visitor) => {
  await visitor.open();
  const files = Object.fromEntries(["train", "test"].flatMap((split, s) => ["a", "b"].flatMap((name) => [0, 1, 2].map((n) => [`set/${split}/${name}/${n}.png`, png(40, 40, exact(n + s))]))));
  await dropFolder(visitor, files);
  await visitor.says("#data", "6 training and 6 test pictures");
  await visitor.says("#data", "The folders said which are for the test.");
});

both("a network has as many outputs as the pictures have classes: three folders, CIFAR-100 by both its labels", async (visitor) => {
  const { wait, says, select, upload, click } = visitor;
  const outputs = (classes) => wait((shape) => [...document.querySelectorAll(".layers tbody tr:last-child td")].some((cell) => cell.textContent === shape), `(N, ${classes})`);
  await visitor.open("?preset=cnn-avg-3");
  const folders = Object.fromEntries(["a", "b", "c"].flatMap((name) => [0, 1, 2, 3].map((n) => [`${name}/${n}.png`, png(32, 32, exact(n))])));
  await upload("#file", [written("three.zip", zipSync(folders))]);
  await says("#data", "three.zip");
  await outputs(3);
  await click("#step:enabled:not([aria-disabled])");
  await says("#run-bar", "Step 1 of");
  await click("#stop");
  const hundred = Buffer.alloc(100 * 3074);
  for (let i = 0; i < 100; i += 1) hundred.fill(i * 2, i * 3074, (i + 1) * 3074).writeUInt8(i % 20, i * 3074), hundred.writeUInt8(i, i * 3074 + 1);
  const archive = written("cifar-100-binary.tar", tar({ "cifar-100-binary/train.bin": hundred, "cifar-100-binary/test.bin": hundred }));
  await upload("#file", [archive]);
  await says("#data", "100 training and 100 test pictures");
  await outputs(100);
  await click("#step:enabled:not([aria-disabled])");
  await says("#run-bar", "Step 1 of");
  await click("#stop");
  await select("#intake-labels", "coarse");
  await upload("#file", [archive]);
  await outputs(20);
});
