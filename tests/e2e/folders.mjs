// Folders of pictures of every format: the page takes what the terminal takes, makes the same bytes of it,
// says what it leaves out, and stops when it is told to.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { train } from "./address.mjs";
import { both } from "./both.mjs";
import { bmp, cmyk, dropFolder, encoded, gif, palette, png, tiff, turned } from "./drawn.mjs";

const shown = (selector) => document.querySelector(selector)?.closest("[hidden]:not(main > section)") === null;
const PICTURE_BYTES = 32 * 32 * 3;

/** A drawing with edges and slopes. */
const waves = (seed) => (x, y) => [(x * 7 + y * 3 + seed * 40) & 255, (y * 5 + seed * 20) & 255, ((x ^ y) * 4 + seed * 9) & 255];
const wide = (seed) => (x, y) => waves(seed)(x, y).map((value) => value * 257);

/** Forty pictures, by the format that decides how near they have to be.
 * @param {any} visitor @returns {Promise<Record<string, Record<string, Buffer>>>} */
async function everyFormat(visitor) {
  const sizes = [[32, 32], [200, 150], [20, 24], [61, 300]];
  const of = (draw) => Object.fromEntries(sizes.map(([width, height], i) => [i, draw(width, height, i)]));
  const browser = (type, quality) => encoded(visitor, sizes.map(([width, height], seed) => ({ width, height, type, quality, seed })));
  const jpeg = await browser("image/jpeg", 0.9);
  const fine = await browser("image/jpeg", 1);
  const webp = await browser("image/webp", 0.8);
  const colours = Array.from({ length: 256 }, (_, i) => [i, (i * 3) & 255, 255 - i]);
  return {
    png: of((w, h, i) => png(w, h, waves(i))),
    "png-grey": of((w, h, i) => png(w, h, (x, y) => [waves(i)(x, y)[0]], { type: 0 })),
    "png-alpha": of((w, h, i) => png(w, h, (x, y) => [...waves(i)(x, y), (x * 9 + y) & 255], { type: 6 })),
    "png-16": of((w, h, i) => png(w, h, wide(i), { bits: 16 })),
    "png-palette": of((w, h, i) => png(w, h, (x, y) => [(x * y + i) & 255], { type: 3, more: [palette(colours)] })),
    gif: of((w, h, i) => gif(w, h, colours, [(x, y) => (x + y * 2 + i) & 255, () => 0], { transparent: i === 1 })),
    bmp: of((w, h, i) => bmp(w, i % 2 ? -h : h, waves(i))),
    jpeg: Object.fromEntries(jpeg.map((bytes, i) => [i, i === 1 ? turned(bytes, 6) : bytes])),
    "jpeg-fine": Object.fromEntries(fine.map((bytes, i) => [i, i === 3 ? cmyk([0, 200, 90, 30]) : bytes])),
    webp: Object.fromEntries(webp.map((bytes, i) => [i, bytes])),
  };
}

/** How far bytes of the two may differ: decoders of JPEG and WebP round as they like, up to the colour of four
 * inks; nothing else has any choice. */
const ALLOWED = { jpeg: { most: 8, mean: 0.6 }, "jpeg-fine": { most: 4, mean: 1 }, webp: { most: 4, mean: 0.6 } };

if (!train) {
  test("page and terminal make the same bytes of one folder", { skip: "--train was not given" });
} else {
  both("page and terminal make the same bytes of one folder of every format", async (visitor) => {
    await visitor.open();
    const drawn = await everyFormat(visitor);
    /** One class a format, so that the order of the pictures tells which is which. @type {Record<string, Buffer>} */
    const files = {};
    for (const [format, some] of Object.entries(drawn)) {
      for (const [n, bytes] of Object.entries(some)) files[`set/train/${format}/${n}.img`] = bytes;
      files[`set/test/${format}/0.img`] = png(32, 32, waves(1));
    }
    assert.equal(Object.keys(files).filter((path) => path.includes("/train/")).length, 40);
    const folder = await mkdtemp(join(tmpdir(), "tabgrad-folder-"));
    try {
      for (const [path, bytes] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), bytes);
      }
      const out = join(folder, "out");
      await promisify(execFile)(join(dirname(String(train)), "data-prep"), ["cifar10", "--from", join(folder, "set"), "--out", out]);
      const manifest = JSON.parse(await readFile(join(out, "manifest.json"), "utf8"));
      const shard = await readFile(join(out, "train-000.tgs"));
      const there = shard.subarray(shard.length - 40 * PICTURE_BYTES);

      await dropFolder(visitor, files);
      await visitor.wait(shown, "#kept");
      await visitor.says("#data", "40 training and 10 test pictures");
      await visitor.says("#pictures-count", "1 to 40 of 40");
      const cells = await visitor.evaluate(() =>
        [...document.querySelectorAll(".cell:enabled")].map((cell) => ({
          name: cell.getAttribute("aria-label"),
          rgba: [...cell.querySelector("canvas").getContext("2d").getImageData(0, 0, 32, 32).data],
        })));
      assert.equal(cells.length, 40);
      const measured = {};
      cells.forEach(({ name, rgba }, place) => {
        const format = name.split(": ")[1];
        assert.equal(format, manifest.classes[place % 10], "classes in the same order");
        const here = rgba.filter((_, i) => i % 4 !== 3);
        const differences = here.map((value, i) => Math.abs(value - there[place * PICTURE_BYTES + i]));
        const row = (measured[format] ??= { most: 0, means: [] });
        row.most = Math.max(row.most, ...differences);
        row.means.push(differences.reduce((sum, value) => sum + value, 0) / PICTURE_BYTES);
      });
      for (const [format, { most, means }] of Object.entries(measured)) {
        const said = `${format}: at most ${most}, on average ${means.map((mean) => mean.toFixed(3)).join(", ")}`;
        console.log(`  ${said}`);
        const allowed = ALLOWED[format] ?? { most: 0, mean: 0 };
        assert.ok(most <= allowed.most && Math.max(...means) <= allowed.mean, said);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
    // Chromium remarks on how this test looks at the canvases.
  }, { expected: /willReadFrequently/ });
}

/** A folder as people have it. @param {any} visitor */
async function odd(visitor) {
  const [jpeg] = await encoded(visitor, [{ width: 90, height: 70, type: "image/jpeg", quality: 0.9, seed: 2 }]);
  /** @type {Record<string, Buffer>} */
  const files = { "odd/.DS_Store": Buffer.from("Bud1"), "odd/notes.txt": Buffer.from("cats") };
  for (let n = 0; n < 6; n += 1) {
    // The same name in two forms, and a name with markup.
    files[`odd/Training/Ka\u0308se/${n}.png`] = png(32, 32, waves(n));
    files[`odd/Training/<b>10/deep/er/${n}.jpg`] = bmp(40, 40, waves(n));
    files[`odd/Training/Käse/._${n}.png`] = Buffer.from("\0\x05\x16\x07 twin", "latin1");
    if (n < 2) files[`odd/valid/Käse/${n}.png`] = gif(33, 40, [[9, 9, 9]], [() => 0]);
  }
  Object.assign(files, {
    "odd/Training/Käse/empty.png": Buffer.alloc(0),
    "odd/Training/Käse/page.jpg": Buffer.from("<!doctype html><title>404</title>"),
    "odd/Training/Käse/cut.jpg": jpeg.subarray(0, jpeg.length >> 1),
    "odd/Training/Käse/cut.png": png(50, 50, waves(1)).subarray(0, 90),
    "odd/Training/Käse/phone.jpg": Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"),
    "odd/Training/Käse/scan.tif": tiff(40, 90),
    "odd/Training/Käse/camera.png": png(40, 40, () => [4000], { type: 0, bits: 16 }),
  });
  return files;
}

both("a folder as people have it comes in, and what is left out is named", async (visitor) => {
  await visitor.open();
  await dropFolder(visitor, await odd(visitor));
  await visitor.wait(shown, "#kept");
  await visitor.says("#data", "13 training and 2 test pictures");
  assert.deepEqual(await visitor.texts("#pictures-class .pill"), ["All classes", "<b>10", "Käse"]);
  const said = await visitor.text("#intake-remarks");
  for (const part of [
    "one file is empty: odd/Training/Käse/empty.png",
    "one file is a web page",
    "one file is a HEIC picture, which is not read",
    "2 pictures are cut off: odd/Training/Käse/cut.jpg, odd/Training/Käse/cut.png",
    "one file is a TIFF picture, which browsers do not read",
    "one file is no picture: odd/notes.txt",
    "7 files are hidden or a system’s own",
    "The class “<b>10” has no test pictures",
    "One picture has 16 bits a colour and uses only 12 of them",
  ])
    assert.ok(said.includes(part), `${part}: ${said}`);
});

both("an import can be cancelled, and leaves the pictures as they were", async (visitor) => {
  await visitor.open();
  const before = await visitor.text("#data");
  const picture = png(1000, 1000, waves(3));
  // So many that it is still going on when the button is pressed.
  await visitor.evaluate(([content, count]) => {
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    const transfer = { items: Array.from({ length: count }, (_, n) => ({ kind: "file", webkitGetAsEntry: () => null, getAsFile: () => new File([bytes], `${n}.png`) })) };
    const event = new Event("drop", { bubbles: true, composed: true, cancelable: true });
    Object.defineProperty(event, "dataTransfer", { value: transfer });
    document.querySelector("#drop").dispatchEvent(event);
  }, [picture.toString("base64"), 400]);
  await visitor.wait(() => /\d+ of 400/.test(document.querySelector("#intake")?.textContent ?? ""));
  // Others have to wait, and are told so.
  await dropFolder(visitor, { "a/1.png": picture });
  await visitor.says("#notices", "Other pictures are being read");
  await visitor.click("#intake-cancel");
  await visitor.wait((selector) => document.querySelector(selector)?.closest("[hidden]:not(main > section)") !== null, "#intake-cancel");
  assert.equal(await visitor.text("#data"), before);
  assert.equal(await visitor.text("#intake-error"), "");
  // And the next one is taken.
  const next = Object.fromEntries(["cat", "dog"].flatMap((name) => [0, 1].map((n) => [`pets/${name}/${n}.png`, png(32, 32, waves(n))])));
  await dropFolder(visitor, next);
  await visitor.says("#data", "2 training and 2 test pictures");
});
