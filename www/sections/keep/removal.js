// What it means that runs are kept, and the way to remove them all.

import { h, say } from "../../components/dom.js";
import { text } from "../../strings.js";

/** @param {HTMLElement} container @param {{onAsk: () => void, onNo: () => void, onYes: () => void}} options */
export function create(container, { onAsk, onNo, onYes }) {
  const words = text.keep;
  const ask = h("button", { type: "button", class: "link small", id: "keep-remove-all", onclick: onAsk }, words.removeAll);
  const question = h("p", { class: "small" });
  const no = h("button", { type: "button", class: "quiet", onclick: onNo }, words.noAll);
  const yes = h("button", { type: "button", class: "quiet keep-yes", id: "keep-remove-all-yes", onclick: onYes }, words.yesAll);
  const sure = h("div", { class: "keep-sure", role: "group", "aria-label": words.removeAll }, question, h("div", { class: "row" }, yes, no));
  container.append(h("h3", { class: "label" }, words.keptHeading), h("p", { class: "soft small" }, words.kept), ask, sure);
  let wasAsked = false;

  /** @param {{count: number, pinned: number, asked: boolean}} props */
  return function render({ count, pinned, asked }) {
    const asks = asked && count > 0;
    ask.hidden = asks || count === 0;
    sure.hidden = !asks;
    say(question, words.sureAll(count, pinned));
    if (asks && !wasAsked) no.focus();
    if (!asks && wasAsked) ask.focus();
    wasAsked = asks;
  };
}
