// Why four blocks without padding cannot be built: the maps of both kinds of padding, drawn to
// scale, and the library's own sentence.

import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";
import { svg } from "../../components/svg.js";
import { shrink } from "./shrink.js";

/** @import { Step } from "./shrink.js" */

const BLOCKS = 4;
const KERNEL = 3;

/** A map as squares, one a pixel; where no convolution fits, the convolution over it.
 * @param {Step} step */
function drawing({ side, fits }) {
  const size = fits ? side : KERNEL;
  const map = svg("svg", { viewBox: `0 0 ${size} ${size}`, class: "cnns-map", "aria-hidden": "true" });
  map.style.setProperty("--side", String(size));
  map.append(svg("rect", { width: side, height: side, class: "cnns-map-area" }));
  const lines = Array.from({ length: side - 1 }, (_, i) => `M${i + 1} 0V${side}M0 ${i + 1}H${side}`).join("");
  map.append(svg("path", { d: lines, class: "cnns-map-grid" }));
  if (!fits) map.append(svg("rect", { x: 0, y: 0, width: KERNEL, height: KERNEL, class: "cnns-map-kernel" }));
  return map;
}

/** @param {"valid"|"same"} padding @param {number} picture  its shorter side */
function row(padding, picture) {
  const words = text.cnns.shrinking;
  const name = text.settings.options[padding];
  const steps = shrink(BLOCKS, padding, picture);
  const told = steps.map(({ side, fits }) => (fits ? String(side) : words.noFit)).join(", ");
  const maps = steps.map((step) =>
    h("div", { class: "cnns-step", "data-fails": !step.fits },
      drawing(step),
      h("span", { class: "numbers" }, step.fits ? String(step.side) : words.fails),
      h("span", { class: "soft" }, step.fits ? words.by[step.by] : ""),
    ),
  );
  const line = h("div", { class: "cnns-shrink-row" }, h("p", { class: "code" }, name), h("div", { class: "cnns-maps small", role: "img", "aria-label": words.alt(name, told) }, ...maps));
  line.style.setProperty("--picture", String(picture));
  return line;
}

/** @param {HTMLElement} container */
export function create(container) {
  const words = text.cnns.shrinking;
  const rows = h("div");
  const sentence = h("blockquote", { class: "code small", id: "cnns-refused" });
  container.append(
    h("div", { class: "cnns-box" },
      h("h3", { class: "label" }, words.heading),
      h("p", {}, words.prose),
      rows,
      h("p", { class: "soft small" }, words.said),
      sentence,
    ),
  );

  let drawn = 0;

  /** @param {{refusal: string|null, side: number}} props */
  return function render({ refusal, side }) {
    if (side !== drawn) rows.replaceChildren(row("valid", side), row("same", side));
    drawn = side;
    say(sentence, refusal ?? words.waiting);
  };
}
