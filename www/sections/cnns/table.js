// The results as a table that sorts, and what its numbers are.

import { duration, figure, fixed, integer, percent } from "../../format.js";
import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";
import * as table from "../../components/table.js";
import { lineStyle } from "./models.js";

/** @import { Result } from "./results.js" */

const { results: words } = text.cnns;

/** A mean, and where there are several values how far they lie apart.
 * @param {number|null} mean @param {number|null} deviation @param {(x: number) => string} say
 * @param {(x: number) => string} sayDeviation */
export function give(mean, deviation, say, sayDeviation = say) {
  if (mean === null) return "–";
  return deviation === null ? say(mean) : words.give(say(mean), sayDeviation(deviation));
}

/** @param {HTMLElement} container */
export function create(container) {
  const { columns } = words;
  const name = (/** @type {string} */ id, /** @type {any} */ { model }) => {
    const { tone, dashed } = lineStyle(model);
    return h("span", { class: "cnns-name" }, h("span", { class: `swatch tone-${tone}`, "data-dashed": dashed }), id);
  };
  const optional = (/** @type {(x: number) => string} */ format) => (/** @type {number|null} */ value) => (value === null ? "–" : format(value));
  const heading = h("h3", { class: "label" }, words.heading);
  const place = h("div");
  const note = h("p", { class: "soft small" });
  const mixed = h("p", { class: "soft small" });
  container.append(heading, place, note, mixed);
  const render = table.create(place, {
    id: "cnns-results",
    caption: words.heading,
    columns: [
      { key: "id", title: columns.name, format: name },
      { key: "parameters", title: columns.parameters, numeric: true, format: optional(integer) },
      { key: "multiplyAdds", title: columns.multiplyAdds, numeric: true, format: optional(words.millions) },
      { key: "loss", title: columns.loss, numeric: true, format: (mean, row) => give(mean, row.lossDeviation, figure, (x) => fixed(x, 3)) },
      { key: "accuracy", title: columns.accuracy, numeric: true, format: (mean, row) => give(mean, row.accuracyDeviation, percent, (x) => fixed(x * 100, 1)) },
      { key: "seconds", title: columns.seconds, numeric: true, format: optional(duration) },
      { key: "perSecond", title: columns.perSecond, numeric: true, format: optional(integer) },
      { key: "done", title: columns.done, numeric: true, format: (done, row) => words.of(done, row.planned) },
    ],
  });

  /** @param {{rows: Result[], several: boolean, backends: string}} props  `backends`: names with | between */
  return function draw({ rows, several, backends }) {
    render({ rows });
    say(note, several ? `${words.noteMean} ${words.note}` : words.note);
    const names = backends === "" ? [] : backends.split("|");
    mixed.hidden = names.length < 2;
    say(mixed, words.mixed(names));
  };
}
