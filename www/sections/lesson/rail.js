// The stages of a step as a drawing of the network: down one side what each layer gives, up the
// other the gradient that comes back, with a bar for its size. Hands on which stage is chosen.

import { significant } from "../../format.js";
import { drawPicture, h, pictureCanvas } from "../../components/dom.js";
import { text } from "../../strings.js";
import { onScheme, sheetCanvas } from "./canvas.js";

/** @import { Sheet } from "./canvas.js" */

/** `share`: of the largest norm. @typedef {{name: string, forward: Sheet, backward: Sheet, forwardStage: number, backwardStage: number, norm: number, share: number}} Row */
/** @typedef {{image: ImageData, rows: Row[], loss: string, stages: {loss: number, update: number, again: number}}} Figure */

/** @param {HTMLElement} container @param {{onGo: (stage: number) => void}} options */
export function create(container, { onGo }) {
  const words = text.lesson.rail;
  const list = h("nav", { "aria-label": words.name, class: "lesson-rail-list" });
  container.append(list);
  /** @type {Map<number, HTMLButtonElement>} */
  const buttons = new Map();
  /** @type {(() => void)[]} */
  let drawings = [];
  /** @type {Figure|null} */
  let drawn = null;

  /** @param {number} stage @param {string|null} label  where the words inside do not say it @param {string} kind @param {...(Node|string)} children */
  function stop(stage, label, kind, ...children) {
    const button = h("button", { type: "button", class: `lesson-stop ${kind}`, "aria-label": label, "data-stage": stage, onclick: () => onGo(stage) }, ...children);
    buttons.set(stage, button);
    return button;
  }

  /** A small drawing of a map. @param {Sheet} sheet */
  function thumb(sheet) {
    const { canvas, draw } = sheetCanvas({ class: "lesson-thumb", role: null, "aria-hidden": "true" }, 64);
    drawings.push(() => draw(sheet, { columns: 1 }));
    return canvas;
  }

  /** @param {Figure} figure */
  function build({ image, rows, loss, stages }) {
    buttons.clear();
    drawings = [];
    const picture = pictureCanvas();
    picture.className = "picture lesson-thumb";
    picture.removeAttribute("role");
    drawPicture(picture, image, 0, "");
    picture.setAttribute("aria-hidden", "true");
    picture.removeAttribute("aria-label");
    const label = (/** @type {string} */ name) => h("span", { class: "name" }, name);
    const lines = rows.map((row) => {
      const fill = h("span", { class: "more" });
      fill.style.width = `${row.share * 100}%`;
      return h("div", { class: "lesson-line-row" },
        stop(row.forwardStage, words.forward(row.name), "there", thumb(row.forward), label(row.name)),
        stop(row.backwardStage, words.backward(row.name, significant(row.norm)), "back", h("span", { class: "track" }, fill), thumb(row.backward)));
    });
    const { columns } = words;
    list.replaceChildren(
      h("div", { class: "lesson-line-row small soft", "aria-hidden": "true" }, h("span", {}, `↓ ${columns.forward}`), h("span", { class: "right" }, `${columns.backward} ↑`)),
      h("div", { class: "lesson-line-row" }, stop(0, null, "there", picture, label(words.picture))),
      ...lines,
      h("div", { class: "lesson-line-row" }, stop(stages.loss, null, "whole", label(words.loss), " ", h("b", { class: "numbers" }, loss))),
      h("div", { class: "lesson-line-row" }, stop(stages.update, null, "whole", label(words.update))),
      h("div", { class: "lesson-line-row" }, stop(stages.again, null, "whole", label(words.again))),
    );
    drawLater();
  }

  /** A few at a time: there may be two dozen. */
  function drawLater() {
    const rest = [...drawings];
    const some = () => {
      for (const draw of rest.splice(0, 6)) draw();
      if (rest.length > 0) requestAnimationFrame(some);
    };
    requestAnimationFrame(some);
  }
  onScheme(drawLater);

  /** @param {{figure: Figure|null, stage: number}} props */
  return function render({ figure, stage }) {
    container.hidden = figure === null;
    if (figure && figure !== drawn) {
      const root = /** @type {Document|ShadowRoot} */ (container.getRootNode());
      const held = [...buttons].find(([, button]) => button === root.activeElement)?.[0];
      build(figure);
      if (held !== undefined) buttons.get(held)?.focus();
    }
    drawn = figure;
    for (const [place, button] of buttons) {
      if (place === stage) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
      button.toggleAttribute("data-passed", place < stage);
    }
  };
}
