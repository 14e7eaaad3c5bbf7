// The rules of the house for the page's code, checked on its text.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { text } from "../../www/strings.js";

const root = fileURLToPath(new URL("../../www/", import.meta.url));
const files = new Map(
  readdirSync(root, { recursive: true })
    .map(String)
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => /\.(js|css)$/.test(name))
    .map((name) => [name, readFileSync(root + name, "utf8")]),
);
const scripts = [...files].filter(([name]) => name.endsWith(".js"));
const imports = (code) => [...code.matchAll(/(?:^import .*?from |import\()"([^"]+)"/gms)].map(([, from]) => from);
const users = (pattern) => scripts.filter(([, code]) => pattern.test(code)).map(([name]) => name).sort();

test("every file says first what it is, and is short", () => {
  for (const [name, code] of files) {
    assert.match(code, /^(\/\/|\/\*) [A-Z]/, name);
    assert.ok(code.split("\n").length < 400, `${name} is too long`);
  }
});

test("only the worker imports the wasm module, only worker and client post messages", () => {
  assert.deepEqual(users(/pkg\//), ["worker.js"]);
  assert.deepEqual(users(/\.postMessage\(/), ["client.js", "worker.js"]);
});

test("views import only words, numbers, the chart library and their own tools", () => {
  const allowed = ["./dom.js", "../format.js", "../strings.js", "../vendor/uPlot.esm.js"];
  for (const [name, code] of scripts)
    if (name.startsWith("views/"))
      for (const from of imports(code)) assert.ok(allowed.includes(from), `${name} imports ${from}`);
});

test("nothing imports the roots", () => {
  for (const [name, code] of scripts)
    for (const from of imports(code)) assert.doesNotMatch(from, /(main|worker)\.js$/, name);
});

test("state, run, settings and the worker's engine know neither page nor worker", () => {
  for (const name of ["state.js", "run.js", "curve.js", "settings.js", "screen.js", "compute.js", "devices.js", "engine.js", "runner.js", "store.js", "format.js"])
    assert.doesNotMatch(files.get(name), /\b(document|window|self|localStorage|performance|Date|setTimeout)\b[.(]/, name);
});

test("every string is used, and every place in index.html has one", () => {
  const code = scripts.filter(([name]) => name !== "strings.js").map(([, body]) => body).join("\n");
  const html = readFileSync(`${root}index.html`, "utf8");
  const leaf = (path) => path.split(".").reduce((at, key) => at?.[key], text);
  for (const [, path] of html.matchAll(/data-text="([^"]+)"/g)) assert.equal(typeof leaf(path), "string", path);
  const looped = ["stages", "kinds", "labels", "options", "hints", "status", "columns", "measures", "rows", "choices", "names"];
  const walk = (at, path) => {
    for (const [key, value] of Object.entries(at)) {
      if (value && typeof value === "object") {
        if (!looped.includes(key)) walk(value, [...path, key]);
      } else if (!html.includes(`"${[...path, key].join(".")}"`))
        assert.match(code, new RegExp(`\\.${key}\\b|\\b${key}[,: }]`), [...path, key].join("."));
    }
  };
  walk(text, []);
});
