// Which networks are compared, how often, and how they are padded: boxes to tick, laid out by depth
// and pooling, and two choices. Hands on what is chosen.

import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";
import { MOST_SEEDS, POOLINGS, depthsOf } from "./models.js";

/** @import { Compared } from "./models.js" */
/** @import { Padding } from "./state.js" */

/**
 * @param {HTMLElement} container
 * @param {{onTick: (model: string, ticked: boolean) => void}} options
 */
export function create(container, { onTick }) {
  const words = text.cnns.choice;
  /** @type {Map<string, HTMLInputElement>} */
  const boxes = new Map();

  /** @param {Compared} model */
  function option({ name, tone, dashed }) {
    const input = h("input", {
      type: "checkbox",
      id: `cnns-${name}`,
      onchange: (/** @type {{target: HTMLInputElement}} */ { target }) => onTick(name, target.checked),
    });
    boxes.set(name, input);
    return h("td", {}, h("label", { class: "cnns-option" }, input, h("span", { class: "code" }, name), h("span", { class: `swatch tone-${tone}`, "data-dashed": dashed })));
  }

  const table = h("table", { class: "cnns-choice" });
  /** @type {Compared[]} */
  let built = [];

  /** A table, depth from left to right and pooling from top to bottom. @param {Compared[]} offered */
  function build(offered) {
    built = offered;
    boxes.clear();
    const head = h("tr", {}, h("td"), ...depthsOf(offered).map((depth) => h("th", { scope: "col" }, words.depth(depth))));
    const rows = POOLINGS.map((pooling) =>
      h("tr", {}, h("th", { scope: "row", class: "unseen" }, words.pooling[pooling]), ...offered.filter((model) => model.pooling === pooling).map(option)),
    );
    // The networks' names say both; who listens hears the heads.
    table.replaceChildren(h("thead", { class: "unseen" }, head), h("tbody", {}, ...rows));
  }

  const none = h("p", { class: "alarm", role: "alert" });
  const set = h("fieldset", { class: "plain-set" }, h("legend", { class: "label" }, words.heading), table);
  container.append(set, h("p", { class: "soft small cnns-legend" }, words.legend), none);

  /** @param {{offered: Compared[], chosen: string[], locked: boolean}} props */
  return function render({ offered, chosen, locked }) {
    if (offered !== built) build(offered);
    set.disabled = locked;
    for (const [name, box] of boxes) box.checked = chosen.includes(name);
    none.hidden = chosen.length > 0 || offered.length === 0;
    say(none, none.hidden ? "" : words.none);
  };
}

/**
 * The two choices that stand beside the settings.
 * @param {HTMLElement} container
 * @param {{onSeeds: (seeds: number) => void, onPadding: (padding: Padding) => void}} options
 */
export function createRepeats(container, { onSeeds, onPadding }) {
  const words = text.cnns;
  const select = (/** @type {string} */ id, /** @type {[string, string][]} */ options, /** @type {(value: string) => void} */ choose) =>
    h("select", { id, "aria-describedby": `${id}-hint`, onchange: (/** @type {{target: HTMLSelectElement}} */ { target }) => choose(target.value) },
      ...options.map(([value, name]) => h("option", { value }, name)));
  const counts = Array.from({ length: MOST_SEEDS }, (_, i) => /** @type {[string, string]} */ ([String(i + 1), String(i + 1)]));
  const seedChoice = select("cnns-seeds", counts, (value) => onSeeds(Number(value)));
  const paddingChoice = select("cnns-padding", Object.entries(words.paddings), (value) => onPadding(/** @type {Padding} */ (value)));
  const seedHint = h("p", { class: "soft small numbers", id: "cnns-seeds-hint" });
  container.append(
    h("div", { class: "field wide" }, h("label", { for: "cnns-seeds" }, words.seeds), seedChoice, seedHint),
    h("div", { class: "field wide" }, h("label", { for: "cnns-padding" }, words.padding), paddingChoice, h("p", { class: "soft small", id: "cnns-padding-hint" }, words.paddingHint)),
  );

  /** @param {{seeds: number, padding: Padding, from: number|null, locked: boolean}} props */
  return function render({ seeds, padding, from, locked }) {
    seedChoice.value = String(seeds);
    paddingChoice.value = padding;
    seedChoice.disabled = paddingChoice.disabled = locked;
    say(seedHint, from === null ? "\u00a0" : words.seedsHint(from, from + seeds - 1));
  };
}
