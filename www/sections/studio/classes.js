// The classes of the map: a switch for each, which marks its pictures with a ring, and a table of
// where they lie, which says what the map shows to who cannot see it.

import { fixed, integer, percent } from "../../format.js";
import { h, say } from "../../components/dom.js";
import { text } from "../../strings.js";

/** @import { classPlaces } from "./codes.js" */

/** @param {HTMLElement} switches @param {HTMLElement} table @param {{onToggle: (label: number) => void}} options */
export function createClasses(switches, table, { onToggle }) {
  const words = text.studio.map;
  const chips = h("div", { class: "studio-chips", role: "group", "aria-label": words.mark });
  switches.append(chips);
  const body = h("tbody");
  const sentence = h("p", { id: "studio-together" });
  const columns = words.columns;
  const details = h("details", {},
    h("summary", {}, words.table),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": words.table },
      h("table", {},
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, columns.class), ...[columns.count, columns.x, columns.y, columns.together].map((name) => h("th", { scope: "col", class: "number" }, name)))),
        body,
      ),
    ),
    h("p", { class: "soft small" }, words.tableNote),
  );
  table.append(sentence, details);
  /** @type {HTMLButtonElement[]} */
  let buttons = [];
  let built = "";
  /** @type {ReturnType<typeof classPlaces>|null} */
  let shown = null;

  /** @param {{classes: string[], marked: number[], places: ReturnType<typeof classPlaces>|null}} props */
  return function render({ classes, marked, places }) {
    if (built !== classes.join()) {
      built = classes.join();
      buttons = classes.map((name, label) => h("button", { type: "button", class: "studio-chip", onclick: () => onToggle(label) }, h("span", { class: "studio-dot", "aria-hidden": "true" }), name));
      chips.replaceChildren(...buttons);
    }
    buttons.forEach((button, label) => {
      const tone = marked.indexOf(label);
      button.setAttribute("aria-pressed", String(tone >= 0));
      button.style.setProperty("--ring", tone >= 0 ? `var(--tone-${tone})` : "transparent");
      button.disabled = places === null;
    });
    if (places === shown) return;
    shown = places;
    details.hidden = places === null;
    say(sentence, places ? words.together(percent(places.together), percent(places.chance), places.together / Math.max(places.chance, 1e-9)) : "");
    const signed = (/** @type {number} */ x) => (x < 0 ? "−" : "+") + fixed(Math.abs(x), 2);
    body.replaceChildren(
      ...(places?.classes ?? []).map(({ label, count, x, y, together }) =>
        h("tr", {}, h("th", { scope: "row" }, classes[label] ?? String(label)), ...[integer(count), signed(x), signed(y), percent(together)].map((cell) => h("td", { class: "number" }, cell))),
      ),
    );
  };
}
