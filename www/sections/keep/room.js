// How much room is taken on this machine, and the ways to free it: picture sets one by one, records that
// cannot be read, everything.

import { h, say } from "../../components/dom.js";
import { text } from "../../strings.js";

/** @import { Item } from "./screen.js" */

/**
 * @typedef {object} Options
 * @property {(what: string|null) => void} onAsk  whether it is to be deleted
 * @property {(item: Item) => void} onRemove
 * @property {(id: string) => void} onUse
 * @property {() => void} onRemoveEverything
 */

/** @param {HTMLElement} container @param {Options} options */
export function create(container, { onAsk, onRemove, onUse, onRemoveEverything }) {
  const words = text.keep.room;
  const used = h("p", { class: "soft small numbers", id: "keep-room-used" });
  const promise = h("p", { class: "soft small" });
  const newer = h("p", { class: "small alarm" }, text.storage.newer);
  const list = h("ul", { class: "keep-items", id: "keep-items" });
  const ask = h("button", { type: "button", class: "link small keep-remove", id: "keep-remove-everything" }, words.removeEverything);
  const place = h("div", {});
  container.append(h("h3", { class: "label" }, words.heading), used, promise, newer, list, ask, place);

  /** A question in the place of what asks it. @param {string} question @param {string} label @param {() => void} onYes */
  function sure(question, label, onYes) {
    const no = h("button", { type: "button", class: "quiet", onclick: () => onAsk(null) }, text.keep.no);
    const yes = h("button", { type: "button", class: "quiet keep-yes", onclick: onYes }, text.keep.yes);
    return { no, box: h("div", { class: "keep-sure", role: "group", "aria-label": label }, h("p", { class: "small" }, question), h("div", { class: "row" }, yes, no)) };
  }

  ask.onclick = () => onAsk("**");
  /** What was asked when it was last drawn. @type {string|null} */
  let before = null;
  let drawn = "";

  /** @param {{used: string, promise: string, newer: boolean, items: Item[], everything: string, asked: string|null, busy: boolean}} props */
  return function render({ used: words_, promise: promised, newer: isNewer, items, everything, asked, busy }) {
    say(used, words_);
    say(promise, promised);
    newer.hidden = !isNewer;
    // Buttons that nothing has changed stay where they are: a click on one that is made anew is lost.
    const now = JSON.stringify([isNewer, items, everything, asked, busy]);
    if (now === drawn) return;
    drawn = now;
    /** @type {HTMLElement|null} */
    let focus = null;
    list.replaceChildren(...items.map((item) => {
      const remove = h("button", { type: "button", class: "link small keep-remove", disabled: isNewer || (busy && item.isSet), onclick: () => onAsk(item.key) }, words.remove);
      remove.setAttribute("aria-label", words.removeNamed(item.name));
      const use = h("button", { type: "button", class: "link small", disabled: isNewer || busy, onclick: () => onUse(item.id) }, words.use);
      use.setAttribute("aria-label", words.useNamed(item.name));
      const question = asked === item.key ? sure(item.question, words.removeNamed(item.name), () => onRemove(item)) : null;
      if (question && before !== item.key) focus = question.no;
      if (!question && before === item.key) focus = remove;
      return h("li", { class: "keep-item" },
        h("p", { class: "small" }, h("strong", {}, item.name), " ", h("span", { class: "soft numbers" }, item.about)),
        question ? question.box : h("div", { class: "row" }, item.canUse ? use : null, remove));
    }));
    const all = asked === "**" ? sure(everything, words.removeEverything, onRemoveEverything) : null;
    place.replaceChildren(...(all ? [all.box] : []));
    ask.hidden = all !== null || everything === "";
    ask.disabled = isNewer || busy;
    if (all && before !== "**") focus = all.no;
    if (!all && before === "**" && !ask.hidden) focus = ask;
    before = asked;
    /** @type {HTMLElement|null} */ (focus)?.focus();
  };
}
