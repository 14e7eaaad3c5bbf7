// What the views of the saved runs are shown, as data. Pure.

import { remarksOf } from "../../app/remarks.js";
import { askedOf, keyOf, nameOf } from "../../app/models.js";
import { shownName } from "../../app/names.js";
import { writeAddress } from "../../app/address.js";
import { memoBy } from "../../app/memo.js";
import { nameIn, namesOf } from "../../app/run-names.js";
import { canContinue, isInWorkerOnly, lines, plannedEpochs } from "../../app/run.js";
import { fieldsOf, toAsked, trim } from "../../app/settings.js";
import { isAskable, isBusy } from "../../app/state.js";
import { decibel, duration, figure, integer, moment, percent, together } from "../../format.js";
import { text } from "../../strings.js";
import { accuracyName, extent, isClassifier, strokeOf } from "./curves.js";
import { aspectWords, differing, differsWords, settingsTable, unusualWords } from "../../app/differences.js";
import { ALL, allRuns, listed, scopeOf, scopes, ticked } from "./state.js";

/** @import { Config } from "../../protocol.js" */
/** @import { Run } from "../../app/run.js" */
/** @import { State } from "../../app/state.js" */
/** @import { Aspect } from "../../app/differences.js" */
/** @import { Local } from "./state.js" */

/** @param {string} group */
export const sectionName = (group) => text.sections[group] ?? group;

/** The result that the run is about: a classifier's accuracy, an autoencoder's likeness. @param {Run} run */
export function resultOf(run) {
  const last = run.epochs.at(-1);
  const words = text.keep;
  if (!last) return { main: "–", beside: "" };
  if (isClassifier(run)) return { main: percent(last.valAccuracy), beside: words.besideAccuracy(figure(last.valLoss)) };
  // An inner stage of a stacked autoencoder draws codes, which have no likeness to a picture.
  if (last.psnr === null) return { main: figure(last.valLoss), beside: words.loss };
  return { main: decibel(last.psnr), beside: words.besidePsnr(figure(last.valLoss)) };
}

/** The query that leads to the settings of a run. @param {Run} run @param {Config|null} defaults */
export function queryOf(run, defaults) {
  const { config } = run.plan;
  // While the defaults are not known, every setting that the model has stands in it.
  const settings = Object.fromEntries(fieldsOf(config).map(({ key }) => [key, config[key]]));
  const overrides = defaults ? trim(settings, defaults) : settings;
  return writeAddress("", [{ name: "train", asked: { ...askedOf(config.model), ...toAsked(overrides) }, keys: [] }]);
}

/** Why a run that could go on cannot now; empty where it can. @param {State} state @param {Run} run */
export function hindrance(state, run) {
  if (isBusy(state)) return text.keep.busy;
  if (state.engine !== "ready" || state.data.status !== "ready") return text.keep.notReady;
  return isAskable(state, run) ? "" : text.keep.otherPictures(shownName(run.data.name));
}

/** What the details of the one run that is open say; its words change only when it is opened or its
 * model's defaults become known. */
const details = memoBy(
  (/** @type {Run} */ { id, plan }, /** @type {Config|null} */ defaults) => [id, plan, defaults],
  (run, defaults) => ({
    settings: settingsTable(run.plan.config, defaults),
    created: moment(run.startedAt),
    data: shownName(run.data.name),
    synthetic: run.data.synthetic,
    hash: run.data.hash,
    computed: text.compute.names[run.backend],
    version: run.version,
    parameters: integer(run.plan.summary.total),
    query: queryOf(run, defaults),
  }),
);

/** Which of its weights are kept, and in how many bytes. @param {Run} run @param {number|null} bytes */
function keptWords({ keptAt, step, weightsGone }, bytes) {
  const words = text.keep;
  // What takes room is kept, if without weights.
  if (keptAt === null) return weightsGone || bytes !== null ? words.withoutWeights : words.notKept;
  const kept = words.keptAt(integer(keptAt), integer(step));
  return bytes === null ? kept : words.keptBytes(kept, bytes);
}

/** What a run would be called if nobody had named it. @param {State} state @param {Run} run */
function nameIfUnnamed(state, run) {
  if (run.name === "") return nameIn(state, run);
  const runs = allRuns(state).reverse().map((one) => (one.id === run.id ? { ...one, name: "" } : one));
  return namesOf(runs).get(run.id) ?? "";
}

/**
 * A line of the list, in plain values.
 * @param {State} state @param {Local} local @param {Run} run @param {Aspect[]} differ
 */
function rowOf(state, { chosen, open, asked, defaults, storage }, run, differ) {
  const { config } = run.plan;
  const known = defaults[keyOf(config.model)] ?? null;
  const place = chosen.filter((id) => state.runs[id]).indexOf(run.id);
  const goesOn = canContinue(run);
  const result = resultOf(run);
  const isOpen = open === run.id;
  return {
    id: run.id,
    label: nameIn(state, run),
    name: run.name,
    placeholder: nameIfUnnamed(state, run),
    about: run.name ? `${nameOf(config.model)} · ${sectionName(run.group)}` : sectionName(run.group),
    when: moment(run.startedAt),
    unusual: known ? unusualWords(config, known).join(", ") : "",
    // As one string, which is the same while nothing else differs.
    differs: differsWords(run, differ).map(({ name, value }) => `${name}\t${value}`).join("\n"),
    status: run.status,
    epochs: text.keep.epochsOf(run.epochs.length, plannedEpochs(run.plan)),
    share: Math.min(1, run.step / run.plan.totalSteps),
    time: duration(run.seconds),
    result: result.main,
    beside: result.beside,
    message: state.refusals[run.id] ?? run.message ?? [run.weightsGone ? text.errors.runNotHere : "", ...remarksOf(run)].filter(Boolean).join(" "),
    pinned: run.pinned,
    ...(place >= 0 ? strokeOf(place) : { tone: -1, dashed: false }),
    goesOn,
    hindrance: goesOn ? hindrance(state, run) : "",
    open: isOpen,
    asked: asked === run.id,
    // Of a run of this visit that could not be kept, the worker has them.
    hasWeights: run.keptAt !== null || isInWorkerOnly(run),
    keptWords: keptWords(run, storage?.runs[run.id] ?? null),
    hasEpochs: run.epochs.length > 0,
    details: isOpen ? details(run, known) : null,
  };
}

/** @typedef {ReturnType<typeof details>} Details */
/** @typedef {ReturnType<typeof rowOf>} Row */

/** @param {Run[]} runs */
function compareSentence(runs) {
  const words = text.keep;
  if (runs.length === 0) return words.compareNone;
  if (runs.length === 1) return words.compareOne;
  const differ = differing(runs);
  const names = differ.map((aspect) => runs.map((run) => aspectWords(run, aspect)).find((told) => told !== null)?.name ?? "").map(text.runNames.within);
  const told = names.length === 0 ? words.same : words.differIn(together(names));
  if (new Set(runs.map(isClassifier)).size > 1) return `${told} ${words.otherKinds}`;
  return new Set(runs.map((run) => run.plan.config.loss)).size > 1 ? `${told} ${words.otherLosses}` : told;
}

/** @param {Run[]} runs @param {"loss"|"accuracy"} what */
const comparedLines = (runs, what) => runs.map((run, i) => ({ name: namesOf(runs).get(run.id) ?? "", ...lines(run, what).validation, ...strokeOf(i) }));

/** A step changes no epoch: the curves of the comparison stand still until one ends. */
const compared = memoBy(
  (/** @type {Run[]} */ runs) => runs.flatMap(({ epochs, name, id }) => [epochs, name, id]),
  (runs) => {
    const xMax = extent(runs);
    return {
      accuracy: { lines: comparedLines(runs, "accuracy"), title: text.keep.valAccuracy(accuracyName(runs)), xMax },
      loss: { lines: comparedLines(runs, "loss"), title: text.keep.valLoss, xMax },
      sentence: compareSentence(runs),
    };
  },
);

/** What the list can be filtered by. */
const filters = memoBy(
  (/** @type {State} */ { runs }) => [Object.values(runs).map(({ group }) => group).join()],
  ({ runs }) => {
    const { all, pinned } = text.keep.filters;
    const groups = [...new Set(Object.values(runs).map(({ group }) => group))].sort();
    return [{ value: "all", label: all }, { value: "pinned", label: pinned }, ...groups.map((group) => ({ value: group, label: sectionName(group) }))];
  },
);

const rowsOf = memoBy(
  (/** @type {State} */ state, /** @type {Local} */ local) => [state.runs, state.order, local, state.refusals, isBusy(state), state.engine, state.data],
  (state, local) => {
    const shown = listed(state, local);
    const differ = differing(shown);
    return shown.map((run) => rowOf(state, local, run, differ));
  },
);

/** What can be deleted by itself, beside the runs of the list.
 * @typedef {{key: string, id: string, name: string, about: string, question: string, isSet: boolean, canUse: boolean}} Item */

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((all, n) => all + n, 0);

/** What takes room, and what the browser says of it. */
const room = memoBy(
  (/** @type {State} */ state, /** @type {Local} */ { storage, storageError, asked }) => [storage, storageError, asked, isBusy(state) || state.intake.stage !== null, state.order.length],
  (state, { storage, storageError, asked }) => {
    const words = text.keep.room;
    const busy = isBusy(state) || state.intake.stage !== null;
    if (!storage || storageError) return { used: storageError || words.unread, promise: "", newer: false, items: [], everything: "", asked, busy };
    const { runs, sets, damaged, used, quota, persisted, newer } = storage;
    const bytes = Object.values(runs);
    const taken = words.taken(bytes.length, sum(bytes), sets.length, sum(sets.map(({ bytes }) => bytes)));
    /** @type {Item[]} */
    const items = [
      ...sets.map(({ id, name, bytes, addedAt, inUse }) => ({
        key: `set:${id}`, id, name, about: `${words.about(bytes, moment(addedAt))}${inUse ? `, ${words.inUse}` : ""}`, question: words.sureSet(name), isSet: true, canUse: !inUse,
      })),
      ...damaged.map(({ id, name }) => ({ key: `damaged:${id}`, id, name, about: words.unreadable, question: words.sureDamaged(name), isSet: false, canUse: false })),
    ];
    const all = words.everything(Math.max(state.order.length, bytes.length), sets.length, damaged.length);
    return {
      used: `${taken} ${used === null || quota === null ? words.unknown : words.of(used, quota)}`,
      promise: persisted === null ? "" : persisted ? words.persisted : words.notPersisted,
      newer,
      items,
      everything: all === "" ? "" : words.sureEverything(all),
      asked,
      busy,
    };
  },
);

/** @param {State} state @param {Local} local */
export function props(state, local) {
  const rows = rowsOf(state, local);
  const chosen = ticked(state, local);
  const chart = compared(chosen);
  const about = scopes(state, local);
  const { length: count } = allRuns(state);
  return {
    list: { rows, count, filter: local.filter, filters: filters(state) },
    sentence: { sentence: chart.sentence, any: chosen.some(({ epochs }) => epochs.length > 0) },
    accuracy: chart.accuracy,
    loss: chart.loss,
    report: {
      scope: scopeOf(state, local),
      chosen: about.chosen.length,
      pinned: about.pinned.length,
      all: about.all.length,
      writing: local.writing,
      said: local.said,
    },
    kept: { count, pinned: about.pinned.length, asked: local.asked === ALL },
    room: room(state, local),
  };
}
