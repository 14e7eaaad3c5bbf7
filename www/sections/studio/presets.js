// The choice of what is trained next: one radio group.

import { h } from "../../components/dom.js";
import { text } from "../../strings.js";

/** @typedef {keyof typeof text.studio.presets.names} Preset */

/** @param {HTMLElement} container @param {{onChoose: (preset: Preset) => void}} options */
export function create(container, { onChoose }) {
  const words = text.studio.presets;
  const options = Object.entries(words.names).map(([preset, [title, about]]) => {
    const input = h("input", { type: "radio", name: "studio-preset", value: preset, id: `studio-preset-${preset}`, onchange: () => onChoose(/** @type {Preset} */ (preset)) });
    return { preset, input, option: h("label", { class: "option" }, input, h("span", { class: "studio-title" }, title), h("span", { class: "soft small" }, about)) };
  });
  const set = h("fieldset", { class: "plain-set" },
    h("legend", { class: "label" }, words.heading),
    h("div", { class: "studio-presets" }, ...options.map(({ option }) => option)),
  );
  container.append(set);

  /** @param {{preset: string, locked: boolean}} props */
  return function render({ preset, locked }) {
    set.disabled = locked;
    for (const option of options) option.input.checked = option.preset === preset;
  };
}
