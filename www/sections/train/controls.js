// The buttons of a run and the sentence that says how it stands. Each press is handed on.

import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";
import { button, handOn, setUsable } from "../../components/usable.js";

/** @typedef {{active: boolean, start: boolean, pause: boolean, resume: boolean, step: boolean, stop: boolean, reset: boolean, goOn: boolean}} May */
/** @typedef {"start"|"pause"|"resume"|"step"|"stop"|"reset"|"goOn"} Press */

/** @param {HTMLElement} container @param {{on: Record<Press, () => void>}} options */
export function create(container, { on }) {
  const words = text.training;
  /** @type {Press} what the main button does now */
  let main = "start";
  const make = (/** @type {string} */ id, /** @type {string} */ name, /** @type {() => void} */ press, kind = "quiet") => button({ class: kind, id }, name, press);
  const primary = make("run", words.start, () => on[main](), "primary");
  const step = make("step", words.step, on.step);
  const stop = make("stop", words.stop, on.stop);
  const reset = make("reset", words.reset, on.reset);
  const goOn = make("go-on", words.goOn, on.goOn);
  const status = h("p", { role: "status", id: "status" });
  const refusal = h("p", { class: "alarm", role: "alert", id: "refusal" });
  container.append(h("div", { class: "row buttons" }, primary, goOn, step, stop, reset), status, refusal);

  /** @param {{may: May, status: string, refusal: string|null}} props */
  return function render(props) {
    const { may } = props;
    main = may.pause ? "pause" : may.resume ? "resume" : "start";
    say(primary, words[main]);
    setUsable(primary, may[main]);
    const others = /** @type {const} */ ([[step, may.step], [stop, may.stop], [reset, may.reset], [goOn, may.goOn]]);
    handOn(others.map(([button, usable]) => ({ button, usable })), primary);
    for (const [button, usable] of others) setUsable(button, usable);
    goOn.hidden = !may.goOn;
    say(status, props.status);
    say(refusal, props.refusal ?? "");
    refusal.hidden = props.refusal === null;
  };
}
