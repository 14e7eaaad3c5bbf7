// What a visitor gives as one list of files, and what is asked of an archive.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createCancelling } from "../../www/worker/intake/cancelling.js";
import { createDecoder } from "../../www/worker/intake/decode.js";
import { fileSource, openFiles } from "../../www/worker/intake/open.js";

const given = (path, length = 9) => ({ path, file: new File([new Uint8Array(length)], path.split("/").at(-1)) });
const nothing = { open_archive: () => undefined };
const collected = async (generator) => {
  const all = [];
  for await (const one of generator) all.push(one);
  return all;
};

/** What looks at the first file, and finds what `found` says. */
const surveyOf = (found) =>
  class {
    constructor(name) {
      this.name = name;
      this.seen = [];
    }
    wanted() {
      return Uint32Array.of(0);
    }
    see(index, head) {
      this.seen.push([index, head.length]);
    }
    import(request) {
      assert.deepEqual(this.seen.map(([index]) => index), [0], "the head of what is wanted was given");
      return found(this.name, request);
    }
    free() {}
  };

/** An archive of three files, of which the second is damaged. */
function archive() {
  const state = { freed: 0 };
  const read = (index) => {
    if (index === 1) throw new Error("It is damaged.");
    return Uint8Array.of(index);
  };
  return {
    state,
    entries: () => ["a", "b", "c"].map((path) => ({ path, bytes: 1 })),
    remarks: () => ["Names were guessed."],
    head: read,
    read,
    free: () => (state.freed += 1),
  };
}

test("files and folders are listed with their paths and read as they are asked for", async () => {
  const folder = openFiles(nothing, [given("pets/cat/1.png", 3), given("pets/dog/1.png", 1600)]);
  assert.deepEqual([folder.name, folder.archive, folder.remarks], ["pets", null, []]);
  assert.deepEqual(folder.entries, [{ path: "pets/cat/1.png", bytes: 3 }, { path: "pets/dog/1.png", bytes: 1600 }]);
  assert.deepEqual((await collected(folder.heads([0, 1]))).map(({ length }) => length), [3, 1024]);
  assert.deepEqual((await collected(folder.contents(Uint32Array.of(1)))).map(({ length }) => length), [1600]);
  assert.equal(openFiles(nothing, [given("a.bin"), given("b.bin")]).name, "");
});

test("a damaged file in an archive leaves the others", async () => {
  const folder = openFiles({ open_archive: archive }, [given("pets.zip")]);
  assert.equal(folder.name, "pets.zip");
  assert.deepEqual(await collected(folder.contents([0, 1, 2])), [Uint8Array.of(0), null, Uint8Array.of(2)]);
  assert.deepEqual(await collected(folder.heads([1])), [null]);
});

test("one archive is enough", () => {
  assert.throws(() => openFiles(nothing, [given("a.tar.gz"), given("b.bin"), given("c.bin")]), /a\.tar\.gz was given with 2 other files/);
  // In a folder it is one file of many.
  assert.equal(openFiles(nothing, [given("pets/old.zip"), given("pets/cat/1.png")]).entries.length, 2);
});

test("a file answers with the bytes that are asked for", (t) => {
  const asked = [];
  globalThis.FileReaderSync = class {
    readAsArrayBuffer(blob) {
      asked.push(blob.size);
      return new ArrayBuffer(blob.size);
    }
  };
  t.after(() => delete globalThis.FileReaderSync);
  const source = fileSource(given("a.zip", 100).file);
  assert.equal(source.size, 100);
  assert.equal(source.read(90, 64).length, 10);
  assert.deepEqual(asked, [10]);
});

test("CIFAR-10 is read out of its archive, which is let go; what is to be known is told", async () => {
  const opened = archive();
  const asked = [];
  const cifar = {
    wanted: () => Uint32Array.of(0, 2),
    add_from: (from, index) => asked.push([from === opened, index]),
    finish: () => "decoded",
    remarks: () => ["There is no test batch."],
    free: () => asked.push("freed"),
  };
  const reports = [];
  const wasm = { open_archive: () => opened, RecordsSurvey: surveyOf((name, request) => (asked.push(name, request), cifar)) };
  const decode = createDecoder({ intake: async () => wasm, nextTask: async () => {} });
  assert.equal(await decode([given("cifar.zip")], { labels: "coarse" }, (told) => reports.push(told), createCancelling()), "decoded");
  assert.deepEqual(asked, ["cifar.zip", { labels: "coarse" }, [true, 0], [true, 2], "freed"]);
  assert.deepEqual(reports.filter(({ type }) => type === "import-remarks").flatMap(({ remarks }) => remarks), ["Names were guessed.", "There is no test batch."]);
  assert.equal(opened.state.freed, 1);
  // Also where the visitor thinks better of it, between two files,
  const cancelling = createCancelling();
  cifar.add_from = () => cancelling.cancel();
  await assert.rejects(decode([given("cifar.zip")], null, () => {}, cancelling), { name: "Cancelled" });
  assert.equal(opened.state.freed, 2);
  // and where it turns out to be something that cannot be read.
  cifar.add_from = () => { throw new Error("It is cut off."); };
  await assert.rejects(decode([given("cifar.zip")], null, () => {}, createCancelling()), /cut off/);
  assert.equal(opened.state.freed, 3);
});

test("loose files of CIFAR-10 are read part by part, and one that is too long not at all", async () => {
  const length = 40_000_001;
  const added = [];
  const cifar = { wanted: () => Uint32Array.of(0), add: (index, bytes) => added.push([index, bytes.length, bytes[length - 1]]), finish: () => "decoded", remarks: () => [], free() {} };
  let most = 1e9;
  const wasm = { ...nothing, RecordsSurvey: surveyOf(() => cifar), records_bytes: () => most };
  const decode = createDecoder({ intake: async () => wasm, nextTask: async () => {} });
  const bytes = new Uint8Array(length);
  bytes[length - 1] = 7;
  const files = [{ path: "data_batch_1.bin", file: new File([bytes], "data_batch_1.bin") }];
  await decode(files, null, () => {}, createCancelling());
  assert.deepEqual(added, [[0, length, 7]]);
  most = 1_000_000;
  await assert.rejects(decode(files, null, () => {}, createCancelling()), /data_batch_1\.bin has 40 MB; files of up to 1\.0 MB/);
});
