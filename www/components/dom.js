// Small tools that all views share: making elements, and drawing a picture.

import { text } from "../strings.js";
import { countOf, putPicture, sheetOf } from "./atlas.js";

/** @import { Atlas } from "../protocol.js" */

/**
 * An element with attributes, listeners (`onclick: f`) and children. Attributes that are null
 * or false are left out.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node|string|null)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on"))
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * A section's way to make the boxes that its views fill: each with an id, `prefix` before it, at the end of
 * `showing` or of another element.
 * @param {HTMLElement} showing @param {string} [prefix]
 */
export const placesIn =
  (showing, prefix = "") =>
  (/** @type {string} */ id, /** @type {HTMLElement} */ into = showing) =>
    into.appendChild(h("div", { id: prefix + id }));

/** Writes only what changed, so that a live region speaks only then.
 * @param {Element} element @param {string} words */
export function say(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** The size of a canvas before there is a picture. */
const SIDE = 32;

/** An empty canvas for one picture; CSS decides how large it is shown. */
export const pictureCanvas = () =>
  h("canvas", { class: "picture", width: SIDE, height: SIDE, role: "img", "aria-label": text.pictures.waiting, "data-empty": true });

/**
 * Draws picture `index` of an atlas, or a picture that is alone, or empties the canvas if there is none.
 * @param {HTMLCanvasElement} canvas @param {Atlas|ImageData} drawn @param {number} index
 * @param {string} label
 */
export function drawPicture(canvas, drawn, index, label) {
  const atlas = drawn !== null && "data" in drawn ? sheetOf(drawn) : drawn;
  const context = canvas.getContext("2d");
  const present = index < countOf(atlas);
  canvas.toggleAttribute("data-empty", !present);
  canvas.setAttribute("aria-label", label);
  if (!context) return;
  if (atlas === null || !present) return context.clearRect(0, 0, canvas.width, canvas.height);
  // Setting a size empties a canvas, and is slow.
  if (canvas.width !== atlas.width) canvas.width = atlas.width;
  if (canvas.height !== atlas.height) canvas.height = atlas.height;
  putPicture(context, atlas, index, 0, 0);
}
