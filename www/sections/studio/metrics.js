// How good the reconstructions of one or two runs are, in five numbers, each with what it means.

import { decibel, figure, percent } from "../../format.js";
import { h } from "../../components/dom.js";
import { text } from "../../strings.js";

/** @import { Denoised } from "../../components/reconstructions.js" */
/** @import { EpochEvent } from "../../run-events.js" */

/** `accuracy`, `ssim`: whether it means nothing on these pictures.
 * @typedef {{name: string, loss: string, epoch: EpochEvent|null, accuracy: boolean, ssim: boolean}} Measured */

const named = text.reconstructions.measures;
const words = text.studio.measures;

/** What is measured, what it means, and how it is read: the runs' losses first.
 * @type {{key: string, name: string, meaning: string, read: (event: EpochEvent) => string}[]} */
const rows = [
  { key: "loss", ...words.loss, read: ({ valLoss }) => figure(valLoss) },
  { key: "mse", ...named.mse, read: ({ mse }) => figure(mse) },
  { key: "psnr", ...named.psnr, read: ({ psnr }) => decibel(psnr) },
  { key: "ssim", ...named.ssim, read: ({ ssim }) => figure(ssim) },
  { key: "accuracy", ...named.accuracy, read: ({ valAccuracy }) => percent(valAccuracy) },
];

/** @param {Measured} run @param {string} key */
const isMeaningless = (run, key) => (key === "accuracy" || key === "ssim") && run[key];

/** @param {HTMLElement} container */
export function create(container) {
  const head = h("thead");
  const body = h("tbody");
  const note = h("p", { class: "soft small" });
  container.append(
    h("h3", { class: "label" }, words.heading),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": words.heading }, h("table", { class: "studio-measures", id: "studio-measures-table" }, head, body)),
    note,
  );

  /** Rows of what the networks are given, where they see their pictures corrupted. @param {(Denoised|null)[]} noisy  of each column */
  function noisyRows(noisy) {
    const first = noisy.find((one) => one !== null);
    if (!first) return [];
    const { denoising } = text.reconstructions;
    return /** @type {const} */ (["input", "output"]).map((which) =>
      h("tr", { "data-measure": `denoised-${which}` },
        h("th", { scope: "row" }, h("span", { class: "studio-measure" }, denoising[which]), h("span", { class: "soft small" }, denoising.meaning(first.pictures))),
        ...noisy.map((one) => h("td", { class: "number" }, decibel(one?.[which])))));
  }

  /** @param {{runs: Measured[], denoised: Denoised|null, comparedDenoised: Denoised|null, sameLoss: boolean}} props */
  return function render({ runs, denoised, comparedDenoised, sameLoss }) {
    container.hidden = runs.length === 0;
    head.replaceChildren(h("tr", {}, h("th", { scope: "col" }, words.measure), ...runs.map(({ name }) => h("th", { scope: "col", class: "number" }, name))));
    body.replaceChildren(
      ...rows.map(({ key, name, meaning, read }) =>
        h("tr", { "data-measure": key },
          h("th", { scope: "row" }, h("span", { class: "studio-measure" }, name), h("span", { class: "soft small" }, runs.some((run) => isMeaningless(run, key)) ? text.reconstructions.meaningless[/** @type {"accuracy"|"ssim"} */ (key)] : meaning)),
          ...runs.map((run) => h("td", { class: "number" }, run.epoch && !isMeaningless(run, key) ? read(run.epoch) : "–")),
        ),
      ),
      ...noisyRows([denoised, comparedDenoised].slice(0, runs.length)),
    );
    const losses = runs.map(({ loss }) => text.settings.options[loss] ?? loss);
    note.textContent = sameLoss ? text.reconstructions.measured : `${text.reconstructions.measured} ${words.differ(losses[0], losses[1])}`;
  };
}
