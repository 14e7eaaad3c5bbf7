// What the page makes of a host that gives it less than it needs, or something else, as far as that is pure. The
// browsers' part is in tests/e2e/hosts.mjs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { dataFolder, readAddress } from "../../www/app/address.js";
import { findFault } from "../../www/app/diagnosis.js";
import { isOurs, watchFailures } from "../../www/app/failures.js";
import { get, isWebPage, nameOf } from "../../www/app/fetched.js";
import { createResting } from "../../www/app/resting.js";
import { initial, update } from "../../www/app/state.js";
import { createStore } from "../../www/app/store.js";
import { buildOf, builds, own, strangers } from "../../www/builds.js";
import { startWorker } from "../../www/launch.js";
import { text } from "../../www/strings.js";
import { choose } from "../../www/worker/compute/packages.js";
import { createClaims } from "../../www/worker/store/claims.js";
import { settle } from "./support.mjs";

const root = new URL("../../www/", import.meta.url);
const names = ["train", "cnns", "lesson"];

/** Answers every fetch from a list of paths of the page. */
async function served(files, body) {
  const before = globalThis.fetch;
  const asked = [];
  globalThis.fetch = async (address, options) => {
    const path = nameOf(new URL(address));
    asked.push({ path, options });
    const answer = files[path] ?? { status: 404 };
    if (answer.fails) throw new TypeError("Failed to fetch");
    return new Response(answer.body ?? "", { status: answer.status ?? 200, headers: { "content-type": answer.type ?? "text/javascript; charset=utf-8" } });
  };
  try {
    return await body(asked);
  } finally {
    globalThis.fetch = before;
  }
}

test("no word of the address reaches what every object has", () => {
  for (const query of ["?__proto__.paused=1", "?__proto__=1", "?constructor.epochs=1", "?train.__proto__=1", "?train.constructor=1", "?toString=1", "?hasOwnProperty.x=1"]) {
    const { asked } = readAddress(query, names);
    assert.deepEqual(asked, { train: {}, cnns: {}, lesson: {} }, query);
    assert.equal({}.paused, undefined, query);
    assert.equal(typeof {}.toString, "function", query);
  }
});

test("a link leads to pictures of this site alone; whoever writes an element may name others", () => {
  const base = "http://a.test/lab/?data=x";
  const of = (data, origin = "http://a.test") => dataFolder(data, base, origin);
  assert.deepEqual(of(null), { folder: null, refused: null, why: null });
  // Beside the page, and not beside the script that asks.
  assert.equal(of("data/").folder, "http://a.test/lab/data/");
  assert.equal(of("mine").folder, "http://a.test/lab/mine/");
  assert.equal(of("../mine/manifest.json?x#y").folder, "http://a.test/mine/");
  assert.equal(of("/mine/").folder, "http://a.test/mine/");
  for (const elsewhere of ["https://b.test/data/", "//b.test/data/", "http://a.test:8080/", "https://a.test/", "javascript:alert(1)", "data:text/plain,x", "blob:http://a.test/1", "file:///etc/", "http://u:p@a.test/", "http://["])
    assert.deepEqual([of(elsewhere).folder, typeof of(elsewhere).refused], [null, "string"], elsewhere);
  const whyOf = (data) => of(data).why;
  for (const elsewhere of ["https://b.test/data/", "//b.test/data/", "http://a.test:8080/", "https://a.test/"]) assert.equal(whyOf(elsewhere), "elsewhere", elsewhere);
  for (const nowhere of ["javascript:alert(1)", "data:text/plain,x", "blob:http://a.test/1", "file:///etc/", "http://u:p@a.test/", "http://[", "https://"]) assert.equal(whyOf(nowhere), "nowhere", nowhere);
  assert.equal(of("https://b.test/data", null).folder, "https://b.test/data/");
  assert.equal(of("javascript:alert(1)", null).folder, null);
});

test("what one listener throws keeps no other from hearing, and surfaces", async () => {
  const store = createStore(0, (state, event) => state + event);
  const heard = [];
  store.subscribe(() => {
    throw new Error("one broke");
  });
  store.subscribe(() => heard.push(store.get()));
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  const surfaced = [];
  process.on("uncaughtException", ({ message }) => surfaced.push(message));
  store.dispatch(1);
  store.dispatch(2);
  await settle();
  process.removeAllListeners("uncaughtException");
  for (const other of others) process.on("uncaughtException", other);
  assert.deepEqual(heard, [1, 3]);
  assert.deepEqual(surfaced, ["one broke", "one broke"]);
});

test("a sentence is said once, and goes when it is dismissed", () => {
  const say = (state, message) => update(state, { type: "notice", message });
  const twice = say(say(say(initial, "A."), "B."), "A.");
  assert.deepEqual(twice.notices, ["A.", "B."]);
  assert.deepEqual(update(twice, { type: "notice-dismissed", message: "A." }).notices, ["B."]);
});

test("without Web Locks, or where they are refused, a run is taken and no other is known of", async () => {
  const refused = { request: async () => Promise.reject(new DOMException("no", "SecurityError")), query: async () => Promise.reject(new DOMException("no", "SecurityError")) };
  for (const locks of [null, refused]) {
    const claims = createClaims(/** @type {any} */ (locks));
    assert.deepEqual(await claims.all(), []);
    assert.equal(await claims.take("a"), true);
    assert.equal(await claims.take("b"), true);
    claims.drop();
  }
});

test("errors of ours are told, those of the page around us are not", () => {
  const target = new EventTarget();
  const told = [];
  watchFailures((why) => told.push(why), target);
  const ours = Object.assign(new Error("drew nothing"), { stack: `Error: drew nothing\n  at ${root.href}components/chart.js:3:1` });
  const theirs = Object.assign(new Error("their menu"), { stack: "Error\n  at https://course.test/menu.js:1:1" });
  for (const error of [ours, theirs]) {
    target.dispatchEvent(Object.assign(new Event("error"), { error, message: error.message, filename: "" }));
    target.dispatchEvent(Object.assign(new Event("unhandledrejection"), { reason: error }));
  }
  const remark = "ResizeObserver loop completed with undelivered notifications.";
  target.dispatchEvent(Object.assign(new Event("error"), { error: undefined, message: remark, filename: `${root.href}index.html` }));
  assert.deepEqual(told, ["drew nothing", "drew nothing"]);
  assert.equal(isOurs(null, `${root.href}main.js`), true);
  assert.equal(isOurs("a string"), false);
});

test("a web page is told from files of ours, whatever its type", () => {
  const bytes = (words) => new TextEncoder().encode(words);
  for (const page of ["<!DOCTYPE html><html>", "\n\n <html lang=de>", "\u{feff}<!doctype html>", "<!-- x --><p>", "<head>"]) for (const form of [page, bytes(page)]) assert.ok(isWebPage(form), page);
  for (const ours of ['{"name":"x"}', "TGS1\0\0", "\0asm", "", "x < y"]) for (const form of [ours, bytes(ours)]) assert.ok(!isWebPage(form), ours);
});

test("a file that does not come is named: by its path on this site, by its whole address on another", async () => {
  const of = (path) => new URL(path, root);
  await served({ "pkg/a.json": { fails: true } }, async () => {
    await assert.rejects(get(of("pkg/a.json")), { message: text.hosts.silent("pkg/a.json") });
    await assert.rejects(get(of("pkg/b.json")), { message: text.hosts.refused("pkg/b.json", 404) });
  });
  await served({ "https://b.test/data/manifest.json": { fails: true } }, async () => {
    await assert.rejects(get(new URL("https://b.test/data/manifest.json")), /https:\/\/b\.test\/data\/manifest\.json did not answer.*Access-Control-Allow-Origin/);
  });
});

test("why a script did not start is found in it or in what it imports", async () => {
  const entry = { body: 'import { b } from "./app/b.js";\nimport {\n  c,\n} from "./c.js";\n' };
  const good = { "x.js": entry, "app/b.js": { body: 'export * from "../c.js";' }, "c.js": { body: "export const c = 1;" } };
  const fault = (change) => served({ ...good, ...change }, () => findFault("x.js"));
  assert.equal(await fault({}), null);
  assert.deepEqual(await fault({ "c.js": { status: 404 } }), { message: text.hosts.refused("c.js", 404), mixed: false });
  assert.deepEqual(await fault({ "c.js": { body: "<!doctype html>", type: "text/html" } }), { message: text.hosts.webPage("c.js"), mixed: false });
  assert.deepEqual(await fault({ "x.js": { ...entry, type: "text/plain" } }), { message: text.hosts.wrongType("x.js", "text/plain"), mixed: false });
  assert.deepEqual(await fault({ "app/b.js": { fails: true } }), { message: text.hosts.silent("app/b.js"), mixed: false });
});

test("all that a script leads to is found, so that all of it can be fetched anew", async () => {
  const files = {
    "main.js": { body: 'import { a } from "./a.js";\n' },
    "a.js": { body: "startWorker(`worker/w.js?${query}`);\n" },
    "worker/w.js": { body: 'const load = () => import("../pkg/glue.js");\n' },
    "pkg/glue.js": { body: "new URL('glue_bg.wasm', import.meta.url)\n" },
    "pkg/glue_bg.wasm": { body: "\0asm", type: "application/wasm" },
  };
  await served(files, async (asked) => {
    assert.equal(await findFault("main.js", { later: "all", options: { cache: "reload" } }), null);
    assert.deepEqual(asked.map(({ path }) => path), Object.keys(files));
    assert.ok(asked.every(({ options }) => options.cache === "reload"));
  });
});

test("scripts of another build are found, and those without one where there ought to be", () => {
  const noted = new Map();
  globalThis.tabgradBuilds = noted;
  try {
    assert.equal(own(), "", "sources have none");
    assert.deepEqual(strangers({}, ["worker/worker.js"]), []);
    noted.set(`${root.href}builds.js`, "new").set(`${root.href}worker/worker.js?build=cpu`, "new").set("https://other.test/lab/main.js", "old");
    assert.deepEqual(builds(), { "builds.js": "new", "worker/worker.js": "new" });
    assert.deepEqual(strangers(builds(), ["worker/worker.js"]), []);
    assert.deepEqual(strangers({ "main.js": "new", "a.js": "old", "pkg/x.wasm": "" }, ["main.js", "b.js"]), ["a.js", "b.js", "pkg/x.wasm"]);
  } finally {
    delete globalThis.tabgradBuilds;
  }
});

test("a wasm file's build is the section at its end", async () => {
  const bare = [0, 97, 115, 109, 1, 0, 0, 0];
  const section = [...new TextEncoder().encode("tabgrad-build")];
  const stamp = [...new TextEncoder().encode("abc")];
  const whole = [...bare, 0, section.length + stamp.length + 1, section.length, ...section, ...stamp];
  assert.equal(buildOf(await WebAssembly.compile(new Uint8Array(whole))), "abc");
  assert.equal(buildOf(await WebAssembly.compile(new Uint8Array(bare))), "");
});

test("where the list of packages is a web page, the plain one trains and that is said", async () => {
  const told = [];
  const chosen = () => choose("build=cpu", { can: () => true, gaveUp: (why) => told.push(why) });
  await served({ "pkg/packages.json": { body: "<!doctype html>" } }, async () => assert.equal(await chosen(), "cpu"));
  await served({}, async () => assert.equal(await chosen(), "cpu"));
  assert.equal(told.length, 2);
  assert.match(told[0], /a web page instead of/);
  assert.match(told[1], /404/);
});

test("Trusted Types: one policy, by name, that vouches for our workers and nothing else", () => {
  const made = [];
  const Plain = globalThis.Worker;
  globalThis.trustedTypes = { createPolicy: (name, { createScriptURL }) => (made.push(name), { createScriptURL: (url) => ({ vouched: createScriptURL(url) }) }) };
  globalThis.Worker = /** @type {any} */ (class { constructor(url) { this.url = url; } });
  try {
    assert.deepEqual(startWorker("worker/worker.js?build=cpu").url, { vouched: `${root.href}worker/worker.js?build=cpu` });
    startWorker("worker/compute/replica.js?cpu");
    assert.deepEqual(made, ["tabgrad"]);
    for (const other of ["main.js", "https://evil.test/worker/worker.js", "worker/../main.js", "//evil.test/worker/x.js"]) assert.throws(() => startWorker(other), /no worker of this page/, other);
  } finally {
    delete globalThis.trustedTypes;
    globalThis.Worker = Plain;
  }
});

/** A lab with one run of each group, of which one is active. */
function resting({ refuses = false } = {}) {
  const asked = [];
  let state = { active: null, starting: null, queue: [], runs: {} };
  const heard = new Set();
  const set = (change) => {
    state = { ...state, ...change };
    for (const one of heard) one();
  };
  const status = (id, now) => set({ runs: { ...state.runs, [id]: { ...state.runs[id], status: now } } });
  const act = {
    pause: async () => (asked.push("pause"), refuses || status(state.active, "paused")),
    resume: async () => (asked.push("resume"), status(state.active, "running")),
  };
  const lab = { get: () => state, subscribe: (one) => (heard.add(one), () => heard.delete(one)), act };
  const join = createResting(/** @type {any} */ (lab)).join;
  const start = (id, group) => set({ active: id, runs: { ...state.runs, [id]: { id, group, status: "running" } } });
  return { asked, set, status, join, start, state: () => state };
}

test("a run rests while none of its elements is in sight, and two of them do not pause each other", async () => {
  const { asked, join, start } = resting();
  const [one, two] = [join("studio"), join("studio")];
  one.see(true);
  start("a", "studio");
  two.see(false);
  await settle();
  assert.deepEqual(asked, []);
  one.see(false);
  await settle();
  assert.deepEqual(asked, ["pause"]);
  two.see(true);
  await settle();
  assert.deepEqual(asked, ["pause", "resume"]);
  two.leave();
  await settle();
  assert.deepEqual(asked, ["pause", "resume", "pause"], "an element that was taken out shows nothing");
  join("studio").see(true);
  await settle();
  assert.deepEqual(asked.at(-1), "resume", "another one in its place does");
});

test("a run that rests goes on when others wait for the trainer", async () => {
  const { asked, join, start, set } = resting();
  const one = join("studio");
  join("train").see(true);
  one.see(true);
  start("a", "studio");
  one.see(false);
  await settle();
  set({ queue: [{ run: "b" }] });
  await settle();
  assert.deepEqual(asked, ["pause", "resume"]);
});

test("a run that a hand paused stays so, and one that no element shows is left alone", async () => {
  const { asked, join, start, status } = resting();
  const one = join("studio");
  one.see(true);
  start("a", "studio");
  status("a", "paused");
  one.see(false);
  one.see(true);
  start("b", "cnns");
  await settle();
  assert.deepEqual(asked, []);
});

test("a run that cannot be paused is asked once", async () => {
  const { asked, join, start, set } = resting({ refuses: true });
  join("studio");
  start("a", "studio");
  await settle();
  for (let i = 0; i < 5; i += 1) set({});
  await settle();
  assert.deepEqual(asked, ["pause"]);
});

test("the words in index.html are those of the scripts, and the reasons those that boot.js tells apart", () => {
  const html = readFileSync(new URL("index.html", root), "utf8");
  const places = [...html.matchAll(/data-text="([^"]+)">([^<]*)</g)];
  assert.ok(places.length >= 4);
  for (const [, path, words] of places) assert.equal(words, path.split(".").reduce((at, key) => at[key], text), path);
  const boot = readFileSync(new URL("boot.js", root), "utf8");
  const shown = [...boot.matchAll(/show\("(\w+)"/g)].map(([, reason]) => reason);
  const written = [...html.matchAll(/data-reason="(\w+)"/g)].map(([, reason]) => reason);
  assert.deepEqual([...new Set(shown)].sort(), [...written].sort());
});

test("the page's policy is the one that the README states", () => {
  const policy = (words) => words.split(";").map((one) => one.trim()).filter((one) => one && !/^(base-uri|form-action)/.test(one)).sort();
  const html = readFileSync(new URL("index.html", root), "utf8");
  const readme = readFileSync(new URL("../README.md", root), "utf8");
  const [, stated] = /```\n(default-src[^`]*)```/.exec(readme);
  assert.deepEqual(policy(/http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(html)[1]), policy(stated));
});
