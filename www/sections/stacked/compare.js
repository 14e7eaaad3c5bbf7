// The controls of the comparison: how long, with how many seeds, start and stop, and how it stands.

import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";
import { button, handOn, setUsable } from "../../components/usable.js";

/**
 * @param {HTMLElement} container
 * @param {{most: number, onEpochs: (typed: string, typing: boolean) => void, onSeeds: (seeds: number) => void, onStart: () => unknown, onGoOn: () => void, onStop: () => void}} options
 */
export function create(container, { most, onEpochs, onSeeds, onStart, onGoOn, onStop }) {
  const words = text.stacked.compare;
  const epochs = h("input", {
    id: "stacked-classifier-epochs", type: "text", inputmode: "numeric", autocomplete: "off", "aria-describedby": "stacked-classifier-error",
    oninput: (/** @type {{target: HTMLInputElement}} */ { target }) => onEpochs(target.value, true),
    onchange: (/** @type {{target: HTMLInputElement}} */ { target }) => onEpochs(target.value, false),
  });
  const seeds = h(
    "select",
    { id: "stacked-seeds", onchange: (/** @type {{target: HTMLSelectElement}} */ { target }) => onSeeds(Number(target.value)) },
    ...Array.from({ length: most }, (_, i) => h("option", { value: i + 1 }, String(i + 1))),
  );
  const start = button({ class: "primary", id: "stacked-compare" }, words.start, onStart);
  const stop = button({ class: "quiet", id: "stacked-compare-stop" }, words.stop, onStop);
  const goOn = button({ class: "quiet", id: "stacked-compare-go-on" }, words.goOn, onGoOn);
  const status = h("p", { role: "status", class: "soft small", id: "stacked-compare-status" });
  const alarm = h("p", { class: "alarm", role: "alert", id: "stacked-classifier-error" });
  const field = (/** @type {string} */ name, /** @type {HTMLElement} */ control) => h("div", { class: "field" }, h("label", { for: control.id }, name), control);
  container.append(
    h("h3", { class: "label" }, words.heading),
    h("p", { class: "soft" }, words.prose),
    h("div", { class: "row compare-controls" }, field(words.epochs, epochs), field(words.seeds, seeds), start, goOn, stop),
    alarm,
    status,
  );

  /** @param {{epochs: string, error: string|null, seeds: number, may: boolean, on: boolean, goOn: boolean, status: string}} props */
  return function render(props) {
    const focused = /** @type {Document|ShadowRoot} */ (container.getRootNode()).activeElement;
    if (epochs.value !== props.epochs && focused !== epochs) epochs.value = props.epochs;
    epochs.setAttribute("aria-invalid", String(props.error !== null));
    epochs.disabled = seeds.disabled = props.on;
    seeds.value = String(props.seeds);
    setUsable(start, props.may);
    handOn([{ button: stop, usable: props.on }, { button: goOn, usable: props.goOn }], start);
    setUsable(stop, props.on);
    goOn.hidden = !props.goOn;
    say(alarm, props.error ?? "");
    alarm.hidden = props.error === null;
    say(status, props.status);
  };
}
