// The report of runs as one document without scripts: what was learned from, the results side by
// side, what differs, and each run with its settings, curves and drawings. Pure: whoever asks gives
// the pictures and the time.

import { isBelowTest, meaningless, remarksOf } from "../../app/remarks.js";
import { nameOf } from "../../app/models.js";
import { shownName, shownNames } from "../../app/names.js";
import { namesOf } from "../../app/run-names.js";
import { decibel, duration, figure, integer, moment, percent } from "../../format.js";
import { language } from "../../language.js";
import { text } from "../../strings.js";
import { comparedFigure, isClassifier, runFigure } from "./curves.js";
import { aspectWords, differing, settingsTable } from "../../app/differences.js";
import { html } from "./html.js";
import { css } from "./report-style.js";
import { toSvg } from "./svg.js";

/** @import { Config } from "../../protocol.js" */
/** @import { Run } from "../../app/run.js" */
/** @import { Html } from "./html.js" */

/** Rows of pictures that an autoencoder drew: a data: address for each. @typedef {{name: string, src: string}[]} Strips */

/** @param {string[]} head @param {(Html|string)[][]} rows  of which the first cell names the row */
const table = (head, rows) => html`<table>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(([first, ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
</table>`;

const mark = () => html`<span class="mark">${text.pictures.synthetic}</span>`;

/** @param {Run[]} runs */
function dataPart(runs) {
  const words = text.keep.report;
  const sets = [...new Map(runs.map((run) => [run.data.hash, run])).values()];
  return html`<section><h2>${text.pictures.heading}</h2>${sets.map(
    ({ data, plan }) => html`<p><strong>${shownName(data.name)}</strong> ${data.synthetic && mark()}<br>
${text.pictures.counts(plan.pictures.train, plan.pictures.test)}, ${words.classes(shownNames(data.classes))}<br>
${words.hash} <code>${data.hash}</code>${data.synthetic && html`<br>${text.pictures.syntheticMeaning}`}</p>`,
  )}</section>`;
}

/** @param {Run} run */
const status = (run) => text.keep.status[run.status];

/** @param {Run[]} runs */
function results(runs) {
  const { columns } = text.keep.report;
  const drawing = runs.some((run) => run.epochs.some(({ mse }) => mse !== null));
  const judging = runs.some(isClassifier);
  const head = [
    columns.run, columns.model, columns.parameters, columns.multiplyAdds, columns.epochs, columns.loss,
    ...(judging ? [columns.accuracy] : []), ...(drawing ? [columns.mse, columns.psnr, columns.ssim] : []),
    columns.time, columns.speed, columns.status,
  ];
  const names = namesOf(runs);
  return table(
    head,
    runs.map((run) => {
      const { summary, config } = run.plan;
      const last = run.epochs.at(-1);
      return [
        names.get(run.id) ?? "", nameOf(config.model), integer(summary.total), integer(summary.multiplyAdds), String(run.epochs.length), figure(last?.valLoss),
        ...(judging ? [percent(isClassifier(run) ? last?.valAccuracy : null)] : []),
        ...(drawing ? [figure(last?.mse), decibel(last?.psnr), meaningless(run).ssim ? "–" : figure(last?.ssim)] : []),
        duration(run.seconds), run.pace.picturesPerSecond === null ? "–" : integer(run.pace.picturesPerSecond), status(run),
      ];
    }),
  );
}

/** Runs whose losses can be laid over each other: those of one loss on the same pictures. @param {Run[]} runs */
export function comparable(runs) {
  /** @type {Map<string, Run[]>} */
  const groups = new Map();
  for (const run of runs) {
    const key = `${isClassifier(run)} ${run.plan.config.loss} ${run.data.hash}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()];
}

/** @param {Run[]} group */
function groupPart(group) {
  const words = text.keep.report;
  const title = words.group(isClassifier(group[0]), group.length > 1, text.settings.options[group[0].plan.config.loss] ?? group[0].plan.config.loss);
  const differ = differing(group);
  const names = namesOf(group);
  const nameOfRun = (/** @type {Run} */ run) => names.get(run.id) ?? "";
  const withEpochs = group.filter(({ epochs }) => epochs.length > 0);
  return html`<section><h2>${title}</h2>
${results(group)}
<p class="note">${words.scored}${isClassifier(group[0]) ? "" : ` ${text.reconstructions.measures.accuracy.name}: ${text.reconstructions.measures.accuracy.meaning}.`}</p>
${group.length > 1 && withEpochs.length > 0 && html`<figure>${toSvg(comparedFigure(withEpochs, { bare: true }), words.figure(withEpochs.map(nameOfRun)))}</figure>`}
${group.length > 1 && (differ.length > 0
    ? html`<h3>${words.differ}</h3>${table(
        [words.columns.run, ...differ.map((aspect) => group.map((run) => aspectWords(run, aspect)).find((told) => told !== null)?.name ?? "")],
        group.map((run) => [nameOfRun(run), ...differ.map((aspect) => aspectWords(run, aspect)?.value ?? "–")]),
      )}`
    : html`<p>${words.same}</p>`)}
</section>`;
}

/** @param {Run} run */
function epochsTable(run) {
  const { columns } = text.charts;
  const drawing = run.epochs.some(({ mse }) => mse !== null);
  const phases = run.plan.phases;
  return table(
    [columns.epoch, columns.loss, columns.accuracy, columns.valLoss, columns.valAccuracy, ...(drawing ? [columns.mse, columns.psnr, columns.ssim] : [])],
    run.epochs.map((e) => [
      phases.length > 1 ? `${phases[e.phase]?.name ?? ""} ${e.epoch}` : String(e.epoch),
      figure(e.loss), percent(e.accuracy), figure(e.valLoss), percent(e.valAccuracy),
      ...(drawing ? [figure(e.mse), decibel(e.psnr), figure(e.ssim)] : []),
    ]),
  );
}

/**
 * A run by itself.
 * @param {Run} run
 * @param {{name: string, defaults: Config|null, strips: Strips|null, adapter: string|null}} known
 * @returns {Html}
 */
export function runPart(run, { name, defaults, strips, adapter }) {
  const words = text.keep.report;
  const { config, summary } = run.plan;
  const device = run.backend === "wgpu" && adapter !== null ? `${text.compute.names.wgpu} (${adapter})` : text.compute.names[run.backend];
  return html`<section class="run"><h2>${name}</h2>
<p>${words.facts(nameOf(config.model), integer(summary.total), moment(run.startedAt), device, run.version)} ${status(run)}. ${run.message}</p>
${remarksOf(run).length > 0 && html`<ul class="remarks">${remarksOf(run).map((sentence) => html`<li>${sentence}</li>`)}</ul>`}
<table class="settings"><tbody>${settingsTable(config, defaults).map(
    ({ name, value, unusual }) => html`<tr${unusual && html` class="unusual"`}><th scope="row">${name}</th><td>${value}${unusual && ` (${words.unusual})`}</td></tr>`,
  )}</tbody></table>
${run.step > 0 && html`<figure>${toSvg(runFigure(run, { bare: true }), words.figure([name]))}</figure>`}
${strips && html`<h3>${text.reconstructions.heading}</h3><div class="strips">${strips.map(
    ({ name, src }) => html`<figure><figcaption>${name}</figcaption><img src="${src}" alt="${words.strip(name)}"></figure>`,
  )}</div>`}
${run.epochs.length > 0 && html`<h3>${text.charts.table}</h3>${epochsTable(run)}`}
${isBelowTest(run) && html`<p class="note">${text.charts.belowTest}</p>`}
<p class="note">${words.id} <code>${run.id}</code></p>
</section>`;
}

/**
 * The whole document. Its style stands in it, unless it will be given one otherwise.
 * @param {Run[]} runs
 * @param {{parts: Html[], made: number, version: string, styled: boolean}} given
 *   `parts`: the runs by themselves; `made`: milliseconds since 1970
 */
export function reportOf(runs, { parts, made, version, styled }) {
  const words = text.keep.report;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="tabgrad ${version}">
<title>${words.title}</title>
${styled && html`<style>${css}</style>`}
</head>
<body>
<header><h1>${words.title}</h1>
<p>${words.lead(runs.length, moment(made), version)}</p></header>
<main>
${dataPart(runs)}
${comparable(runs).map(groupPart)}
${parts}
</main>
<footer><p>${words.colophon}</p></footer>
</body>
</html>
`.toString();
}
