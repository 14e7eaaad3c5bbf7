// One network's small chart among the six: its training and test accuracy, and how it stands.

import { percent, wholePercent } from "../../format.js";
import { text } from "../../strings.js";
import * as compareChart from "../../components/compare-chart.js";
import { h, say } from "../../components/dom.js";

/** @import { Line } from "../../components/line-values.js" */

/** @typedef {{name: string, lines: Line[], range: [number, number]|undefined, xMax: number, status: string, on: boolean}} Chart */

const HEIGHT = 150;

/** @param {HTMLElement} container @param {{name: string, describedBy: string}} options */
export function create(container, { name, describedBy }) {
  const chart = h("div");
  const status = h("p", { class: "small soft numbers cnns-standing", id: `cnns-standing-${name}` });
  container.append(chart, status);
  const render = compareChart.create(chart, {
    title: name, format: percent, ticks: wholePercent, range: [0, 0.2], height: HEIGHT, describedBy, legend: false, empty: "", xLabel: "",
  });

  /** @param {Chart} chart */
  return function draw({ lines, range, xMax, status: told, on }) {
    render({ lines, xMax, range });
    say(status, told);
    container.toggleAttribute("data-on", on);
  };
}
