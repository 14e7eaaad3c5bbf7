// Some test pictures as buttons, each with a line below it; a press takes the input picture.

import { drawPicture, h, pictureCanvas } from "../../components/dom.js";
import { rovingTabindex } from "../../components/roving-tabindex.js";

/** @import { Pictures } from "../../protocol.js" */

/** What is written below a picture, and what is told of it. @typedef {{lines: string[], label: string}} Caption */

/** @param {string} label @param {(n: number) => void} onTake */
export function createGallery(label, onTake) {
  const element = h("div", { class: "learned-gallery", role: "group", "aria-label": label });
  const settle = rovingTabindex(element);
  let first = 0;

  return {
    element,
    /** @param {Pictures|null} pictures @param {(n: number) => Caption} caption @param {number} [chosen] */
    show(pictures, caption, chosen = -1) {
      const count = pictures?.labels.length ?? 0;
      if (element.firstElementChild?.tagName === "DIV") element.replaceChildren();
      // The focus stays where it is when more pictures come.
      const buttons = /** @type {HTMLButtonElement[]} */ ([...element.children]);
      for (const extra of buttons.slice(count)) extra.remove();
      for (let n = 0; n < count; n += 1) {
        const button = buttons[n] ?? h("button", { type: "button", class: "learned-pick", onclick: () => onTake(n) }, pictureCanvas());
        const { lines, label } = caption(n);
        const canvas = /** @type {HTMLCanvasElement} */ (button.firstElementChild);
        drawPicture(canvas, pictures?.atlas ?? null, n, label);
        button.replaceChildren(canvas, ...lines.map((line) => h("span", { "aria-hidden": true }, line)));
        button.setAttribute("aria-pressed", String(n === chosen));
        if (!buttons[n]) element.append(button);
      }
      if (buttons.length !== count || first !== chosen) settle(Math.max(0, chosen));
      first = chosen;
    },
    /** As many empty places as pictures are to come. @param {number} count */
    reserve(count) {
      element.replaceChildren(...Array.from({ length: count }, () => h("div", { class: "learned-pick" }, pictureCanvas(), h("span", {}, "\u00a0"))));
      for (const canvas of element.querySelectorAll("canvas")) canvas.setAttribute("aria-hidden", "true");
    },
  };
}
