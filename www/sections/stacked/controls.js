// The buttons of a stacked run and the sentence that says how it stands. Each press is handed on.

import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";

/** @typedef {{start: boolean, pause: boolean, resume: boolean, stop: boolean, goOn: boolean}} May */

/** @param {HTMLElement} container
 * @param {{on: {start: () => void, pause: () => unknown, resume: () => unknown, stop: () => void, goOn: () => void}}} options */
export function create(container, { on }) {
  const words = text.training;
  /** @type {"start"|"pause"|"resume"} what the main button does now */
  let main = "start";
  const primary = h("button", { type: "button", class: "primary", id: "stacked-run", onclick: () => on[main]() }, words.start);
  const stop = h("button", { type: "button", class: "quiet", id: "stacked-stop", onclick: on.stop }, words.stop);
  const goOn = h("button", { type: "button", class: "quiet", id: "stacked-go-on", onclick: on.goOn }, text.stacked.goOn);
  const status = h("p", { role: "status", class: "soft small", id: "stacked-status" });
  const refusal = h("p", { class: "alarm", role: "alert", id: "stacked-refusal" });
  container.append(h("p", { class: "soft small" }, text.stacked.epochsNote), h("div", { class: "row buttons" }, primary, stop, goOn), status, refusal);

  /** @param {{may: string, status: string, refusal: string|null}} props  `may`: a May as JSON */
  return function render(props) {
    const may = /** @type {May} */ (JSON.parse(props.may));
    main = may.pause ? "pause" : may.resume ? "resume" : "start";
    say(primary, words[main]);
    const root = /** @type {Document|ShadowRoot} */ (container.getRootNode());
    const focused = root.activeElement;
    primary.disabled = !may[main];
    stop.disabled = !may.stop;
    goOn.hidden = !may.goOn;
    if (focused !== null && (focused === stop ? stop.disabled : focused === goOn && goOn.hidden)) primary.focus();
    say(status, props.status);
    say(refusal, props.refusal ?? "");
    refusal.hidden = props.refusal === null;
  };
}
