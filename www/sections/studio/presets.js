// The choice of what is trained next: one radio group.

import { h } from "../../components/dom.js";
import { text } from "../../strings.js";

/** @import { Offer } from "./state.js" */

/** @param {HTMLElement} container @param {{onChoose: (preset: string) => void}} options */
export function create(container, { onChoose }) {
  const list = h("div", { class: "studio-presets" });
  const set = h("fieldset", { class: "plain-set" }, h("legend", { class: "label" }, text.studio.presets.heading), list);
  container.append(set);
  /** @type {Offer[]} */
  let built = [];

  /** @param {Offer} offer */
  function option({ name, title, about }) {
    const input = h("input", { type: "radio", name: "studio-preset", value: name, id: `studio-preset-${name}`, onchange: () => onChoose(name) });
    return h("label", { class: "radio option" }, input, h("span", { class: "studio-title" }, title), h("span", { class: "soft small" }, about));
  }

  /** @param {{offered: Offer[], preset: string|null, locked: boolean}} props */
  return function render({ offered, preset, locked }) {
    if (offered !== built) {
      built = offered;
      list.replaceChildren(...offered.map(option));
    }
    set.disabled = locked;
    for (const input of list.querySelectorAll("input")) input.checked = input.value === preset;
  };
}
