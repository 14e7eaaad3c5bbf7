// The numbers of a run that matter most, first the one that it is judged by: accuracy or PSNR on the test pictures.

import { decibel, duration, figure, integer, percent } from "../../format.js";
import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";

/** @import { EpochEvent } from "../../run-events.js" */

/**
 * @typedef {object} Props
 * @property {boolean} classifies
 * @property {EpochEvent|null} epoch  the last one that has ended
 * @property {{loss: number, accuracy: number|null}|null} last  step
 * @property {number|null} speed  pictures per second
 * @property {number} workers  that share the work
 * @property {number|null} seconds  that it has computed
 * @property {number|null} secondsLeft
 * @property {string} accuracyName
 */

/** @param {HTMLElement} container */
export function create(container) {
  const words = text.training;
  /** @param {string} name @param {string} id */
  function reading(name, id) {
    const value = h("dd", { class: "numbers", id }, "–");
    const term = h("dt", { class: "soft" }, name);
    return { value, term, box: h("div", {}, term, value) };
  }
  const test = reading(words.testAccuracy, "read-test");
  const accuracy = reading(words.accuracy, "read-accuracy");
  const loss = reading(words.loss, "read-loss");
  const speed = reading(words.speed, "read-speed");
  const time = reading(words.time, "read-time");
  const left = reading(words.left, "read-left");
  test.box.className = "main-reading";
  container.append(h("dl", { class: "readings" }, ...[test, accuracy, loss, speed, time, left].map(({ box }) => box)));

  /** @param {Props} props */
  return function render({ classifies, epoch, last, speed: perSecond, workers, seconds, secondsLeft, accuracyName }) {
    say(test.term, classifies ? words.testAccuracy : words.testPsnr);
    say(test.value, classifies ? percent(epoch?.valAccuracy) : decibel(epoch?.psnr));
    say(accuracy.term, accuracyName);
    say(speed.term, workers > 1 ? words.speedBy(workers) : words.speed);
    say(loss.value, figure(last?.loss));
    say(accuracy.value, percent(last?.accuracy));
    say(speed.value, perSecond === null ? "–" : integer(perSecond));
    say(time.value, seconds === null ? "–" : duration(seconds));
    say(left.value, secondsLeft === null ? "–" : duration(secondsLeft));
  };
}
