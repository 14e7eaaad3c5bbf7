// The loss of an autoencoder: what it saw beside its reconstruction, and one of its values in numbers.

import { drawPicture, h, pictureCanvas } from "../../components/dom.js";
import { text } from "../../strings.js";
import { onScheme, sheetCanvas } from "./canvas.js";

/** @import { Sheet } from "./canvas.js" */

/** @typedef {{image: ImageData, output: ImageData, errors: Sheet, lines: string[], verdict: string|null}} Figure */

/** @param {HTMLElement} container */
export function create(container) {
  const words = text.lesson.reconstruction;
  const picture = pictureCanvas();
  const output = pictureCanvas();
  const errors = sheetCanvas({ "aria-label": words.error }, 480);
  const formula = h("div", { class: "lesson-formula" });
  const verdict = h("p", { class: "small soft" });
  const cell = (/** @type {HTMLCanvasElement} */ canvas, /** @type {string} */ name) => h("figure", {}, canvas, h("figcaption", { class: "small soft" }, name));
  container.append(h("div", { class: "lesson-pair" }, cell(picture, words.picture), cell(output, words.output), cell(errors.canvas, words.error)), formula, verdict);
  /** @type {Figure|null} */
  let drawn = null;
  const draw = () => drawn && errors.draw(drawn.errors);
  onScheme(draw);

  /** @param {{figure: Figure|null}} props */
  return function render({ figure }) {
    container.hidden = figure === null;
    drawn = figure;
    if (!figure) return;
    drawPicture(picture, figure.image, 0, words.picture);
    drawPicture(output, figure.output, 0, words.output);
    draw();
    formula.replaceChildren(...figure.lines.map((line) => h("p", { class: "numbers" }, line)));
    verdict.textContent = figure.verdict ?? "";
  };
}
