// What stands where results will: one sentence on how to get them, instead of empty axes and boxes.

import { h, say } from "./dom.js";

/** @param {HTMLElement} container @param {HTMLElement[]} results  what is hidden until there is something in it */
export function create(container, results) {
  const sentence = container.appendChild(h("p", { class: "invitation soft" }));

  /** @param {{words: string|null}} props  null: there are results */
  return function render({ words }) {
    container.hidden = words === null;
    for (const result of results) result.hidden = words !== null;
    say(sentence, words ?? "");
  };
}
