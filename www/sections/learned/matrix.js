// Who was taken for whom: a table of counts, a row for what a picture is and a column for what it was
// called, each cell coloured by its share of the row. A press on a cell opens its pictures.

import { integer, percent } from "../../format.js";
import { text } from "../../strings.js";
import { h } from "../../components/dom.js";
import { rovingTabindex } from "../../components/roving-tabindex.js";

/** @import { Judgement } from "./verdicts.js" */

/** @param {HTMLElement} container @param {{onOpen: (actual: number, said: number) => void}} options */
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

  /** @param {string[]} classes @param {Judgement|null} judgement */
  function draw(classes, judgement) {
    cells = classes.map((actual, row) =>
      classes.map((said, column) => {
        const count = judgement?.matrix[row]?.[column] ?? 0;
        const share = count / (judgement?.totals[row] || 1);
        const button = h("button", {
          type: "button", disabled: judgement === null, "aria-label": words.cell(actual, said, integer(count), percent(share)),
          title: words.cell(actual, said, integer(count), percent(share)), onclick: () => onOpen(row, column),
        }, judgement ? (count === 0 ? "·" : integer(count)) : "\u00a0");
        button.style.setProperty("--share", String(share));
        button.toggleAttribute("data-none", count === 0);
        button.toggleAttribute("data-right", row === column);
        return button;
      }),
    );
    table.replaceChildren(
      h("thead", {},
        h("tr", {}, h("td", {}), h("th", { scope: "colgroup", colspan: Math.max(1, classes.length), class: "learned-axis" }, words.called)),
        h("tr", {}, h("th", { scope: "col", class: "learned-axis" }, words.is), ...classes.map((name) => h("th", { scope: "col" }, h("span", {}, name)))),
      ),
      h("tbody", {}, ...classes.map((name, row) => h("tr", {}, h("th", { scope: "row" }, name), ...cells[row].map((button) => h("td", {}, button))))),
    );
    settle();
  }

  /** @param {{judgement: Judgement|null, classes: string[], actual: number, said: number}} props */
  return function render({ judgement, classes, actual, said }) {
    if (drawn !== (judgement ?? classes)) {
      drawn = judgement ?? classes;
      draw(classes, judgement);
    }
    cells.forEach((row, r) => row.forEach((button, c) => button.toggleAttribute("data-open", r === actual && c === said)));
  };
}
