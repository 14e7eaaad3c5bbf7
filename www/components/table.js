// A table that sorts by the column whose header is pressed.

import { language } from "../language.js";
import { text } from "../strings.js";
import { h, say } from "./dom.js";

/** @typedef {Record<string, any> & {id?: string}} Row */

/**
 * @typedef {object} Column
 * @property {string} key  of the value in a row, by which it sorts
 * @property {string} title
 * @property {boolean} [numeric]
 * @property {(value: any, row: Row) => string|Node} [format]
 */

/** @typedef {{key: string, descending: boolean}} Order */

/** @param {unknown} value */
const isMissing = (value) => value === null || value === undefined || Number.isNaN(value);

/**
 * The rows in an order. What has no value stands last either way; equal rows stay as they were.
 * @template {Row} R @param {R[]} rows @param {Order|null} order @returns {R[]}
 */
export function sorted(rows, order) {
  if (!order) return rows;
  const { key, descending } = order;
  return [...rows].sort((one, other) => {
    const a = one[key];
    const b = other[key];
    if (isMissing(a) || isMissing(b)) return Number(isMissing(a)) - Number(isMissing(b));
    const sign = typeof a === "number" ? a - b : String(a).localeCompare(String(b), language, { numeric: true });
    return descending ? -sign : sign;
  });
}

/** The order after a press on a column: numbers begin with the largest, words with the first.
 * @param {Order|null} order @param {Column} column @returns {Order} */
export const pressed = (order, { key, numeric = false }) => ({
  key,
  descending: order?.key === key ? !order.descending : numeric,
});

/**
 * @param {HTMLElement} container
 * @param {object} options
 * @param {string} options.id
 * @param {string} options.caption
 * @param {Column[]} options.columns  the first names the row
 * @param {string} [options.none]  what is said while there are no rows
 */
export function create(container, { id, caption, columns, none }) {
  /** @type {Row[]} */
  let rows = [];
  /** @type {Order|null} */
  let order = null;

  const heads = columns.map((column) => {
    const press = () => {
      order = pressed(order, column);
      draw();
    };
    const button = h("button", { type: "button", class: "sort", onclick: press, "data-key": column.key }, column.title);
    return { column, cell: h("th", { scope: "col", class: column.numeric ? "number" : null }, button) };
  });
  const body = h("tbody");
  const empty = none ? h("p", { class: "soft small" }, none) : null;
  const table = h("table", { id, class: "sortable" }, h("caption", { class: "unseen" }, caption, " ", text.table.sorts), h("thead", {}, h("tr", {}, ...heads.map(({ cell }) => cell))), body);
  const scroll = h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption }, table);
  container.append(scroll, ...(empty ? [empty] : []));

  /** Rows of the table, used again for whatever stands there next. @type {HTMLElement[][]} */
  const lines = [];

  /** @param {number} i */
  function lineAt(i) {
    lines[i] ??= columns.map(({ numeric }, at) => h(at === 0 ? "th" : "td", { scope: at === 0 ? "row" : null, class: numeric ? "number" : null }));
    return lines[i];
  }

  function draw() {
    for (const { column, cell } of heads)
      cell.setAttribute("aria-sort", order?.key !== column.key ? "none" : order.descending ? "descending" : "ascending");
    const now = sorted(rows, order);
    while (body.children.length > now.length) body.lastElementChild?.remove();
    now.forEach((row, i) => {
      const cells = lineAt(i);
      columns.forEach(({ key, format = String }, at) => {
        const said = format(row[key], row);
        if (typeof said === "string") say(cells[at], said);
        else cells[at].replaceChildren(said);
      });
      const line = body.children[i] ?? body.appendChild(h("tr", {}, ...cells));
      if (row.id !== undefined) line.setAttribute("data-row", row.id);
    });
  }

  /** @param {{rows: Row[]}} props */
  return function render(props) {
    rows = props.rows;
    if (empty) {
      empty.hidden = rows.length > 0;
      scroll.hidden = rows.length === 0;
    }
    draw();
  };
}
