// The choice among the models: one radio group, in two families.

import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";

/** @import { Preset } from "../../protocol.js" */

/** @param {HTMLElement} container @param {{onChoose: (name: string) => void}} options */
export function create(container, { onChoose }) {
  const groups = h("div", { class: "families" });
  const about = h("p", { class: "about" });
  const fixed = h("p", { class: "soft small" }, text.model.fixed);
  const set = h("fieldset", { class: "plain-set", id: "model-choice" }, h("legend", { class: "unseen" }, text.model.choose), groups);
  container.append(set, about, fixed);
  /** @type {Preset[]|null} */
  let shown = null;

  /** @param {Preset} model */
  function option({ name, title }) {
    const input = h("input", { type: "radio", name: "model", value: name, onchange: () => onChoose(name) });
    return h("label", { class: "radio option" }, input, h("span", { class: "code" }, name), h("span", { class: "soft small" }, title));
  }

  /** @param {Preset[]} models */
  function build(models) {
    shown = models;
    groups.replaceChildren(
      ...(/** @type {const} */ (["classifier", "autoencoder"])).map((kind) =>
        h(
          "div",
          { class: "family" },
          h("h3", { class: "label" }, text.model.kinds[kind]),
          h("div", { class: "options", "data-kind": kind }, ...models.filter((model) => model.kind === kind).map(option)),
        ),
      ),
    );
  }

  /** @param {{models: Preset[], chosen: Preset|null, locked: boolean}} props */
  return function render({ models, chosen, locked }) {
    if (models !== shown) build(models);
    set.toggleAttribute("data-waiting", models.length === 0);
    set.disabled = locked;
    fixed.classList.toggle("invisible", !locked);
    for (const input of groups.querySelectorAll("input")) input.checked = input.value === chosen?.name;
    say(about, chosen?.about ?? text.model.waiting);
  };
}
