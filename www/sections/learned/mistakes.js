// The most confident mistakes: wrong predictions with the highest probabilities.

import { percent } from "../../format.js";
import { text } from "../../strings.js";
import { pictureAt } from "../../components/atlas.js";
import { h, say } from "../../components/dom.js";
import { createGallery } from "./gallery.js";

/** @import { Pictures } from "../../protocol.js" */
/** @import { Evaluation } from "./predictions.js" */

/** @param {HTMLElement} container
 * @param {{count: number, onTake: (index: number, label: number, image: ImageData) => void}} options */
export function create(container, { count, onTake }) {
  const words = text.learned.mistakes;
  const prose = h("p", { class: "soft small" }, words.prose);
  /** @type {{indices: number[], pictures: Pictures}|null} */
  let shown = null;
  const gallery = createGallery(words.heading, (n) => {
    const image = shown && pictureAt(shown.pictures.atlas, n);
    if (shown && image) onTake(shown.indices[n], shown.pictures.labels[n], image);
  });
  container.append(h("h4", { class: "label" }, words.heading), prose, gallery.element);

  /** @param {{mistakes: {indices: number[], pictures: Pictures}|null, evaluation: Evaluation|null, classes: string[]}} props */
  return function render({ mistakes, evaluation, classes }) {
    shown = mistakes;
    const name = (/** @type {number} */ label) => classes[label] ?? String(label);
    say(prose, evaluation && evaluation.correct === evaluation.count ? words.none : words.prose);
    if (!mistakes || !evaluation) return gallery.reserve(evaluation && evaluation.correct === evaluation.count ? 0 : count);
    gallery.show(mistakes.pictures, (n) => {
      const index = mistakes.indices[n];
      const predicted = name(evaluation.predicted[index]);
      const is = name(evaluation.labels[index]);
      const confidence = percent(evaluation.confidence[index]);
      return { lines: [words.predicted(predicted, confidence), words.is(is)], label: words.picture(predicted, confidence, is) };
    });
  };
}
