// The same picture after the step: its loss and probabilities beside those before, the losses of all
// steps so far, and the button for the next one.

import { figure as number, percent } from "../../format.js";
import { h, say } from "../../components/dom.js";
import { svg } from "../../components/svg.js";
import { text } from "../../strings.js";

/** @typedef {{before: number, after: number, names: string[], label: number, probabilities: [Float32Array, Float32Array]|null, losses: number[]}} Figure */

const WIDTH = 600;
const HEIGHT = 120;

/** @param {HTMLElement} container @param {{onStep: () => void}} options */
export function create(container, { onStep }) {
  const words = text.lesson.after;
  const before = h("dd");
  const after = h("dd");
  const bars = h("div");
  const line = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "lesson-line", preserveAspectRatio: "none" });
  const path = svg("polyline", { class: "path", fill: "none", "vector-effect": "non-scaling-stroke" });
  line.append(svg("line", { x1: 0, x2: WIDTH, y1: HEIGHT - 1, y2: HEIGHT - 1, class: "ground", "vector-effect": "non-scaling-stroke" }), path);
  const high = h("span", { class: "small soft numbers" });
  const step = h("button", { type: "button", class: "primary", id: "lesson-step", onclick: onStep }, words.another);
  const count = h("p", { class: "small soft numbers", role: "status", id: "lesson-count" });
  const rows = h("tbody");
  container.append(
    h("dl", { class: "readings lesson-losses" }, h("div", {}, h("dt", { class: "soft" }, words.before), before), h("div", {}, h("dt", { class: "soft" }, words.after), after)),
    h("div", { class: "row" }, step, count),
    h("figure", { class: "lesson-steps" }, h("figcaption", { class: "label" }, words.steps), high, line, h("span", { class: "small soft numbers" }, "0")),
    h("details", {}, h("summary", {}, words.table), h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": words.steps },
      h("table", { class: "lesson-step-table" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, words.column), h("th", { scope: "col", class: "number" }, text.charts.loss))), rows))),
    bars,
  );

  const bar = (/** @type {number} */ value, /** @type {string} */ kind) => {
    const fill = h("span", { class: kind });
    fill.style.width = `${value * 100}%`;
    return h("span", { class: "track" }, fill);
  };

  /** @param {Figure} figure */
  function table({ probabilities, names, label }) {
    if (!probabilities) return [];
    const [was, is] = probabilities;
    const { columns } = words;
    return [
      h("h4", { class: "label" }, words.probabilities),
      h("table", { class: "lesson-classes" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, columns.name), h("td", { "aria-hidden": "true" }), h("th", { scope: "col", class: "number" }, columns.before), h("th", { scope: "col", class: "number" }, columns.after))),
        h("tbody", {}, ...Array.from(was, (value, i) =>
          h("tr", { "data-right": i === label },
            h("th", { scope: "row" }, names[i] ?? String(i)),
            h("td", { class: "lesson-track", "aria-hidden": "true" }, bar(value, "was"), bar(is[i], "more")),
            h("td", { class: "number" }, percent(value)), h("td", { class: "number" }, percent(is[i])))))),
    ];
  }

  /** @param {{figure: Figure|null, may: boolean}} props */
  return function render({ figure, may }) {
    container.hidden = figure === null;
    // Not disabled while it computes: the focus stays where it is.
    step.setAttribute("aria-disabled", String(!may));
    if (!figure) return;
    const { losses } = figure;
    say(before, number(figure.before));
    say(after, number(figure.after));
    say(count, words.count(losses.length - 1));
    const most = Math.max(...losses);
    say(high, number(most));
    path.setAttribute("points", losses.map((loss, i) => `${(i / Math.max(1, losses.length - 1)) * WIDTH},${HEIGHT - 2 - (loss / (most || 1)) * (HEIGHT - 6)}`).join(" "));
    line.setAttribute("aria-label", words.line(losses.map((loss) => number(loss)).join(", ")));
    rows.replaceChildren(...losses.map((loss, i) => h("tr", {}, h("th", { scope: "row" }, i === 0 ? words.begin : String(i)), h("td", { class: "number" }, number(loss)))));
    bars.replaceChildren(...table(figure));
  };
}
