// Names of any kind, of classes, pictures and runs: what is shown of them, and what files hold.

import assert from "node:assert/strict";
import { test } from "node:test";
import { labelOf, newRun } from "../../www/app/run.js";
import { shownName, shownNames } from "../../www/app/names.js";
import { initial as lab, update as updateLab } from "../../www/app/state.js";
import { epochsCsv, fileName, runCard, stepsCsv } from "../../www/sections/keep/card.js";
import { comparedFigure, runFigure } from "../../www/sections/keep/curves.js";
import { reportOf, runPart } from "../../www/sections/keep/report.js";
import { props as keepProps } from "../../www/sections/keep/screen.js";
import * as keep from "../../www/sections/keep/state.js";
import { toSvg } from "../../www/sections/keep/svg.js";
import * as learned from "../../www/sections/learned/state.js";
import { props as learnedProps } from "../../www/sections/learned/screen.js";
import * as fake from "./fake-session.mjs";

const ARABIC = "\u0642\u0637\u0629";
const NAMES = [
  '<img src=x onerror=alert(1)>', '=HYPERLINK("http://x","y")', "+1+1", "-2", "-", "@SUM(A1)", "\t=1", " =1+1", "\u200b=1", "\uff1d1", 'a "quoted" name', "two\nlines", "two\r\nlines",
  ARABIC, `${ARABIC} (2)`, "\u202eesrever", "x".repeat(200), "null", "undefined", "constructor", "__proto__", "toString", "trailing ", " leading", "", "   ", "a,b", "a;b", "nul\0nul", "\ud800", "🐈".repeat(100),
];

/** A spreadsheet's reading of CSV. */
function readCsv(words) {
  const rows = [[]];
  let at = words.startsWith("\ufeff") ? 1 : 0;
  let cell = "";
  let quoted = false;
  for (; at < words.length; at += 1) {
    const letter = words[at];
    if (quoted) {
      if (letter === '"' && words[at + 1] === '"') (cell += '"', (at += 1));
      else if (letter === '"') quoted = false;
      else cell += letter;
    } else if (letter === '"' && cell === "") quoted = true;
    else if (letter === ",") (rows.at(-1).push(cell), (cell = ""));
    else if (letter === "\r" && words[at + 1] === "\n") (rows.at(-1).push(cell), (cell = ""), rows.push([]), (at += 1));
    else cell += letter;
  }
  assert.equal(quoted, false, "a cell is never left open");
  assert.deepEqual(rows.pop(), []);
  return rows;
}

function runOf(id, name, classes = fake.CLASSES, data = "Stand-ins") {
  const session = new fake.Session();
  session.set_manifest(JSON.stringify(fake.manifest()));
  session.data.loaded = { train: 600, test: 200 };
  const plan = session.plan(fake.defaults("cnn-max-2"));
  const run = newRun({ id, group: "train", name, pinned: false, startedAt: 0, version: "0.1.0", data: { name: data, hash: "abc", synthetic: true, classes }, from: null, plan, backend: "flex" }, false);
  const epoch = { type: "epoch", phase: 0, epoch: 1, step: 19, loss: 2.1, accuracy: 0.3, valLoss: 2.2, valAccuracy: 0.25, mse: null, psnr: null, ssim: null };
  return { ...run, status: "completed", step: 19, epochs: [epoch], curve: { ...run.curve, steps: [1, 2], loss: [2.3, 2.2], accuracy: [0.1, 0.2] } };
}

test("a shown name fits, turns nothing round, and is never empty", () => {
  for (const name of NAMES) {
    const shown = shownName(name);
    assert.ok(shown !== "" && Array.from(shown).length <= 58, JSON.stringify(name));
    assert.doesNotMatch(shown, /[\p{Cc}\p{Cs}\u202a-\u202e]/u, JSON.stringify(name));
    assert.equal([...shown.matchAll(/\u2068/g)].length, [...shown.matchAll(/\u2069/g)].length);
  }
  assert.equal(shownName(ARABIC), `\u2068${ARABIC}\u2069`);
  assert.equal(shownName("cat"), "cat");
  assert.equal(shownName("two\nlines"), "two lines");
  const [one, other] = [`${"x".repeat(150)} left`, `${"x".repeat(150)} right`].map(shownName);
  assert.notEqual(one, other, "names that differ at their end stay apart");
  assert.equal(shownNames(NAMES), shownNames(NAMES), "the same list");
});

test("tables for spreadsheets keep every name in one cell, and none is a formula", () => {
  const runs = NAMES.map((name, i) => runOf(`r${i}`, name));
  for (const written of [epochsCsv(runs), stepsCsv(runs)]) {
    const [head, ...rows] = readCsv(written);
    for (const row of rows) {
      assert.equal(row.length, head.length);
      const name = NAMES[Number(row[0].slice(1))].replaceAll("\0", "");
      assert.ok(row[1] === name || row[1] === `'${name}`, JSON.stringify([row[1], name]));
      assert.doesNotMatch(row[1], /^[\s\p{Cf}]*[=+\-@\uff1d]/u, JSON.stringify(name));
    }
    assert.ok(written.startsWith("\ufeff"), "a spreadsheet is told that it is UTF-8");
  }
  assert.ok(epochsCsv([runOf("a", "plain")]).startsWith("run,"), "what is ASCII has no mark");
});

test("a number that is none leaves its cell empty", () => {
  const run = runOf("a", "a");
  const broken = { ...run, epochs: [{ ...run.epochs[0], loss: NaN, valLoss: Infinity }] };
  const [head, row] = readCsv(epochsCsv([broken]));
  assert.deepEqual([row[head.indexOf("loss")], row[head.indexOf("val_loss")], row[head.indexOf("accuracy")]], ["", "", "0.3"]);
});

test("reports, figures and legends hold any name as words", () => {
  const runs = NAMES.map((name, i) => runOf(`r${i}`, name, NAMES, name));
  const parts = runs.map((run) => runPart(run, { defaults: null, strips: null, adapter: null }));
  const written = reportOf(runs, { parts, made: 0, version: "0", styled: true });
  assert.doesNotMatch(written, /<(img|script)/i);
  assert.doesNotMatch(written, /\0|\u202e/);
  assert.equal([...written.matchAll(/<tr/g)].length, [...written.matchAll(/<\/tr>/g)].length);
  for (const figure of [comparedFigure(runs), ...runs.map((run) => runFigure(run))]) {
    const svg = String(toSvg(figure, "runs"));
    assert.doesNotMatch(svg, /<img|\u202e|\[object|\p{Cs}/u);
    for (const mark of figure.marks) if (mark.kind === "words") assert.ok(Array.from(mark.words).length <= 130, mark.words);
  }
  for (const run of runs) {
    assert.match(fileName(run, "card.json"), /^[\w.-]{1,120}$/);
    assert.deepEqual(JSON.parse(JSON.stringify(runCard(run, { adapter: null }))).data.classes, NAMES, "the card has the names as they are");
  }
});

test("the list of runs says what differs in lines of its own, whatever the names hold", () => {
  const runs = [runOf("a", "one", fake.CLASSES, "two\nlines\tand a tab"), { ...runOf("b", "other"), data: { ...runOf("b", "").data, hash: "else" } }];
  const { rows } = keepProps(updateLab(lab, { type: "runs-found", runs }), keep.initial()).list;
  for (const { differs } of rows) for (const line of differs.split("\n")) assert.equal(line.split("\t").length, 2, JSON.stringify(line));
  assert.equal(labelOf(runOf("c", "two\nlines")), "two lines");
});

test("every class keeps its own place in the matrix and beside its pictures", () => {
  const run = { ...runOf("a", "a", NAMES), step: 19 };
  const state = { ...updateLab(lab, { type: "runs-found", runs: [run] }), engine: "ready", data: { ...lab.data, status: "ready", hash: "abc" } };
  const count = NAMES.length;
  const probabilities = new Float32Array(count * count);
  const labels = Uint8Array.from(NAMES.keys());
  labels.forEach((label, i) => (probabilities[i * count + label] = 1));
  const weights = "a 19";
  const local = [{ type: "seen" }, { type: "evaluating", weights }, { type: "evaluated", weights, predictions: { labels, probabilities, classes: count } }].reduce(learned.update, learned.initial({}));
  const { matrix, results } = learnedProps(state, local);
  assert.equal(matrix.classes.length, count);
  assert.deepEqual(matrix.evaluation.totals, new Array(count).fill(1));
  assert.equal(results.results.length, count);
  for (const { label, share } of results.results) assert.deepEqual([share, typeof results.classes[label]], [1, "string"]);
});
