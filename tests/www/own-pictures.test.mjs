// A visitor's pictures on their way into the worker: every file is handed to the wasm module once, a bad one
// stops nothing, and an import that is cancelled leaves nothing behind. What the module makes of them is
// tested in data-prep/tests.

import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../www/app/limits.js";
import { createCancelling } from "../../www/worker/intake/cancelling.js";
import { createDecoder } from "../../www/worker/intake/decode.js";
import { importFolder } from "../../www/worker/intake/import-pictures.js";
import { createOpener, createShrink } from "../../www/worker/intake/shrink.js";

/** What a picture becomes. */
const image = { width: 32, height: 32 };
/** What an import makes of pictures. */
const SHAPE = { width: 20, height: 12, channels: 1 };

/** A module that takes every file for a picture, and notes what it is given. */
function module({ wanted = (entries) => entries.map((_, i) => i), tables = [], encoded } = {}) {
  const told = { heads: [], tables: null, taken: [], freed: [], rows: [], packed: null, shapes: [], request: undefined };
  const object = (name, rest) => ({ free: () => void told.freed.push(name), ...rest });
  const opened = (bytes) => ({
    bytes, failed: false,
    encoded: () => encoded,
    crop: () => ({ left: 1, top: 2, width: 4, height: 5 }),
    rows: (rgba) => void told.rows.push(rgba.slice()),
    fail() { this.failed = true; },
    finish: () => image,
  });
  class OpenedPicture {
    constructor(bytes, shape) { return told.shapes.push(shape), opened(bytes); }
    static unreadable(shape) { return told.shapes.push(shape), opened(null); }
    static decoded(width, height, shape) { return told.shapes.push(shape), opened([width, height]); }
  }
  class FolderSurvey {
    constructor(entries) {
      const indices = Uint32Array.from(wanted(entries));
      return object("survey", {
        wanted: () => indices,
        see: (index, head) => void told.heads.push([index, head && [...head]]),
        tables: () => Uint32Array.from(tables),
        layout(given, request) {
          told.tables = given;
          told.request = request;
          return object("import", {
            picture: () => SHAPE,
            wanted: () => indices,
            take: (nth, picture) => void told.taken.push([nth, picture]),
            finish: () => object("imported", {
              remarks: () => ["Left out: nothing."],
              root: () => "my/pets", count: () => indices.length, divided: () => false,
              pack: (name, source) => (told.packed = { name, source }),
            }),
          });
        },
      });
    }
  }
  class RecordsSurvey {
    wanted() { return new Uint32Array(0); }
    import() { return undefined; }
    free() {}
  }
  return { wasm: { OpenedPicture, FolderSurvey, RecordsSurvey, open_archive: () => undefined }, told };
}

const visitor = (path, bytes, file = new File([Uint8Array.from(bytes)], path)) => ({ path, file });
const nextTask = async () => {};
/** @returns {[any[], (told: any) => void]} */
const listener = () => {
  const reports = [];
  return [reports, (told) => reports.push(told)];
};

test("every file is looked at, and every picture is taken, in their order", async () => {
  const { wasm, told } = module({ tables: [2] });
  const [reports, report] = listener();
  const files = [visitor("my/pets/cat/1.png", new Array(600).fill(1)), visitor("my/pets/dog/1.png", [2, 3]), visitor("my/pets/labels.csv", [4])];
  await createDecoder({ intake: async () => wasm, nextTask })(files, { size: "20x12", channels: 1 }, report, createCancelling());
  // Of each no more than it takes to tell what it is.
  assert.deepEqual(told.heads.map(([index, head]) => [index, head.length]), [[0, 600], [1, 2], [2, 1]]);
  assert.deepEqual(told.tables.map((table) => [...table]), [[4]]);
  assert.deepEqual(told.taken.map(([nth, { bytes }]) => [nth, bytes.length]), [[0, 600], [1, 2], [2, 1]]);
  assert.match(told.packed.source, /3 pictures from my\/pets.*made 20 by 12 and grey.*One in six/);
  assert.deepEqual([told.request, ...told.shapes], [{ size: "20x12", channels: 1 }, SHAPE, SHAPE, SHAPE]);
  assert.equal(told.packed.name, "pets");
  assert.deepEqual(reports.filter(({ type }) => type === "import-remarks"), [{ type: "import-remarks", of: "my/pets", remarks: ["Left out: nothing."] }]);
  assert.deepEqual([...new Set(reports.map(({ stage }) => stage).filter(Boolean))], ["reading"]);
  assert.deepEqual(told.freed, []);
});

test("a file that the browser does not hand out is passed on as such, and stops nothing", async () => {
  const { wasm, told } = module();
  const lost = () => Promise.reject(new DOMException("gone", "NotReadableError"));
  const gone = { size: 9, slice: () => ({ arrayBuffer: lost }), arrayBuffer: lost };
  await createDecoder({ intake: async () => wasm, nextTask })([visitor("a/1.png", [1]), visitor("a/2.png", [], gone), visitor("a/3.png", [3])], null, () => {}, createCancelling());
  assert.deepEqual(told.heads.map(([, head]) => head), [[1], undefined, [3]]);
  assert.deepEqual(told.taken.map(([, { bytes }]) => bytes && [...bytes]), [[1], null, [3]]);
});

test("an import that is cancelled ends between two files and frees what it held", async () => {
  for (const [after, held] of [["heads", "survey"], ["contents", "import"]]) {
    const { wasm, told } = module();
    const cancelling = createCancelling();
    async function* some(indices, name) {
      for (const index of indices) {
        if (name === after && index === 1) cancelling.cancel();
        yield Uint8Array.of(index);
      }
    }
    const entries = ["a", "b", "c"].map((name) => ({ path: `x/${name}.png`, bytes: 1 }));
    const folder = { name: "", entries, heads: (indices) => some(indices, "heads"), contents: (indices) => some(indices, "contents") };
    await assert.rejects(importFolder(wasm, folder, null, () => {}, nextTask, cancelling), { name: "Cancelled" });
    assert.deepEqual([told.freed, told.packed], [[held], null]);
    assert.equal(after === "heads" ? told.heads.length : told.taken.length, 1);
  }
});

/** Canvases that remember what is drawn on them, and bitmaps of one size, for a browser's. */
function browser({ size = [9, 8], broken = false } = {}) {
  const drawn = [];
  const closed = [];
  globalThis.OffscreenCanvas = class {
    constructor(width, height) {
      Object.assign(this, { width, height });
    }
    getContext() {
      const pixels = new Map();
      const canvas = this;
      return {
        canvas,
        fillRect(x, y) { pixels.set(`${x},${y}`, this.fillStyle.match(/\d+/g)?.map(Number) ?? [255, 255, 255]); },
        drawImage: (_, ...places) => drawn.push(places),
        getImageData(_x, _y, width, height) {
          const data = new Uint8ClampedArray(width * height * 4);
          for (let i = 0; i < width * height; i += 1) data.set(pixels.get(`${i % width},${Math.floor(i / width)}`) ?? [0, 0, 0], i * 4);
          return { data };
        },
      };
    }
  };
  globalThis.createImageBitmap = async () => {
    if (broken) throw new DOMException("no picture", "InvalidStateError");
    const [width, height] = size;
    return { width, height, close: () => closed.push(true) };
  };
  return { drawn, closed };
}

test("what the browser decodes is read back in the square that is wanted", async () => {
  const encoded = { type: "image/jpeg", width: 9, height: 8, bytes: new Uint8Array(3) };
  const { wasm, told } = module({ encoded });
  const { drawn, closed } = browser();
  const picture = await createOpener(wasm, SHAPE).file(Uint8Array.of(1));
  assert.deepEqual(drawn, [[1, 2, 4, 5, 0, 0, 4, 5]]);
  assert.deepEqual([told.rows.map((rows) => rows.length), closed.length, picture.failed], [[4 * 5 * 4], 1, false]);
});

test("a picture that the browser refuses, or decodes to another size, fails alone", async () => {
  const encoded = { type: "image/webp", width: 9, height: 8, bytes: new Uint8Array(3) };
  for (const world of [{ broken: true }, { size: [9, 9] }]) {
    const { wasm, told } = module({ encoded });
    browser(world);
    assert.equal((await createOpener(wasm, SHAPE).file(Uint8Array.of(1))).failed, true);
    assert.deepEqual(told.rows, []);
  }
});

test("a picture that the browser never decodes fails alone, and a file that is never handed out is passed on as such", async (t) => {
  const before = limits.decode;
  t.after(() => void (limits.decode = before));
  limits.decode = 40;
  const { wasm } = module({ encoded: { type: "image/jpeg", width: 9, height: 8, bytes: new Uint8Array(3) } });
  globalThis.createImageBitmap = () => new Promise(() => {});
  assert.equal((await createOpener(wasm, SHAPE).file(Uint8Array.of(1))).failed, true);
  const never = () => new Promise(() => {});
  const silent = { size: 9, slice: () => ({ arrayBuffer: never }), arrayBuffer: never };
  const { wasm: plain, told } = module();
  await createDecoder({ intake: async () => plain, nextTask })([visitor("a/1.png", [1]), visitor("a/2.png", [], silent)], null, () => {}, createCancelling());
  assert.deepEqual(told.taken.map(([, { bytes }]) => bytes && [...bytes]), [[1], null]);
});

test("a picture that a network is asked about goes the same way", async () => {
  const { wasm, told } = module();
  const shrink = createShrink(async () => wasm);
  assert.equal(await shrink(new Blob([Uint8Array.of(1)]), SHAPE), image);
  // The size is that of the pictures that are loaded then.
  assert.equal(await shrink(new Blob([Uint8Array.of(1)]), undefined), image);
  assert.deepEqual(told.shapes, [SHAPE, undefined]);
});
