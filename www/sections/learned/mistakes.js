// The pictures that the network was surest of and wrong about.

import { percent } from "../../format.js";
import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";
import { createGallery } from "./gallery.js";

/** @import { Pictures } from "../../protocol.js" */
/** @import { Judgement } from "./verdicts.js" */

/** @param {HTMLElement} container
 * @param {{count: number, onTake: (index: number, label: number, rgba: Uint8Array) => void}} options */
export function create(container, { count, onTake }) {
  const words = text.learned.mistakes;
  const prose = h("p", { class: "soft small" }, words.prose);
  /** @type {{places: number[], pictures: Pictures}|null} */
  let shown = null;
  const gallery = createGallery(words.heading, (n) => {
    if (shown) onTake(shown.places[n], shown.pictures.labels[n], shown.pictures.rgba.subarray(n * 4096, (n + 1) * 4096));
  });
  container.append(h("h4", { class: "label" }, words.heading), prose, gallery.element);

  /** @param {{mistakes: {places: number[], pictures: Pictures}|null, judgement: Judgement|null, classes: string[]}} props */
  return function render({ mistakes, judgement, classes }) {
    shown = mistakes;
    const name = (/** @type {number} */ label) => classes[label] ?? String(label);
    say(prose, judgement && judgement.right === judgement.count ? words.none : words.prose);
    if (!mistakes || !judgement) return gallery.reserve(judgement && judgement.right === judgement.count ? 0 : count);
    gallery.show(mistakes.pictures, (n) => {
      const place = mistakes.places[n];
      const said = name(judgement.said[place]);
      const is = name(judgement.labels[place]);
      const sure = percent(judgement.sure[place]);
      return { lines: [words.said(said, sure), words.is(is)], label: words.picture(said, sure, is) };
    });
  };
}
