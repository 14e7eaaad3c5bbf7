// Sentences about what went wrong, at the top of the page, until they are dismissed. Each is an element that
// stays as long as its sentence does: nothing is rebuilt under a hand or read out twice.

import { text } from "../strings.js";
import { h } from "./dom.js";

/** What can be done about a trainer that is gone: start it again (on the CPU, where it was the GPU's), open the page
 * in a window of its own, or load all of it anew.
 * @typedef {"restart"|"cpu"|"window"|"reload"} Way */

/** @typedef {{message: string, way: Way}} Fault */

/**
 * @param {HTMLElement} container
 * @param {{onDismiss: (message: string) => void, onRestart: () => void, onReload: () => void, onRetry: () => void, address: string}} options
 *   `address`: of the page, for a window of its own
 */
export function create(container, { onDismiss, onRestart, onReload, onRetry, address }) {
  const list = h("div", { role: "alert", class: "notices", tabindex: -1 });
  container.append(list);

  const words = text.fault;
  const button = (/** @type {() => void} */ press, /** @type {string} */ label) =>
    h("button", { type: "button", class: "quiet", id: "restart", onclick: press }, label);
  /** @type {Record<Way, () => HTMLElement>} */
  const hands = {
    restart: () => button(onRestart, words.restart),
    cpu: () => button(onRestart, words.onCpu),
    reload: () => button(onReload, words.reload),
    window: () => h("a", { href: address, target: "_blank", rel: "noopener", id: "own-window" }, words.window(address)),
  };

  /** @param {Fault} fault */
  const broken = ({ message, way }) =>
    h("div", { class: "alarm", id: "fault" }, h("h2", { class: "label" }, words.headings[way]), h("p", {}, message), h("p", {}, hands[way]()));

  /** Without pictures nothing can be trained. @param {string} message */
  const noData = (message) =>
    h("div", { class: "alarm", id: "data-error" }, h("p", {}, message), h("button", { type: "button", class: "quiet", onclick: onRetry }, text.retry));

  /** @param {string} sentence */
  const notice = (sentence) => {
    const dismiss = h("button", { type: "button", class: "link", onclick: () => onDismiss(sentence) }, text.dismiss);
    return h("div", { class: "alarm notice" }, h("p", {}, sentence), dismiss);
  };

  /** What is shown, by the sentence. @type {Map<string, HTMLElement>} */
  const shown = new Map();

  /** @param {{fault: Fault|null, dataError: string|null, notices: string[]}} props */
  return function render({ fault, dataError, notices }) {
    /** @type {[string, () => HTMLElement][]} */
    const wanted = notices.map((sentence) => [`notice ${sentence}`, () => notice(sentence)]);
    if (dataError !== null) wanted.unshift([`data ${dataError}`, () => noData(dataError)]);
    if (fault) wanted.unshift([`fault ${fault.way} ${fault.message}`, () => broken(fault)]);
    const root = /** @type {Document|ShadowRoot} */ (list.getRootNode());
    for (const [key, element] of shown) {
      if (wanted.some(([other]) => other === key)) continue;
      const next = element.contains(root.activeElement) ? (element.nextElementSibling ?? element.previousElementSibling) : null;
      const held = element.contains(root.activeElement);
      shown.delete(key);
      element.remove();
      // The focus of a hand that dismissed one goes to the next, not to the top of the page.
      if (held) (next?.querySelector("button") ?? list).focus();
    }
    wanted.forEach(([key, make], i) => {
      const element = shown.get(key) ?? make();
      shown.set(key, element);
      if (list.children[i] !== element) list.insertBefore(element, list.children[i] ?? null);
    });
  };
}
