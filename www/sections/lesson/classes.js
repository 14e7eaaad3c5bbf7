// The classes one by one: the sums of the last layer, softmax and the loss in numbers, and p - y.

import { significant } from "../../format.js";
import { h } from "../../components/dom.js";
import { text } from "../../strings.js";

/** @import { ClassRow } from "./losses.js" */

/** @typedef {"sum"|"power"|"probability"|"target"|"difference"|"library"} Column */

/** @typedef {{columns: Column[], bar: "sum"|"probability"|"difference", rows: ClassRow[], names: string[], label: number, lines: string[], verdict: string|null}} Figure */

/** @param {HTMLElement} container */
export function create(container) {
  const words = text.lesson.classes;

  /** A bar from zero to the value, to the left where it is negative; `most` fills half or all of it.
   * @param {number} value @param {number} most @param {boolean} signed */
  function bar(value, most, signed) {
    const fill = h("span", { class: value < 0 ? "less" : "more" });
    const share = (Math.abs(value) / (most || 1)) * (signed ? 50 : 100);
    fill.style.width = `${share}%`;
    if (signed) fill.style.marginLeft = `${value < 0 ? 50 - share : 50}%`;
    return h("td", { class: "lesson-track", "aria-hidden": "true" }, h("span", { class: signed ? "track signed" : "track" }, fill));
  }

  /** @param {Figure} figure */
  function table({ columns, bar: drawn, rows, names, label }) {
    const most = Math.max(...rows.map((row) => Math.abs(row[drawn])));
    const signed = rows.some((row) => row[drawn] < 0);
    const head = columns.map((column) => h("th", { scope: "col", class: "number" }, words.columns[column]));
    const line = (/** @type {ClassRow} */ row) =>
      h("tr", { "data-right": row.label === label },
        h("th", { scope: "row" }, names[row.label] ?? String(row.label), row.label === label ? h("span", { class: "unseen" }, ` (${words.label})`) : null),
        bar(row[drawn], most, signed),
        ...columns.map((column) => h("td", { class: "number" }, column === "target" ? String(row.target) : significant(row[column]))),
      );
    return h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": words.caption },
      h("table", { class: "lesson-classes" },
        h("caption", { class: "unseen" }, words.caption),
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, words.columns.name), h("td", { "aria-hidden": "true" }), ...head)),
        h("tbody", {}, ...rows.map(line)),
      ),
    );
  }

  /** @param {{figure: Figure|null}} props */
  return function render({ figure }) {
    container.hidden = figure === null;
    if (!figure) return;
    container.replaceChildren(
      table(figure),
      ...(figure.lines.length > 0 ? [h("div", { class: "lesson-formula" }, ...figure.lines.map((line) => h("p", { class: "numbers" }, line)))] : []),
      ...(figure.verdict ? [h("p", { class: "small soft" }, figure.verdict)] : []),
    );
  };
}
