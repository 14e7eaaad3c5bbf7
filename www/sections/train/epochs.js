// The numbers of every finished epoch as a table: the charts' text alternative.

import { decibel, figure, percent } from "../../format.js";
import { text } from "../../strings.js";
import { h } from "../../components/dom.js";

/** @import { EpochEvent } from "../../run-events.js" */

/** @typedef {keyof typeof text.charts.columns} Column */

/** @type {Record<Column, (event: EpochEvent, name: string) => string>} */
const cell = {
  epoch: (_, name) => name,
  loss: ({ loss }) => figure(loss),
  accuracy: ({ accuracy }) => percent(accuracy),
  valLoss: ({ valLoss }) => figure(valLoss),
  valAccuracy: ({ valAccuracy }) => percent(valAccuracy),
  mse: ({ mse }) => figure(mse),
  psnr: ({ psnr }) => decibel(psnr),
  ssim: ({ ssim }) => figure(ssim),
};
/** @type {Column[]} */
const common = ["epoch", "loss", "accuracy", "valLoss", "valAccuracy"];
/** @type {Column[]} */
const drawing = ["mse", "psnr", "ssim"];

/** @param {HTMLElement} container */
export function create(container) {
  const head = h("thead");
  const body = h("tbody");
  const none = h("p", { class: "soft small" }, text.charts.noEpochs);
  const table = h("table", {}, h("caption", { class: "unseen" }, text.charts.table), head, body);
  const belowTest = h("p", { class: "soft small", id: "below-test" }, text.charts.belowTest);
  container.append(
    h("p", { class: "soft small" }, text.charts.smoothed),
    belowTest,
    h("details", { id: "values" }, h("summary", {}, text.charts.table), none, h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": text.charts.table }, table)),
  );

  /** @param {{epochs: EpochEvent[], phases: {name: string}[], belowTest: boolean}} props
   *   `belowTest`: whether the training accuracy of the last epoch is the lower one */
  return function render({ epochs, phases, belowTest: isBelow }) {
    belowTest.hidden = !isBelow;
    const columns = epochs.some(({ mse }) => mse !== null) ? [...common, ...drawing] : common;
    none.hidden = epochs.length > 0;
    table.hidden = epochs.length === 0;
    head.replaceChildren(h("tr", {}, ...columns.map((column) => h("th", { scope: "col" }, text.charts.columns[column]))));
    body.replaceChildren(
      ...epochs.map((event) => {
        const name = phases.length > 1 ? `${phases[event.phase]?.name ?? ""} ${event.epoch}` : String(event.epoch);
        return h("tr", {}, ...columns.map((column) => (column === "epoch" ? h("th", { scope: "row" }, cell.epoch(event, name)) : h("td", {}, cell[column](event, name)))));
      }),
    );
  };
}
