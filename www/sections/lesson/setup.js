// What the step is taken of: the network, the learning rate and the picture. Hands on what is chosen.

import { drawPicture, h, pictureCanvas, say } from "../../components/dom.js";
import { text } from "../../strings.js";

/** @import { Page, Split } from "../../protocol.js" */

/**
 * @param {HTMLElement} container
 * @param {{count: number, on: {chooseNetwork: (value: string) => void, chooseRate: (rate: number) => void,
 *   chooseSplit: (split: Split) => void, choosePicture: (place: number) => void, others: () => void, begin: () => void}}} options
 */
export function create(container, { count, on }) {
  const words = text.lesson;
  const select = (/** @type {string} */ id, /** @type {(value: string) => void} */ choose) =>
    h("select", { id, onchange: (/** @type {{target: HTMLSelectElement}} */ { target }) => choose(target.value) });
  const field = (/** @type {string} */ label, /** @type {HTMLSelectElement} */ control) => h("div", { class: "field" }, h("label", { for: control.id }, label), control);
  const network = select("lesson-network", on.chooseNetwork);
  const rate = select("lesson-rate", (value) => on.chooseRate(Number(value)));
  const split = select("lesson-split", (value) => on.chooseSplit(/** @type {Split} */ (value)));
  split.append(...Object.entries(words.splits).map(([value, name]) => h("option", { value }, name)));
  const cells = Array.from({ length: count }, (_, place) => {
    const canvas = pictureCanvas();
    const button = h("button", { type: "button", class: "lesson-pick", onclick: () => on.choosePicture(place) }, canvas);
    return { canvas, button };
  });
  const begin = h("button", { type: "button", class: "primary", id: "lesson-begin", onclick: on.begin }, words.begin);
  const others = h("button", { type: "button", class: "quiet", id: "lesson-others", onclick: on.others }, words.others);
  const state = h("p", { class: "soft small", role: "status", id: "lesson-status" });
  const error = h("p", { class: "alarm", role: "alert", id: "lesson-error" });
  container.append(
    h("div", { class: "fields lesson-fields" }, field(words.network, network), field(words.rate, rate), field(words.split, split)),
    h("div", { class: "lesson-strip", role: "group", "aria-label": words.strip }, ...cells.map(({ button }) => button)),
    h("div", { class: "row" }, begin, others, state),
    error,
  );
  let networks = "";
  /** @type {Page|null|undefined} */
  let drawn;

  /** @param {{networks: {group: string, options: {value: string, label: string}[]}[], chosen: string}} props */
  function fillNetworks({ networks: groups, chosen }) {
    const wanted = JSON.stringify(groups);
    if (wanted !== networks) {
      networks = wanted;
      network.replaceChildren(...groups.map(({ group, options }) => h("optgroup", { label: group }, ...options.map(({ value, label }) => h("option", { value }, label)))));
    }
    network.value = chosen;
  }

  /** @param {{networks: {group: string, options: {value: string, label: string}[]}[], chosen: string, rates: string, rate: string,
   *   split: Split, page: Page|null, picked: number, classes: string[], may: boolean, begun: boolean, working: boolean, error: string|null}} props */
  return function render(props) {
    const { page, classes, picked } = props;
    fillNetworks(props);
    if (rate.dataset.drawn !== props.rates) {
      rate.dataset.drawn = props.rates;
      rate.replaceChildren(...props.rates.split(",").map((value) => h("option", { value }, value)));
    }
    rate.value = props.rate;
    split.value = props.split;
    cells.forEach(({ canvas, button }, i) => {
      const there = page !== null && i < page.indices.length;
      const name = there ? words.pick(classes[page.labels[i]] ?? String(page.labels[i])) : text.pictures.waiting;
      if (page !== drawn) drawPicture(canvas, page?.atlas ?? null, i, name);
      button.disabled = !there;
      button.hidden = page !== null && !there;
      button.setAttribute("aria-label", name);
      button.setAttribute("aria-pressed", String(i === picked));
    });
    drawn = page;
    container.toggleAttribute("data-ready", props.may);
    begin.disabled = !props.may;
    others.disabled = page === null;
    say(begin, props.begun ? words.afresh : words.begin);
    begin.className = props.begun ? "quiet" : "primary";
    say(state, props.working ? words.working : "");
    say(error, props.error ?? "");
    error.hidden = props.error === null;
  };
}
