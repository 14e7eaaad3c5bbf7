// The buttons of all runs, how far they have come, and what is taken from earlier. Each press is
// handed on.

import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";
import { button, handOn, setUsable } from "../../components/usable.js";

/**
 * @typedef {object} Props
 * @property {number} missing  runs to train
 * @property {number} all
 * @property {number} here  runs that are taken as they are
 * @property {boolean} ready
 * @property {boolean} half  whether one of those to train is here in part and goes on first
 * @property {boolean} on
 * @property {boolean} pause
 * @property {boolean} resume
 * @property {boolean} skip
 * @property {boolean} stop
 * @property {string} status
 * @property {string|null} refusal
 * @property {number} share
 * @property {string} detail
 * @property {string} left
 * @property {string} estimate
 */

/**
 * @param {HTMLElement} container
 * @param {{on: {start: (again: boolean) => void, pause: () => void, resume: () => void, skip: () => void, stop: () => void}}} options
 */
export function create(container, { on }) {
  const words = text.cnns.controls;
  /** What the main button does now. */
  let main = () => on.start(false);
  const make = (/** @type {string} */ id, /** @type {string} */ name, /** @type {() => void} */ press, kind = "quiet") => button({ class: kind, id: `cnns-${id}` }, name, press);
  const primary = make("start", words.train(0), () => main(), "primary");
  const skip = make("skip", words.skip, on.skip);
  const stop = make("stop", words.stop, on.stop);
  const taken = h("span");
  const again = make("again", "", () => on.start(true), "link");
  const time = h("p", { class: "soft small numbers", id: "cnns-estimate" });
  const takenLine = h("p", { class: "soft small" }, taken, " ", again);
  const status = h("span", { role: "status", id: "cnns-status" });
  const detail = h("span", { class: "soft" });
  const bar = h("progress", { "aria-label": words.bar, max: 1, value: 0, id: "cnns-bar" });
  const refusal = h("p", { class: "alarm", role: "alert", id: "cnns-refusal" });
  const progress = h("div", { class: "bar" }, h("p", { class: "ends numbers" }, status, detail), bar);
  container.append(h("div", { class: "row buttons" }, primary, skip, stop), time, takenLine, progress, refusal);

  /** @param {Props} props */
  return function render({ missing, all, here, half, ready, on: busy, pause, resume, skip: canSkip, stop: canStop, ...told }) {
    main = pause ? on.pause : resume ? on.resume : () => on.start(false);
    const complete = !busy && all > 0 && missing === 0;
    if (complete) main = () => on.start(true);
    const begin = complete ? words.again(all) : half ? words.goOn(missing) : missing === all ? words.train(all) : words.trainRest(missing);
    say(primary, busy ? (resume ? words.resume : words.pause) : begin);
    primary.className = complete ? "quiet" : "primary";
    const hasAgain = !busy && here > 0 && !complete;
    setUsable(primary, busy ? pause || resume : ready && all > 0);
    handOn([{ button: skip, usable: busy && canSkip }, { button: stop, usable: busy && canStop }, { button: again, usable: hasAgain && ready }], primary);
    skip.hidden = stop.hidden = !busy;
    setUsable(skip, canSkip);
    setUsable(stop, canStop);
    say(taken, words.taken(here, all));
    takenLine.hidden = busy || here === 0;
    say(again, words.again(all));
    again.hidden = complete;
    setUsable(again, ready);
    // Its line stays where it is until something is known.
    say(time, told.estimate || "\u00a0");
    time.hidden = busy || complete;
    say(status, told.status);
    say(detail, [told.detail, told.left].filter((part) => part !== "").join(", "));
    bar.value = told.share;
    bar.hidden = !busy;
    say(refusal, told.refusal ?? "");
    refusal.hidden = told.refusal === null;
  };
}
