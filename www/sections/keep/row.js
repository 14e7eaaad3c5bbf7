// One run in the list: its line, and the line of its details below.

import { h, say } from "../../components/dom.js";
import { svg } from "../../components/svg.js";
import { text } from "../../strings.js";
import * as details from "./details.js";

/** @import { Row } from "./screen.js" */
/** @import { Handlers as DetailHandlers } from "./details.js" */

/**
 * @typedef {DetailHandlers & {
 *   tick: (run: string, on: boolean) => void,
 *   open: (run: string) => void,
 *   rename: (run: string, name: string) => void,
 *   pin: (run: string, on: boolean) => void,
 *   goOn: (run: string) => void,
 * }} Handlers
 */

const pinIcon = () =>
  svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: "M5 1.5h6l-1 5 2.5 3h-9l2.5-3zM8 9.5V15" }));

/** @param {Handlers} on @param {Row} first */
export function create(on, { id }) {
  const words = text.keep;
  const choose = h("input", { type: "checkbox", class: "keep-tick", onchange: () => on.tick(id, choose.checked) });
  const tone = h("span", { class: "keep-tone" });
  const name = h("input", {
    type: "text", class: "keep-name", autocomplete: "off", spellcheck: "false", maxlength: 80,
    onchange: () => on.rename(id, name.value),
    onkeydown: (/** @type {KeyboardEvent} */ { key }) => {
      if (key === "Enter") name.blur();
    },
  });
  const pin = h("button", { type: "button", class: "keep-pin", onclick: () => on.pin(id, pin.getAttribute("aria-pressed") !== "true") }, pinIcon());
  const about = h("p", { class: "soft small" });
  const when = h("p", { class: "soft small numbers" });
  const unusualValue = h("span");
  const unusual = h("p", { class: "small" }, h("span", { class: "soft" }, words.unusual), " ", unusualValue);
  const differs = h("ul", { class: "keep-differs small" });
  const status = h("span", { class: "keep-status" });
  const epochs = h("p", { class: "small numbers" });
  const bar = h("progress", { max: 1, value: 0 });
  const message = h("p", { class: "small keep-message" });
  const result = h("p", { class: "keep-result numbers" });
  const beside = h("p", { class: "soft small numbers" });
  const goOn = h("button", { type: "button", class: "quiet keep-go-on", onclick: () => on.goOn(id) }, words.goOn);
  const hindrance = h("p", { class: "soft small", id: `keep-why-${id}` });
  const more = h("button", { type: "button", class: "link", "aria-controls": `keep-details-${id}`, onclick: () => on.open(id) }, words.more);
  const line = h("tr", { class: "keep-run", "data-run": id },
    h("td", { class: "keep-choose" }, h("label", {}, choose, tone)),
    h("th", { scope: "row", class: "keep-who" }, h("div", { class: "keep-naming" }, name, pin), about, when, unusual),
    h("td", { class: "keep-what" }, differs),
    h("td", { class: "keep-how" }, h("p", { class: "small" }, status), epochs, bar, message),
    h("td", { class: "number keep-score" }, result, beside),
    h("td", { class: "keep-do" }, goOn, more, hindrance),
  );
  const below = h("td", { colspan: 6 });
  const under = h("tr", { class: "keep-under", id: `keep-details-${id}` }, below);
  /** @type {ReturnType<typeof details.create>|null} */
  let renderDetails = null;
  /** @type {Row|null} */
  let before = null;

  /** @param {string} told  names and values */
  function tellDifferences(told) {
    const pairs = told === "" ? [] : told.split("\n").map((pair) => pair.split("\t"));
    const items = pairs.map(([name, value]) => h("li", {}, h("span", { class: "soft" }, name), " ", value));
    differs.replaceChildren(...(items.length > 0 ? items : [h("li", { class: "soft" }, words.nothingDiffers)]));
  }

  /** @param {Row} row */
  function render(row) {
    const now = /** @type {Record<string, unknown>} */ (row);
    const old = /** @type {Record<string, unknown>|null} */ (before);
    if (old && Object.keys(now).every((key) => Object.is(now[key], old[key]))) return;
    const label = row.label;
    if (before?.label !== label) {
      choose.setAttribute("aria-label", words.choose(label));
      name.setAttribute("aria-label", words.name(row.placeholder));
      pin.setAttribute("aria-label", words.pin(label));
      goOn.setAttribute("aria-label", words.goOnNamed(label));
      more.setAttribute("aria-label", words.moreNamed(label));
      bar.setAttribute("aria-label", `${label}: ${words.columns.progress}`);
    }
    choose.checked = row.tone >= 0;
    tone.className = row.tone >= 0 ? `keep-tone swatch tone-${row.tone}` : "keep-tone";
    tone.toggleAttribute("data-dashed", row.dashed);
    const root = /** @type {Document|ShadowRoot} */ (name.getRootNode());
    if (root.activeElement !== name) name.value = row.name;
    name.placeholder = row.placeholder;
    pin.setAttribute("aria-pressed", String(row.pinned));
    say(about, row.about);
    say(when, row.when);
    say(unusualValue, row.unusual);
    unusual.hidden = row.unusual === "";
    if (before?.differs !== row.differs) tellDifferences(row.differs);
    line.setAttribute("data-status", row.status);
    say(status, words.status[row.status]);
    say(epochs, `${row.epochs}, ${row.time}`);
    bar.value = row.share;
    bar.hidden = row.share >= 1 || row.status === "stopped-early";
    say(message, row.message);
    message.hidden = row.message === "";
    say(result, row.result);
    say(beside, row.beside);
    goOn.hidden = !row.goesOn;
    goOn.disabled = row.hindrance !== "";
    if (row.hindrance) goOn.setAttribute("aria-describedby", hindrance.id);
    else goOn.removeAttribute("aria-describedby");
    say(hindrance, row.hindrance);
    hindrance.hidden = row.hindrance === "";
    more.setAttribute("aria-expanded", String(row.open));
    under.hidden = !row.open;
    if (row.open) {
      renderDetails ??= details.create(below, id, on);
      renderDetails(row);
    }
    before = row;
  }

  return { elements: [line, under], render };
}
