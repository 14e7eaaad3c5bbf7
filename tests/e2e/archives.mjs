// Archives and CIFAR-10 in the forms that people have it in: read by the wasm module, a piece of the file at
// a time, or refused in a sentence that says what to do.

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { both } from "./both.mjs";
import { png } from "./drawn.mjs";
import { records, tar } from "./files.mjs";

/** Drops files on the page's drop zone, once it is open: what is taken in before is kept first.
 * @param {[string, Uint8Array][]} files */
async function drop(visitor, files) {
  await visitor.wait("#file:enabled");
  await visitor.evaluate(
    (given) => {
      const dataTransfer = new DataTransfer();
      for (const [name, content] of given) dataTransfer.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name));
      document.querySelector("#drop").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, composed: true, cancelable: true }));
    },
    files.map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")]),
  );
}

const classes = (visitor) => visitor.texts("#pictures-class .pill").then((all) => all.slice(1));

/** The binary version, unpacked: five batches of so many pictures and a test batch. */
function batches(folder, count, names) {
  const files = { [`${folder}/batches.meta.txt`]: Buffer.from(`${names.join("\n")}\n\n`) };
  for (let n = 1; n <= 5; n += 1) files[`${folder}/data_batch_${n}.bin`] = records(count, names.length);
  files[`${folder}/test_batch.bin`] = records(names.length, names.length);
  return files;
}

const pets = (cat, dog) =>
  Object.fromEntries([cat, dog].flatMap((name, label) => Array.from({ length: 6 }, (_, n) => [`${name}/${n}.png`, png(32, 32, (x, y) => [x * 8, y * 8, label * 90 + n])])));

/** A zip of folders named `aa` and `bb`, their names then made these bytes. */
function zipNamed(first, second) {
  const bytes = Buffer.from(zipSync(pets("aa", "bb"), { level: 0 }));
  for (const [name, raw] of [["aa/", first], ["bb/", second]])
    for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) bytes.set(raw, at);
  return bytes;
}

/** The zip with a value in the directory of each entry. */
function changed(zip, offset, value) {
  const bytes = Buffer.from(zip);
  for (let at = bytes.indexOf("PK\u0001\u0002"); at >= 0; at = bytes.indexOf("PK\u0001\u0002", at + 1)) bytes[at + offset] = value;
  return bytes;
}

both("CIFAR-10 and records of one's own are taken from archives, with their own names", async (visitor) => {
  await visitor.open();
  const signs = batches("signs", 12, ["stop", "yield", "priority"]);
  await drop(visitor, [["signs.zip", zipSync(signs)]]);
  await visitor.says("#data", "60 training and 3 test pictures");
  assert.deepEqual(await classes(visitor), ["stop", "yield", "priority"]);
  const small = Object.fromEntries(Object.entries(signs).filter(([path]) => !/_[345]\.bin/.test(path)));
  await drop(visitor, [["signs.tar.gz", gzipSync(tar(small))]]);
  await visitor.says("#data", "24 training and 3 test pictures");
  assert.match(await visitor.text("#intake-remarks"), /data_batch_3, data_batch_4 and data_batch_5 are not there/);
});

both("loose batches are taken together, and numbered where they have no names", async (visitor) => {
  await visitor.open();
  await drop(visitor, [["data_batch_1.bin", records(36, 3)], ["test_batch.bin", records(9, 3)]]);
  await visitor.says("#data", "36 training and 9 test pictures");
  assert.deepEqual(await classes(visitor), ["0", "1", "2"]);
  assert.match(await visitor.text("#intake-remarks"), /no file with the names of the classes/);
});

both("pictures are taken from a tar, and from a zip with names in another code page", async (visitor) => {
  await visitor.open();
  await drop(visitor, [["pets.tgz", gzipSync(tar(pets("cat", "dog")))]]);
  await visitor.says("#data", "10 training and 2 test pictures");
  assert.deepEqual(await classes(visitor), ["cat", "dog"]);
  // 猫 and 犬 as Windows writes them in Japan.
  await drop(visitor, [["japan.zip", zipNamed([0x94, 0x4c], [0x8c, 0xa2])]]);
  await visitor.says("#data", "japan.zip");
  assert.deepEqual((await classes(visitor)).sort(), ["犬", "猫"].sort());
  assert.match(await visitor.text("#intake-remarks"), /not in UTF-8; they were read as Shift_JIS/);
});

both("an archive that cannot be read says why at once", async (visitor) => {
  await visitor.open();
  const before = await visitor.text("#data");
  const good = zipSync(pets("cat", "dog"));
  const refused = [
    ["secret.zip", changed(good, 8, 1), /protected by a password/],
    ["lzma.zip", changed(good, 10, 14), /packed by LZMA/],
    ["a.7z", Buffer.from("7z\u00bc\u00af\u0027\u001c", "latin1"), /is a 7z archive/],
    ["zip-in-zip.zip", zipSync({ "data/train.zip": good }), /holds another archive, .data\/train\.zip/],
    ["matlab.tar.gz", gzipSync(tar({ "cifar-10-batches-mat/data_batch_1.mat": Buffer.alloc(9) })), /Matlab version of CIFAR-10/],
    ["page.zip", Buffer.from("<!doctype html><title>404</title>"), /is a web page/],
  ];
  for (const [name, bytes, sentence] of refused) {
    await drop(visitor, [[name, bytes]]);
    await visitor.wait((pattern) => new RegExp(pattern).test(document.querySelector("#intake-error")?.textContent ?? ""), sentence.source);
    assert.match(await visitor.text("#intake-error"), /\.$/);
  }
  assert.equal(await visitor.text("#data"), before);
});
