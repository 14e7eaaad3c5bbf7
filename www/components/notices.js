// Sentences about what went wrong, at the top of the page, until they are dismissed.

import { text } from "../strings.js";
import { h } from "./dom.js";

/**
 * @param {HTMLElement} container
 * @param {{onDismiss: (index: number) => void, onRestart: () => void}} options
 */
export function create(container, { onDismiss, onRestart }) {
  const list = h("div", { role: "alert", class: "notices" });
  container.append(list);

  /** @param {string} fault @param {boolean} ofGpu */
  const broken = (fault, ofGpu) =>
    h(
      "div",
      { class: "alarm", id: "fault" },
      h("h2", { class: "label" }, ofGpu ? text.fault.gpuHeading : text.fault.heading),
      h("p", {}, fault),
      h("button", { type: "button", class: "quiet", id: "restart", onclick: onRestart }, ofGpu ? text.fault.onCpu : text.fault.restart),
    );

  /** @param {string} sentence @param {number} index */
  const notice = (sentence, index) =>
    h(
      "div",
      { class: "alarm notice" },
      h("p", {}, sentence),
      h("button", { type: "button", class: "link", onclick: () => onDismiss(index) }, text.dismiss),
    );

  /** @param {{fault: string|null, faultOfGpu: boolean, notices: string[]}} props */
  return function render({ fault, faultOfGpu, notices }) {
    list.replaceChildren(...(fault ? [broken(fault, faultOfGpu)] : []), ...notices.map(notice));
  };
}
