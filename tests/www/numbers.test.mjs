// Numbers as people type them: what is taken, and what is asked about.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readings } from "../../www/app/numbers.js";
import { fields, fromAsked, parse, toAsked } from "../../www/app/settings.js";
import * as cnns from "../../www/sections/cnns/state.js";
import * as lesson from "../../www/sections/lesson/state.js";
import * as stacked from "../../www/sections/stacked/state.js";

const typed = (key, words) => parse(fields.find((field) => field.key === key), words);

test("a number is taken however a keyboard writes it, where it can be read in one way only", () => {
  const taken = [
    ["learningRate", "0,001", 0.001], ["learningRate", "0.001", 0.001], ["learningRate", ",001", 0.001], ["learningRate", "1e-3", 0.001],
    ["learningRate", "1E-3", 0.001], ["learningRate", "1e\u22123", 0.001], ["learningRate", "1/1000", 0.001], ["learningRate", "1 / 1000", 0.001],
    ["learningRate", "\u0660\u066b\u0660\u0660\u0661", 0.001], ["learningRate", "\u06f0\u066b\u06f0\u06f1", 0.01], ["learningRate", "\uff10\uff0e\uff10\uff11", 0.01],
    ["learningRate", "\u200e0.01\u200f", 0.01], ["learningRate", "0,5", 0.5], ["learningRate", "1,000", 1], ["learningRate", "1,5e-3", 0.0015],
    ["noiseLevel", "30 %", 0.3], ["noiseLevel", "0,1", 0.1], ["noiseLevel", "1/4", 0.25],
    ["epochs", "\u0967\u0968", 12], ["epochs", " 12 ", 12], ["epochs", "+5", 5], ["epochs", "1e2", 100], ["epochs", "12.0", 12],
    ["batchSize", "1,024", 1024], ["batchSize", "1.024", 1024], ["batchSize", "1 024", 1024], ["batchSize", "1\u202f024", 1024], ["batchSize", "1'024", 1024],
    ["seed", "4,294,967,295", 4_294_967_295], ["seed", "4.294.967.295", 4_294_967_295], ["seed", "4 294 967 295", 4_294_967_295],
    ["patience", "\u0663", 3],
  ];
  for (const [key, words, value] of taken) assert.deepEqual(typed(key, words), { value }, `${key} “${words}”`);
  assert.deepEqual(typed("patience", " "), { value: null });
});

test("what can be read in two ways is asked about, with both", () => {
  for (const words of ["1.000", "1,000"]) assert.match(typed("epochs", words).error, /can be read as 1 or as 1000; write one of these\.$/, words);
  assert.match(typed("seed", "1,000").error, /as 1 or as 1000/);
});

test("everything else is refused with a number that would be right", () => {
  for (const words of ["1.000,5", "1,000.5", "1.2.3", "0,0,1", "1,00,000"]) assert.match(typed("learningRate", words).error, /one point or comma before the decimals.*0\.001\.$/, words);
  for (const words of ["fast", "0x10", "0b1", "1_000", "1 2", "10 50", "--1", "1e", "e3", ".", ",", "1//2", "½", "\u2167", "NaN", "Infinity", "one", "1e9999x"])
    assert.match(typed("epochs", words).error, /no number; give a whole number from 1 to 1000, such as 10\.$/, words);
  for (const words of ["0", "-1", "2", "1e-9", "1e999", "1/0", "-0,5"]) assert.match(typed("learningRate", words).error, /from 1e-7 to 1, such as 0\.001\.$/, words);
  assert.match(typed("epochs", "1,5").error, /whole number/);
  assert.match(typed("epochs", "").error, /^Epochs is empty/);
  const long = typed("epochs", "9".repeat(5000) + "x").error;
  assert.ok(long.length < 200, "what was typed is not repeated at length");
});

test("nothing that is typed makes a number out of words, and no number is lost on its way through the address", () => {
  for (const value of [1e-7, 0.001, 0.123, 1, 1000, 4096, 4_294_967_295, 0.30000000000000004]) assert.deepEqual(readings(String(value)).slice(0, 1), [value]);
  const overrides = { epochs: 1000, learningRate: 1e-7, noiseLevel: 0.125, seed: 4_294_967_295 };
  assert.deepEqual(fromAsked(toAsked(overrides)), { model: null, overrides, errors: [] });
});

test("the numbers that single sections read are read in the same way", () => {
  assert.equal(cnns.initial({ seeds: "\u0663" }).seeds, 3);
  assert.deepEqual([cnns.initial({ seeds: "1.5" }).seeds, cnns.initial({ seeds: "1.5" }).errors.length], [1, 1]);
  assert.equal(stacked.initial({ seeds: "2,0" }).seeds, 2);
  assert.equal(stacked.initial({ seeds: "0x2" }).errors.length, 1);
  assert.equal(lesson.initial({ rate: "0,01" }).rate, 0.01);
  assert.equal(lesson.initial({ rate: "0x1" }).errors.length, 1);
});
