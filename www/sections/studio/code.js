// What is left of one picture on its way through the network: the picture, its code as small maps,
// one a channel, and its reconstruction from the code.

import { drawPicture, h, pictureCanvas, say } from "../../components/dom.js";
import { figure } from "../../format.js";
import { text } from "../../strings.js";
import { asMaps, channelShares, extent, numbersIn } from "./codes.js";

/** @import { Codes, PictureShape, Reconstructions } from "../../protocol.js" */

/** @typedef {{picture: number, codes: Codes, reconstruction: Reconstructions}} CodeOf */

/** Draws one channel: the stronger, the more of the accent.
 * @param {HTMLCanvasElement} canvas @param {number[]} shares @param {number} width @param {string} colour */
function drawChannel(canvas, shares, width, colour) {
  const height = shares.length / width;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  if (!context) return;
  context.clearRect(0, 0, width, height);
  context.fillStyle = colour;
  shares.forEach((share, i) => {
    context.globalAlpha = share;
    context.fillRect(i % width, Math.floor(i / width), 1, 1);
  });
}

/** @param {HTMLElement} container */
export function create(container) {
  const words = text.studio.code;
  /** @param {HTMLCanvasElement} canvas */
  const end = (canvas) => {
    const caption = h("figcaption", { class: "small soft" }, "\u00a0");
    return { canvas, caption, box: h("figure", { class: "studio-end" }, canvas, caption) };
  };
  const before = end(pictureCanvas());
  const after = end(pictureCanvas());
  const maps = h("div", { class: "studio-channels", role: "img" });
  const size = h("figcaption", { class: "small soft numbers" }, "\u00a0");
  const arrow = () => h("span", { class: "studio-arrow soft", "aria-hidden": "true" }, "→");
  const stage = h("div", { class: "studio-code" }, before.box, arrow(), h("figure", { class: "studio-middle" }, maps, size), arrow(), after.box);
  const sentence = h("p", { id: "studio-code-size" });
  const trouble = h("p", { class: "alarm" });
  container.append(h("h3", { class: "label" }, words.heading), h("p", { class: "soft" }, words.prose), trouble, stage, sentence);
  /** @type {HTMLCanvasElement[]} */
  let channels = [];
  /** @type {CodeOf|null} */
  let shown = null;

  /** @param {number} count */
  function lay(count) {
    if (channels.length === count) return;
    channels = Array.from({ length: count }, () => h("canvas", { class: "picture studio-channel", "aria-hidden": "true" }));
    maps.replaceChildren(...channels);
  }

  function drawMaps() {
    if (!shown) return;
    const { shape, values } = shown.codes;
    const colour = getComputedStyle(container).getPropertyValue("--accent").trim();
    const range = extent(values);
    channels.forEach((canvas, channel) => drawChannel(canvas, channelShares(values, asMaps(shape), channel, range), asMaps(shape)[1], colour));
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawMaps);
  lay(8);

  /** @param {{code: CodeOf|null, classes: string[], picture: PictureShape|null, trouble: string|null, none: boolean}} props */
  return function render({ code, classes, picture, trouble: why, none }) {
    say(trouble, why ?? "");
    trouble.hidden = why === null;
    shown = code;
    const seen = code?.reconstruction.corrupted ?? code?.reconstruction.inputs ?? null;
    const name = classes[code?.reconstruction.labels[0] ?? -1] ?? "";
    drawPicture(before.canvas, seen, 0, code ? words.before(name) : words.waiting);
    drawPicture(after.canvas, code?.reconstruction.outputs ?? null, 0, code ? words.after(name) : words.waiting);
    say(before.caption, code ? `${name}${code.reconstruction.corrupted ? words.corrupted : ""}` : "\u00a0");
    say(after.caption, code ? words.error(figure(code.reconstruction.errors[0])) : "\u00a0");
    if (!code) {
      maps.setAttribute("aria-label", words.waiting);
      say(size, "\u00a0");
      say(sentence, none ? words.none : words.waiting);
      for (const canvas of channels) canvas.getContext("2d")?.clearRect(0, 0, canvas.width, canvas.height);
      return;
    }
    const { shape, values } = code.codes;
    const { low, high } = extent(values);
    const count = numbersIn(shape);
    const numbers = picture ? picture.width * picture.height * picture.channels : count;
    lay(asMaps(shape)[2]);
    drawMaps();
    maps.setAttribute("aria-label", words.alt(shape, name));
    say(size, words.range(figure(low), figure(high)));
    say(sentence, count < numbers ? words.smaller(numbers, shape, count) : words.larger(numbers, shape, count));
  };
}
