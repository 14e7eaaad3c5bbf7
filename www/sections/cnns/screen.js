// What the comparison's views are shown, as data. Pure. What is made anew for views is memoized, so
// that a step of a run draws nothing again that it does not change.

import { memo } from "../../app/memo.js";
import { isBelowTest } from "../../app/remarks.js";
import { nameOf } from "../../app/models.js";
import { isActive, progress } from "../../app/run.js";
import { fieldValues } from "../../app/settings.js";
import { canTrain } from "../../app/state.js";
import { duration, percent } from "../../format.js";
import { text } from "../../strings.js";
import { conclude } from "./conclusion.js";
import { sentences } from "./conclusion-words.js";
import { cellsOf, foundIn, halfCell, isProvided } from "./matching.js";
import { POOLINGS, depthsOf, lineStyle } from "./models.js";
import { expected, queueOf } from "./queue.js";
import { axisFor, bandByEpoch, basisOf, meanByEpoch, meanCurve, overlay, resultsOf } from "./results.js";
import { SHARED, firstOf, isSound } from "./state.js";

/** @import { Run } from "../../app/run.js" */
/** @import { State } from "../../app/state.js" */
/** @import { Description, PictureShape } from "../../protocol.js" */
/** @import { EpochEvent } from "../../run-events.js" */
/** @import { Line } from "../../components/line-values.js" */
/** @import { Cell } from "./matching.js" */
/** @import { Compared } from "./models.js" */
/** @import { Local } from "./state.js" */
/** @import { Queue } from "./queue.js" */

const words = text.cnns;

/** What an overlay shows of an epoch. @type {Record<keyof typeof words.overlays.charts, (epoch: EpochEvent) => number|null>} */
const read = {
  accuracy: ({ accuracy }) => accuracy,
  valAccuracy: ({ valAccuracy }) => valAccuracy,
  loss: ({ loss }) => loss,
  valLoss: ({ valLoss }) => valLoss,
};
const measures = /** @type {(keyof typeof read)[]} */ (Object.keys(read));

/** @param {Cell[]} cells @param {string} name */
const runsOf = (cells, name) => cells.filter(({ model }) => model.name === name).map(({ run }) => run);

// ---- What is memoized ----

const filled = memo((/** @type {Description|null} */ description, /** @type {Local["overrides"]} */ overrides, /** @type {Local["wrong"]} */ wrong) =>
  fieldValues({ description, overrides, wrong }).filter(({ field }) => SHARED.includes(field.key)),
);

/** The choice among what was trained before, by what it says: it is short. */
const choices = memo((/** @type {string} */ told) => /** @type {{id: string, label: string}[]} */ (JSON.parse(told)));

/** The networks' lines, for one measure: of the networks, each followed by the epochs of its runs. */
const overlays = Object.fromEntries(
  measures.map((measure) => [
    measure,
    memo((/** @type {(Compared|EpochEvent[])[]} */ ...given) => {
      /** @type {{model: Compared, epochs: EpochEvent[][]}[]} */
      const networks = [];
      for (const one of given) {
        if (Array.isArray(one)) networks[networks.length - 1].epochs.push(one);
        else networks.push({ model: one, epochs: [] });
      }
      return overlay(networks, read[measure]);
    }),
  ]),
);

/** What is memoized for each network by itself. */
const networks = memo((/** @type {Compared[]} */ offered) =>
  offered.map((model) => ({
    model,
    /** Its two lines. */
    pair: memo((/** @type {Run[]} */ ...runs) => {
      /** @type {Line[]} */
      const lines = [
        { name: words.multiples.training, ...meanCurve(runs), tone: 5, dashed: false, dots: false },
        { name: words.multiples.validation, ...meanByEpoch(runs.map(({ epochs }) => epochs), read.valAccuracy), band: bandByEpoch(runs.map(({ epochs }) => epochs), read.valAccuracy), ...lineStyle(model) },
      ];
      return runs.length === 0 ? [] : lines;
    }),
    /** Its small chart. */
    small: memo((/** @type {Line[]} */ lines, /** @type {[number, number]|undefined} */ range, /** @type {number} */ xMax, /** @type {string} */ status, /** @type {boolean} */ on) =>
      ({ name: model.name, lines, range, xMax, status, on })),
  })),
);

/** The small charts in rows of pooling and columns of depth, as the networks are chosen. */
const inRows = memo((/** @type {ReturnType<ReturnType<typeof networks>[number]["small"]>[]} */ ...charts) => charts);

/** The table's rows: of the descriptions and then, in turn, of each cell its model, seed and ended run. */
const results = memo((/** @type {Local["descriptions"]} */ descriptions, /** @type {(Compared|number|Run|null)[]} */ ...given) => {
  /** @type {Cell[]} */
  const cells = [];
  for (let i = 0; i < given.length; i += 3) {
    const [model, seed, run] = /** @type {[Compared, number, Run|null]} */ (given.slice(i, i + 3));
    cells.push({ model, seed, run, waiting: false });
  }
  return resultsOf(cells, descriptions);
});

const paragraphs = memo((/** @type {ReturnType<typeof results>} */ rows, /** @type {number} */ classes, /** @type {number} */ depths) => sentences(conclude(rows, classes, depths)));

// ---- The views ----

/** What the small charts' axis holds in any case: nothing learned. @type {Line[]} */
const zero = [{ name: "", x: [0], y: [0], tone: 0, dashed: false }];

/** An axis that charts of one kind share, the same object while its ends are the same.
 * @param {number} step */
function axis(step) {
  const ends = memo((/** @type {number} */ low, /** @type {number} */ high) => /** @type {[number, number]} */ ([low, high]));
  return memo((/** @type {Line[][]} */ ...charts) => {
    const found = axisFor(charts, step);
    return found ? ends(...found) : undefined;
  });
}
const axes = { small: axis(0.2), accuracy: axis(0.1), loss: axis(0.2) };

/** How a network stands, in a few words. @param {Cell[]} cells @param {boolean} chosen */
export function standing(cells, chosen) {
  const { multiples } = words;
  if (!chosen) return multiples.left;
  const runs = cells.map(({ run }) => run).filter((run) => run !== null);
  const on = runs.find(isActive);
  if (on) {
    const { epoch, epochs } = progress(on);
    return words.controls.epoch(epoch, epochs);
  }
  const [{ accuracy, done, diverged, planned }] = cells.length > 0 ? resultsOf(cells, null) : [{ accuracy: null, done: 0, diverged: 0, planned: 0 }];
  if (done > 0) return done === planned || done + diverged === planned ? percent(accuracy) : `${percent(accuracy)}, ${multiples.runs(done, planned)}`;
  if (cells.some(({ waiting }) => waiting)) return multiples.waiting;
  if (diverged > 0) return multiples.diverged;
  return runs.length > 0 ? multiples.stopped(Math.max(...runs.map(({ epochs }) => epochs.length))) : multiples.none;
}

/** The sentence about all runs; it changes with the run, so that a screen reader is not flooded.
 * @param {State} state @param {Local} local @param {Queue|null} queue @param {Cell[]} [cells] */
export function statusSentence(state, local, queue, cells = []) {
  const { controls } = words;
  const { data, active, runs } = state;
  if (queue) {
    if (queue.run) return controls.run(queue.at, queue.total, text.runNames.model(nameOf(queue.run.plan.config.model), queue.run.plan.config.seed));
    if (state.compute.stage) return text.compute.stages[state.compute.stage];
    return active === null ? controls.starting(queue.at, queue.total) : controls.waitingFor(nameOf(runs[active].plan.config.model));
  }
  if (data.status === "failed") return controls.noData;
  if (data.status !== "ready") return controls.loadingData;
  const half = halfCell(state, cells);
  if (half?.run?.status === "interrupted") {
    const { epoch, epochs } = progress(half.run);
    return controls.half(nameOf(half.run.plan.config.model), half.seed, epoch, epochs);
  }
  const asked = local.asked.map(({ run }) => runs[run]).filter((run) => run !== undefined);
  if (asked.length === 0) return "";
  const ended = asked.filter(({ status }) => status === "completed" || status === "stopped-early" || status === "diverged").length;
  // That all have ended is said where they are taken from.
  return ended === local.asked.length ? "" : controls.endedSome(ended, local.asked.length);
}

/** How long the missing runs will take, as far as earlier runs tell. @param {State} state @param {Local} local @param {Cell[]} cells */
function estimate(state, local, cells) {
  let seconds = 0;
  for (const cell of cells) {
    if (isProvided(cell)) continue;
    const epoch = expected(state, local, cell.model.name);
    if (epoch === null) return words.controls.noEstimate;
    seconds += epoch * ((firstOf(local)?.config.epochs ?? 0) - (cell.run?.epochs.length ?? 0));
  }
  return words.controls.estimate(duration(seconds));
}

/** @param {State} state @param {Local} local @param {Cell[]} cells @param {Queue|null} queue */
function controls(state, local, cells, queue) {
  const here = cells.filter(isProvided).length;
  const missing = cells.length - here;
  const ready = canTrain(state) && isSound(local);
  const run = queue?.run ?? null;
  const at = run && progress(run);
  const refused = local.asked.map(({ run: id }) => state.refusals[id]).find((sentence) => sentence !== undefined);
  const alive = state.engine === "ready";
  return {
    missing,
    all: cells.length,
    // While runs are on, they are not spoken of as being here.
    here: queue ? 0 : here,
    ready,
    on: queue !== null,
    may: { pause: alive && run?.status === "running", resume: alive && run?.status === "paused", skip: alive && run !== null, stop: queue !== null && (alive || run === null) },
    status: statusSentence(state, local, queue, cells),
    half: queue === null && halfCell(state, cells) !== null,
    refusal: refused ?? null,
    share: queue?.share ?? 0,
    detail: at ? words.controls.epoch(at.epoch, at.epochs) : "",
    estimate: queue === null && missing > 0 ? estimate(state, local, cells) : "",
    left: run?.status === "paused" ? words.controls.paused : queue && queue.secondsLeft !== null ? words.controls.left(duration(queue.secondsLeft)) : "",
  };
}

/** @param {State} state @param {Local} local */
function found(state, local) {
  const all = foundIn(state, local);
  const { overrides, seeds, padding } = local;
  const defaults = firstOf(local)?.defaults;
  const now = all.find(
    (one) => one.padding === padding && SHARED.every((key) => key === "seed" || one.overrides[key] === (overrides[key] ?? defaults?.[key])),
  );
  const told = all.map((one) => {
    const { epochs = 0, batchSize = 0, learningRate = 0, seed = 0 } = one.overrides;
    const to = seed + one.seeds - 1;
    const label = words.foundLabel(one.runs, epochs, batchSize, learningRate, words.seedsHint(seed, to), one.padding === "same" ? words.foundSame : "");
    return { id: one.id, label };
  });
  // What is set now and was never trained stands among them, so that the choice does not lie.
  const others = now || told.length === 0 ? told : [{ id: "", label: words.foundOther }, ...told];
  return { runs: choices(JSON.stringify(others)), chosen: now?.id ?? "", shown: all.length > 1 || (all.length === 1 && !now), key: seeds };
}

/** Of the pictures; CIFAR's, where there are none. @param {PictureShape|undefined} picture */
const shorterSide = (picture) => (picture ? Math.min(picture.width, picture.height) : 32);

/** @param {State} state @param {Local} local */
export function props(state, local) {
  const cells = cellsOf(state, local);
  const queue = queueOf(state, local);
  const { offered, descriptions } = local;
  const first = firstOf(local);
  const config = first?.config ?? null;
  const epochs = config?.epochs ?? 1;

  const all = networks(offered);
  const lines = all.map(({ model, pair }) => pair(...basisOf(runsOf(cells, model.name))));
  const range = axes.small(...lines, zero);
  const charts = all.map(({ model: { name }, small }, i) => {
    const mine = cells.filter(({ model }) => model.name === name);
    return small(lines[i], range, epochs, standing(mine, local.models.includes(name)), mine.some(({ run }) => run !== null && isActive(run)));
  });
  const rowsFirst = POOLINGS.flatMap((pooling) => charts.filter((_, i) => offered[i].pooling === pooling));

  const chosen = offered.filter(({ name }) => local.models.includes(name)).flatMap((model) => {
    const basis = basisOf(runsOf(cells, model.name)).filter((run) => run.epochs.length > 0);
    return [model, ...basis.map((run) => run.epochs)];
  });
  const drawn = Object.fromEntries(measures.map((measure) => [measure, overlays[measure](...chosen)]));
  const shared = { accuracy: axes.accuracy(drawn.accuracy, drawn.valAccuracy), loss: axes.loss(drawn.loss, drawn.valLoss) };
  const large = measures.map((measure) => {
    const kind = measure === "accuracy" || measure === "valAccuracy" ? "accuracy" : "loss";
    return [measure, { lines: drawn[measure], range: shared[kind], xMax: epochs }];
  });

  // A run that is on has no results yet: its many steps change nothing in the table.
  const rows = results(descriptions, ...cells.flatMap(({ model, seed, run }) => [model, seed, run && isActive(run) ? null : run]));
  const backends = new Set(rows.flatMap((row) => row.backends));
  return {
    choice: { offered, chosen: local.models, seeds: local.seeds, padding: local.padding, from: config?.seed ?? null, locked: queue !== null },
    settings: { values: filled(first, local.overrides, local.wrong), locked: queue !== null },
    found: found(state, local),
    controls: { ...flat(controls(state, local, cells, queue)) },
    ...Object.fromEntries(large),
    invitation: { words: cells.some(({ run }) => run !== null) ? null : text.cnns.invitation },
    multiples: { charts: inRows(...rowsFirst), several: local.seeds > 1, belowTest: cells.some(({ run }) => isBelowTest(run)) },
    results: { rows, several: rows.some(({ done }) => done > 1), backends: [...backends].sort().map((name) => text.compute.names[/** @type {Run["backend"]} */ (name)]).join("|") },
    conclusion: { paragraphs: paragraphs(rows, state.data.manifest?.classes.length ?? 0, depthsOf(offered).length) },
    shrinking: { refusal: local.refusal, side: shorterSide(state.data.manifest?.picture) },
  };
}

/** Permissions among the other values, so that each is compared by itself.
 * @param {ReturnType<typeof controls>} all */
const flat = ({ may, ...rest }) => ({ ...rest, ...may });
