// The pictures of one cell of the matrix, those with the highest probability first.

import { integer, percent } from "../../format.js";
import { text } from "../../strings.js";
import { pictureAt } from "../../components/atlas.js";
import { h, say } from "../../components/dom.js";
import { createGallery } from "./gallery.js";

/** @import { Evaluation } from "./predictions.js" */
/** @import { Cell } from "./state.js" */

/** @param {HTMLElement} container
 * @param {{onTake: (index: number, label: number, image: ImageData) => void, onMore: () => void}} options */
export function create(container, { onTake, onMore }) {
  const words = text.learned.cell;
  const heading = h("h4", { class: "label", id: "learned-cell-heading" });
  const sentence = h("p", { class: "soft small", role: "status" });
  const gallery = createGallery(words.label, (n) => {
    const image = cell?.pictures && pictureAt(cell.pictures.atlas, n);
    if (cell && image) onTake(cell.indices[n], cell.actual, image);
  });
  const more = h("button", { type: "button", class: "quiet", onclick: onMore }, words.more);
  container.append(heading, sentence, gallery.element, more);
  /** @type {Cell|null} */
  let cell = null;

  /** @param {{cell: Cell|null, evaluation: Evaluation|null, classes: string[]}} props */
  return function render({ cell: opened, evaluation, classes }) {
    container.classList.add("learned-cell");
    cell = opened;
    const name = (/** @type {number} */ label) => classes[label] ?? String(label);
    const count = opened?.indices.length ?? 0;
    say(heading, opened ? words.heading(name(opened.actual), name(opened.predicted)) : words.closed);
    say(sentence, !opened ? words.invite : count === 0 ? words.none : opened.pictures ? words.shown(integer(opened.shown), integer(count)) : words.fetching(integer(count)));
    more.hidden = !opened || opened.pictures === null || opened.shown >= count;
    gallery.show(opened?.pictures ?? null, (n) => {
      const confidence = evaluation && opened ? percent(evaluation.confidence[opened.indices[n]]) : "";
      return { lines: [confidence], label: words.picture((opened?.indices[n] ?? 0) + 1, confidence) };
    });
  };
}
