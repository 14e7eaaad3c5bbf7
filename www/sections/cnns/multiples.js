// The small charts of all networks side by side, and what their lines are.

import { text } from "../../strings.js";
import { h } from "../../components/dom.js";
import * as small from "./small.js";

/** @import { Chart } from "./small.js" */

const NOTE = "cnns-multiples-note";

/** @param {HTMLElement} container */
export function create(container) {
  const words = text.cnns.multiples;
  const grid = h("div", { class: "cnns-multiples" });
  const note = h("p", { class: "soft small", id: NOTE });
  container.append(h("h3", { class: "label" }, words.heading), grid, note);
  /** @type {Map<string, {draw: (chart: Chart) => void, drawn: Chart|null}>} */
  const networks = new Map();

  /** @param {Chart[]} charts */
  function build(charts) {
    networks.clear();
    grid.replaceChildren();
    for (const { name } of charts) {
      const box = grid.appendChild(h("div", { class: "cnns-small" }));
      networks.set(name, { draw: small.create(box, { name, describedBy: NOTE }), drawn: null });
    }
  }

  /** @param {{charts: Chart[], several: boolean, belowTest: boolean}} props  `charts`: the same object while nothing of
   *   one changed; `belowTest`: whether a training accuracy ends below its test accuracy */
  return function render({ charts, several, belowTest }) {
    note.textContent = [words.note, several ? words.noteMean : "", belowTest ? text.charts.belowTest : ""].filter(Boolean).join(" ");
    if (charts.map(({ name }) => name).join() !== [...networks.keys()].join()) build(charts);
    for (const chart of charts) {
      const network = networks.get(chart.name);
      if (!network || network.drawn === chart) continue;
      network.drawn = chart;
      network.draw(chart);
    }
  };
}
