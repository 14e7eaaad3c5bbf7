// Which language the page speaks, and whether another one is complete and writes numbers as it should.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { chooseLanguage, languages } from "../../www/language.js";
import { text } from "../../www/strings.js";
import { german } from "../../www/strings/de/all.js";

test("the address decides, then what the reader prefers, and English where nothing fits", () => {
  assert.equal(chooseLanguage(null, ["fr-FR", "de-AT", "en"]), "de");
  assert.equal(chooseLanguage(null, ["en-US", "de"]), "en");
  assert.equal(chooseLanguage("de", ["en"]), "de");
  assert.equal(chooseLanguage("DE-ch", ["en"]), "de");
  assert.equal(chooseLanguage("zz", ["de"]), "de", "a language that is not there is not chosen");
  assert.equal(chooseLanguage("__proto__", []), "en");
  assert.equal(chooseLanguage(null, []), languages[0]);
});

/** Every word of `words` by its path: strings as they are, functions as their code. */
function* all(words, path = "") {
  for (const [key, value] of Object.entries(words)) {
    if (value !== null && typeof value === "object") yield* all(value, `${path}.${key}`);
    else yield [`${path}.${key}`, value];
  }
}

test("German has every word that English has, of the same kind, and is not English", () => {
  const [here, there] = [new Map(all(text)), new Map(all(german))];
  assert.deepEqual([...there.keys()].sort(), [...here.keys()].sort());
  let same = 0;
  for (const [path, words] of here) {
    assert.equal(typeof there.get(path), typeof words, path);
    if (typeof words === "function") assert.equal(there.get(path).length, words.length, `${path} takes other values`);
    // A formula is the same in both.
    else if (words.match(/[A-Za-z]{3,}/g)?.length > 4) {
      assert.notEqual(there.get(path), words, path);
      same += 1;
    }
  }
  assert.ok(same > 100, "sentences were compared");
});

test("numbers, dates and lists follow the language", () => {
  const root = new URL("../../www/", import.meta.url).href;
  const code = `
    globalThis.location = { search: "?lang=de" };
    const { either, decibel, duration, figure, integer, moment, percent, points, size } = await import("${root}format.js");
    const { text } = await import("${root}strings.js");
    console.log(JSON.stringify([integer(12345), figure(1.2345), figure(0.01543), percent(0.1234), decibel(18.5), size(2_500_000), points(-0.0123), either(["a", "b", "c"]), duration(0.5), moment(0).includes("1970"), text.training.heading]));`;
  const [whole, large, small, share, level, bytes, gap, list, short, date, heading] = JSON.parse(execFileSync(process.execPath, ["--input-type=module", "--eval", code], { encoding: "utf8" }));
  assert.deepEqual([whole, large, small, share, level, bytes, gap, list, short, date], ["12.345", "1,234", "0,0154", "12,3 %", "18,50 dB", "2,5 MB", "\u22121,2 Prozentpunkte", "a, b oder c", "unter 1 s", true]);
  assert.equal(heading, german.training.heading);
});
