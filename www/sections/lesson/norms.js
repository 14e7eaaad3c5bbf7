// The gradient's size layer by layer, as bars beside their numbers.

import { significant } from "../../format.js";
import { h } from "../../components/dom.js";
import { text } from "../../strings.js";

/** `weights` is null where the layer has none. @typedef {{layer: number, name: string, outputs: number, weights: number|null}} Row */
/** @typedef {{rows: Row[], sentence: string}} Figure */

/** @param {HTMLElement} container */
export function create(container) {
  const words = text.lesson.norms;

  /** @param {number|null} value @param {number} most */
  function cells(value, most) {
    if (value === null) return [h("td", {}), h("td", { class: "number soft" }, "–")];
    const fill = h("span", { class: "more" });
    fill.style.width = `${(value / (most || 1)) * 100}%`;
    return [h("td", { class: "lesson-track", "aria-hidden": "true" }, h("span", { class: "track" }, fill)), h("td", { class: "number" }, significant(value))];
  }

  /** @param {{figure: Figure|null, layer: number}} props */
  return function render({ figure, layer }) {
    container.hidden = figure === null;
    if (!figure) return;
    const { rows, sentence } = figure;
    const [mostOutputs, mostWeights] = [Math.max(...rows.map(({ outputs }) => outputs)), Math.max(...rows.map(({ weights }) => weights ?? 0))];
    const { columns } = words;
    container.replaceChildren(
      h("h4", { class: "label" }, words.heading),
      h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": words.caption },
        h("table", { class: "lesson-norms" },
          h("caption", { class: "unseen" }, words.caption),
          h("thead", {}, h("tr", {},
            h("th", { scope: "col" }, columns.name),
            h("th", { scope: "col", colspan: 2 }, columns.outputs),
            h("th", { scope: "col", colspan: 2 }, columns.weights),
          )),
          h("tbody", {}, ...rows.map((row) =>
            h("tr", { "data-right": row.layer === layer, "aria-current": row.layer === layer ? "true" : null },
              h("th", { scope: "row" }, row.name), ...cells(row.outputs, mostOutputs), ...cells(row.weights, mostWeights)))),
        ),
      ),
      h("p", { class: "small soft" }, sentence),
    );
  };
}
