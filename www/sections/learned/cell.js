// The pictures of one cell of the matrix, those that the network was surest of first.

import { integer, percent } from "../../format.js";
import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";
import { createGallery } from "./gallery.js";

/** @import { Judgement } from "./verdicts.js" */
/** @import { Cell } from "./state.js" */

/** @param {HTMLElement} container
 * @param {{onTake: (index: number, label: number, rgba: Uint8Array) => void, onMore: () => void}} options */
export function create(container, { onTake, onMore }) {
  const words = text.learned.cell;
  const heading = h("h4", { class: "label", id: "learned-cell-heading" });
  const sentence = h("p", { class: "soft small", role: "status" });
  const gallery = createGallery(words.label, (n) => {
    if (cell?.pictures) onTake(cell.places[n], cell.actual, cell.pictures.rgba.subarray(n * 4096, (n + 1) * 4096));
  });
  const more = h("button", { type: "button", class: "quiet", onclick: onMore }, words.more);
  container.append(heading, sentence, gallery.element, more);
  /** @type {Cell|null} */
  let cell = null;

  /** @param {{cell: Cell|null, judgement: Judgement|null, classes: string[]}} props */
  return function render({ cell: opened, judgement, classes }) {
    container.classList.add("learned-cell");
    cell = opened;
    const name = (/** @type {number} */ label) => classes[label] ?? String(label);
    const count = opened?.places.length ?? 0;
    say(heading, opened ? words.heading(name(opened.actual), name(opened.said)) : words.closed);
    say(sentence, !opened ? words.invite : count === 0 ? words.none : opened.pictures ? words.shown(integer(opened.shown), integer(count)) : words.fetching(integer(count)));
    more.hidden = !opened || opened.pictures === null || opened.shown >= count;
    gallery.show(opened?.pictures ?? null, (n) => {
      const sure = judgement && opened ? percent(judgement.sure[opened.places[n]]) : "";
      return { lines: [sure], label: words.picture((opened?.places[n] ?? 0) + 1, sure) };
    });
  };
}
