// What the studio's views are shown, as data. Pure. Lists are made anew only when what
// they are made of has changed, so that views are not redrawn for nothing.

import { denoisedOf, remarksOnDenoising } from "../../app/denoising.js";
import { meaningless, remarksOf } from "../../app/remarks.js";
import { nameOf } from "../../app/models.js";
import { shownClasses, shownName } from "../../app/names.js";
import { memo, memoBy } from "../../app/memo.js";
import { isActive, lines, plannedEpochs, progress } from "../../app/run.js";
import { fieldValues } from "../../app/settings.js";
import { isWrong } from "../../app/setting-typed.js";
import { canGoOn, canTrain, isAskable } from "../../app/state.js";
import { text } from "../../strings.js";
import { comparedRun, choosable, describeRun, generates, sameLoss, shortName, shownRun } from "./runs.js";
import { classPlaces } from "./codes.js";
import { known, pictureOf, refusal, hasReconstructions } from "./queries.js";
import { isShown } from "./state.js";

/** @import { LatentMap, Reconstructions } from "../../protocol.js" */
/** @import { Denoised } from "../../app/denoising.js" */
/** @import { Run } from "../../app/run.js" */
/** @import { State } from "../../app/state.js" */
/** @import { Local, Query } from "./state.js" */

const none = /** @type {never[]} */ ([]);

/** Runs of this section that wait. @param {State} state */
const waiting = ({ queue }) => queue.filter(({ group }) => group === "studio");

/** Whether a run of this section is asked of the worker and not yet answered.
 * @param {State} state @param {Local} local */
const isStarting = ({ starting }, { run, compared }) => starting !== null && (starting === run || starting === compared);

/** The run of this section that the worker computes or holds. @param {State} state */
function ownActive({ active, runs }) {
  const run = active === null ? null : runs[active];
  return run?.group === "studio" ? run : null;
}

/** The run on show, where it was begun here, ended before its time and can go on.
 * @param {State} state @param {Local} local */
export function halfRun(state, local) {
  const run = shownRun(state, local);
  return run?.group === "studio" && canGoOn(state, run) ? run : null;
}

/** What the visitor may press. @param {State} state @param {Local} local */
export function permissions(state, local) {
  const run = ownActive(state);
  const busy = run !== null || isStarting(state, local) || waiting(state).length > 0;
  const { description, wrong } = local;
  const set = description !== null && description.error === null && !isWrong(wrong);
  const alive = state.engine === "ready";
  return {
    busy,
    start: canTrain(state) && set && !busy,
    hold: alive && run !== null && isActive(run),
    paused: run?.status === "paused",
    goOn: !busy && halfRun(state, local) !== null,
    stop: busy && (alive || run === null),
  };
}

/** The sentence about the section's runs. It changes with the epoch, not with every step.
 * @param {State} state @param {Local} local */
export function statusSentence(state, local) {
  const { data, active, runs, compute } = state;
  const words = text.studio.status;
  const { status } = text.training;
  const run = ownActive(state);
  const next = waiting(state).map(({ model }) => nameOf(model));
  if (run) {
    const at = progress(run);
    const said = text.training.announce(status[run.status], "", at.epoch, at.epochs);
    return words.on(nameOf(run.plan.config.model), said, next);
  }
  if (isStarting(state, local)) return compute.stage ? text.compute.stages[compute.stage] : status.starting;
  if (next.length > 0) return active === null ? status.starting : text.training.waitingFor(nameOf(runs[active].plan.config.model));
  if (data.status === "failed") return status.noData;
  if (data.status !== "ready") return status.loadingData;
  const half = halfRun(state, local);
  const last = local.run === null ? half : state.runs[local.run];
  if (!last) return words.ready;
  if (last.message) return last.message;
  const at = progress(last);
  return last === half ? words.on(nameOf(last.plan.config.model), text.training.announce(status[last.status], "", at.epoch, at.epochs), []) : status[last.status];
}

/** Why nothing can be asked about a run; null where it can.
 * @param {State} state @param {Local} local @param {Run} run @param {Query} query */
function trouble(state, local, run, query) {
  if (run.weightsGone) return text.errors.runNotHere;
  if (run.data.hash !== state.data.hash && state.data.status === "ready") return text.errors.otherData(shownName(run.data.name));
  return refusal(local, query, run);
}

const choices = memo((/** @type {State["runs"]} */ runs, /** @type {State["order"]} */ order) => {
  const all = choosable(/** @type {State} */ ({ runs, order }));
  const ofOldest = [...all].reverse();
  return all.map((run) => ({ id: run.id, label: describeRun(ofOldest, run) }));
});

/** All that can stand beside the shown one, and the choice of none. */
const others = memo((/** @type {{id: string, label: string}[]} */ all, /** @type {string|null} */ shown) => [
  { id: "", label: text.studio.choice.none },
  ...all.filter(({ id }) => id !== shown),
]);

/** The lines of one run or of two, made anew only when what they are drawn from has changed.
 * @param {"training"|"validation"} which */
function linesOf(which) {
  const part = (/** @type {Run|null} */ run) => (which === "training" ? run?.curve : run?.epochs);
  return memoBy(
    (/** @type {Run|null} */ run, /** @type {Run|null} */ compared) => [run?.id, run?.name, part(run), compared?.id, compared?.name, part(compared)],
    (run, compared) => {
      if (!run) return none;
      const comparable = compared && sameLoss(run, compared) ? [run, compared] : [run];
      return comparable.map((one, tone) => {
        const { x, y } = lines(one, "loss")[which];
        return { name: shortName(one, comparable.find((other) => other !== one) ?? null), x, y, tone, dashed: tone === 1 };
      });
    },
  );
}
const trainingLines = linesOf("training");
const validationLines = linesOf("validation");

const placesOf = memo((/** @type {LatentMap|null} */ map) => (map ? classPlaces(map) : null));

/** What was measured of the runs, by epochs: a step changes nothing of it. */
const measured = memoBy(
  (/** @type {Run|null} */ run, /** @type {Run|null} */ compared) => [run, compared].flatMap((one) => [one?.id, one?.name, one?.epochs]),
  (run, compared) =>
    [run, compared].flatMap((one) =>
      one
        ? [{ name: shortName(one, one === run ? compared : run), loss: one.plan.config.loss, epoch: one.epochs.findLast(({ mse }) => mse !== null) ?? null, ...meaningless(one) }]
        : [],
    ),
);

const fields = memo((/** @type {Local["description"]} */ description, /** @type {Local["overrides"]} */ overrides, /** @type {Local["wrong"]} */ wrong) =>
  fieldValues({ description, overrides, wrong }).filter(({ field }) => isShown(field)),
);

/** @param {State} state @param {Local} local @param {Run|null} run @param {"reconstructions"|"comparedReconstructions"} query @returns {Reconstructions|null} */
const reconstructionsOf = (state, local, run, query) => run && (hasReconstructions(state, run) ? state.reconstructions[run.id] : known(local, query, run));

/** PSNR of what a run saw and of what it made of it. @param {State} state @param {Local} local @param {Run|null} run @param {"reconstructions"|"comparedReconstructions"} query */
const denoised = (state, local, run, query) => denoisedOf(reconstructionsOf(state, local, run, query));

/** What is to be said of the shown run and of the one beside it, each by its name.
 * @param {Run|null} run @param {Run|null} compared @param {(Denoised|null)[]} noisy  of both */
function remarksOfBoth(run, compared, noisy) {
  const all = (/** @type {Run|null} */ one) => [...remarksOf(one), ...remarksOnDenoising(one, one === run ? noisy[0] : noisy[1])];
  if (!run || !compared) return all(run).join("\n");
  const named = (/** @type {Run} */ one, /** @type {Run} */ other) => all(one).map((sentence) => `${shortName(one, other)}: ${sentence}`);
  return [...named(run, compared), ...named(compared, run)].join("\n");
}

/** @param {State} state @param {Local} local */
export function props(state, local) {
  const run = shownRun(state, local);
  const compared = comparedRun(state, local);
  const may = permissions(state, local);
  const own = ownActive(state);
  const at = own && progress(own);
  const all = choices(state.runs, state.order);
  const classes = shownClasses(run, state.data);
  const active = run !== null && isActive(run);
  const map = known(local, "map", run);
  const askable = run !== null && isAskable(state, run);
  const name = run ? shortName(run, compared) : "";
  const comparedName = run && compared ? shortName(compared, run) : null;
  const planned = run ? Math.max(plannedEpochs(run.plan), compared ? plannedEpochs(compared.plan) : 0) : 1;
  const noisy = [denoised(state, local, run, "reconstructions"), denoised(state, local, compared, "comparedReconstructions")];
  const told = (/** @type {Query} */ query) => (run ? trouble(state, local, run, query) : null);
  return {
    presets: { offered: local.offered, preset: local.preset, locked: may.busy },
    settings: { values: fields(local.description, local.overrides, local.wrong), locked: may.busy },
    controls: {
      ...may,
      status: statusSentence(state, local),
      share: at?.runShare ?? null,
      speed: own?.pace.picturesPerSecond ?? null,
      secondsLeft: at?.secondsLeft ?? null,
      refusal: (local.run !== null && state.refusals[local.run]) || (local.compared !== null && state.refusals[local.compared]) || local.description?.error || null,
      ready: may.start,
    },
    run: { runs: all, chosen: run?.id ?? null },
    other: { runs: run ? others(all, run.id) : none, chosen: compared?.id ?? "" },
    remarks: { remarks: remarksOfBoth(run, compared, noisy) },
    rows: {
      samples: local.samples,
      classes,
      picture: pictureOf(local),
      name,
      reconstructions: reconstructionsOf(state, local, run, "reconstructions"),
      step: run ? (active ? (state.reconstructions[run.id]?.step ?? null) : run.step) : null,
      comparedName,
      comparedReconstructions: reconstructionsOf(state, local, compared, "comparedReconstructions"),
      trouble: told("reconstructions") ?? (compared && trouble(state, local, compared, "comparedReconstructions")),
      none: run === null,
    },
    training: { lines: trainingLines(run, compared), xMax: planned },
    validation: { lines: validationLines(run, compared), xMax: planned },
    measures: { runs: measured(run, compared), denoised: noisy[0], comparedDenoised: noisy[1], sameLoss: !run || !compared || sameLoss(run, compared) },
    code: { code: known(local, "code", run), classes, picture: state.data.manifest?.picture ?? null, trouble: told("code"), none: run === null },
    map: {
      map,
      classes,
      places: placesOf(map),
      marked: local.classes,
      picture: pictureOf(local),
      mark: local.mark,
      interpolation: local.interpolation,
      trouble: told("map"),
      status: mapStatus(run, askable, active),
    },
    interpolation: { interpolation: local.interpolation && known(local, "interpolation", run), asked: local.interpolation, classes, trouble: local.interpolation && told("interpolation"), shown: map !== null },
    generated: { pictures: known(local, "generated", run), learning: active, trouble: told("generated"), shown: run !== null && generates(run) },
    extremes: { extremes: known(local, "extremes", run), classes, trouble: told("extremes"), status: run === null ? "none" : active ? "learning" : "asked" },
  };
}

/** What the place of the map says while there is none. @param {Run|null} run @param {boolean} askable @param {boolean} active
 * @returns {"none"|"learning"|"asked"|"unasked"} */
function mapStatus(run, askable, active) {
  if (run === null) return "none";
  if (!askable) return "unasked";
  return active ? "learning" : "asked";
}
