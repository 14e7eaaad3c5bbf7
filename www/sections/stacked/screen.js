// What the stacked section's views are shown, as data. Pure.

import { remarksOf } from "../../app/remarks.js";
import { nameOf, stagesOf as stageSpecsOf } from "../../app/models.js";
import { shownClasses, shownName } from "../../app/names.js";
import { memo, memoBy } from "../../app/memo.js";
import { fieldValues } from "../../app/settings.js";
import { isWrong } from "../../app/setting-typed.js";
import { nameIn, namesBeside } from "../../app/run-names.js";
import { isActive, progress } from "../../app/run.js";
import { canGoOn, canTrain, isAskable } from "../../app/state.js";
import { text } from "../../strings.js";
import { compareAccuracies, meanLine, pairsOf } from "./pretraining.js";
import { codesOf, hasStages, reconstructedPhase, outcome, plannedRungs, rungsOf, stagesOf } from "./ladder.js";
import { EPOCHS, classifiersAhead, halfClassifier, hasClassifier, isTrained, isWaiting, offered, presetsOf, shownRun, stackedRuns } from "./state.js";

/** @import { Run } from "../../app/run.js" */
/** @import { State } from "../../app/state.js" */
/** @import { Pair } from "./pretraining.js" */
/** @import { Captured, Local } from "./state.js" */

const none = /** @type {never[]} */ ([]);

/** What the visitor may press. @param {State} state @param {Local} local */
export function permissions(state, local) {
  const run = shownRun(state, local);
  const waiting = isWaiting(state, local);
  const active = run !== null && isActive(run);
  const alive = state.engine === "ready";
  const described = local.description !== null && local.description.error === null;
  return {
    start: canTrain(state) && described && !isWrong(local.wrong) && !active && !waiting,
    pause: alive && run?.status === "running",
    resume: alive && run?.status === "paused",
    stop: (alive && active) || waiting,
    goOn: !waiting && canGoOn(state, run),
  };
}

/** Whether both classifiers can be trained now. @param {State} state @param {Local} local */
export function mayCompare(state, local) {
  const run = shownRun(state, local);
  const { waiting, training } = classifiersAhead(state);
  const sound = local.classifierWrong === null || local.classifierWrong.typing;
  return canTrain(state) && presetsOf(state.models).classifier !== null && isTrained(run) && run !== null && hasClassifier(run) && isAskable(state, run) && sound && !training && waiting.length === 0;
}

/** Changes with the epoch and not with every step. @param {State} state @param {Local} local */
function statusSentence(state, local) {
  const { status, waitingFor, announce } = text.training;
  const run = shownRun(state, local);
  if (isWaiting(state, local)) {
    if (state.compute.stage) return text.compute.stages[state.compute.stage];
    const before = state.active === null ? null : state.runs[state.active];
    return before ? waitingFor(nameOf(before.plan.config.model)) : status.starting;
  }
  if (!run) return state.data.status === "failed" ? status.noData : state.data.status === "ready" ? text.stacked.none : status.loadingData;
  if (run.message) return run.message;
  const at = progress(run);
  return announce(status[run.status], at.phase, at.epoch, at.epochs);
}

/** Why no classifier can begin now, or how far they are. @param {State} state @param {Local} local */
function compareSentence(state, local) {
  const words = text.stacked.compare;
  const run = shownRun(state, local);
  const { waiting, training } = classifiersAhead(state);
  if (training) return words.training(nameIn(state, training), training.epoch, training.plan.config.epochs, waiting.length);
  if (waiting.length > 0) return words.waiting(waiting.length);
  const refused = run && Object.values(state.runs).findLast((one) => one.from === run.id && one.message !== null);
  if (refused?.message) return refused.message;
  const half = halfClassifier(state);
  if (half) return words.half(nameIn(state, half), half.epoch, half.plan.config.epochs);
  if (run && !hasClassifier(run)) return words.noClassifier;
  if (!isTrained(run)) return words.noEncoder;
  if (run?.weightsGone) return text.errors.runNotHere;
  if (run && state.data.status === "ready" && !isAskable(state, run)) return text.errors.otherData(shownName(run.data.name));
  return run ? words.ready(nameIn(state, run)) : "";
}

const besideName = (/** @type {Run} */ run) => text.stacked.beside(run.plan.config.epochs, run.startedAt);
const named = namesBeside(besideName);
const choices = memo((/** @type {Run[]} */ ...runs) => runs.map((run) => ({ id: run.id, label: text.stacked.option(named(runs, run), besideName(run)) })));

const shapes = memo((/** @type {import("../../protocol.js").Summary|null} */ summary, /** @type {import("../../protocol.js").StageSpec[]} */ specs) =>
  summary ? { codes: codesOf(summary, specs), stages: stagesOf(summary.layers, specs) } : { codes: none, stages: none });

const allRuns = (/** @type {State} */ { runs, order }) => order.map((id) => runs[id]).filter(Boolean);

/** @param {Pair[]} pairs @param {"pretrained"|"scratch"} which */
const runsOf = (pairs, which) => pairs.flatMap((pair) => pair[which] ?? []);

/** Lines, table and verdict of the comparison. @param {Pair[]} pairs */
function comparisonOf(pairs) {
  const words = text.stacked.compare;
  const seeds = pairs.length;
  /** @param {"valAccuracy"|"valLoss"} what */
  const linesOf = (what) =>
    /** @type {const} */ (["pretrained", "scratch"]).flatMap((which, tone) => {
      const runs = runsOf(pairs, which);
      if (runs.length === 0) return [];
      const y = meanLine(runs.map(({ epochs }) => epochs.map((epoch) => epoch[what])));
      return [{ name: words.lines[which](runs.length), x: y.map((_, i) => i + 1), y, tone, dashed: which === "scratch" }];
    });
  const whole = pairs.filter(({ pretrained, scratch }) => pretrained.status === "completed" && scratch?.status === "completed");
  const accuracies = (/** @type {Run[]} */ runs) => runs.map(({ epochs }) => epochs.map(({ valAccuracy }) => valAccuracy ?? 0));
  const findings = compareAccuracies(accuracies(runsOf(whole, "pretrained")), accuracies(runsOf(whole, "scratch")));
  const epochs = pairs[0]?.pretrained.plan.config.epochs ?? 1;
  return { accuracy: linesOf("valAccuracy"), loss: linesOf("valLoss"), findings, seeds, epochs };
}

/** The comparison changes with an epoch or the end of a run, not with a step. */
const comparison = memoBy(
  (/** @type {Pair[]} */ pairs) => pairs.flatMap(({ pretrained, scratch }) => [pretrained, scratch].flatMap((one) => [one?.id, one?.epochs.length, one?.status])),
  comparisonOf,
);

/** @type {Captured} */
const nothing = [];

/** @param {State} state @param {Local} local */
export function props(state, local) {
  const run = shownRun(state, local);
  const may = permissions(state, local);
  const model = run?.plan.config.model ?? presetsOf(state.models).stack?.config.model ?? "";
  const specs = stageSpecsOf(state.models, model);
  const found = run?.plan.summary ?? local.description?.summary ?? null;
  const summary = found && hasStages(found.layers, specs) ? found : null;
  const { codes, stages } = shapes(summary, specs);
  const rungs = run ? rungsOf(run) : summary ? plannedRungs(stages, local.overrides.epochs ?? EPOCHS) : none;
  const ahead = classifiersAhead(state);
  const { accuracy, loss, findings, seeds, epochs } = comparison(pairsOf(allRuns(state), run?.id ?? null));
  return {
    settings: { values: settingsOf(local.description, local.overrides, local.wrong), locked: may.stop },
    controls: { may: JSON.stringify(may), status: statusSentence(state, local), refusal: (local.run !== null && state.refusals[local.run]) || null },
    choice: { runs: choices(...stackedRuns(state)), chosen: run?.id ?? null },
    remarks: { remarks: remarksOf(run).join("\n") },
    ladder: { rungs, codes, stages, loss: run?.plan.config.loss ?? local.description?.config.loss ?? "binary-cross-entropy" },
    outcome: { outcome: outcomeOf(rungs), codes },
    reconstructions: {
      captured: (run && local.captured[run.id]) ?? nothing,
      phase: run ? reconstructedPhase(run) : null,
      reached: run ? run.phase : -1,
      started: run !== null,
      active: run !== null && isActive(run),
      classes: shownClasses(run, state.data),
      codes,
    },
    compare: {
      epochs: local.classifierWrong?.typed ?? String(local.classifierEpochs),
      error: local.classifierWrong?.typing ? null : (local.classifierWrong?.error ?? null),
      seeds: local.seeds,
      may: mayCompare(state, local),
      on: ahead.training !== null || ahead.waiting.length > 0,
      goOn: halfClassifier(state) !== null,
      status: compareSentence(state, local),
    },
    accuracy: { lines: accuracy, xMax: epochs },
    loss: { lines: loss, xMax: epochs },
    findings: { findings, asked: seeds },
  };
}

const settingsOf = memo((/** @type {Local["description"]} */ description, /** @type {Local["overrides"]} */ overrides, /** @type {Local["wrong"]} */ wrong) =>
  fieldValues({ description, overrides, wrong }).filter(({ field }) => offered.includes(field.key)));

const outcomeOf = memo(outcome);
