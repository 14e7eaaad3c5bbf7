// The choice among the models: one radio group of two kinds, and a way to bring another one.

import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";

/** @import { Choice } from "./screen.js" */

/** @param {HTMLElement} container @param {{onChoose: (name: string) => void, onOpen: (file: File) => void}} options */
export function create(container, { onChoose, onOpen }) {
  const groups = h("div", { class: "families" });
  const about = h("p", { class: "about" });
  const fixed = h("p", { class: "soft small" }, text.model.fixed);
  const set = h("fieldset", { class: "plain-set", id: "model-choice" }, h("legend", { class: "unseen" }, text.model.choose), groups);
  const chooser = h("input", {
    type: "file", accept: ".json,application/json", id: "model-file", class: "unseen", tabindex: -1, "aria-hidden": "true",
    onchange: () => {
      const file = chooser.files?.[0];
      // The same file again is another choice: it may have been changed.
      chooser.value = "";
      if (file) onOpen(file);
    },
  });
  const open = h("button", { type: "button", class: "link", id: "open-model", "aria-describedby": "open-model-hint", onclick: () => chooser.click() }, text.model.open);
  const hint = h("p", { class: "unseen", id: "open-model-hint" }, text.model.openHint);
  open.title = text.model.openHint;
  container.append(set, about, h("div", { class: "row small" }, open, chooser), hint, fixed);
  /** @type {Choice[]|null} */
  let shown = null;

  /** @param {Choice} model */
  function option({ name, label, title }) {
    const input = h("input", { type: "radio", name: "model", value: name, onchange: () => onChoose(name) });
    return h("label", { class: "radio option", title }, input, h("span", { class: "code" }, label), h("span", { class: "unseen" }, title));
  }

  /** @param {Choice[]} models */
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

  /** @param {{models: Choice[], chosen: Choice|null, reading: boolean, locked: boolean}} props */
  return function render({ models, chosen, reading, locked }) {
    if (models !== shown) build(models);
    set.toggleAttribute("data-waiting", models.length === 0);
    set.disabled = locked;
    open.disabled = locked || reading;
    fixed.classList.toggle("invisible", !locked);
    for (const input of groups.querySelectorAll("input")) input.checked = input.value === chosen?.name;
    say(about, reading ? text.model.reading : chosen ? chosen.about : models.length > 0 ? "" : text.model.waiting);
  };
}
