// A choice among runs: one select, or a sentence where there is none to choose.

import { h, say } from "./dom.js";

/**
 * @param {HTMLElement} container
 * @param {{id: string, label: string, none: string, onChoose: (run: string) => void}} options
 *   `none`: what is said while there are no runs
 */
export function create(container, { id, label, none, onChoose }) {
  const select = h("select", {
    id,
    onchange: (/** @type {{target: HTMLSelectElement}} */ { target }) => onChoose(target.value),
  });
  const field = h("div", { class: "field run-choice" }, h("label", { for: id }, label), select);
  const empty = h("p", { class: "soft" }, none);
  container.append(field, empty);
  let drawn = "";

  /** @param {{runs: {id: string, label: string}[], chosen: string|null}} props */
  return function render({ runs, chosen }) {
    field.hidden = runs.length === 0;
    empty.hidden = runs.length > 0;
    const options = JSON.stringify(runs);
    if (options !== drawn) {
      drawn = options;
      select.replaceChildren(...runs.map((run) => h("option", { value: run.id }, run.label)));
    }
    if (chosen !== null) select.value = chosen;
    say(empty, none);
  };
}
