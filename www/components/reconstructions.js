// Reconstructions of a few test pictures by an autoencoder: rows of small canvases, redrawn in place.

import { decibel } from "../format.js";
import { text } from "../strings.js";
import { drawPicture, h, pictureCanvas, say } from "./dom.js";

/** Of the noisy input and of its reconstruction, in decibels, over some pictures. @typedef {{input: number, output: number, pictures: number}} Denoised */
/** @import { ReconstructionsAtStep } from "../protocol.js" */

/** How many test pictures a row has room for. */
const COUNT = 8;
const names = /** @type {const} */ (["inputs", "corrupted", "outputs", "differences"]);

/** @param {HTMLElement} container */
export function create(container) {
  const rows = names.map((name) => {
    const canvases = Array.from({ length: COUNT }, pictureCanvas);
    const label = h("h3", { class: "label" }, text.reconstructions.rows[name]);
    return { name, canvases, row: h("div", { class: "drawn-row", "data-row": name }, label, h("div", { class: "drawn-pictures" }, ...canvases)) };
  });
  const denoising = h("p", { class: "soft small numbers", id: "denoising" });
  const when = h("p", { class: "soft small numbers", id: "drawn-at" });
  const prose = h("p", { class: "soft" }, text.reconstructions.prose);
  container.append(h("h3", { class: "label" }, text.reconstructions.heading), prose, ...rows.map(({ row }) => row), denoising, when);
  /** @type {ReconstructionsAtStep|null|undefined} */
  let drawn;

  /** @param {{shown: boolean, reconstructions: ReconstructionsAtStep|null, corrupts: boolean, denoised: Denoised|null, classes: string[]}} props */
  return function render({ shown, reconstructions, corrupts, denoised, classes }) {
    container.hidden = !shown;
    for (const { name, row } of rows) row.hidden = name === "corrupted" && !corrupts;
    say(denoising, denoised ? text.reconstructions.denoising.told(decibel(denoised.input), decibel(denoised.output), denoised.pictures, denoised.output > denoised.input) : "");
    denoising.hidden = denoised === null;
    say(when, reconstructions ? text.reconstructions.at(reconstructions.step) : text.reconstructions.waiting);
    if (drawn === reconstructions) return;
    drawn = reconstructions;
    for (const { name, canvases } of rows)
      canvases.forEach((canvas, i) => {
        const word = classes[reconstructions?.labels[i] ?? -1] ?? "";
        const label = reconstructions ? text.reconstructions.alt(text.reconstructions.rows[name], i + 1, word) : text.reconstructions.waiting;
        drawPicture(canvas, reconstructions?.[name] ?? null, i, label);
      });
  };
}
