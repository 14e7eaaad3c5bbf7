// The page's settings and the library's table are of the same settings: the terminal's help and flags come
// from that table. And what a model file may be is read by the module as the page relies on it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fields } from "../../www/app/settings.js";

const pkg = new URL("../../pkg/cpu/", import.meta.url);
const wasm = await import(new URL("tabgrad.js", pkg).href);
wasm.initSync({ module: readFileSync(new URL("tabgrad_bg.wasm", pkg)) });
const table = new Map(wasm.settings().map((setting) => [setting.key, setting]));

test("every control of the page is a setting of the library, with choices and ranges that it takes", () => {
  for (const { key, kind, min, max, options } of fields) {
    const setting = table.get(key);
    assert.ok(setting, key);
    if (kind === "choice") {
      assert.equal(setting.kind, "choice", key);
      assert.deepEqual(options.filter((option) => !setting.options.includes(option)), [], key);
    } else {
      assert.ok(min >= setting.min && max <= setting.max, key);
      assert.equal(setting.kind, kind === "number" ? "number" : "whole", key);
      assert.equal(setting.optional, kind === "optional", key);
    }
  }
  const shown = fields.map(({ key }) => key);
  const run = Object.keys(wasm.defaults("cae-denoise")).filter((key) => key !== "model");
  assert.deepEqual(run.filter((key) => !table.has(key)), [], "settings without a line in the table");
  assert.deepEqual(shown.filter((key) => !run.includes(key)), [], "controls of no setting");
});

test("a model's record has what the page asks of it, whatever the model", () => {
  const spec = { input: [32, 32, 3], layers: [{ type: "Flatten" }, { type: "Dense", units: "classes", activation: "softmax" }], task: { type: "classify" } };
  const record = wasm.read_model(JSON.stringify(spec));
  assert.deepEqual(record.config.model, { name: "model", ...spec });
  assert.deepEqual(wasm.defaults(record.config.model), record.config);
  assert.deepEqual([record.family, record.kind, record.stages, record.listed], [null, "classifier", [], true]);
  assert.deepEqual(Object.keys(record).sort(), Object.keys(wasm.presets()[0]).sort());
  assert.throws(() => wasm.read_model("{}"), { name: "ConfigError", message: "This model cannot be read: It has no `input`, which it needs." });
});
