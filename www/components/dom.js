// Small tools that all views share: making elements, and drawing a 32x32 picture.

import { text } from "../strings.js";
import { SIDE, putPicture } from "./atlas.js";

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

/** An empty canvas for one picture; CSS decides how large it is shown. */
export const pictureCanvas = () =>
  h("canvas", { class: "picture", width: SIDE, height: SIDE, role: "img", "aria-label": text.pictures.waiting, "data-empty": true });

/**
 * Draws picture `index` of an atlas, or empties the canvas if there is none.
 * @param {HTMLCanvasElement} canvas @param {Atlas} atlas @param {number} index
 * @param {string} label
 */
export function drawPicture(canvas, atlas, index, label) {
  const context = canvas.getContext("2d");
  const present = atlas !== null && (index + 1) * SIDE <= atlas.height;
  canvas.toggleAttribute("data-empty", !present);
  canvas.setAttribute("aria-label", label);
  if (!context) return;
  if (present) putPicture(context, atlas, index, 0, 0);
  else context.clearRect(0, 0, SIDE, SIDE);
}
