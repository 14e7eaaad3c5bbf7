// What the chosen run is, or why it cannot be asked now.

import { h, say } from "../../components/dom.js";

/** @param {HTMLElement} container */
export function create(container) {
  const sentence = h("p", { class: "small", role: "status", id: "learned-run-sentence" });
  const more = h("p", { class: "soft small" });
  container.append(sentence, more);

  /** @param {{sentence: string, blocked: boolean, more: string}} props */
  return function render(props) {
    say(sentence, props.sentence);
    sentence.classList.toggle("alarm", props.blocked);
    sentence.classList.toggle("soft", !props.blocked);
    sentence.hidden = props.sentence === "";
    say(more, props.more);
    more.hidden = props.more === "";
  };
}
