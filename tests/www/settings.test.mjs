// The table of settings: what is typed, what stands in the address, and numbers as read.

import assert from "node:assert/strict";
import { test } from "node:test";
import { duration, figure, percent, shape, size } from "../../www/format.js";
import { readAddress, writeAddress } from "../../www/app/address.js";
import { fields, fieldsOf, fromAsked, parse, toAsked, trim } from "../../www/app/settings.js";
import { text } from "../../www/strings.js";
import { defaults } from "./fake-session.mjs";

const field = (key) => fields.find((candidate) => candidate.key === key);

test("what is typed becomes a value or a sentence", () => {
  assert.equal(parse(field("epochs"), " 12 ").value, 12);
  assert.equal(parse(field("learningRate"), "1e-3").value, 0.001);
  assert.equal(parse(field("patience"), "").value, null);
  assert.equal(parse(field("loss"), "mean-squared-error").value, "mean-squared-error");
  for (const [key, typed] of [["epochs", ""], ["epochs", "1.5"], ["epochs", "0"], ["learningRate", "fast"], ["learningRate", "-1"], ["noiseLevel", "1.01"], ["seed", "Infinity"], ["loss", "hinge"]])
    assert.match(parse(field(key), typed).error, /[.]$/, `${key}: ${typed}`);
});

test("every field has a label and every option a name", () => {
  for (const { key, options = [] } of fields) {
    assert.ok(text.settings.labels[key]);
    for (const option of options) assert.ok(text.settings.options[option], option);
  }
});

test("a model shows the fields it has", () => {
  const keys = (model) => fieldsOf(defaults(model)).map(({ key }) => key).join();
  assert.equal(keys("cnn-max-2"), "epochs,batchSize,learningRate,seed,patience,padding");
  assert.equal(keys("cae"), "epochs,batchSize,learningRate,seed,patience,output,loss");
  assert.ok(keys("cae-denoise").endsWith("noise,noiseLevel"));
});

const names = ["pictures", "train", "cnns"];
const keys = ["preset", ...fields.map(({ key }) => key)];

test("the address gives settings, and tells what it cannot use", () => {
  const { asked } = readAddress("?preset=cae&epochs=5&seed=1&batchSize=no&backend=gpu", names);
  const { model, overrides, errors } = fromAsked(asked.train);
  assert.equal(model, "cae");
  assert.deepEqual(overrides, { epochs: 5, seed: 1 });
  assert.equal(errors.length, 1);
  assert.match(errors[0], /Batch size/);
});

test("a key belongs to the section before its dot, to the one the address names, or to the training", () => {
  const whole = readAddress("?epochs=3&cnns.epochs=4&vgg.epochs=5", names);
  assert.deepEqual(whole, { only: null, data: null, spec: null, hide: null, lock: null, asked: { pictures: {}, train: { epochs: "3" }, cnns: { epochs: "4" } } });
  const one = readAddress("?section=cnns&epochs=4&data=../mine/&spec=mine.json", names);
  assert.equal(one.spec, "mine.json");
  assert.equal(one.only, "cnns");
  assert.equal(one.data, "../mine/");
  assert.equal(one.asked.cnns.epochs, "4");
  assert.equal(readAddress("?section=vgg", names).only, null);
});

test("no key of the address reaches what all objects share", () => {
  for (const query of ["?__proto__.paused=1", "?train.__proto__=1&constructor.prototype=2", "?__proto__=1", "?section=__proto__&paused=1", "?cnns.constructor=1&toString.epochs=2"]) {
    const { asked, only } = readAddress(query, names);
    assert.equal(only, null);
    assert.deepEqual(Object.keys(asked), names, query);
    assert.equal({}.paused, undefined);
    assert.deepEqual(fromAsked(asked.train), { model: null, overrides: {}, errors: [] }, query);
  }
});

test("attributes of an element are settings, too, though HTML keeps no capitals", () => {
  assert.deepEqual(fromAsked({ batchsize: "64" }).overrides, { batchSize: 64 });
});

test("the address holds what differs from the defaults, and leaves the rest of it alone", () => {
  const left = trim({ epochs: 10, seed: 4, patience: null, noise: "gaussian" }, defaults("cnn-max-2"));
  assert.deepEqual(left, { seed: 4 });
  const asked = { preset: "cae", ...toAsked(left) };
  assert.equal(writeAddress("?epochs=3&backend=gpu", [{ name: "train", keys, asked }, { name: "cnns", keys, asked: { epochs: "2" } }]), "?backend=gpu&preset=cae&seed=4&cnns.epochs=2");
  assert.equal(writeAddress("?preset=cae&seed=4", [{ name: "train", keys, asked: {} }]), "");
  assert.equal(writeAddress("?section=cnns&epochs=3", [{ name: "cnns", keys, asked: { seed: "1" } }]), "?section=cnns&seed=1");
});

test("the address leads back to the same settings", () => {
  const overrides = { epochs: 3, learningRate: 0.01, patience: null, output: "relu" };
  const query = writeAddress("", [{ name: "train", keys, asked: { preset: "cae", ...toAsked(overrides) } }]);
  assert.deepEqual(fromAsked(readAddress(query, names).asked.train), { model: "cae", overrides, errors: [] });
});

test("numbers read well", () => {
  assert.deepEqual([figure(2.30259), figure(0.01543), figure(0.00004), figure(null), figure(NaN), figure(0), figure(1.05e19)], ["2.303", "0.0154", "4.0e-5", "–", "not finite", "0.0000", "1.1e+19"]);
  assert.equal(percent(0.5012), "50.1 %");
  assert.deepEqual([duration(0.2), duration(42.4), duration(61), duration(7260)], ["under 1 s", "42 s", "1 min 1 s", "2 h 1 min"]);
  assert.deepEqual([size(900), size(15_600_000), size(2_400_000)], ["1 kB", "16 MB", "2.4 MB"]);
  assert.equal(shape([null, 32, 32, 3]), "(N, 32, 32, 3)");
});
