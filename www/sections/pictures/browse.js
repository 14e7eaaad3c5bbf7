// All pictures of a split or of one class of it, a page at a time. A picture grows under the pointer
// and under the focus; arrow keys go from one to the next.

import { drawPicture, h, pictureCanvas, say } from "../../components/dom.js";
import { rovingTabindex } from "../../components/roving-tabindex.js";
import * as usable from "../../components/usable.js";
import { text } from "../../strings.js";

/** @import { Split } from "../../protocol.js" */
/** @import { Chosen, Query, Shown } from "./state.js" */

/** How many pictures fit, by the width that there is: columns, rows, and the least width. */
const SHAPES = [
  { columns: 12, rows: 4, from: 640 },
  { columns: 8, rows: 5, from: 440 },
  { columns: 6, rows: 6, from: 0 },
];
const MOST = Math.max(...SHAPES.map(({ columns, rows }) => columns * rows));
const ALL = "all";

/**
 * @param {HTMLElement} container
 * @param {{onAsk: (change: Partial<Query>) => void, onChoose: (place: number) => void}} options
 */
export function create(container, { onAsk, onChoose }) {
  const words = text.pictures.browse;
  /** @param {string} name @param {string} value @param {string} word @param {boolean} checked */
  const option = (name, value, word, checked) =>
    h("label", { class: "radio pill" }, h("input", { type: "radio", name, value, checked }), h("span", {}, word));
  const splits = h(
    "fieldset",
    { class: "pills", id: "pictures-split" },
    h("legend", { class: "unseen" }, words.split),
    option("pictures-split", "train", text.pictures.train, true),
    option("pictures-split", "test", text.pictures.test, false),
  );
  const classes = h("fieldset", { class: "pills", id: "pictures-class" }, h("legend", { class: "unseen" }, words.class));
  splits.addEventListener("change", ({ target }) =>
    onAsk({ split: /** @type {Split} */ (/** @type {HTMLInputElement} */ (target).value) }));
  classes.addEventListener("change", ({ target }) => {
    const { value } = /** @type {HTMLInputElement} */ (target);
    onAsk({ label: value === ALL ? null : Number(value) });
  });

  const cells = Array.from({ length: MOST }, (_, place) => {
    const canvas = pictureCanvas();
    canvas.removeAttribute("role");
    canvas.setAttribute("aria-hidden", "true");
    const tip = h("span", { class: "tip", "aria-hidden": "true" });
    const button = h("button", { type: "button", class: "picture-button cell", tabindex: place === 0 ? 0 : -1, onclick: () => onChoose(place) }, canvas, tip);
    return { canvas, tip, button };
  });
  const grid = h("div", { class: "grid", role: "group", "aria-label": words.label }, ...cells.map(({ button }) => button));
  const count = h("p", { class: "soft small numbers", role: "status", id: "pictures-count" });
  let offset = 0;
  let size = MOST;
  let columns = SHAPES[0].columns;
  const turn = (/** @type {string} */ id, /** @type {string} */ word, /** @type {1|-1} */ way) =>
    usable.button({ class: "quiet", id }, word, () => onAsk({ offset: offset + way * size }));
  const previous = turn("pictures-previous", words.previous, -1);
  const next = turn("pictures-next", words.next, 1);
  container.append(
    h("h3", { class: "label" }, words.heading),
    h("div", { class: "choices" }, splits, classes),
    grid,
    h("div", { class: "row pager" }, previous, next, count),
  );

  const settle = rovingTabindex(grid);

  new ResizeObserver(([{ contentRect }]) => {
    const shape = SHAPES.find(({ from }) => contentRect.width >= from) ?? SHAPES[0];
    if (contentRect.width === 0 || shape.columns === columns) return;
    columns = shape.columns;
    grid.dataset.columns = String(columns);
    onAsk({ size: shape.columns * shape.rows });
  }).observe(container);
  grid.dataset.columns = String(columns);

  /** @type {string[]|null} */
  let named = null;
  /** @param {string[]} names */
  function nameClasses(names) {
    if (names === named) return;
    named = names;
    const legend = classes.firstElementChild;
    classes.replaceChildren(
      ...(legend ? [legend] : []),
      option("pictures-class", ALL, words.all, true),
      ...names.map((name, label) => option("pictures-class", String(label), name, false)),
    );
  }

  /** @param {{query: Query, shown: Shown|null, classes: string[], whole: boolean, chosen: Chosen|null}} props */
  return function render({ query, shown, classes: names, whole, chosen }) {
    nameClasses(names);
    const page = shown?.page;
    const split = shown?.query.split ?? query.split;
    const filled = page?.indices.length ?? 0;
    offset = query.offset;
    size = query.size;
    cells.forEach(({ button, canvas, tip }, place) => {
      const index = page?.indices[place];
      const name = index === undefined ? "" : (names[page?.labels[place] ?? 0] ?? "");
      const said = index === undefined ? text.pictures.waiting : words.picture(text.pictures[split], index, name);
      drawPicture(canvas, page?.atlas ?? null, place, said);
      button.setAttribute("aria-label", said);
      button.disabled = index === undefined;
      button.hidden = place >= size;
      button.classList.toggle("invisible", page !== undefined && index === undefined);
      const here = chosen !== null && chosen.index === index && chosen.split === split;
      button.setAttribute("aria-pressed", String(here));
      say(tip, index === undefined ? "" : words.tip(name, index));
    });
    if (cells.every(({ button }) => button.tabIndex < 0 || button.disabled)) settle();
    usable.setUsable(previous, page !== undefined && offset > 0);
    usable.setUsable(next, page !== undefined && offset + size < page.total);
    say(count, page === undefined ? text.pictures.waiting : words.count(shown?.query.offset ?? 0, filled, page.total, whole));
  };
}
