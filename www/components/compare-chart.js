// Several runs' lines on one chart, each with a tone and a dash of its own, and a legend that tells
// the values under the pointer. Beside it the same values as a table, unless the page has one
// elsewhere.

import uPlot from "../vendor/uPlot.esm.js";
import { figure, local } from "../format.js";
import { text } from "../strings.js";
import { h, say } from "./dom.js";
import { rowsOf, valueAt } from "./line-values.js";
import { frameOf, keepFresh, readStyle, roomy } from "./plot-style.js";

/** @import { Line } from "./line-values.js" */

/** @typedef {{lines: Line[], title?: string, xMax?: number, range?: [number, number]}} Props
 * `xMax`: how far x will go, where that is known; `range`: of y from now on */

/** A line of more points than this shows no dots. */
const MOST_DOTS = 40;
const DASH = [6, 4];

/**
 * @param {HTMLElement} container
 * @param {object} options
 * @param {string} options.title
 * @param {(x: number|null|undefined) => string} [options.format]  of a value
 * @param {[number, number]} [options.range]  of y; by the lines where it is left out
 * @param {(x: number) => string} [options.ticks]  how a number is written beside the y axis
 * @param {number} [options.height]  in pixels
 * @param {string} [options.xLabel]
 * @param {string} [options.id]
 * @param {string} [options.describedBy]  the id of what tells the same values; then no table is made
 * @param {string} [options.empty]  what is said while there are no lines
 * @param {boolean} [options.legend]  false where the page explains the lines once for several charts
 */
export function create(container, { title, format = figure, range, ticks, height = 200, xLabel = text.charts.x, id, describedBy, empty: blankWords = text.charts.empty, legend = true }) {
  const words = text.compare;
  const heading = h("h3", { class: "label" }, title);
  const keys = h("ul", { class: "keys compare-keys small" });
  const plot = h("div", { class: "plot", role: "img", "aria-describedby": describedBy });
  plot.style.height = `${height}px`;
  const empty = h("p", { class: "soft small empty" }, h("span", {}, blankWords));
  empty.style.height = `${height - 44}px`;
  const head = h("thead");
  const body = h("tbody");
  const table = h("div", { class: "scroll", tabindex: 0, role: "group" }, h("table", {}, head, body));
  const details = h("details", { class: "compare-values", ontoggle: tabulate }, h("summary", {}, words.values), table);
  container.append(
    h("figure", { class: "chart compare", id }, h("figcaption", {}, heading, ...(legend ? [keys] : [])), plot, empty),
    ...(describedBy ? [] : [details]),
  );

  /** @type {Props} */
  let props = { lines: [] };
  /** @type {uPlot|null} */
  let chart = null;
  /** @type {HTMLElement[]} where the legend writes the values */
  let values = [];
  /** What the series and the legend were made for. */
  let built = "";
  let extent = 1;
  const dotted = (/** @type {Line} */ { dots, x }) => dots ?? x.length <= MOST_DOTS;

  /** The values under the pointer, or the latest ones. */
  function tell() {
    if (!chart || !legend) return;
    const at = chart.cursor.idx;
    const x = at === null || at === undefined ? Infinity : chart.data[0][at];
    props.lines.forEach((line, i) => say(values[i], format(valueAt(line, x))));
  }

  function build() {
    chart?.destroy();
    const { colour } = readStyle(container);
    const series = props.lines.map((line) => {
      const stroke = colour(`--tone-${line.tone}`);
      return { stroke, width: 2, ...(line.dashed ? { dash: DASH } : {}), points: { show: dotted(line), size: 5, fill: stroke, stroke } };
    });
    // A band lies between two lines of its own that are not drawn, after all others.
    const banded = props.lines.filter(({ band }) => band);
    const edges = banded.flatMap(() => [{ points: { show: false } }, { points: { show: false } }]);
    const bands = banded.map(({ tone }, i) => {
      const low = 1 + props.lines.length + 2 * i;
      return { series: /** @type {[number, number]} */ ([low + 1, low]), fill: `color-mix(in srgb, ${colour(`--tone-${tone}`)} 14%, transparent)` };
    });
    chart = new uPlot(
      {
        ...frameOf(plot, { height, xRange: () => [0, extent], yRange: (low, high) => props.range ?? range ?? roomy(low, high), ticks, xLabel }),
        series: [{}, ...series, ...edges],
        bands,
        hooks: { setCursor: [tell] },
      },
      data(),
      plot,
    );
    tell();
  }

  /** All lines over one x axis. */
  const data = () =>
    /** @type {uPlot.AlignedData} */ (props.lines.length === 0 ? [[]] : uPlot.join([
      ...props.lines.map(({ x, y }) => /** @type {uPlot.AlignedData} */ ([x, y])),
      ...props.lines.flatMap(({ x, band }) => (band ? [/** @type {uPlot.AlignedData} */ ([x, band.low, band.high])] : [])),
    ]));

  function buildLegend() {
    values = props.lines.map(() => h("b", { class: "numbers" }));
    keys.replaceChildren(
      ...props.lines.map(({ name, tone, dashed }, i) =>
        h("li", {}, h("span", { class: `swatch tone-${tone}`, "data-dashed": dashed }), name, " ", values[i]),
      ),
    );
  }

  /** The values as a table, where somebody has opened it. */
  function tabulate() {
    if (!details.open) return;
    const { lines } = props;
    head.replaceChildren(h("tr", {}, h("th", { scope: "col" }, xLabel), ...lines.map(({ name }) => h("th", { scope: "col", class: "number" }, name))));
    body.replaceChildren(
      ...rowsOf(lines).map((x) =>
        h("tr", {}, h("th", { scope: "row" }, local(String(Number(x.toFixed(2))))), ...lines.map((line) => h("td", { class: "number" }, format(valueAt(line, x))))),
      ),
    );
  }

  keepFresh(plot, { get: () => chart, build });

  /** @param {Props} given */
  return function render(given) {
    props = given;
    const name = given.title ?? title;
    say(heading, name);
    plot.setAttribute("aria-label", words.alt(name, props.lines.map((line) => line.name)));
    table.setAttribute("aria-label", words.table(name));
    extent = given.xMax ?? props.lines.reduce((most, { x }) => Math.max(most, x.at(-1) ?? 0), 1);
    const blank = props.lines.every(({ x }) => x.length === 0);
    empty.hidden = !blank;
    details.hidden = blank;
    const wanted = JSON.stringify(props.lines.map((line) => [line.name, line.tone, line.dashed, line.band !== undefined, dotted(line)]));
    if (wanted === built) chart?.setData(data());
    else {
      built = wanted;
      buildLegend();
      if (chart) build();
    }
    tell();
    tabulate();
  };
}
