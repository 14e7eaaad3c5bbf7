// The figures of runs: one run's curves, and several runs' over each other. Pure.

import { nameOf, reconstructs } from "../../app/models.js";
import { shownName } from "../../app/names.js";
import { namesOf } from "../../app/run-names.js";
import { labelOf, lines } from "../../app/run.js";
import { figure, local, wholePercent } from "../../format.js";
import { text } from "../../strings.js";
import { TONES, TRACE, figureOf } from "./figure.js";

/** @import { Run } from "../../app/run.js" */
/** @import { Entry, Panel } from "./figure.js" */

/** @param {Run} run */
export const isClassifier = (run) => !reconstructs(run.plan.config);

/** What the second curve is called: for autoencoders it is only Keras' name. @param {Run[]} runs */
export const accuracyName = (runs) => (runs.length === 0 || runs.some(isClassifier) ? text.charts.accuracy : text.charts.pixelAccuracy);

/** @param {number} value */
const short = (value) => (Math.abs(value) >= 1e-3 || value === 0 ? local(String(Number(value.toPrecision(4)))) : figure(value));

/** @param {string} loss @param {string} accuracy @param {{loss: Panel["traces"], accuracy: Panel["traces"]}} traces @returns {Panel[]} */
const panels = (loss, accuracy, traces) => [
  { title: loss, traces: traces.loss, ticks: short },
  { title: accuracy, traces: traces.accuracy, range: [0, 1], ticks: wholePercent },
];

/** The x where the curves end. @param {Run[]} runs */
export const extent = (runs) => runs.reduce((most, run) => Math.max(most, Math.ceil(run.step / run.plan.stepsPerEpoch)), 1);

/** The tone and dash of the run at a place among others. @param {number} place */
export const strokeOf = (place) => ({ tone: place % TONES.length, dashed: Math.floor(place / TONES.length) % 2 === 1 });

/** Training and validation of one run. `bare`: where a title stands beside it already.
 * @param {Run} run @param {{bare?: boolean}} [options] */
export function runFigure(run, { bare = false } = {}) {
  const words = text.charts;
  /** @param {"loss"|"accuracy"} what @returns {Panel["traces"]} */
  const traces = (what) => {
    const { training, validation } = lines(run, what);
    return [
      { ...training, colour: TRACE, width: 1.5 },
      { ...validation, colour: TONES[0], width: 2, dots: run.epochs.length <= 40 },
    ];
  };
  const { model, seed } = run.plan.config;
  return figureOf({
    title: bare ? "" : labelOf(run),
    subtitle: bare ? "" : text.keep.figureSubtitle(nameOf(model), seed, shownName(run.data.name), run.data.synthetic),
    margin: bare ? 1 : undefined,
    panels: panels(words.loss, accuracyName([run]), { loss: traces("loss"), accuracy: traces("accuracy") }),
    legend: [
      { name: words.training, colour: TRACE, width: 1.5 },
      { name: words.validation, colour: TONES[0], width: 2 },
    ],
    xMax: extent([run]),
    xTitle: words.x,
  });
}

/** The validation curves of several runs. @param {Run[]} runs @param {{bare?: boolean}} [options] */
export function comparedFigure(runs, { bare = false } = {}) {
  const words = text.keep;
  /** @param {"loss"|"accuracy"} what @returns {Panel["traces"]} */
  const traces = (what) =>
    runs.map((run, i) => {
      const { tone, dashed } = strokeOf(i);
      return { ...lines(run, what).validation, colour: TONES[tone], width: 2, dashed, dots: run.epochs.length <= 40 };
    });
  const names = namesOf(runs);
  /** @type {Entry[]} */
  const legend = runs.map((run, i) => {
    const { tone, dashed } = strokeOf(i);
    return { name: names.get(run.id) ?? "", colour: TONES[tone], width: 2, dashed };
  });
  return figureOf({
    title: bare ? "" : words.report.validation,
    margin: bare ? 1 : undefined,
    panels: panels(words.valLoss, words.valAccuracy(accuracyName(runs)), { loss: traces("loss"), accuracy: traces("accuracy") }),
    legend,
    xMax: extent(runs),
    xTitle: text.charts.x,
  });
}
