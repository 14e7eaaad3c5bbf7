// Draws the maps of a layer on one canvas, in the colours of the page.

import { h } from "../../components/dom.js";
import { byChannel, cornerOf, layout, locate, paint } from "./colours.js";

/** @import { Colour, Layout, Scale } from "./colours.js" */

/** What is drawn: values in the order y, x, channel. `signed`: whether some lie below zero.
 * @typedef {{shape: [number, number, number], values: ArrayLike<number>, limit: number, signed: boolean, tints?: Colour[]}} Sheet
 * `tints`: what each map is drawn in, from black, instead of the page's colours */

/** Colours by how the page's style writes them. @type {Map<string, Colour>} */
const known = new Map();

/** @param {string} written @returns {Colour} */
function colourOf(written) {
  const before = known.get(written);
  if (before) return before;
  const context = h("canvas", { width: 1, height: 1 }).getContext("2d");
  if (!context) return [128, 128, 128];
  // A canvas gives any opaque colour back as six digits.
  context.fillStyle = written;
  const digits = String(context.fillStyle).slice(1);
  const [red, green, blue] = [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16));
  known.set(written, [red, green, blue]);
  return [red, green, blue];
}

/** The colours of the page here, read anew for every drawing, so that it follows light and dark.
 * @param {Element} place @param {boolean} signed @returns {Scale} */
export function scaleOf(place, signed) {
  const style = getComputedStyle(place);
  const colour = (/** @type {string} */ name) => colourOf(style.getPropertyValue(name).trim());
  return { zero: colour("--well"), more: colour(signed ? "--tone-0" : "--ink"), less: colour("--tone-1") };
}

/** Calls back when the page turns light or dark. @param {() => void} redraw */
export const onScheme = (redraw) => matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

/** Where the maps are painted before they are enlarged: one for all, as only one is drawn at a time. */
const small = h("canvas");

/** A canvas for sheets. @param {Record<string, unknown>} attributes @param {number} [most]  pixels in a row */
export function sheetCanvas(attributes, most) {
  const canvas = h("canvas", { class: "lesson-sheet", width: 8, height: 8, role: "img", ...attributes });
  /** @type {Layout|null} */
  let places = null;

  return {
    canvas,
    /** @param {Sheet} sheet @param {{chosen?: number|null, columns?: number}} [options] */
    draw({ shape, values, limit, signed, tints }, { chosen = null, columns } = {}) {
      const [height, width, channels] = shape;
      places = layout(shape, columns, most);
      // One value a pixel first, one map under another; the browser enlarges them.
      small.width = width;
      small.height = height * channels;
      const image = new ImageData(width, height * channels);
      const sorted = byChannel(values, channels);
      const scale = scaleOf(canvas, signed);
      const each = height * width;
      for (let channel = 0; channel < channels; channel += 1) {
        const own = tints?.[channel];
        const bytes = image.data.subarray(channel * each * 4, (channel + 1) * each * 4);
        paint(sorted.subarray(channel * each, (channel + 1) * each), limit, own ? { ...scale, zero: [0, 0, 0], more: own } : scale, bytes);
      }
      small.getContext("2d")?.putImageData(image, 0, 0);
      canvas.width = places.sheetWidth;
      canvas.height = places.sheetHeight;
      const context = canvas.getContext("2d");
      if (!context) return;
      context.imageSmoothingEnabled = false;
      for (let channel = 0; channel < channels; channel += 1) {
        const { x, y } = cornerOf(places, channel);
        context.drawImage(small, 0, channel * height, width, height, x, y, width * places.size, height * places.size);
      }
      if (chosen === null || channels === 1) return;
      const { x, y } = cornerOf(places, chosen);
      context.strokeStyle = getComputedStyle(canvas).getPropertyValue("--accent");
      context.lineWidth = 6;
      context.strokeRect(x + 1, y + 1, width * places.size - 2, height * places.size - 2);
    },
    /** Marks one value. @param {number} row @param {number} column */
    mark(row, column) {
      const context = canvas.getContext("2d");
      if (!context || !places) return;
      const { size } = places;
      context.lineWidth = 8;
      context.strokeStyle = getComputedStyle(canvas).getPropertyValue("--accent");
      context.strokeRect(column * size - 4, row * size - 4, size + 8, size + 8);
    },
    /** The value under the pointer. @param {PointerEvent|MouseEvent} event */
    under(event) {
      if (!places) return null;
      const { width, height } = canvas.getBoundingClientRect();
      return locate(places, (event.offsetX / width) * canvas.width, (event.offsetY / height) * canvas.height);
    },
  };
}
