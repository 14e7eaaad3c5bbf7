// A part that is folded where there is little room and open where there is much. The visitor's own choice holds until
// the window crosses the line between the two.

import { h } from "./dom.js";

/** From here on controls and results stand beside each other, as in styles/bench.css. */
const WIDE = "(min-width: 62rem)";

/** @param {HTMLElement} container @param {string} title @returns {HTMLElement} where its content goes */
export function createFold(container, title) {
  const content = h("div", { class: "fold-content" });
  const fold = container.appendChild(h("details", { class: "fold" }, h("summary", {}, title), content));
  const wide = matchMedia(WIDE);
  const settle = () => (fold.open = wide.matches);
  wide.addEventListener("change", settle);
  settle();
  return content;
}
