// What a classifier says of a few test pictures while it learns: each with the most probable class, and a bar for the
// probability of the right one.

import { wholePercent } from "../../format.js";
import { text } from "../../strings.js";
import { argmax } from "../../components/argmax.js";
import { drawPicture, h, pictureCanvas, say } from "../../components/dom.js";

/** @import { Pictures, PredictionsAtStep } from "../../protocol.js" */

const COUNT = 8;

/** @param {HTMLElement} container */
export function create(container) {
  const words = text.training.predictions;
  const figures = Array.from({ length: COUNT }, () => {
    const canvas = pictureCanvas();
    const predicted = h("b", { class: "predicted" });
    const truth = h("span", { class: "soft truth" });
    const meter = h("progress", { max: 1, value: 0, "aria-hidden": "true" });
    return { canvas, predicted, truth, meter, figure: h("figure", { class: "prediction" }, canvas, meter, h("figcaption", { class: "small" }, predicted, truth)) };
  });
  const when = h("p", { class: "soft small numbers", id: "predicted-at" });
  container.append(h("h3", { class: "label" }, words.heading), h("div", { class: "predictions" }, ...figures.map(({ figure }) => figure)), when);
  /** @type {unknown} */
  let drawn;

  /** @param {{shown: boolean, pictures: Pictures|PredictionsAtStep|null, classes: string[]}} props */
  return function render({ shown, pictures, classes }) {
    container.hidden = !shown;
    const told = pictures && "probabilities" in pictures ? pictures : null;
    say(when, told ? words.at(told.step) : words.waiting);
    if (drawn === pictures) return;
    drawn = pictures;
    figures.forEach(({ canvas, predicted, truth, meter, figure }, i) => {
      const label = pictures?.labels[i];
      figure.hidden = pictures !== null && label === undefined;
      const name = classes[label ?? -1] ?? "";
      drawPicture(canvas, pictures?.atlas ?? null, i, name || text.pictures.waiting);
      const best = told && label !== undefined ? argmax(told.probabilities, i * told.classes, told.classes) : null;
      const right = best !== null && best === label;
      figure.dataset.right = best === null ? "" : String(right);
      say(predicted, best === null ? name : (classes[best] ?? ""));
      say(truth, best === null || right ? "" : words.insteadOf(name));
      meter.hidden = best === null;
      const share = told && label !== undefined ? told.probabilities[i * told.classes + label] : 0;
      meter.value = share;
      figure.title = best === null ? "" : words.share(name, wholePercent(share));
    });
  };
}
