// Test pictures to take one from, ten at a time, of all classes or of one.

import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";
import { button, setUsable } from "../../components/usable.js";
import { createGallery } from "./gallery.js";

/** @import { Page } from "../../protocol.js" */

/** @param {HTMLElement} container
 * @param {{count: number, onTake: (n: number) => void, onBrowse: (label: number|null, offset: number) => void}} options */
export function create(container, { count, onTake, onBrowse }) {
  const words = text.learned.testPictures;
  let label = /** @type {number|null} */ (null);
  let offset = 0;
  const select = h("select", {
    id: "learned-class",
    onchange: (/** @type {{target: HTMLSelectElement}} */ { target }) => onBrowse(target.value === "" ? null : Number(target.value), 0),
  });
  const back = button({ class: "quiet" }, words.back, () => onBrowse(label, Math.max(0, offset - count)));
  const on = button({ class: "quiet", id: "learned-on" }, words.on, () => onBrowse(label, offset + count));
  const where = h("span", { class: "soft small numbers" });
  const gallery = createGallery(words.label, onTake);
  gallery.reserve(count);
  container.append(
    h("div", { class: "learned-test-pictures-head" },
      h("div", { class: "field" }, h("label", { for: "learned-class" }, words.label), select),
      h("div", { class: "row" }, back, on, where),
    ),
    gallery.element,
  );
  let named = "";

  /** @param {{page: Page|null, label: number|null, offset: number, classes: string[], mistakenFor: number}} props */
  return function render({ page, label: chosen, offset: from, classes, mistakenFor }) {
    if (named !== classes.join()) {
      named = classes.join();
      select.replaceChildren(h("option", { value: "" }, words.all), ...classes.map((name, i) => h("option", { value: i }, name)));
    }
    label = chosen;
    offset = from;
    select.value = chosen === null ? "" : String(chosen);
    select.disabled = page === null;
    setUsable(back, page !== null && from > 0);
    setUsable(on, page !== null && from + count < page.total);
    say(where, page ? (page.total === 0 ? words.empty : words.where(from + 1, from + page.indices.length, page.total)) : "\u00a0");
    if (!page) return gallery.reserve(count);
    const name = (/** @type {number} */ n) => classes[page.labels[n]] ?? String(page.labels[n]);
    gallery.show(page, (n) => ({ lines: [name(n)], label: words.take(name(n), page.indices[n] + 1) }), page.indices.indexOf(mistakenFor));
  };
}
