// How far a run is: in this epoch and in all.

import { percent } from "../../format.js";
import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";

/** @import { progress } from "../../app/run.js" */

/**
 * @typedef {object} Props
 * @property {ReturnType<typeof progress>|null} progress
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
  const epoch = bar(words.epochBar, "epoch-bar");
  const run = bar(words.runBar, "run-bar");
  const heading = h("h3", { class: "label", id: "run-name" });
  container.append(heading, h("div", { class: "bars" }, epoch.box, run.box));

  /** @param {Props} props */
  return function render({ progress: at, name }) {
    container.hidden = at === null;
    const named = at && at.phases > 1 ? words.phase(at.phase) : "";
    say(epoch.left, at ? named + words.epochOf(at.epoch, at.epochs) : words.noEpoch);
    say(epoch.right, at?.validating ? words.scoring : "");
    epoch.value.value = at?.epochShare ?? 0;
    say(run.left, at ? words.stepOf(at.step, at.totalSteps) : words.noRun);
    say(run.right, at ? percent(at.runShare) : "");
    run.value.value = at?.runShare ?? 0;
    say(heading, name);
  };
}
