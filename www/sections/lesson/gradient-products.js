// The gradient of one weight put together from products, beside the library's. It only
// shows what it is given.

import { significant } from "../../format.js";
import { h, say } from "../../components/dom.js";
import { text } from "../../strings.js";

/** @import { Worked } from "./chain-rule.js" */

/** @typedef {{worked: Worked, sentence: string, verdict: string, isMap: boolean}} Figure */

/** @param {HTMLElement} container @param {{onAnother: () => void}} options */
export function create(container, { onAnother }) {
  const words = text.lesson.chain;
  const sentence = h("p");
  const body = h("div");
  const verdict = h("p", { class: "small", id: "lesson-verdict" });
  const another = h("button", { type: "button", class: "quiet", id: "lesson-another-weight", onclick: onAnother }, words.another);
  container.append(h("h4", { class: "label" }, words.heading), sentence, body, verdict, another);

  /** One product, written out. @param {Worked} worked */
  function product({ terms: [term] }) {
    const part = (/** @type {number} */ value, /** @type {string} */ name) => h("span", { class: "factor" }, h("b", {}, significant(value)), h("span", { class: "small soft" }, name));
    const sign = (/** @type {string} */ mark) => h("span", { class: "sign" }, mark);
    return h("div", { class: "lesson-product numbers" },
      part(term.input, words.columns.input), sign("×"), part(term.gradient, words.columns.gradient), sign("="), part(term.product, words.columns.product));
  }

  /** @param {Worked} worked */
  function table({ terms, rest, count, sum }) {
    const { columns } = words;
    const number = (/** @type {string} */ value) => h("td", { class: "number" }, value);
    return h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": words.heading },
      h("table", {},
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, columns.place), ...[columns.input, columns.gradient, columns.product].map((name) => h("th", { scope: "col", class: "number" }, name)))),
        h("tbody", {},
          ...terms.map(({ y, x, input, gradient, product: value }) =>
            h("tr", {}, h("th", { scope: "row" }, words.at(y + 1, x + 1)), number(significant(input)), number(significant(gradient)), number(significant(value)))),
          ...(count > terms.length ? [h("tr", {}, h("th", { scope: "row" }, words.rest(count - terms.length)), h("td"), h("td"), number(significant(rest)))] : []),
        ),
        h("tfoot", {}, h("tr", {}, h("th", { scope: "row" }, words.sum), h("td"), h("td"), number(significant(sum)))),
      ),
    );
  }

  /** @param {{figure: Figure|null}} props */
  return function render({ figure }) {
    container.hidden = figure === null;
    if (!figure) return;
    say(sentence, figure.sentence);
    body.replaceChildren(figure.isMap ? table(figure.worked) : product(figure.worked));
    say(verdict, figure.verdict);
  };
}
