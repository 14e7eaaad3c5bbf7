// One chart of a run: a smoothed training line and validation points over epochs. Colours come
// from the page's style, so it follows light and dark.

import uPlot from "../vendor/uPlot.esm.js";
import { figure } from "../format.js";
import { text } from "../strings.js";
import { h, say } from "./dom.js";
import { frameOf, keepFresh, readStyle, roomy } from "./plot-style.js";

/**
 * @typedef {object} Props
 * @property {{x: number[], y: (number|null)[]}} training
 * @property {{x: number[], y: (number|null)[]}} validation
 * @property {number} epochsSeen
 * @property {number} epochsPlanned
 * @property {{name: string, at: number}[]} phases
 */

const HEIGHT = 200;
/** The x axis grows through these, so that it seldom moves and never shows mostly nothing. */
const EXTENTS = [1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000];

/** @type {Props} */
const nothing = { training: { x: [], y: [] }, validation: { x: [], y: [] }, epochsSeen: 0, epochsPlanned: 10, phases: [] };

/**
 * @param {HTMLElement} container
 * @param {{title: string, most?: number, format?: (x: number|null|undefined) => string,
 *   ticks?: (x: number) => string}} options  `most`: no value is larger
 */
export function create(container, { title, most = Infinity, format = figure, ticks }) {
  const heading = h("h3", { class: "label" }, title);
  const training = h("b", { class: "numbers" });
  const validation = h("b", { class: "numbers" });
  const key = (/** @type {string} */ kind, /** @type {string} */ name, /** @type {HTMLElement} */ value) =>
    h("span", { class: `key ${kind}` }, name, " ", value);
  const keys = h("p", { class: "keys small" }, key("training", text.charts.training, training), key("validation", text.charts.validation, validation));
  const plot = h("div", { class: "plot", role: "img" });
  const empty = h("p", { class: "soft small empty" }, h("span", {}, text.charts.empty));
  container.append(h("figure", { class: "chart" }, h("figcaption", {}, heading, keys), plot, empty));

  let props = nothing;
  /** @type {uPlot|null} */
  let chart = null;

  /** @param {(number|null|undefined)[]} values */
  const lastOf = (values) => values.findLast((value) => value !== null && value !== undefined);

  /** The values under the pointer, or the latest ones. @param {uPlot} u */
  function tell(u) {
    const at = u.cursor.idx;
    const [, first, second] = /** @type {[number[], (number|null)[], (number|null)[]]} */ (u.data);
    const upTo = at === null || at === undefined ? undefined : at + 1;
    say(training, format(lastOf(first.slice(0, upTo))));
    say(validation, format(lastOf(second.slice(0, upTo))));
  }

  /** @param {uPlot} u @param {string} colour */
  function drawPhases(u, colour) {
    if (props.phases.length < 2) return;
    const { ctx, bbox } = u;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.fillStyle = ctx.strokeStyle = colour;
    ctx.textAlign = "left";
    ctx.font = `${11 * ratio}px ${readStyle(container).family}`;
    ctx.setLineDash([3 * ratio, 3 * ratio]);
    const right = bbox.left + bbox.width;
    props.phases.forEach(({ name, at }, i) => {
      const x = Math.round(u.valToPos(at, "x", true));
      const next = Math.min(right, u.valToPos(props.phases[i + 1]?.at ?? Infinity, "x", true));
      if (x >= right) return;
      if (at > 0) {
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
      }
      const room = next - x - 8 * ratio;
      // Where the name does not fit, its last word does: "3" for "Stage 3".
      const fitting = [name, name.split(" ").at(-1) ?? ""].find((word) => ctx.measureText(word).width < room);
      if (fitting) ctx.fillText(fitting, x + 4 * ratio, bbox.top + 11 * ratio);
    });
    ctx.restore();
  }

  const xMax = () => Math.min(props.epochsPlanned, EXTENTS.find((n) => n >= props.epochsSeen) ?? Infinity);

  function build() {
    chart?.destroy();
    const { colour } = readStyle(container);
    const accent = colour("--accent");
    chart = new uPlot(
      {
        ...frameOf(plot, { height: HEIGHT, xRange: () => [0, xMax()], yRange: (low, high) => roomy(low, high, most), ticks, xLabel: text.charts.x }),
        series: [
          {},
          { stroke: colour("--trace"), width: 1.5, spanGaps: true, points: { show: false } },
          { stroke: accent, width: 2, spanGaps: true, points: { show: true, size: 6, fill: accent, stroke: accent } },
        ],
        hooks: { setCursor: [tell], drawAxes: [(u) => drawPhases(u, colour("--soft"))] },
      },
      data(),
      plot,
    );
    tell(chart);
  }

  /** Both lines over one x axis, with gaps where only the other has a point. */
  function data() {
    const { training: t, validation: v } = props;
    return /** @type {uPlot.AlignedData} */ (uPlot.join([[t.x, t.y], [v.x, v.y]]));
  }

  keepFresh(plot, { get: () => chart, build });

  /** @param {{lines: Props|null, title: string}} given */
  return function render({ lines, title: name }) {
    props = lines ?? nothing;
    say(heading, name);
    plot.setAttribute("aria-label", text.charts.alt(name));
    const blank = props.training.x.length + props.validation.x.length === 0;
    empty.hidden = !blank;
    keys.classList.toggle("invisible", blank);
    chart?.setData(data());
    if (chart) tell(chart);
  };
}
