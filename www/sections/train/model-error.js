// What is wrong with the chosen model, or slow about it.

import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";

/** @param {HTMLElement} container */
export function create(container) {
  const wrong = h("p", { class: "alarm", role: "alert", id: "model-error" });
  const warning = h("p", { class: "small", id: "slow-model" });
  container.append(wrong, warning);

  /** @param {{slow: Parameters<typeof text.model.slow>[0]|null, error: string|null}} props */
  return function render({ slow, error }) {
    say(wrong, error ?? "");
    wrong.hidden = error === null;
    say(warning, slow && error === null ? text.model.slow(slow) : "");
    warning.hidden = warning.textContent === "";
    container.hidden = wrong.hidden && warning.hidden;
  };
}
