// The accuracy of each class, the best one first.

import { percent } from "../../format.js";
import { text } from "../../strings.js";
import { h } from "../../components/dom.js";
import { bar } from "./answer.js";

/** @import { ClassResult } from "./predictions.js" */

/** Of fewer test pictures than this it is said how many there are. */
const FEW = 10;

/** @param {HTMLElement} container */
export function create(container) {
  const words = text.learned.classes;
  const list = h("ol", { class: "learned-bars learned-results", id: "learned-results" });
  container.append(h("h4", { class: "label" }, words.heading), h("p", { class: "soft small" }, words.prose), list);

  /** What stands behind a bar: few pictures say little, and none say nothing.
   * @param {ClassResult} result @param {(label: number) => string} name */
  function noteOf({ count, precision, mistakenFor }, name) {
    if (count === 0) return words.noTest;
    const told = mistakenFor ? words.mistakenFor(name(mistakenFor.label), percent(mistakenFor.count / count)) : words.never;
    const all = precision === null ? `${words.unpredicted}, ${told}` : `${words.precision(percent(precision))}, ${told}`;
    return count < FEW ? words.ofFew(count, all) : all;
  }

  /** @param {{results: ClassResult[]|null, classes: string[]}} props */
  return function render({ results, classes }) {
    const name = (/** @type {number} */ label) => classes[label] ?? String(label);
    const lines = results
      ? results.map((result) => ({ name: name(result.label), share: result.share ?? 0, value: percent(result.share), note: noteOf(result, name) }))
      : classes.map(() => ({ name: "\u00a0", share: 0, value: "", note: "\u00a0" }));
    list.replaceChildren(
      ...lines.map((line) => {
        const one = bar();
        one.show(line);
        return one.element;
      }),
    );
  };
}
