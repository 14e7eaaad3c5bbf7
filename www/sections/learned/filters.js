// The filters of the first convolution as small coloured squares. A press enlarges what one of them
// finds in the input picture.

import { figure } from "../../format.js";
import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";
import { rovingTabindex } from "../../components/roving-tabindex.js";
import { drawFilter } from "./pixels.js";

/** @import { Kernels } from "./maps.js" */

/** @param {HTMLElement} container @param {{onPick: (filter: number) => void}} options */
export function create(container, { onPick }) {
  const words = text.learned.filters;
  const grid = h("div", { class: "learned-filters", role: "group", "aria-label": words.heading });
  const settle = rovingTabindex(grid);
  const scale = h("p", { class: "soft small" });
  container.append(h("h4", { class: "label" }, words.heading), h("p", { class: "soft small" }, words.prose), grid, scale);
  /** @type {Kernels|null|undefined} */
  let drawn;

  /** @param {Kernels} kernels */
  function draw(kernels) {
    grid.replaceChildren(
      ...Array.from(kernels.scales, (largest, n) => {
        const canvas = h("canvas", { role: "img", "aria-label": words.filter(n + 1, figure(largest)) });
        drawFilter(canvas, kernels, n);
        return h("button", { type: "button", class: "learned-tile", title: words.filter(n + 1, figure(largest)), onclick: () => onPick(n) }, canvas);
      }),
    );
    settle();
    say(scale, words.scale(figure(Math.min(...kernels.scales)), figure(Math.max(...kernels.scales))));
  }

  /** @param {{kernels: Kernels|null, open: boolean, channel: number}} props */
  return function render({ kernels, open, channel }) {
    if (kernels !== drawn) {
      drawn = kernels;
      if (kernels) draw(kernels);
      else {
        grid.replaceChildren(...Array.from({ length: 32 }, () => h("div", { class: "learned-tile" })));
        say(scale, open ? words.asking : words.waiting);
      }
    }
    [...grid.children].forEach((tile, n) => tile.setAttribute("aria-pressed", String(n === channel)));
    if (!kernels) for (const tile of grid.children) tile.removeAttribute("aria-pressed");
  };
}
