// The buttons of a run and the sentence that says how it stands. Each press is handed on.

import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";

/** @typedef {{active: boolean, start: boolean, pause: boolean, resume: boolean, step: boolean, stop: boolean, reset: boolean, goOn: boolean}} May */
/** @typedef {"start"|"pause"|"resume"|"step"|"stop"|"reset"|"goOn"} Press */

/** @param {HTMLElement} container @param {{on: Record<Press, () => void>}} options */
export function create(container, { on }) {
  const words = text.training;
  /** @type {Press} what the main button does now */
  let main = "start";
  const button = (/** @type {string} */ id, /** @type {string} */ name, /** @type {() => void} */ press, kind = "quiet") =>
    h("button", { type: "button", class: kind, id, onclick: press }, name);
  const primary = button("run", words.start, () => on[main](), "primary");
  const step = button("step", words.step, on.step);
  const stop = button("stop", words.stop, on.stop);
  const reset = button("reset", words.reset, on.reset);
  const goOn = button("go-on", words.goOn, on.goOn);
  const status = h("p", { role: "status", id: "status" });
  const refusal = h("p", { class: "alarm", role: "alert", id: "refusal" });
  container.append(h("div", { class: "row buttons" }, primary, goOn, step, stop, reset), status, refusal);

  /** @param {{may: May, status: string, refusal: string|null}} props */
  return function render(props) {
    const { may } = props;
    main = may.pause ? "pause" : may.resume ? "resume" : "start";
    say(primary, words[main]);
    const { activeElement: focused } = /** @type {Document|ShadowRoot} */ (container.getRootNode());
    primary.disabled = !may[main];
    step.disabled = !may.step;
    stop.disabled = !may.stop;
    reset.disabled = !may.reset;
    goOn.hidden = !may.goOn;
    // A button that goes out of use under the visitor's fingers hands the focus on.
    if ([step, stop, reset, goOn].some((button) => button === focused && (button.disabled || button.hidden))) primary.focus();
    say(status, props.status);
    say(refusal, props.refusal ?? "");
    refusal.hidden = props.refusal === null;
  };
}
