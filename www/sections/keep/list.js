// The list of runs: a table whose lines are kept while their runs change, so that a name can be
// typed while another run learns.

import { h } from "../../components/dom.js";
import { text } from "../../strings.js";
import * as row from "./row.js";

/** @import { Row } from "./screen.js" */
/** @import { Handlers } from "./row.js" */

/**
 * @param {HTMLElement} container
 * @param {Handlers & {filter: (filter: string) => void}} on
 */
export function create(container, on) {
  const words = text.keep;
  const select = h("select", {
    id: "keep-filter",
    onchange: (/** @type {{target: HTMLSelectElement}} */ { target }) => on.filter(target.value),
  });
  const heading = h("h3", { class: "label", tabindex: -1 }, words.list);
  const head = h("div", { class: "ends keep-head" }, heading, h("div", { class: "row small" }, h("label", { for: "keep-filter", class: "soft" }, words.filter), select));
  const empty = h("p", { class: "soft keep-empty" });
  const body = h("tbody");
  const { columns } = words;
  const names = [columns.choose, columns.run, columns.differs, columns.progress, columns.result, columns.more];
  const table = h("table", { class: "keep-runs" },
    h("caption", { class: "unseen" }, words.list),
    h("thead", {}, h("tr", {}, ...names.map((name, i) => h("th", { scope: "col", class: i === 4 ? "number" : null }, i === 0 || i === 5 ? h("span", { class: "unseen" }, name) : name)))),
    body,
  );
  container.append(head, table, empty);

  /** @type {Map<string, ReturnType<typeof row.create>>} */
  const lines = new Map();
  /** @type {unknown} */
  let options = null;

  /** @param {{rows: Row[], count: number, filter: string, filters: {value: string, label: string}[]}} props */
  return function render({ rows, count, filter, filters }) {
    if (filters !== options) {
      options = filters;
      select.replaceChildren(...filters.map(({ value, label }) => h("option", { value }, label)));
    }
    select.value = filter;
    select.disabled = count === 0;
    table.hidden = rows.length === 0;
    empty.hidden = rows.length > 0;
    empty.textContent = count === 0 ? words.none : words.noneShown;
    const wanted = new Set(rows.map(({ id }) => id));
    for (const [id, { elements }] of lines) {
      if (wanted.has(id)) continue;
      lines.delete(id);
      // Whoever was in the line that goes is led to the beginning of the list.
      const root = /** @type {Document|ShadowRoot} */ (container.getRootNode());
      if (elements.some((element) => element.contains(root.activeElement))) heading.focus();
      for (const element of elements) element.remove();
    }
    /** @type {Element|null} */
    let next = body.firstElementChild;
    for (const given of rows) {
      let line = lines.get(given.id);
      if (!line) {
        line = row.create(on, given);
        lines.set(given.id, line);
      }
      // What stands in its place already is not moved, so that it keeps the focus.
      if (line.elements[0] === next) next = line.elements[1].nextElementSibling;
      else for (const element of line.elements) body.insertBefore(element, next);
      line.render(given);
    }
  };
}
