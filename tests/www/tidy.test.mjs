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
    assert.ok(code.split("\n").length <= 400, `${name} is too long`);
  }
});

test("one file imports the wasm module; only workers, who makes them, and the page in a frame post messages", () => {
  assert.deepEqual(users(/pkg\//), ["worker/compute/packages.js"]);
  for (const [name, code] of scripts) if (imports(code).some((from) => from.endsWith("/packages.js"))) assert.match(name, /^worker\/(compute\/replica|worker)\.js$/);
  assert.deepEqual(users(/\.postMessage\(/), ["app/client.js", "app/framed.js", "worker/compute/open-replica.js", "worker/compute/replica.js", "worker/worker.js"]);
});

/** Files of a section that are not views. */
const roles = ["index", "state", "actions"];
/** Where an import leads, from the root of the page. */
const target = (name, from) => new URL(from, `http://page/${name}`).pathname.slice(1);

test("components and views know the page's words and numbers, and neither its state nor its worker", () => {
  for (const [name, code] of scripts) {
    const isView = name.startsWith("sections/") && /\bcreate\(container\b/.test(code) && !roles.includes(name.split("/").at(-1).replace(".js", ""));
    if (!isView && (!name.startsWith("components/") || name === "components/mount.js")) continue;
    for (const from of imports(code)) {
      const to = target(name, from);
      assert.doesNotMatch(to, /^(app|worker)\/(?!run|curve)/, `${name} imports ${from}`);
      assert.doesNotMatch(to, /^sections\/.*\/(state|actions|index)\.js$/, `${name} imports ${from}`);
    }
  }
});

test("rooms import one way: sections from components and app, app and worker from neither of them", () => {
  for (const [name, code] of scripts)
    for (const from of imports(code)) {
      const to = target(name, from);
      const room = name.split("/")[0];
      if (room === "app") assert.doesNotMatch(to, /^(sections|components|worker)\//, `${name} imports ${from}`);
      if (room === "worker") assert.doesNotMatch(to, /^(sections|components)\//, `${name} imports ${from}`);
      if (room === "components") assert.doesNotMatch(to, /^(sections|worker)\//, `${name} imports ${from}`);
      if (room === "sections" && name !== "sections/all.js") {
        assert.doesNotMatch(to, /^worker\//, `${name} imports ${from}`);
        const [, mine] = name.split("/");
        if (to.startsWith("sections/")) assert.ok(to.startsWith(`sections/${mine}/`), `${name} imports ${from}`);
      }
    }
});

test("the worker's rooms import one way, types too: store, compute, then intake and queries, then the engine", () => {
  const above = { store: ["compute", "intake", "queries"], compute: ["intake", "queries"], intake: ["queries"], queries: ["intake"] };
  for (const [name, code] of scripts.filter(([name]) => /^worker\/.+\//.test(name))) {
    const types = [...code.matchAll(/@import \{[^}]*\} from "([^"]+)"/g)].map(([, from]) => from);
    for (const from of [...imports(code), ...types].filter((from) => from.startsWith("."))) {
      const [, room] = /^worker\/(?:(\w+)\/)?/.exec(target(name, from)) ?? [];
      assert.ok(!above[name.split("/")[1]].includes(room), `${name} imports ${from}`);
      assert.doesNotMatch(target(name, from), /^worker\/(engine|worker)\.js$/, `${name} imports ${from}`);
    }
  }
});

test("nothing imports the roots", () => {
  for (const [name, code] of scripts)
    for (const from of imports(code)) assert.doesNotMatch(from, /(main|worker)\.js$/, name);
});

test("what is pure knows neither page nor worker nor clock", () => {
  const pure = ["store", "state", "run", "curve", "settings", "compute", "address"].map((name) => `app/${name}.js`);
  const worker = ["engine", "compute/runner", "compute/runs", "compute/replicas", "compute/queue", "compute/devices", "intake/data", "queries/queries"].map((name) => `worker/${name}.js`);
  const states = scripts.map(([name]) => name).filter((name) => /^sections\/.*\/state\.js$/.test(name));
  for (const name of [...pure, ...worker, ...states, "format.js"])
    assert.doesNotMatch(files.get(name), /\b(document|window|self|localStorage|performance|Date|setTimeout)\b[.(]/, name);
});

test("every string is used, and every place in index.html has one", () => {
  const code = scripts.filter(([name]) => !name.startsWith("strings")).map(([, body]) => body).join("\n");
  const html = readFileSync(`${root}index.html`, "utf8");
  const leaf = (path) => path.split(".").reduce((at, key) => at?.[key], text);
  for (const [, path] of html.matchAll(/data-text="([^"]+)"/g)) assert.equal(typeof leaf(path), "string", path);
  const looped = ["stages", "kinds", "labels", "options", "hints", "status", "columns", "measures", "rows", "choices", "names", "levels", "shapes", "says", "forward", "backward"];
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

test("sections and style sheets are listed once, and none is left out", () => {
  const folders = scripts.map(([name]) => /^sections\/(\w+)\/index\.js$/.exec(name)?.[1]).filter(Boolean);
  const [, listed] = /export const sections = \[([^\]]*)\]/.exec(files.get("sections/all.js"));
  assert.deepEqual(listed.split(",").map((name) => name.trim()), Object.keys(text.sections), "the bar's names, in the order of the page");
  assert.deepEqual(Object.keys(text.sections).sort(), folders.sort(), "every section's folder");
  const sheets = [...files.get("styles/all.css").matchAll(/@import "([^"]+)"/g)].map(([, from]) => target("styles/all.css", from));
  const here = [...files].map(([name]) => name).filter((name) => /^(styles|sections)\/.*\.css$/.test(name) && name !== "styles/all.css");
  assert.deepEqual(sheets.filter((name) => !name.startsWith("vendor/")).sort(), here.sort(), "every style sheet");
  for (const name of ["index.html", "lab.js"]) assert.match(readFileSync(root + name, "utf8"), /styles\/all\.css/, name);
});

test("what a style sheet or a browser test selects by id or class is in the page", () => {
  const html = readdirSync(root, { recursive: true }).map(String).filter((name) => name.endsWith(".html")).map((name) => readFileSync(root + name, "utf8"));
  const words = new Set([...scripts.map(([, code]) => code), ...html].join("\n").match(/[A-Za-z][\w-]*/g));
  /** A name stands in the code, or is made there of a prefix and a word, as in `learned-${id}`. */
  const isThere = (name) =>
    words.has(name) || [...name.matchAll(/-/g)].some(({ index }) => (words.has(name.slice(0, index + 1)) || words.has(name.slice(0, index))) && (words.has(name.slice(index + 1)) || /-(\d|cnn-)/.test(name)));
  /** uPlot brings its own. */
  const foreign = /^u-|^uplot$/;
  const named = (selector) => [...selector.matchAll(/(?<![\w"'=(])[.#]([A-Za-z][\w-]+)/g)].map(([, name]) => name);
  for (const [name, code] of files) {
    if (!name.endsWith(".css") || name.startsWith("vendor/")) continue;
    const selectors = code.replace(/\/\*.*?\*\//gs, "").replace(/@import[^;]*;/g, "").replace(/\{[^{}]*\}/g, "{}");
    for (const word of named(selectors)) assert.ok(isThere(word) || foreign.test(word), `${name} selects ${word}, and nothing has that name`);
  }
  const tests = fileURLToPath(new URL("../e2e/", import.meta.url));
  for (const name of readdirSync(tests).filter((file) => file.endsWith(".mjs")))
    for (const [, quoted] of readFileSync(tests + name, "utf8").matchAll(/\((?:"|`)([#.][^"`\n$]*)["`]/g))
      for (const word of named(quoted).filter((word) => !word.endsWith("-") && !/^(txt|png|jpg|json)$/.test(word)))
        assert.ok(isThere(word), `${name} selects ${word}, and nothing has that name`);
});
