// The settings of the next run: one control a field. Hands on what is typed; others judge it.

import { text } from "../strings.js";
import { h, say } from "./dom.js";

/** @import { Field, Key } from "../app/settings.js" */

/** @typedef {{field: Field, value: unknown, typed: string, error: string|null}} Filled */

/** Fields whose options are long. @type {Key[]} */
const wide = ["loss", "noise"];

/**
 * @param {HTMLElement} container
 * @param {{onType: (key: Key, typed: string, typing: boolean) => void, prefix?: string}} options  `onType` is told of
 *   every key stroke (`typing`), for a press may come before the control is left; `prefix` begins the controls' ids,
 *   so that several forms can stand on one page
 */
export function create(container, { onType, prefix = "setting" }) {
  const grid = h("div", { class: "fields" });
  const errors = h("div", { role: "alert", class: "settings-errors" });
  const set = h("fieldset", { class: "plain-set" }, h("legend", { class: "label" }, text.settings.heading), grid);
  container.append(set, errors);
  /** @type {Map<Key, HTMLInputElement|HTMLSelectElement>} */
  const controls = new Map();
  let built = "";
  /** @type {Filled[]} what was drawn last */
  let shown = [];

  /** A number stands as the page writes it once it is typed, not as the keyboard did. @param {Key} key */
  function settle(key) {
    const control = controls.get(key);
    const filled = shown.find(({ field }) => field.key === key);
    if (control && filled && control.value !== filled.typed) control.value = filled.typed;
  }

  /** @param {Field} field */
  function build({ key, kind, options = [] }) {
    const id = `${prefix}-${key}`;
    const hint = text.settings.hints[key];
    const tell = (/** @type {boolean} */ typing) => (/** @type {{target: HTMLInputElement}} */ { target }) => onType(key, target.value, typing);
    const listen = { oninput: tell(true), onchange: tell(false), onblur: () => settle(key) };
    const control =
      kind === "choice"
        ? h("select", { id, ...listen }, ...options.map((name) => h("option", { value: name }, text.settings.options[name] ?? name)))
        : h("input", {
            id,
            type: "text",
            inputmode: kind === "number" ? "decimal" : "numeric",
            autocomplete: "off",
            spellcheck: "false",
            placeholder: kind === "optional" ? text.settings.off : null,
            "aria-describedby": hint ? `${id}-hint` : null,
            ...listen,
          });
    controls.set(key, control);
    return h(
      "div",
      { class: wide.includes(key) ? "field wide" : "field" },
      h("label", { for: id }, text.settings.labels[key]),
      control,
      hint ? h("p", { class: "soft small", id: `${id}-hint` }, hint) : null,
    );
  }

  /** @param {{values: Filled[], locked: boolean}} props */
  return function render({ values, locked }) {
    set.disabled = locked;
    if (values.length === 0) return;
    shown = values;
    const wanted = values.map(({ field: { key, options = [] } }) => [key, ...options].join(" ")).join();
    if (wanted !== built) {
      controls.clear();
      grid.replaceChildren(...values.map(({ field }) => build(field)));
      built = wanted;
    }
    const { activeElement: focused } = /** @type {Document|ShadowRoot} */ (container.getRootNode());
    for (const { field, typed, error } of values) {
      const control = controls.get(field.key);
      if (!control) continue;
      if (control.value !== typed && focused !== control) control.value = typed;
      control.setAttribute("aria-invalid", String(error !== null));
    }
    const words = values.map(({ error }) => error).filter((error) => error !== null);
    if (errors.textContent !== words.join("")) errors.replaceChildren(...words.map((word) => h("p", { class: "alarm" }, word)));
  };
}
