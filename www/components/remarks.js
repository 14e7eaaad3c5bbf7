// Sentences about runs that do not learn, and about pictures on which a measure means nothing. They are
// spoken when they come, and take no room while there are none.

import { text } from "../strings.js";
import { h } from "./dom.js";

/** @param {HTMLElement} container */
export function create(container) {
  const list = h("ul", { class: "remarks", "aria-label": text.remarks.heading });
  container.append(list);
  container.setAttribute("role", "status");
  let drawn = "";

  /** @param {{remarks: string}} props  a line for each, so that the same ones are the same string */
  return function render({ remarks }) {
    container.hidden = remarks === "";
    if (remarks === drawn) return;
    drawn = remarks;
    list.replaceChildren(...remarks.split("\n").filter(Boolean).map((sentence) => h("li", {}, sentence)));
  };
}
