// One picture as the numbers that it is: large, and as three planes of red, green and blue, with the
// three numbers of one pixel; a grey one has one plane. Two sliders, or the pointer, choose the pixel.

import { drawPicture, h, pictureCanvas, say } from "../../components/dom.js";
import { text } from "../../strings.js";

/** @import { PictureShape } from "../../protocol.js" */
/** @import { Chosen } from "./state.js" */

const CHANNELS = /** @type {const} */ (["red", "green", "blue"]);

/** The picture with nothing but one channel left. @param {ImageData} image @param {number} channel */
function plane({ data, width, height }, channel) {
  const one = new ImageData(width, height);
  for (let i = 0; i < data.length; i += 4) {
    one.data[i + channel] = data[i + channel];
    one.data[i + 3] = 255;
  }
  return one;
}

/** @param {HTMLElement} container @param {{onPixel: (x: number, y: number) => void}} options */
export function create(container, { onPixel }) {
  const words = text.pictures.bytes;
  const large = pictureCanvas();
  const caption = h("figcaption", { class: "small soft" });
  const marks = [h("span", { class: "crosshair" })];
  const box = h("div", { class: "pixelled" }, large, marks[0]);
  const planes = CHANNELS.map((channel) => {
    const canvas = pictureCanvas();
    const mark = h("span", { class: "crosshair" });
    marks.push(mark);
    const value = h("span", { class: "numbers value" });
    const name = h("span", { class: "soft" }, words.channels[channel]);
    return { channel, canvas, name, value, figure: h("figure", { class: "plane" }, h("div", { class: "pixelled" }, canvas, mark), h("figcaption", { class: "small" }, name, value)) };
  });
  const swatch = h("span", { class: "pixel-swatch", "aria-hidden": "true" });
  const sentence = h("p", { class: "numbers small", "aria-live": "polite", id: "pictures-pixel" });
  const slider = (/** @type {string} */ id, /** @type {string} */ label) => {
    const input = h("input", { type: "range", id, min: 0, max: 31, step: 1, value: 0 });
    return { input, field: h("div", { class: "field" }, h("label", { for: id }, label), input) };
  };
  /** Of the pictures now. @type {PictureShape} */
  let shape = { width: 32, height: 32, channels: 3 };
  const heading = h("h3", { class: "label" });
  const prose = h("p", { class: "soft explained" });
  const x = slider("pictures-x", words.x);
  const y = slider("pictures-y", words.y);
  const told = () => onPixel(Number(x.input.value), Number(y.input.value));
  x.input.addEventListener("input", told);
  y.input.addEventListener("input", told);
  for (const canvas of [large, ...planes.map(({ canvas }) => canvas)])
    for (const type of ["pointerdown", "pointermove"])
      canvas.addEventListener(type, (event) => {
        const { clientX, clientY } = /** @type {PointerEvent} */ (event);
        const { left, top, width, height } = canvas.getBoundingClientRect();
        const at = (/** @type {number} */ share, /** @type {number} */ length) => Math.min(length - 1, Math.max(0, Math.floor(share * length)));
        if (!x.input.disabled) onPixel(at((clientX - left) / width, shape.width), at((clientY - top) / height, shape.height));
      });
  container.append(
    heading,
    prose,
    h(
      "div",
      { class: "dissected" },
      h("figure", {}, box, caption),
      h("div", { class: "planes" }, ...planes.map(({ figure }) => figure)),
      h("div", { class: "pixel" }, h("p", { class: "row" }, swatch, sentence), h("div", { class: "fields" }, x.field, y.field)),
    ),
  );
  /** @type {Chosen|null} */
  let drawn = null;

  /** @param {{chosen: Chosen|null, pixel: {x: number, y: number}, classes: string[], picture: PictureShape|null}} props */
  return function render({ chosen, pixel, classes, picture }) {
    if (picture) shape = picture;
    const { width, height, channels } = shape;
    const numbers = width * height * channels;
    say(heading, words.heading(numbers));
    say(prose, words.prose(shape));
    x.input.max = String(width - 1);
    y.input.max = String(height - 1);
    planes.forEach(({ figure, name, channel }, i) => {
      figure.hidden = i >= channels;
      say(name, words.channels[channels === 1 ? "grey" : channel]);
    });
    const name = chosen ? (classes[chosen.label] ?? String(chosen.label)) : "";
    if (chosen === null || chosen !== drawn) {
      drawn = chosen;
      const title = chosen ? text.pictures.browse.picture(text.pictures[chosen.split], chosen.index, name) : text.pictures.waiting;
      drawPicture(large, chosen?.image ?? null, 0, title);
      planes.forEach(({ canvas, channel }, i) =>
        drawPicture(canvas, chosen && (channels === 1 ? chosen.image : plane(chosen.image, i)), 0, chosen ? words.plane(words.channels[channels === 1 ? "grey" : channel], title) : text.pictures.waiting));
      say(caption, chosen ? title : text.pictures.waiting);
    }
    for (const input of [x.input, y.input]) input.disabled = chosen === null;
    x.input.value = String(pixel.x);
    y.input.value = String(pixel.y);
    for (const mark of marks) {
      mark.hidden = chosen === null;
      mark.style.left = `${(pixel.x / width) * 100}%`;
      mark.style.top = `${(pixel.y / height) * 100}%`;
      mark.style.width = `${100 / width}%`;
    }
    const at = (pixel.y * width + pixel.x) * 4;
    const values = CHANNELS.map((_, i) => chosen?.image.data[at + i] ?? 0);
    planes.forEach(({ value }, i) => say(value, chosen ? String(values[i]) : "–"));
    swatch.style.backgroundColor = chosen ? `rgb(${values.join(" ")})` : "";
    say(sentence, chosen ? words.pixel(pixel.x + 1, pixel.y + 1, (pixel.y * width + pixel.x) * channels, channels, numbers) : "\u00a0");
  };
}
