// The interpolation from one picture to another through the codes: the two pictures, and what the network
// decodes at steps between them.

import { drawPicture, h, pictureCanvas, say } from "../../components/dom.js";
import { text } from "../../strings.js";

/** @import { Atlas } from "../../protocol.js" */

/** @typedef {{from: number, to: number, ends: {labels: Uint8Array, inputs: Atlas}, decoded: Atlas}} Interpolation */

/** Pictures decoded between the two. */
const COUNT = 9;

/** @param {HTMLElement} container */
export function create(container) {
  const words = text.studio.interpolation;
  const ends = [pictureCanvas(), pictureCanvas()];
  const between = Array.from({ length: COUNT }, pictureCanvas);
  const strip = h("div", { class: "studio-way" }, ends[0], ...between, ends[1]);
  const said = h("p", { class: "soft small", role: "status", id: "studio-way-said" });
  const trouble = h("p", { class: "alarm" });
  container.append(h("h3", { class: "label" }, words.heading), trouble, strip, said);
  for (const canvas of ends) canvas.classList.add("studio-way-end");

  /** @param {{interpolation: Interpolation|null, asked: {from: number, to: number}|null, classes: string[], trouble: string|null, shown: boolean}} props */
  return function render({ interpolation, asked, classes, trouble: why, shown }) {
    container.hidden = !shown;
    say(trouble, why ?? "");
    trouble.hidden = why === null;
    const [from = "", to = ""] = [...(interpolation?.ends.labels ?? [])].map((label) => classes[label] ?? "");
    ends.forEach((canvas, i) => drawPicture(canvas, interpolation?.ends.inputs ?? null, i, interpolation ? words.end([from, to][i]) : words.none));
    between.forEach((canvas, i) => drawPicture(canvas, interpolation?.decoded ?? null, i, interpolation ? words.alt(i + 1, COUNT, from, to) : words.none));
    say(said, interpolation ? words.said(from, to) : asked ? words.asked : words.none);
  };
}
