// Whatever values of the declared types an exported function is called with, it answers or throws an error
// with a sentence; it never traps, and the module works on. Functions and their types are read from the
// declarations of the package, so that a new one is tested as soon as it is there.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { png } from "../e2e/drawn.mjs";
import { records, tar } from "../e2e/files.mjs";
import "../www/image-data.mjs";

/** The package that trains, and the one that reads files. */
const packages = ["cpu", "intake"].map((name) => {
  const pkg = new URL(`../../pkg/${name}/`, import.meta.url);
  return { pkg, binary: readFileSync(new URL("tabgrad_bg.wasm", pkg)), declared: readFileSync(new URL("tabgrad.d.ts", pkg), "utf8") };
});

/** Calls of each function. */
const ROUNDS = 80;
/** They load the module. */
const LOADERS = ["initSync", "__wbg_init", "start"];
const SIDE = 32 * 32 * 3;

/** Mulberry32, so that a failure comes again. @param {number} seed */
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A module of its own: one that has trapped says nothing of the next function. */
let opened = 0;
async function open() {
  opened += 1;
  const all = {};
  for (const { pkg, binary } of packages) {
    const wasm = await import(new URL(`tabgrad.js?${opened}`, pkg).href);
    wasm.initSync({ module: binary });
    Object.assign(all, wasm);
  }
  return all;
}

const labels = (/** @type {number} */ count) => Uint8Array.from({ length: count }, (_, n) => n % 2);
const rgb = (/** @type {number} */ count) => Uint8Array.from({ length: count * SIDE }, (_, n) => (n * 7 + 13 * Math.floor(n / SIDE)) % 256);

/** A PNG of 32 by 32 pixels of one grey. @param {number} level */
const grey = (level) => png(32, 32, () => [level], { type: 0 });

/** Two classes of pictures, twelve to learn from and four for the test. */
const PATHS = ["train/ant", "train/bee"].flatMap((name) => [0, 1, 2, 3, 4, 5].map((n) => `${name}/${n}.png`)).concat(["test/ant/0", "test/ant/1", "test/bee/0", "test/bee/1"]);
function survey(wasm) {
  const made = new wasm.FolderSurvey(PATHS.map((path) => ({ path, bytes: 99 })));
  for (const index of made.wanted()) made.see(index, grey(index));
  return made;
}
const folder = (wasm) => survey(wasm).layout([], null);
const recordsSurvey = (wasm) => new wasm.RecordsSurvey("a", [{ path: "data_batch_1.bin", bytes: 30 * 3073 }, { path: "train-images-idx3-ubyte", bytes: 99 }]);
function imported(wasm) {
  const made = folder(wasm);
  made.wanted().forEach((index, nth) => made.take(nth, new wasm.OpenedPicture(grey(index * 9), made.picture())));
  return made.finish();
}
const packed = (wasm) => imported(wasm).pack("drawn", "Drawn by a test.");
const config = (wasm) => ({ ...wasm.defaults("cae"), batchSize: 4, epochs: 1 });

/** A session with data, and a run in its middle. */
async function session(wasm) {
  const made = new wasm.Session();
  const data = packed(wasm);
  made.set_manifest(data.manifest());
  for (let n = 0; n < data.count(); n += 1) made.add_shard(data.file(n), data.take(n));
  data.free();
  await made.start("run", config(wasm), "flex");
  await made.advance("run", 1);
  return made;
}

/** A small archive, as a file that answers at once. */
const file = tar({ "a/1.png": rgb(1), "data_batch_1.bin": records(30) });
const source = { size: file.length, read: (/** @type {number} */ at, /** @type {number} */ length) => file.subarray(at, at + length) };

/** How an object to call methods on is made. */
const makers = {
  Session: session,
  Replica: (wasm) => wasm.Replica.open(config(wasm), 2, undefined),
  SpeedTest: (wasm) => wasm.speed_test(config(wasm), "flex", 1, undefined),
  DecodedData: packed,
  VisitorArchive: (wasm) => wasm.open_archive("a.tar", source),
  RecordsSurvey: recordsSurvey,
  RecordsImport: (wasm) => recordsSurvey(wasm).import(null),
  OpenedPicture: (wasm) => new wasm.OpenedPicture(grey(7), { width: 20, height: 12, channels: 1 }),
  FolderSurvey: survey,
  FolderImport: folder,
  ImportedFolder: imported,
  LocalWork: async (wasm) => (await session(wasm)).compute_local("run", 2),
};

const strings = ["", "run", "test", "train", "given", "flex", "wgpu", "cae", "__proto__", "constructor", "\0", "\ud800", "ü".repeat(70_000), "{}", "null", "[".repeat(5000), '{"input":[1e999]}', '{"format":"tabgrad-data"}', "NaN", "../..", "train-000.bin"];
const numbers = [0, 1, 2, 7, -1, 2.5, NaN, Infinity, -Infinity, 2 ** 16, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53, 1e300, -1e300];
const pick = (draw, all) => all[Math.floor(draw() * all.length)];

/** Values of every kind that JavaScript has, and settings that are nearly right. Objects whose properties throw
 * are not among them: none comes through `postMessage`. */
function anything(draw, wasm) {
  const good = config(wasm);
  const key = pick(draw, Object.keys(good));
  const odd = [
    undefined, null, true, 10n, Symbol("odd"), ...numbers, ...strings,
    [], [1, 2, 3], [[]], new Array(5), [null], {}, Object.create(null), { model: "cae" }, { run: "run", step: 0 }, { width: 28, height: 28, channels: 1 }, { width: 28, height: NaN, channels: 4 }, { size: "20x12", channels: 1, labels: "coarse" }, { size: "7" }, new Uint8Array(0), rgb(1),
    { labels: labels(3), rgb: rgb(2) }, { labels: [1], rgb: [2] }, { name: 1, classes: 2 }, { name: "", source: "", classes: new Array(300).fill("a") },
    new Float32Array([NaN, Infinity, 0]), new Uint32Array([0, 2 ** 32 - 1]), new ArrayBuffer(8), new Map([["model", "cae"]]), new Date(NaN), /x/, () => 1, new Error("mine"),
  ];
  if (draw() < 0.4) return { ...good, [key]: pick(draw, odd) };
  return draw() < 0.1 ? good : pick(draw, odd);
}

const arrays = { Uint8Array, Uint8ClampedArray, Uint16Array, Uint32Array, Int32Array, Float32Array, Float64Array };
function array(draw, Type) {
  const length = pick(draw, [0, 1, 2, 3, 16, 300, SIDE, 5000]);
  const isFloat = Type === Float32Array || Type === Float64Array;
  const value = isFloat ? () => pick(draw, [0, 1, NaN, Infinity, -1e38, draw()]) : () => draw() * pick(draw, [2, 256, 2 ** 32]);
  return Type.from({ length }, value);
}

/** A value of a declared type, in an object: a promise for it would ask it for its `then`. @param {string} type */
async function valueOf(type, draw, wasm) {
  const kinds = type.split("|").map((kind) => kind.trim()).filter((kind) => kind !== "number[]" || type === "number[]");
  const kind = pick(draw, kinds);
  if (kind === "string") return { value: pick(draw, strings) };
  if (kind === "number") return { value: pick(draw, numbers) };
  if (kind === "boolean") return { value: draw() < 0.5 };
  if (kind === "null") return { value: null };
  if (kind === "undefined") return { value: undefined };
  if (arrays[kind]) return { value: array(draw, arrays[kind]) };
  if (kind === "ImageData" && draw() < 0.7) return { value: new ImageData(pick(draw, [1, 32, 33]), pick(draw, [1, 32, 64, 100])) };
  if (makers[kind]) return { value: await makers[kind](wasm) };
  if (kind === "string[]") return { value: Array.from({ length: pick(draw, [0, 1, 3, 300]) }, () => pick(draw, strings)) };
  if (/^Array<any>$|^any\[\]$/.test(kind)) return { value: Array.from({ length: pick(draw, [0, 1, 3]) }, () => anything(draw, wasm)) };
  return { value: anything(draw, wasm) };
}

/** Types of the parameters of a declaration: commas within brackets divide nothing. @param {string} text */
function typesOf(text) {
  const types = [];
  let depth = 0;
  let part = "";
  for (const letter of `${text},`) {
    depth += "<([{".includes(letter) ? 1 : ">)]}".includes(letter) ? -1 : 0;
    if (letter !== "," || depth > 0) part += letter;
    else if (part.trim() !== "") (types.push(part), (part = ""));
  }
  return types.map((one) => one.slice(one.indexOf(":") + 1).trim() + (/^\s*\w+\?/.test(one) ? " | undefined" : ""));
}

const describe = (value) => {
  try {
    return typeof value === "string" ? JSON.stringify(value.slice(0, 20)) : (JSON.stringify(value)?.slice(0, 80) ?? String(value));
  } catch {
    return `a ${typeof value} that cannot be written`;
  }
};

/** @param {string} name @param {string} parameters */
async function check(name, parameters, wasm, callee) {
  const draw = random([...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) | 0);
  const types = typesOf(parameters);
  for (let round = 0; round < (types.length > 0 ? ROUNDS : 1); round += 1) {
    const values = [];
    for (const type of types) values.push((await valueOf(type, draw, wasm)).value);
    // The run that there is, so that more than its name is read.
    if (name.startsWith("Session.") && types[0] === "string" && draw() < 0.5) values[0] = "run";
    const told = `${name}(${values.map(describe).join(", ")})`;
    try {
      const answer = await (await callee())(...values);
      if (answer && typeof answer === "object" && typeof answer.free === "function") answer.free();
    } catch (thrown) {
      assert.ok(!(thrown instanceof WebAssembly.RuntimeError), `${told} trapped: ${thrown?.stack}`);
      assert.ok(thrown instanceof Error, `${told} threw ${String(thrown)}, which is no Error`);
      assert.ok(thrown.message.length > 0, `${told} threw an error without words`);
      assert.doesNotMatch(thrown.message, /borrow|recursive use|null pointer|panicked|unwrap/i, told);
    }
  }
  assert.ok(wasm.presets().length > 0 && wasm.records_bytes() > 0, "the modules work on");
}

const functions = packages.flatMap(({ declared }) => [...declared.matchAll(/^export function (\w+)\((.*)\): .*;$/gm)]).filter(([, name]) => !LOADERS.includes(name));
const classes = packages.flatMap(({ declared }) => [...declared.matchAll(/^export class (\w+) \{\n(.*?)^\}/gms)]);

test("the declarations are read", () => {
  assert.ok(functions.length >= 9, "functions");
  assert.deepEqual(classes.map(([, name]) => name).sort(), Object.keys(makers).sort(), "say in this file how each class is made");
});

for (const [, name, parameters] of functions)
  test(`${name} with anything of its types`, async () => {
    const wasm = await open();
    await check(name, parameters, wasm, () => wasm[name]);
  });

for (const [, name, body] of classes)
  for (const [, isStatic, method, parameters] of body.matchAll(/^ {4}(static )?(\w+)\((.*)\): .*;$/gm)) {
    if (method === "free") continue;
    test(`${name}.${method} with anything of its types`, async () => {
      const wasm = await open();
      if (isStatic) return check(`${name}.${method}`, parameters, wasm, () => wasm[name][method].bind(wasm[name]));
      let object = await makers[name](wasm);
      await check(`${name}.${method}`, parameters, wasm, async () => {
        // What a call has used up is made again.
        if (object.__wbg_ptr === 0) object = await makers[name](wasm);
        return object[method].bind(object);
      });
    });
  }
