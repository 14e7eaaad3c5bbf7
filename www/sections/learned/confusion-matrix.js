// The confusion matrix: a table of counts, a row for the true class and a column for the predicted one,
// each cell coloured by its share of the row. A press on a cell opens its pictures.

import { integer, percent } from "../../format.js";
import { text } from "../../strings.js";
import { h } from "../../components/dom.js";
import { rovingTabindex } from "../../components/roving-tabindex.js";

/** @import { Evaluation } from "./predictions.js" */

/** @param {HTMLElement} container @param {{onOpen: (actual: number, predicted: number) => void}} options */
export function create(container, { onOpen }) {
  const words = text.learned.matrix;
  const table = h("table", { class: "learned-matrix", role: "grid", "aria-label": words.heading });
  const settle = rovingTabindex(table);
  container.append(
    h("h4", { class: "label" }, words.heading),
    h("p", { class: "soft small" }, words.prose),
    h("div", { class: "learned-matrix-box" }, table),
  );
  /** @type {unknown} */
  let drawn;
  /** @type {HTMLButtonElement[][]} */
  let cells = [];

  /** @param {string[]} classes @param {Evaluation|null} evaluation */
  function draw(classes, evaluation) {
    cells = classes.map((actual, row) =>
      classes.map((predicted, column) => {
        const count = evaluation?.matrix[row]?.[column] ?? 0;
        const total = evaluation?.totals[row] ?? 0;
        const share = total > 0 ? count / total : 0;
        const label = evaluation && total === 0 ? words.noTest(actual) : words.cell(actual, predicted, integer(count), percent(share));
        const button = h("button", {
          type: "button", disabled: evaluation === null, "aria-label": label, title: label, onclick: () => onOpen(row, column),
        }, evaluation ? (total === 0 ? "–" : count === 0 ? "·" : integer(count)) : "\u00a0");
        button.style.setProperty("--share", String(share));
        button.toggleAttribute("data-none", count === 0);
        button.toggleAttribute("data-right", row === column);
        return button;
      }),
    );
    table.replaceChildren(
      h("thead", {},
        h("tr", {}, h("td", {}), h("th", { scope: "colgroup", colspan: Math.max(1, classes.length), class: "learned-axis" }, words.called)),
        h("tr", {}, h("th", { scope: "col", class: "learned-axis" }, words.is), ...classes.map((name) => h("th", { scope: "col", title: name }, h("span", {}, name)))),
      ),
      h("tbody", {}, ...classes.map((name, row) => h("tr", {}, h("th", { scope: "row", title: name }, name), ...cells[row].map((button) => h("td", {}, button))))),
    );
    settle();
  }

  /** @param {{evaluation: Evaluation|null, classes: string[], actual: number, predicted: number}} props */
  return function render({ evaluation, classes, actual, predicted }) {
    if (drawn !== (evaluation ?? classes)) {
      drawn = evaluation ?? classes;
      draw(classes, evaluation);
    }
    cells.forEach((row, r) => row.forEach((button, c) => button.toggleAttribute("data-open", r === actual && c === predicted)));
  };
}
