// The test pictures that a network reconstructs best and worst: each above its reconstruction.

import { figure, integer } from "../../format.js";
import { drawPicture, h, pictureCanvas, say } from "../../components/dom.js";
import { text } from "../../strings.js";

/** @import { Extremes } from "../../protocol.js" */

/** Pictures on either side. */
const COUNT = 6;

/** @param {HTMLElement} container @param {{onChoose: (picture: number) => void}} options */
export function create(container, { onChoose }) {
  const words = text.studio.extremes;
  /** @type {Extremes|null} */
  let shown = null;

  /** @param {"best"|"worst"} which */
  function side(which) {
    const cells = Array.from({ length: COUNT }, (_, i) => {
      const input = pictureCanvas();
      const output = pictureCanvas();
      const error = h("span", { class: "small soft numbers" }, "\u00a0");
      const press = () => shown && onChoose(shown[which].indices[i]);
      const button = h("button", { type: "button", class: "studio-extreme", onclick: press }, input, output, error);
      return { input, output, error, button };
    });
    const box = h("div", {}, h("h4", { class: "small soft" }, words[which]), h("div", { class: "studio-extremes-row" }, ...cells.map(({ button }) => button)));
    return { which, cells, box };
  }

  const sides = [side("best"), side("worst")];
  const said = h("p", { class: "soft small", id: "studio-extremes-said" });
  const trouble = h("p", { class: "alarm" });
  container.append(h("h3", { class: "label" }, words.heading), trouble, h("div", { class: "studio-extremes" }, ...sides.map(({ box }) => box)), said);

  /** @param {{extremes: Extremes|null, classes: string[], trouble: string|null, status: "none"|"learning"|"asked"}} props */
  return function render({ extremes, classes, trouble: why, status }) {
    say(trouble, why ?? "");
    trouble.hidden = why === null;
    shown = extremes;
    for (const { box } of sides) box.hidden = extremes === null;
    for (const { which, cells } of sides)
      cells.forEach(({ input, output, error, button }, i) => {
        const of = extremes?.[which];
        const name = classes[of?.labels[i] ?? -1] ?? "";
        const known = of !== undefined && i < of.labels.length;
        drawPicture(input, of?.inputs ?? null, i, known ? words.input(name) : words.waiting);
        drawPicture(output, of?.outputs ?? null, i, known ? words.output(name) : words.waiting);
        say(error, known ? figure(of.errors[i]) : "\u00a0");
        button.disabled = !known;
        button.setAttribute("aria-label", known ? words.pick(name, figure(of.errors[i])) : words.waiting);
        // A small test set has fewer.
        button.hidden = of !== undefined && !known;
      });
    say(said, extremes ? words.judged(integer(extremes.evaluated)) : words.status[status]);
  };
}
