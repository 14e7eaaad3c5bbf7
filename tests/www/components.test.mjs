// The parts that several sections share, as far as they are pure.

import assert from "node:assert/strict";
import { test } from "node:test";
import { atlas } from "./image-data.mjs";
import { countOf, cut, pictureAt, putPicture } from "../../www/components/atlas.js";
import { rowsOf, valueAt } from "../../www/components/line-values.js";
import { pressed, sorted } from "../../www/components/table.js";

test("a line's value is the one at a place or the latest before it", () => {
  const line = { x: [1, 2, 3, 4], y: [0.5, null, 0.25, null] };
  assert.equal(valueAt(line, 0.5), undefined);
  assert.equal(valueAt(line, 1), 0.5);
  assert.equal(valueAt(line, 2.9), 0.5);
  assert.equal(valueAt(line, Infinity), 0.25);
  assert.equal(valueAt({ x: [], y: [] }, Infinity), undefined);
});

test("a table of lines has every x once, and of very many only evenly some with the last", () => {
  assert.deepEqual(rowsOf([{ x: [1, 3] }, { x: [2, 3] }]), [1, 2, 3]);
  assert.deepEqual(rowsOf([]), []);
  const many = rowsOf([{ x: Array.from({ length: 1000 }, (_, i) => i + 1) }]);
  assert.ok(many.length <= 40);
  assert.equal(many.at(-1), 1000);
});

test("a table sorts by numbers and by words, what is missing stands last, and equals keep their order", () => {
  const rows = [
    { id: "a", name: "cnn-10", loss: 2 },
    { id: "b", name: "cnn-9", loss: null },
    { id: "c", name: "cnn-2", loss: 0.5 },
    { id: "d", name: "cnn-2", loss: 2 },
  ];
  const ids = (order) => sorted(rows, order).map(({ id }) => id).join("");
  assert.equal(ids(null), "abcd");
  assert.equal(ids({ key: "loss", descending: false }), "cadb");
  assert.equal(ids({ key: "loss", descending: true }), "adcb");
  assert.equal(ids({ key: "name", descending: false }), "cdba");
});

test("a press sorts numbers from the largest and words from the first, and a second one turns it round", () => {
  const first = pressed(null, { key: "loss", title: "Loss", numeric: true });
  assert.deepEqual(first, { key: "loss", descending: true });
  assert.deepEqual(pressed(first, { key: "loss", title: "Loss", numeric: true }), { key: "loss", descending: false });
  assert.deepEqual(pressed(first, { key: "name", title: "Name" }), { key: "name", descending: false });
});

test("pictures are cut out of an atlas in its own memory, and only those that are there", () => {
  const three = atlas(3, (i) => Math.floor(i / 4096));
  const last = cut(three, 2, 3);
  assert.deepEqual([last.image.width, last.image.height, last.image.data[0], last.image.data.at(-1)], [32, 32, 2, 2]);
  assert.equal(last.image.data.buffer, three.image.data.buffer);
  assert.deepEqual([cut(three, 0, 2).image.height, cut(three, 0, 2).height, cut(three, 0, 2).image.data.at(-1)], [64, 32, 1]);
  assert.equal(pictureAt(three, 1).data[0], 1);
  assert.deepEqual([pictureAt(three, 3), pictureAt(null, 0), countOf(three), countOf(null)], [null, null, 3, 0]);
  assert.deepEqual([cut(three, 2, 4), cut(three, 3, 4), cut(three, 1, 1), cut(null, 0, 1)], [null, null, null, null]);
});

test("a picture of an atlas is put on a canvas as it lies there, and nothing of its neighbours", () => {
  const put = [];
  const three = atlas(3);
  putPicture({ putImageData: (...given) => put.push(given) }, three, 2, 40, 7);
  const [[image, dx, dy, x, y, width, height]] = put;
  assert.equal(image, three.image);
  assert.deepEqual([dx + x, dy + y], [40, 7], "its corner");
  assert.deepEqual([x, y, width, height], [0, 64, 32, 32], "what is put");
});

test("pictures of an atlas may be of any size, wider than high", () => {
  const image = new ImageData(20, 3 * 12);
  image.data.fill(9, 20 * 12 * 4, 2 * 20 * 12 * 4);
  const three = { image, width: 20, height: 12 };
  assert.equal(countOf(three), 3);
  const second = pictureAt(three, 1);
  assert.deepEqual([second.width, second.height, second.data[0], second.data.at(-1)], [20, 12, 9, 9]);
  const put = [];
  putPicture({ putImageData: (...given) => put.push(given.slice(1)) }, three, 2, 5, 6);
  assert.deepEqual(put, [[5, 6 - 24, 0, 24, 20, 12]]);
});
