// The layers of a model as Keras prints them, with totals. Counts nothing itself.

import { integer, shape } from "../../format.js";
import { text } from "../../strings.js";
import { h } from "../../components/dom.js";

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

  /** @param {{summary: Summary|null, slow: Parameters<typeof text.model.slow>[0]|null, error: string|null}} props */
  return function render({ summary, slow, error }) {
    container.classList.add("summary");
    if (error) container.replaceChildren(h("p", { class: "alarm", role: "alert", id: "model-error" }, error));
    else if (summary) {
      const warning = slow ? [h("p", { class: "small", id: "slow-model" }, text.model.slow(slow))] : [];
      container.replaceChildren(table(summary), h("p", { class: "soft small" }, text.model.shapeNote), ...warning);
    }
    else if (!container.hasChildNodes()) container.replaceChildren(h("div", { class: "blank" }));
  };
}
