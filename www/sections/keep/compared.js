// The comparison's sentence and its files, around charts that are made elsewhere.

import { h, say } from "../../components/dom.js";
import { text } from "../../strings.js";

/** @param {HTMLElement} container @param {{charts: HTMLElement, onSave: (file: "png"|"csv") => void}} options */
export function create(container, { charts, onSave }) {
  const words = text.keep;
  const sentence = h("p", { class: "soft", role: "status" });
  const button = (/** @type {"png"|"csv"} */ file, /** @type {string} */ name) =>
    h("button", { type: "button", class: "quiet", id: `keep-compared-${file}`, onclick: () => onSave(file) }, name);
  const png = button("png", words.comparedPng);
  const csv = button("csv", words.comparedCsv);
  const files = h("div", { class: "row" }, png, csv);
  container.append(h("h3", { class: "label" }, words.compare), sentence, charts, files);

  /** @param {{sentence: string, any: boolean}} props */
  return function render(props) {
    say(sentence, props.sentence);
    files.hidden = !props.any;
  };
}
