// What is said beside the numbers of a run: signs that it does not learn, and measures that mean nothing
// on its pictures.

import assert from "node:assert/strict";
import { test } from "node:test";
import { meaningless, remarksOf } from "../../www/app/remarks.js";
import { advance, newRun } from "../../www/app/run.js";
import { initial as lab, update as updateLab } from "../../www/app/state.js";
import { reportOf, runPart } from "../../www/sections/keep/report.js";
import { props as keepProps } from "../../www/sections/keep/screen.js";
import * as keep from "../../www/sections/keep/state.js";
import { props as studioProps } from "../../www/sections/studio/screen.js";
import * as studio from "../../www/sections/studio/state.js";
import { props as trainProps } from "../../www/sections/train/screen.js";
import * as train from "../../www/sections/train/state.js";
import { text } from "../../www/strings.js";
import * as fake from "./fake-session.mjs";
import { until, world } from "./support.mjs";

/** Every sign with numbers of its own. */
const FINDINGS = [
  { sign: "black-reconstructions" }, { sign: "white-reconstructions" }, { sign: "same-reconstructions" },
  { sign: "diverging", loss: 1.5e18, start: 0.69 }, { sign: "rising", loss: 25.5, start: 2.3 },
  { sign: "guessing", loss: 2.31, guess: 2.302585, epochs: 3, same: true }, { sign: "guessing", loss: 2.31, guess: 2.302585, epochs: 1, same: false },
  { sign: "young-averages", steps: 80, share: 0.4475 }, { sign: "by-heart", accuracy: 1, valAccuracy: 0.125 },
];
const CAVEATS = [
  { kind: "one-class" }, { kind: "grey-pictures" }, { kind: "plain-pictures" }, { kind: "mid-tones" }, { kind: "small-pictures", side: 9 },
  { kind: "no-test-pictures", classes: ["cat"] }, { kind: "no-training-pictures", classes: Array.from({ length: 12 }, (_, i) => `class ${i}`) },
];

function runOf(id, model, more = {}, caveats) {
  const session = new fake.Session();
  session.set_manifest(JSON.stringify(fake.manifest()));
  session.data.loaded = { train: 600, test: 200 };
  const plan = { ...session.plan(fake.defaults(model)), ...(caveats ? { caveats } : {}) };
  const run = newRun({ id, group: "train", name: "", pinned: false, startedAt: 0, version: "0.1.0", data: { name: "Stand-ins", hash: "abc", synthetic: true, classes: fake.CLASSES }, from: null, plan, backend: "flex" }, false);
  const epoch = { type: "epoch", phase: 0, epoch: 1, step: 19, loss: 0.6, accuracy: 0.3, valLoss: 0.61, valAccuracy: 0.35, mse: 0.01, psnr: 20, ssim: 0.5 };
  return { ...run, status: "completed", step: 19, epochs: [epoch], ...more };
}

test("every sign and every caveat has one sentence with its numbers, and an unknown one none", () => {
  for (const told of [...FINDINGS.map(text.remarks.finding), ...CAVEATS.map(text.remarks.caveat)]) {
    assert.match(told, /^[A-Z].*\.$/);
    assert.doesNotMatch(told, /undefined|NaN|null/);
  }
  assert.match(text.remarks.finding(FINDINGS[3]), /1\.5e\+18.*0\.6900/);
  assert.match(text.remarks.finding(FINDINGS[5]), /guessing \(2\.303\) for 3 epochs, and every picture/);
  assert.match(text.remarks.finding(FINDINGS[7]), /After 80 steps, 45 %/);
  assert.match(text.remarks.caveat(CAVEATS[6]), /class 4 and 7 more/);
  assert.deepEqual(remarksOf(runOf("a", "cae", { findings: [{ sign: "of a later version" }] })), []);
  assert.deepEqual(remarksOf(null), []);
});

test("a finding stands beside the run from its epoch on, until it no longer holds or the phase ends", () => {
  const at = { phase: 0, epoch: 1, step: 19 };
  const told = (run, ...events) => remarksOf(advance(run, events, run.pace, 0));
  const run = runOf("a", "sae");
  const found = { type: "diagnosis", ...at, findings: [FINDINGS[0]] };
  assert.match(told(run, found)[0], /black/);
  assert.deepEqual(told(run, found, { type: "diagnosis", ...at, findings: [] }), []);
  assert.deepEqual(told(run, found, { type: "phase", phase: 1, name: "Stage 2" }), []);
  const after = advance(run, [found], run.pace, 0);
  assert.deepEqual([after.status, after.step, after.epochs.length], [run.status, 19, 1], "the run goes on as it was");
});

test("the sections, the list of runs and the report say it", () => {
  const run = runOf("a", "cae-bn", { findings: [FINDINGS[7]] }, [{ kind: "no-test-pictures", classes: ["<b>"] }]);
  const state = updateLab(lab, { type: "runs-found", runs: [run, runOf("b", "cae")] });
  assert.match(trainProps(state, { ...train.initial({}), run: "a" }).remarks.remarks, /no test pictures of <b>.*\n.*80 steps/);
  const { remarks } = studioProps(state, { ...studio.initial({}), run: "a", compared: "b" }).remarks;
  assert.match(remarks, /^cae-bn.*: There are no test pictures/);
  assert.match(keepProps(state, keep.initial()).list.rows.find(({ id }) => id === "a").message, /80 steps/);
  const written = reportOf([run], { parts: [runPart(run, { defaults: null, strips: null, adapter: null })], made: 0, version: "0", styled: true });
  assert.match(written, /<li>There are no test pictures of &lt;b&gt;/);
  assert.match(written, /<li>After 80 steps/);
});

test("a measure that means nothing on these pictures is not shown as a number", () => {
  const run = runOf("a", "cae", {}, [{ kind: "grey-pictures" }, { kind: "plain-pictures" }]);
  assert.deepEqual(meaningless(run), { accuracy: true, ssim: true });
  assert.deepEqual(meaningless(runOf("b", "cae")), { accuracy: false, ssim: false });
  const state = updateLab(lab, { type: "runs-found", runs: [run, runOf("b", "cae")] });
  const { measures } = trainProps(state, { ...train.initial({}), run: "a" });
  assert.deepEqual([measures.accuracy, measures.ssim], [true, true]);
  const both = studioProps(state, { ...studio.initial({}), run: "a", compared: "b" }).measures.runs;
  assert.deepEqual(both.map(({ ssim }) => ssim), [true, false]);
});

test("the worker asks for a diagnosis after each epoch, and tells it with the epoch", async () => {
  const w = world();
  await w.engine.handle({ type: "open", data: null });
  w.session.diagnosis = { type: "diagnosis", phase: 0, epoch: 1, step: 19, findings: [FINDINGS[5]] };
  await w.engine.handle({ type: "start", job: { run: "one", group: "train", name: "", model: "cnn-max-2", overrides: { epochs: 2 }, from: null, paused: false }, backend: "flex" });
  await until(() => w.events("finished").length === 1, "the end");
  assert.equal(w.events("diagnosis").length, 2);
  const record = [...w.reports].findLast(({ type }) => type === "run-events");
  assert.ok(record.events.some(({ type }) => type === "diagnosis"));
});
