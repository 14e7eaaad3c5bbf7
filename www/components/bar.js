// The bar at the top of the page: the way to each section, and the current run, whichever section is shown.
// Its Stop ends that run and those that wait behind it.

import { duration, percent } from "../format.js";
import { text } from "../strings.js";
import { h, say } from "./dom.js";

/**
 * @typedef {object} Running
 * @property {string} label
 * @property {boolean} paused
 * @property {number} share  of the run, done
 * @property {number|null} secondsLeft
 * @property {number} waiting  runs in the queue behind it
 */

/**
 * @param {HTMLElement} container
 * @param {{sections: {name: string}[], onPause: () => void, onResume: () => void, onStop: () => void}} options
 */
export function create(container, { sections, onPause, onResume, onStop }) {
  const words = text.bar;
  const links = sections.map(({ name }) =>
    h("a", { href: `#${name}`, class: "bar-link" }, text.sections[name]),
  );
  const strip = h("div", { class: "bar-strip" }, ...links);
  const label = h("span", { class: "bar-label" });
  const left = h("span", { class: "soft numbers bar-left" });
  const meter = h("progress", { max: 1, value: 0, "aria-label": words.progress });
  let paused = false;
  const hold = h("button", { type: "button", class: "link", id: "bar-hold", onclick: () => (paused ? onResume() : onPause()) }, words.pause);
  const stop = h("button", { type: "button", class: "link", id: "bar-stop", onclick: onStop }, words.stop);
  const running = h("div", { class: "bar-run", role: "group", "aria-label": words.run }, h("p", {}, label, left), meter, h("p", { class: "bar-hands" }, hold, stop));
  container.append(h("nav", { class: "bar-nav", "aria-label": words.contents }, h("a", { href: "#top", class: "bar-brand" }, text.masthead.name), strip), running);

  /** @param {string} current  the section that is shown */
  function mark(current) {
    sections.forEach(({ name }, i) => {
      if (name !== current) return links[i].removeAttribute("aria-current");
      links[i].setAttribute("aria-current", "page");
      const middle = links[i].offsetLeft - (strip.clientWidth - links[i].offsetWidth) / 2;
      if (strip.scrollWidth > strip.clientWidth) strip.scrollTo({ left: middle });
    });
  }

  /** @param {{running: Running|null}} props */
  function render({ running: run }) {
    running.toggleAttribute("data-idle", run === null);
    if (!run) return;
    paused = run.paused;
    say(label, run.label);
    const time = run.paused ? words.paused : run.secondsLeft === null ? "" : duration(run.secondsLeft);
    say(left, [percent(run.share), time, run.waiting > 0 ? words.waiting(run.waiting) : ""].filter(Boolean).join(" · "));
    meter.value = run.share;
    say(stop, run.waiting > 0 ? words.stopAll : words.stop);
    say(hold, run.paused ? words.resume : words.pause);
  }

  return { mark, render };
}
