// Buttons that go out of use and come back without taking the focus away: a browser takes it from a button that
// is disabled, and who uses the keyboard is then at the top of the page. A button that has the focus is said to be
// out of use instead (aria-disabled), does nothing, and is disabled once the focus has left it.

import { h } from "./dom.js";

/** Whether a press is heard. @param {HTMLButtonElement} button */
const isUsable = (button) => !button.disabled && button.getAttribute("aria-disabled") !== "true";

/** @param {HTMLElement} element */
const hasFocus = (element) => /** @type {Document|ShadowRoot} */ (element.getRootNode()).activeElement === element;

/** A button that `setUsable` may be used on.
 * @param {Record<string, unknown>} attributes @param {string} name @param {() => unknown} press */
export function button(attributes, name, press) {
  /** A key that is held down is one press: what it starts must not be paused by it. @param {KeyboardEvent} event */
  const onkeydown = (event) => event.repeat && event.key === "Enter" && event.preventDefault();
  const made = h("button", { type: "button", ...attributes, onclick: () => isUsable(made) && press(), onblur: () => settle(made), onkeydown }, name);
  return made;
}

/** The focus has left it, and not only the window, which gives it back. @param {HTMLButtonElement} button */
function settle(button) {
  if (button.getAttribute("aria-disabled") !== "true" || hasFocus(button)) return;
  button.removeAttribute("aria-disabled");
  button.disabled = true;
}

/** @param {HTMLButtonElement} button @param {boolean} usable */
export function setUsable(button, usable) {
  const keeps = !usable && hasFocus(button);
  button.disabled = !usable && !keeps;
  if (keeps) button.setAttribute("aria-disabled", "true");
  else button.removeAttribute("aria-disabled");
}

/** Where one of `from` has the focus and is out of use or hidden, another button gets it, whether or not that one
 * is in use. To be called when all of them are as they should be, but before any of them is hidden.
 * @param {{button: HTMLButtonElement, usable: boolean}[]} from @param {HTMLButtonElement} to */
export function handOn(from, to) {
  if (!from.some(({ button, usable }) => !usable && hasFocus(button))) return;
  const usable = isUsable(to);
  to.disabled = false;
  to.focus();
  setUsable(to, usable);
}
