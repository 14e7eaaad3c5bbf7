// How far a run is and how fast it goes: two bars and four readings.

import { duration, figure, integer, percent } from "../../format.js";
import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";

/** @import { progress } from "../../app/run.js" */

/**
 * @typedef {object} Props
 * @property {ReturnType<typeof progress>|null} progress
 * @property {number|null} speed  pictures per second
 * @property {number} workers  that share the work
 * @property {{loss: number, accuracy: number|null}|null} last
 * @property {boolean} active
 * @property {string} accuracyName
 * @property {string} name  of the run
 */

/** @param {HTMLElement} container */
export function create(container) {
  const words = text.training;
  /** @param {string} name @param {string} id */
  function bar(name, id) {
    const value = h("progress", { "aria-label": name, max: 1, value: 0 });
    const left = h("span");
    const right = h("span", { class: "soft" });
    return { value, left, right, box: h("div", { class: "bar", id }, h("p", { class: "ends numbers" }, left, right), value) };
  }
  /** @param {string} name @param {string} id */
  function reading(name, id) {
    const value = h("dd", { class: "numbers", id }, "–");
    const term = h("dt", { class: "soft" }, name);
    return { value, term, box: h("div", {}, term, value) };
  }
  const epoch = bar(words.epochBar, "epoch-bar");
  const run = bar(words.runBar, "run-bar");
  const loss = reading(words.loss, "read-loss");
  const accuracy = reading(words.accuracy, "read-accuracy");
  const speed = reading(words.speed, "read-speed");
  const left = reading(words.left, "read-left");
  const heading = h("h3", { class: "label", id: "run-name" });
  container.append(
    heading,
    h("div", { class: "bars" }, epoch.box, run.box),
    h("dl", { class: "readings" }, loss.box, accuracy.box, speed.box, left.box),
  );

  /** @param {Props} props */
  return function render({ progress: at, speed: perSecond, workers, last, active, accuracyName, name }) {
    const named = at && at.phases > 1 ? words.phase(at.phase) : "";
    say(epoch.left, at ? named + words.epochOf(at.epoch, at.epochs) : words.noEpoch);
    say(epoch.right, at?.validating ? words.scoring : "");
    epoch.value.value = at?.epochShare ?? 0;
    say(run.left, at ? words.stepOf(at.step, at.totalSteps) : words.noRun);
    say(run.right, at ? percent(at.runShare) : "");
    run.value.value = at?.runShare ?? 0;
    say(heading, name);
    say(accuracy.term, accuracyName);
    say(speed.term, workers > 1 ? words.speedBy(workers) : words.speed);
    say(loss.value, figure(last?.loss));
    say(accuracy.value, percent(last?.accuracy));
    say(speed.value, perSecond === null ? "–" : integer(perSecond));
    say(left.value, active && at && at.secondsLeft !== null ? duration(at.secondsLeft) : "–");
  };
}
