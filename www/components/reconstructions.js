// Reconstructions of a few test pictures by an autoencoder: rows of small canvases, redrawn in place.

import { text } from "../strings.js";
import { drawPicture, h, pictureCanvas, say } from "./dom.js";

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
  const when = h("p", { class: "soft small numbers", id: "drawn-at" });
  const prose = h("p", { class: "soft" }, text.reconstructions.prose);
  container.append(h("h3", { class: "label" }, text.reconstructions.heading), prose, ...rows.map(({ row }) => row), when);
  /** @type {ReconstructionsAtStep|null|undefined} */
  let drawn;

  /** @param {{shown: boolean, reconstructions: ReconstructionsAtStep|null, corrupts: boolean, classes: string[]}} props */
  return function render({ shown, reconstructions, corrupts, classes }) {
    container.hidden = !shown;
    for (const { name, row } of rows) row.hidden = name === "corrupted" && !corrupts;
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
