// What the address asks for and is not there is told, wherever it is asked for; and a page of one section is that
// section from the first drawing on.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";
import { strayIn, strayWords } from "../../www/app/address.js";
import { open, sections } from "./section-world.mjs";

const all = Object.values(sections);
const notices = async (name, asked) => (await open(sections[name], asked)).store.get().notices.join("\n");

for (const [name, key] of [["train", "model"], ["train", "preset"], ["studio", "model"], ["studio", "preset"], ["lesson", "model"], ["lesson", "preset"], ["cnns", "models"]])
  test(`${name}: a ${key} that does not exist is told by its name`, async () => {
    assert.match(await notices(name, { [key]: "zzz" }), /zzz/);
  });

for (const [name, model] of [["train", "cae"], ["studio", "cae-denoise"]])
  test(`${name}: both words for a model lead to it, and nothing is told`, async () => {
    for (const key of ["model", "preset"]) {
      const world = await open(sections[name], { [key]: model });
      assert.equal(world.local.get().model ?? world.local.get().preset, model);
      assert.deepEqual(world.store.get().notices, []);
    }
  });

test("a model that is asked of a section that has none is told, and what it has instead", () => {
  for (const { name, keys = [] } of all) {
    const told = strayWords(`?section=${name}&model=zzz`, all).join("\n");
    if (keys.includes("model")) assert.equal(told, "", name);
    else assert.match(told, new RegExp(`“model”.*“${name}”`), name);
  }
  assert.match(strayWords("?cnns.model=zzz", all)[0], /“cnns\.model”.*“cnns” has no such setting; it has epochs, batchSize/);
});

test("a key that is misspelled for a section, or stands for another one, is told", () => {
  const stray = (query) => strayIn(query, all).keys.map(({ section, key }) => `${section} ${key}`);
  assert.deepEqual(stray("?cnns.epoch=5"), ["cnns cnns.epoch"]);
  assert.deepEqual(stray("?seeds=3"), ["train seeds"]);
  assert.deepEqual(stray("?section=studio&seeds=3"), ["studio seeds"]);
});

test("what is right, the page's own or other people's is not spoken of", () => {
  for (const query of ["", "?epochs=3&model=cae", "?section=cnns&epochs=3&data=data/", "?section=cnns&spec=mine.json", "?train.batchsize=64", "?utm.source=x&fbclid=1&compute=cpu&simd=plain", "?__proto__.a=1&constructor=2", "?section="])
    assert.deepEqual(strayWords(query, all), [], query);
});

test("a section that does not exist is told, with those that do", () => {
  const [told] = strayWords("?section=zzz", all);
  assert.match(told, /“zzz”.*pictures, train, cnns, .* or keep.*The whole page is shown/);
  assert.deepEqual(strayIn("?section=zzz&model=cae", all).keys, [], "the model is the first section's then");
});

test("a page of one section has no masthead and no bar from the first drawing on", () => {
  const boot = readFileSync(new URL("../../www/boot.js", import.meta.url), "utf8");
  const only = (search) => {
    const set = new Map();
    const documentElement = { toggleAttribute: (name, on) => set.set(name, on) };
    vm.runInNewContext(boot, { document: { documentElement, getElementById: () => null }, location: { search }, addEventListener() {}, URLSearchParams });
    return set.get("data-only");
  };
  assert.deepEqual(["?section=cnns", "?epochs=3&section=studio", "", "?section=", "?epochs=3"].map(only), [true, true, false, false, false]);
  const html = readFileSync(new URL("../../www/index.html", import.meta.url), "utf8");
  assert.ok(html.indexOf("boot.js") < html.indexOf("<body"), "before there is anything to draw");
  const css = readFileSync(new URL("../../www/styles/style.css", import.meta.url), "utf8");
  const [, rule] = /\[data-only\] \.masthead \{([^}]*)\}/.exec(css);
  assert.match(rule, /position: absolute/, "it takes no room");
  assert.match(rule, /padding: 0/);
});
