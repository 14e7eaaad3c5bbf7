// What the decoder of a variational autoencoder makes of codes that are drawn at random: pictures that nobody
// took. Another draw is a button away.

import { drawPicture, h, pictureCanvas, say } from "../../components/dom.js";
import { text } from "../../strings.js";
import { GENERATED } from "./queries.js";

/** @import { Atlas } from "../../protocol.js" */

/** @param {HTMLElement} container @param {{onDraw: () => void}} options */
export function create(container, { onDraw }) {
  const words = text.studio.generated;
  const pictures = Array.from({ length: GENERATED }, pictureCanvas);
  const draw = h("button", { type: "button", class: "quiet", id: "studio-generate", onclick: onDraw }, words.draw);
  const said = h("p", { class: "soft small", role: "status", id: "studio-generated-said" });
  const trouble = h("p", { class: "alarm" });
  container.append(h("h3", { class: "label" }, words.heading), trouble, h("div", { class: "studio-generated" }, ...pictures), h("div", { class: "row buttons" }, draw), said);

  /** @param {{pictures: Atlas|null, learning: boolean, trouble: string|null, shown: boolean}} props */
  return function render({ pictures: generated, learning, trouble: why, shown }) {
    container.hidden = !shown;
    say(trouble, why ?? "");
    trouble.hidden = why === null;
    pictures.forEach((canvas, i) => drawPicture(canvas, generated, i, generated ? words.alt(i + 1, GENERATED) : words.asked));
    say(said, generated ? words.said : learning ? words.learning : words.asked);
    draw.disabled = generated === null;
  };
}
