// What the numbers say, in sentences that were made of them.

import { text } from "../../strings.js";
import { h } from "../../components/dom.js";

/** @param {HTMLElement} container */
export function create(container) {
  const words = text.cnns.conclusion;
  const place = h("div", { id: "cnns-conclusion", "aria-live": "polite" });
  container.append(h("h3", { class: "label" }, words.heading), place);
  let told = "";

  /** @param {{paragraphs: string[]}} props */
  return function render({ paragraphs }) {
    // A live region speaks of every change, so nothing is made anew that says the same.
    if (paragraphs.join("\n") === told) return;
    told = paragraphs.join("\n");
    place.replaceChildren(...paragraphs.map((paragraph) => h("p", {}, paragraph)));
  };
}
