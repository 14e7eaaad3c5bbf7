// Kept runs: what differs between them, what is exported of them, and the report.

import assert from "node:assert/strict";
import { test } from "node:test";
import { newRun } from "../../www/app/run.js";
import { initial as lab, update as updateLab } from "../../www/app/state.js";
import { epochsCsv, fileName, runCard, stepsCsv } from "../../www/sections/keep/card.js";
import { comparedFigure, runFigure } from "../../www/sections/keep/curves.js";
import { differing, differsWords, unusual } from "../../www/app/differences.js";
import { ticksOf } from "../../www/sections/keep/figure.js";
import { html } from "../../www/sections/keep/html.js";
import { comparable, reportOf, runPart } from "../../www/sections/keep/report.js";
import { css } from "../../www/sections/keep/report-style.js";
import { hindrance, props, queryOf } from "../../www/sections/keep/screen.js";
import * as keep from "../../www/sections/keep/state.js";
import { toSvg } from "../../www/sections/keep/svg.js";
import * as fake from "./fake-session.mjs";

const HOSTILE = '<script>alert("x")</script> & \'co\'';

function planOf(model, overrides = {}) {
  const session = new fake.Session();
  session.set_manifest(JSON.stringify(fake.manifest()));
  session.data.loaded = { train: 600, test: 200 };
  const plan = session.plan({ ...fake.defaults(model), ...overrides });
  return { ...plan, summary: { ...plan.summary, multiplyAdds: 4_044_800 } };
}

const epochOf = (epoch, more = {}) => ({
  type: "epoch", phase: 0, epoch, step: epoch * 19, loss: 2.1 - epoch / 7, accuracy: 0.3, valLoss: 2.2 - epoch / 9, valAccuracy: 0.25, mse: null, psnr: null, ssim: null, ...more,
});

/** A run of two epochs. */
function runOf(id, model = "cnn-max-2", overrides = {}, more = {}) {
  const run = newRun(
    {
      id, group: "train", name: "", pinned: false, startedAt: Date.UTC(2026, 0, 2, 3, 4, 5), version: "0.1.0",
      data: { name: "Stand-ins", hash: "abc", synthetic: true, classes: fake.CLASSES }, from: null, plan: planOf(model, overrides), backend: "flex",
    },
    false,
  );
  const curve = { ...run.curve, steps: [1, 2], loss: [2.3, 2.2], accuracy: [0.1, 0.2] };
  return { ...run, status: "completed", step: 38, seconds: 1.5, epochs: [epochOf(1), epochOf(2)], curve, keptAt: 38, ...more };
}

const report = (runs, more = {}) =>
  reportOf(runs, { parts: runs.map((run) => runPart(run, { defaults: fake.defaults(run.plan.config.model), strips: null, adapter: null, ...more })), made: 0, version: "0.1.0", styled: true });

test("what differs is told of every run, and nothing of one alone", () => {
  const a = runOf("a");
  const b = runOf("b", "cnn-max-2", { seed: 3 });
  assert.deepEqual(differing([a]), []);
  assert.deepEqual(differing([a, a]), []);
  assert.deepEqual(differing([a, b]), ["seed"]);
  assert.deepEqual(differsWords(b, differing([a, b])), [{ name: "Seed", value: "3" }]);
  assert.deepEqual(differing([a, { ...b, backend: "wgpu", data: { ...b.data, hash: "other" } }]), ["seed", "data", "backend"]);
});

test("what a model does not have is no difference", () => {
  const cnn = runOf("a", "cnn-max-2", { epochs: 5 });
  const cae = runOf("b", "cae", { epochs: 5 });
  assert.deepEqual(differing([cnn, cae]), ["model"]);
  // Noise differs among those that have it.
  assert.deepEqual(differing([cnn, runOf("c", "cae-denoise", { epochs: 5 }), runOf("d", "cae-denoise", { epochs: 5, noiseLevel: 0.3 })]), ["model", "noiseLevel"]);
});

test("unusual settings are those that are not the model's defaults", () => {
  const defaults = fake.defaults("cnn-max-2");
  assert.deepEqual(unusual(defaults, defaults), []);
  assert.deepEqual(unusual({ ...defaults, epochs: 3, patience: 2 }, defaults), ["epochs", "patience"]);
});

test("a run card has the format's name, and its numbers to the last digit", () => {
  const run = runOf("a", "cnn-max-2", { seed: 7 }, { name: "mine", epochs: [epochOf(1, { loss: 2.302585092994046 })] });
  const card = JSON.parse(JSON.stringify(runCard(run, { adapter: "Some GPU" })));
  assert.equal(card.format, "tabgrad-run-card");
  assert.equal(card.version, 1);
  assert.equal(card.epochs[0].loss, 2.302585092994046);
  assert.equal("type" in card.epochs[0], false);
  assert.equal(card.seed, 7);
  assert.equal(card.created, "2026-01-02T03:04:05.000Z");
  assert.deepEqual(card.library, { name: "tabgrad", version: "0.1.0" });
  assert.deepEqual(card.configuration, run.plan.config);
  assert.equal(card.data.hash, "abc");
  assert.equal(card.model.parameters, run.plan.summary.total);
  assert.equal(card.adapter, null, "the CPU computed");
  assert.equal(runCard({ ...run, backend: "wgpu" }, { adapter: "Some GPU" }).adapter, "Some GPU");
  assert.deepEqual(Object.keys(card), [
    "format", "version", "id", "name", "section", "created", "status", "message", "seconds", "library", "backend", "adapter",
    "configuration", "seed", "startedFrom", "data", "model", "phases", "stepsPerEpoch", "totalSteps", "steps", "epochs", "curve",
  ], "whoever changes these raises the version");
});

test("tables have a row for every epoch and point, and names are never formulas", () => {
  const run = runOf("a", "cnn-max-2", {}, { name: '=HYPERLINK("http://x","y")' });
  const [head, first, ...rest] = epochsCsv([run, runOf("b")]).trimEnd().split("\r\n");
  assert.equal(head, "run,name,model,seed,phase,epoch,step,loss,accuracy,val_loss,val_accuracy,mse,psnr,ssim");
  assert.ok(first.startsWith(`a,"'=HYPERLINK(""http://x"",""y"")",cnn-max-2,0,`), first);
  assert.equal(rest.length, 3);
  assert.ok(first.endsWith(",,"), "what there is not is empty");
  assert.equal(stepsCsv([run]).split("\r\n").length, 1 + 2 + 1);
  assert.match(epochsCsv([runOf("c", "cnn-max-2", {}, { name: "two\nlines" })]), /"two\nlines"/);
});

test("a file's name is one that every system takes", () => {
  assert.equal(fileName(runOf("0123456789ab", "cae", {}, { name: "../Été: ok?" }), "card.json"), "tabgrad-cae-seed0-E-te-ok-012345-card.json");
});

test("whatever is put into markup is escaped, but for markup", () => {
  assert.equal(String(html`<p title="${'"'}">${HOSTILE}${html`<b>${"<"}</b>`}${[1, null, false]}</p>`),
    '<p title="&quot;">&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;co&#39;<b>&lt;</b>1</p>');
  assert.equal(String(html`${"a\u0000b"}`), "ab");
});

test("a report holds what it must, and nothing that runs or is fetched", () => {
  const runs = [runOf("a", "cnn-max-2", {}, { name: HOSTILE, message: HOSTILE, data: { name: HOSTILE, hash: HOSTILE, synthetic: true, classes: [HOSTILE] } }), runOf("b", "cnn-avg-2", { seed: 4 })];
  const written = report(runs, { strips: [{ name: HOSTILE, src: '"><script>' }], adapter: HOSTILE });
  assert.doesNotMatch(written, /<script/i);
  assert.doesNotMatch(written, /\son\w+=/i, "no handlers");
  assert.doesNotMatch(written, /(src|href)="(?!data:|&quot;)/, "nothing from elsewhere");
  assert.doesNotMatch(written, / style=/);
  assert.match(written, /&lt;script&gt;/);
  assert.match(written, /Synthetic data/);
  assert.match(written, /@media print/);
  assert.match(written, /<svg /);
  assert.match(written, /0\.1\.0/);
  for (const word of ["undefined", "NaN", "[object"]) assert.ok(!written.includes(word), `${word} in ${written.slice(written.indexOf(word) - 80, written.indexOf(word) + 40)}`);
});

test("the report's style needs no escaping, and can be left to whoever shows it", () => {
  assert.doesNotMatch(css, /[&<>"']/);
  assert.doesNotMatch(reportOf([runOf("a")], { parts: [], made: 0, version: "0", styled: false }), /<style/);
});

test("only runs of one loss on the same pictures are laid over each other in a report", () => {
  const groups = comparable([runOf("a"), runOf("b", "cae"), runOf("c"), runOf("d", "cae", { loss: "mean-squared-error" }), runOf("e", "cnn-max-2", {}, { data: { name: "", hash: "other", synthetic: false, classes: [] } })]);
  assert.deepEqual(groups.map((group) => group.map(({ id }) => id).join("")), ["ac", "b", "d", "e"]);
});

test("figures have marks within their bounds, whatever the runs hold", () => {
  const empty = runOf("a", "cnn-max-2", {}, { epochs: [], curve: { ...runOf("x").curve, steps: [], loss: [], accuracy: [] }, step: 0 });
  const wild = runOf("b", "cnn-max-2", {}, { epochs: [epochOf(1, { valLoss: NaN }), epochOf(2, { valLoss: 1e9, valAccuracy: null })] });
  const many = Array.from({ length: 14 }, (_, i) => runOf(`r${i}`, "cae", {}, { name: `A rather long name of a run, the ${i}th of them all` }));
  for (const figure of [runFigure(empty), runFigure(wild), comparedFigure([empty, wild]), comparedFigure(many)]) {
    const svg = String(toSvg(figure, HOSTILE));
    assert.doesNotMatch(svg, /NaN|Infinity|undefined|<script/);
    for (const mark of figure.marks)
      for (const [x, y] of mark.kind === "line" ? mark.points : [[mark.x, mark.y]])
        assert.ok(x >= 0 && x <= figure.width && y >= 0 && y <= figure.height, JSON.stringify(mark));
  }
});

test("ticks are round numbers within their range", () => {
  assert.deepEqual(ticksOf(0, 1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticksOf(2.29, 2.31), [2.29, 2.295, 2.3, 2.305, 2.31]);
  assert.deepEqual(ticksOf(1, 1), [1]);
});

const found = (...runs) => updateLab(lab, { type: "runs-found", runs });
const after = (...events) => events.reduce(keep.update, keep.initial());

test("the list shows the newest first, and what a filter leaves", () => {
  const state = found(runOf("a"), runOf("b", "cae", {}, { pinned: true }), runOf("c", "cae", {}, { group: "studio" }));
  const ids = (local) => props(state, local).list.rows.map(({ id }) => id).join("");
  assert.equal(ids(after()), "cba");
  assert.equal(ids(after({ type: "filtered", filter: "pinned" })), "b");
  assert.equal(ids(after({ type: "filtered", filter: "studio" })), "c");
});

test("what is drawn stays the same thing while nothing changes", () => {
  const state = found(runOf("a"), runOf("b"));
  const local = after({ type: "ticked", run: "a", on: true }, { type: "opened", run: "a" });
  const one = props(state, local);
  const other = props({ ...state, notices: ["something else"] }, { ...local, said: "" });
  for (const view of ["accuracy", "loss"]) for (const key of Object.keys(one[view])) assert.equal(other[view][key], one[view][key], `${view}.${key}`);
  assert.equal(other.list.rows[1].details, one.list.rows[1].details);
  assert.equal(props(state, local).list.rows, props(state, local).list.rows);
});

test("the report is of the ticked runs, or the pinned, or all, and never of none by itself", () => {
  const state = found(runOf("a"), runOf("b", "cae", {}, { pinned: true }));
  assert.equal(keep.scopeOf(state, after()), "pinned");
  assert.equal(keep.scopeOf(state, after({ type: "ticked", run: "a", on: true })), "chosen");
  assert.equal(keep.scopeOf(state, after({ type: "scope-chosen", scope: "chosen" })), "pinned", "nothing is ticked");
  assert.equal(keep.scopeOf(found(runOf("a")), after()), "all");
  // A run that was deleted is no longer ticked.
  const gone = updateLab(state, { type: "run-discarded", run: "a" });
  assert.deepEqual(keep.ticked(gone, after({ type: "ticked", run: "a", on: true })), []);
});

test("an interrupted run can go on when the worker is free and its pictures are here", () => {
  const run = runOf("a", "cnn-max-2", {}, { status: "interrupted", step: 19 });
  const state = found(run);
  assert.match(hindrance(state, run), /pictures are here/);
  const ready = { ...state, engine: "ready", data: { ...state.data, status: "ready", hash: "abc" } };
  assert.equal(hindrance(ready, run), "");
  assert.match(hindrance({ ...ready, data: { ...ready.data, hash: "else" } }, run), /Stand-ins/);
  assert.match(hindrance({ ...ready, active: "b" }, run), /Another run/);
  assert.equal(props(ready, after()).list.rows[0].goesOn, true);
  assert.equal(props(found({ ...run, keptAt: null }), after()).list.rows[0].goesOn, false, "not without weights");
});

test("weights that are not kept are there in the visit that trained them; those that are gone are said to be", () => {
  const row = (more) => props(found(runOf("a", "cnn-max-2", {}, { keptAt: null, ...more })), after()).list.rows[0];
  assert.equal(row({}).hasWeights, true);
  assert.equal(row({ step: 0, status: "running" }).hasWeights, false);
  assert.match(row({}).keptWords, /not yet/);
  assert.match(row({ weightsGone: true }).message, /weights of this run are not kept/);
  assert.equal(row({ weightsGone: true }).hasWeights, false);
  assert.match(row({ weightsGone: true }).keptWords, /curves and results, without the weights/);
});

test("the link holds the model and what differs from its defaults", () => {
  const run = runOf("a", "cnn-avg-2", { epochs: 3, seed: 5 });
  assert.equal(queryOf(run, fake.defaults("cnn-avg-2")), "?preset=cnn-avg-2&epochs=3&seed=5");
  assert.match(queryOf(run, null), /preset=cnn-avg-2.*learningRate=0\.001.*padding=valid/);
  assert.doesNotMatch(queryOf(run, null), /output/);
});
