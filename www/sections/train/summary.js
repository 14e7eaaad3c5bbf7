// The layers of a model as Keras prints them, with totals, folded until somebody asks. Counts nothing itself.

import { integer, shape } from "../../format.js";
import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";

/** @import { Summary } from "../../protocol.js" */

/** @param {HTMLElement} container */
export function create(container) {
  const { columns, totals } = text.model;

  /** @param {string} name @param {number} count */
  const total = (name, count) =>
    h("tr", {}, h("th", { scope: "row", colspan: 2 }, name), h("td", { class: "number" }, integer(count)));

  /** @param {Summary} summary */
  const table = (summary) =>
    h(
      "table",
      { class: "layers" },
      h("caption", { class: "unseen" }, text.model.summary(summary.model)),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, columns.layer), h("th", { scope: "col" }, columns.shape), h("th", { scope: "col", class: "number" }, columns.parameters))),
      h(
        "tbody",
        {},
        ...summary.layers.map((layer) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, layer.name, h("span", { class: "soft kind" }, layer.kind)),
            h("td", { class: "code" }, shape(layer.outputShape)),
            h("td", { class: "number" }, integer(layer.parameters)),
          ),
        ),
      ),
      h("tfoot", {}, total(totals.total, summary.total), total(totals.trainable, summary.trainable), total(totals.nonTrainable, summary.nonTrainable)),
    );

  const name = h("summary", {});
  const body = h("div", { class: "scroll", tabindex: 0, role: "region" });
  const fold = container.appendChild(h("details", { id: "layers" }, name, body));
  container.classList.add("summary");

  /** @param {{summary: Summary|null}} props */
  return function render({ summary }) {
    fold.hidden = summary === null;
    if (!summary) return;
    say(name, text.model.folded(summary.model, summary.layers.length, summary.total));
    body.setAttribute("aria-label", text.model.summary(summary.model));
    body.replaceChildren(table(summary), h("p", { class: "soft small" }, text.model.shapeNote));
  };
}
