// The section of the pictures: pages, the picture that is looked into, shards, and what a drop holds.

import assert from "node:assert/strict";
import { test } from "node:test";
import { atlas } from "./image-data.mjs";
import { droppedFiles } from "../../www/sections/pictures/dropped.js";
import { hasArrived, shardsOf, shownOf } from "../../www/sections/pictures/shards.js";
import { initial, update } from "../../www/sections/pictures/state.js";

const page = (...indices) => ({
  total: 100,
  indices: Uint32Array.from(indices),
  labels: Uint8Array.from(indices, (index) => index % 10),
  atlas: atlas(indices.length, (i) => Math.floor(i / 4096)),
});
const asked = (local, change) => update(local, { type: "asked", change });

test("another split or class begins at its first page", () => {
  const far = asked(initial(), { offset: 96 });
  assert.equal(far.query.offset, 96);
  assert.equal(asked(far, { label: 3 }).query.offset, 0);
  assert.equal(asked(far, { split: "test" }).query.offset, 0);
  assert.equal(asked(far, {}).query.offset, 96);
  assert.equal(asked(initial(), { offset: -48 }).query.offset, 0);
});

test("another size keeps the first picture in sight", () => {
  const local = asked(asked(initial(), { offset: 96 }), { size: 36 });
  assert.equal(local.query.offset, 72);
  assert.ok(local.query.offset <= 96 && 96 < local.query.offset + 36);
});

test("an answer that was overtaken is left aside", () => {
  const first = asked(initial(), { label: 1 });
  const second = asked(first, { label: 2 });
  assert.equal(update(second, { type: "page-shown", query: first.query, page: page(1) }).shown, null);
  assert.deepEqual(update(second, { type: "page-shown", query: second.query, page: page(2) }).shown.page.indices, Uint32Array.of(2));
});

test("the first picture is looked into until another is chosen, and that one stays", () => {
  const start = initial();
  const shown = update(start, { type: "page-shown", query: start.query, page: page(7, 8, 9) });
  assert.deepEqual([shown.chosen.index, shown.chosen.label], [7, 7]);
  const chosen = update(shown, { type: "chosen", place: 2 });
  assert.deepEqual([chosen.chosen.split, chosen.chosen.index, chosen.chosen.image.data[0], chosen.chosen.image.data.length], ["train", 9, 2, 4096]);
  assert.equal(update(chosen, { type: "chosen", place: 3 }).chosen, chosen.chosen);
  const turned = update(chosen, { type: "page-shown", query: chosen.query, page: page(50) });
  assert.equal(turned.chosen.index, 9);
});

test("with the pictures goes what was shown of them, but not the choice of split", () => {
  const start = asked(asked(initial(), { split: "test" }), { label: 9, size: 36 });
  const gone = update(update(start, { type: "page-shown", query: start.query, page: page(1) }), { type: "pictures-gone" });
  assert.deepEqual(gone.query, { split: "test", label: null, offset: 0, size: 36 });
  assert.deepEqual([gone.shown, gone.chosen, gone.samples.pictures, gone.sheets], [null, null, null, {}]);
});

const shard = (file, count) => ({ file, count, bytes: count * 3073 + 28, sha256: file });
const manifest = {
  train: { count: 25, shards: [shard("a", 10), shard("b", 10), shard("c", 5)] },
  test: { count: 3, shards: [shard("d", 3)] },
};

test("shards stand in the manifest's order, each where it begins in its split", () => {
  assert.deepEqual(shardsOf(manifest).map(({ split, file, start }) => [split, file, start]), [
    ["train", "a", 0], ["train", "b", 10], ["train", "c", 20], ["test", "d", 0],
  ]);
  const here = (train, test) => shardsOf(manifest).filter((s) => hasArrived(s, { train, test })).map(({ file }) => file).join("");
  assert.deepEqual([here(0, 0), here(10, 0), here(10, 3), here(20, 3), here(25, 3)], ["", "a", "ad", "abd", "abcd"]);
  assert.deepEqual([...shownOf(shardsOf(manifest)[1])], [10, 11, 12, 13, 14, 15, 16, 17]);
  assert.deepEqual([...shownOf(shardsOf(manifest)[3])], [0, 1, 2]);
});

test("a dropped folder is walked to its end, a hundred entries at a time", async () => {
  const file = (path) => ({ isFile: true, isDirectory: false, fullPath: path, file: (done) => done({ name: path }) });
  const folder = (path, inside) => ({
    isFile: false, isDirectory: true, fullPath: path,
    createReader: () => {
      let at = 0;
      return { readEntries: (done) => done(inside.slice(at, (at += 100))) };
    },
  });
  const many = Array.from({ length: 250 }, (_, i) => file(`/pets/cat/${i}.png`));
  const item = (entry) => ({ kind: "file", webkitGetAsEntry: () => entry, getAsFile: () => ({ name: "plain.zip" }) });
  const items = [item(folder("/pets", [folder("/pets/cat", many), folder("/pets/dog", [file("/pets/dog/1.png")])])), item(null), { kind: "string" }];
  const counts = [];
  const { files, lost } = await droppedFiles({ items }, (count) => (counts.push(count), true));
  assert.equal(files.length, 252);
  assert.deepEqual([files[0].path, files[249].path, files[250].path, files[251].path], ["pets/cat/0.png", "pets/cat/249.png", "pets/dog/1.png", "plain.zip"]);
  assert.deepEqual([counts, lost], [[100, 200], []]);
  // A walk can be ended, and what is not handed out stops nothing.
  assert.equal((await droppedFiles({ items: items.slice(0, 1) }, () => false)).files.length, 100);
  const gone = { ...file("/x/gone.png"), file: (_, failed) => failed(new DOMException("gone", "NotFoundError")) };
  const rest = await droppedFiles({ items: [item(folder("/x", [gone, file("/x/1.png")]))] }, () => true);
  assert.deepEqual([rest.files.map(({ path }) => path), rest.lost], [["x/1.png"], ["x/gone.png"]]);
});
