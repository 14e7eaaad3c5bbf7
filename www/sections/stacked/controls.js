// The buttons of a stacked run and the sentence that says how it stands. Each press is handed on.

import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";
import { button, handOn, setUsable } from "../../components/usable.js";

/** @typedef {{start: boolean, pause: boolean, resume: boolean, stop: boolean, goOn: boolean}} May */

/** @param {HTMLElement} container
 * @param {{on: {start: () => void, pause: () => unknown, resume: () => unknown, stop: () => void, goOn: () => void}}} options */
export function create(container, { on }) {
  const words = text.training;
  /** @type {"start"|"pause"|"resume"} what the main button does now */
  let main = "start";
  const primary = button({ class: "primary", id: "stacked-run" }, words.start, () => on[main]());
  const stop = button({ class: "quiet", id: "stacked-stop" }, words.stop, on.stop);
  const goOn = button({ class: "quiet", id: "stacked-go-on" }, text.stacked.goOn, on.goOn);
  const status = h("p", { role: "status", class: "soft small", id: "stacked-status" });
  const refusal = h("p", { class: "alarm", role: "alert", id: "stacked-refusal" });
  container.append(h("p", { class: "soft small" }, text.stacked.epochsNote), h("div", { class: "row buttons" }, primary, stop, goOn), status, refusal);

  /** @param {{may: string, status: string, refusal: string|null}} props  `may`: a May as JSON */
  return function render(props) {
    const may = /** @type {May} */ (JSON.parse(props.may));
    main = may.pause ? "pause" : may.resume ? "resume" : "start";
    say(primary, words[main]);
    setUsable(primary, may[main]);
    handOn([{ button: stop, usable: may.stop }, { button: goOn, usable: may.goOn }], primary);
    setUsable(stop, may.stop);
    goOn.hidden = !may.goOn;
    say(status, props.status);
    say(refusal, props.refusal ?? "");
    refusal.hidden = props.refusal === null;
  };
}
