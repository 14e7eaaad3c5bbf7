// What the folders of a visitor's own pictures mean, and what is said where they mean nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST, checkCounts, layout, remarks } from "../../www/worker/intake/folder-layout.js";

const numbered = (folder, count, ending = "png") => Array.from({ length: count }, (_, i) => `${folder}/${i}.${ending}`);
const splits = ({ pictures, classes }) => classes.map((_, label) => [false, true].map((test) => pictures.filter((p) => p.label === label && p.test === test).length));

test("folders are classes, in the order of their names", () => {
  const { classes, pictures, root, divided } = layout([...numbered("dog", 12), ...numbered("cat", 6, "JPG")]);
  assert.deepEqual([classes, root, divided], [["cat", "dog"], "", false]);
  assert.deepEqual(splits({ classes, pictures }), [[5, 1], [10, 2]]);
  // The index of each picture in the list that was given leads back to its bytes.
  assert.ok(pictures.every(({ index, label }) => (index < 12) === (label === 1)));
});

test("folders around all of them, and folders inside a class, change nothing", () => {
  const plain = layout([...numbered("cat", 9), ...numbered("dog", 9)]);
  const deep = layout([...numbered("my/pets/cat", 9), ...numbered("my/pets/dog/brown", 5), ...numbered("my/pets/dog/white", 4)]);
  assert.deepEqual([deep.root, deep.classes], ["my/pets", plain.classes]);
  assert.deepEqual(splits(deep), splits(plain));
});

test("train and test folders are the splits, whatever their case", () => {
  const found = layout([...numbered("d/Train/a", 3), ...numbered("d/Train/b", 4), ...numbered("d/TEST/a", 1), ...numbered("d/TEST/b", 2)]);
  assert.equal(found.divided, true);
  assert.deepEqual(splits(found), [[3, 1], [4, 2]]);
  const validated = layout([...numbered("train/a", 2), ...numbered("train/b", 2), ...numbered("val/a", 1), ...numbered("val/b", 1)]);
  assert.deepEqual(splits(validated), [[2, 1], [2, 1]]);
});

test("where there are test pictures, those of a third folder are left out and counted", () => {
  const both = ["train", "test", "val"].flatMap((split) => ["a", "b"].flatMap((name) => numbered(`${split}/${name}`, 2)));
  const found = layout(both);
  assert.deepEqual([splits(found), found.skipped.outside], [[[2, 2], [2, 2]], 4]);
});

test("a train folder alone is divided; a folder of trains is a class", () => {
  assert.deepEqual(splits(layout([...numbered("x/train/a", 6), ...numbered("x/train/b", 6)])), [[5, 1], [5, 1]]);
  assert.deepEqual(layout([...numbered("bus/", 3), ...numbered("train", 3), ...numbered("car", 3)].map((p) => p.replace("//", "/"))).classes, ["bus", "car", "train"]);
});

test("the division depends on names alone, not on the order in which they came", () => {
  const paths = [...numbered("cat", 60), ...numbered("dog", 60)];
  const chosen = (from) => layout(from).pictures.filter(({ test }) => test).map(({ path }) => path);
  assert.deepEqual(chosen([...paths].reverse()), chosen(paths));
  assert.equal(chosen(paths).length, 20);
  // Not simply the first of each.
  assert.notDeepEqual(chosen(paths).slice(0, 10), numbered("cat", 60).sort().slice(0, 10));
});

test("junk is skipped and counted", () => {
  const found = layout([
    ...numbered("cat", 2), ...numbered("dog", 2), "cat/", "cat/.DS_Store", "__MACOSX/cat/._0.png", "cat/Thumbs.db", "readme.txt", ".hidden/cat/1.png",
  ]);
  assert.deepEqual(found.skipped, { others: 5, outside: 0 });
  assert.deepEqual(splits(found), [[1, 1], [1, 1]]);
  assert.equal(layout([...numbered("p/cat", 2), ...numbered("p/dog", 2), "p/title.png"]).skipped.outside, 1);
});

test("what cannot be trained on is refused in a sentence that says what to do", () => {
  const refusals = [
    [["a.txt", "b.txt"], /among 2 files.*folder for each class/],
    [[], /No pictures were found\. Give/],
    [["1.png", "2.png"], /The 2 pictures lie in no folder/],
    [numbered("cat", 5), /in “cat”|only one class|names a class/],
    [[...numbered("p/train/cat", 5), ...numbered("p/test/cat", 5)], /only one class, “cat”/],
    [[...numbered("cat", 5), "dog/1.png"], /“dog” has one picture/],
    [[...numbered("train/a", 2), ...numbered("train/b", 2), ...numbered("test/a", 2)], /“b” has 2 training and 0 test/],
    [Array.from({ length: 257 }, (_, i) => numbered(`c${i}`, 2)).flat(), /257 folders/],
    [[...numbered("a", MOST.pictures), ...numbered("b", 2)], /60,002 pictures/],
  ];
  for (const [paths, sentence] of refusals)
    assert.throws(() => layout(paths), (error) => {
      assert.match(error.message, sentence);
      assert.match(error.message, /\.$/);
      return true;
    });
  // Some of a class could not be decoded, and none is left for the test.
  assert.throws(() => checkCounts([{ index: 0, path: "", label: 0, test: false }], ["cat"], true), /1 training and 0 test/);
});

test("what was left out is told, the first few by name", () => {
  const found = layout([...numbered("cat", 8), ...numbered("dog", 8), "note.txt"]);
  assert.deepEqual(remarks(found, []).length, 1);
  assert.match(remarks(found, ["cat/1.png"])[0], /One picture could not be decoded and was left out: cat\/1\.png\./);
  assert.match(remarks(found, numbered("cat", 7))[0], /7 pictures .* and 2 more\./);
  const many = layout(Array.from({ length: 11 }, (_, i) => numbered(`c${i}`, 2)).flat());
  assert.match(remarks(many, []).join(), /11 classes.*at most 10/);
});
