// The picture that the step is taken on, large.

import { drawPicture, h, pictureCanvas } from "../../components/dom.js";

/** @param {HTMLElement} container */
export function create(container) {
  const canvas = pictureCanvas();
  container.append(h("div", { class: "lesson-large" }, canvas));

  /** @param {{image: ImageData|null, name: string}} props */
  return function render({ image, name }) {
    container.hidden = image === null;
    if (image) drawPicture(canvas, image, 0, name);
  };
}
