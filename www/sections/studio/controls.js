// The buttons of the studio's runs, how far they are, and the sentence that says how they stand.

import { duration, integer, percent } from "../../format.js";
import { h, say } from "../../components/dom.js";
import { button, handOn, setUsable } from "../../components/usable.js";
import { text } from "../../strings.js";

/**
 * @typedef {object} Props
 * @property {boolean} busy
 * @property {boolean} start
 * @property {boolean} hold  whether a run can be held or let go on
 * @property {boolean} paused
 * @property {boolean} goOn  whether the run on show ended before its time and can go on
 * @property {boolean} stop
 * @property {string} status
 * @property {number|null} share  of the run that is on
 * @property {number|null} speed
 * @property {number|null} secondsLeft
 * @property {string|null} refusal
 * @property {boolean} ready
 */

/** @param {HTMLElement} container @param {{onStart: () => void, onHold: () => void, onGoOn: () => void, onStop: () => void}} options */
export function create(container, { onStart, onHold, onGoOn, onStop }) {
  const words = text.studio.controls;
  let busy = false;
  const primary = button({ class: "primary", id: "studio-start" }, words.start, () => (busy ? onHold() : onStart()));
  const stop = button({ class: "quiet", id: "studio-stop" }, words.stop, onStop);
  const goOn = button({ class: "quiet", id: "studio-go-on" }, words.goOn, onGoOn);
  const bar = h("progress", { "aria-label": words.progress, max: 1, value: 0 });
  const reading = h("span", { class: "soft small numbers studio-reading" });
  const status = h("p", { role: "status", id: "studio-status", class: "studio-status" });
  const refusal = h("p", { class: "alarm", role: "alert", id: "studio-refusal" });
  container.append(h("div", { class: "row buttons" }, primary, goOn, stop, reading), bar, status, refusal);

  /** @param {Props} props */
  return function render(props) {
    busy = props.busy;
    say(primary, !busy ? words.start : props.paused ? words.resume : words.pause);
    setUsable(primary, busy ? props.hold : props.start);
    container.toggleAttribute("data-ready", props.ready);
    handOn([{ button: stop, usable: props.stop }, { button: goOn, usable: props.goOn }], primary);
    setUsable(stop, props.stop);
    goOn.hidden = !props.goOn;
    bar.classList.toggle("invisible", props.share === null);
    bar.value = props.share ?? 0;
    const left = props.secondsLeft === null || props.paused ? "" : words.left(duration(props.secondsLeft));
    const speed = props.speed === null ? "" : words.speed(integer(props.speed));
    say(reading, props.share === null ? "" : [percent(props.share), left, speed].filter(Boolean).join(" · "));
    say(status, props.status);
    say(refusal, props.refusal ?? "");
    refusal.hidden = props.refusal === null;
  };
}
