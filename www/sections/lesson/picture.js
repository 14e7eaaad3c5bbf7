// The picture that the step is taken on, large.

import { drawPicture, h, pictureCanvas } from "../../components/dom.js";

/** @param {HTMLElement} container */
export function create(container) {
  const canvas = pictureCanvas();
  container.append(h("div", { class: "lesson-large" }, canvas));

  /** @param {{rgba: Uint8Array|null, name: string}} props */
  return function render({ rgba, name }) {
    container.hidden = rgba === null;
    if (rgba) drawPicture(canvas, rgba, 0, name);
  };
}
