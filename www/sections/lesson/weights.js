// What the step does to the weights: those into one filter or unit before and after, and some single
// ones in numbers. Hands on which are to be shown.

import { fixed, significant } from "../../format.js";
import { h, say } from "../../components/dom.js";
import { text } from "../../strings.js";
import { onScheme, sheetCanvas } from "./canvas.js";

/** @import { Sheet } from "./canvas.js" */
/** @import { Moved } from "./adam-step.js" */

/** @typedef {"before"|"gradient"|"change"|"after"} Name */

/** @typedef {{layers: {layer: number, name: string}[], updatedLayer: number, unit: number, units: string[], unitName: string,
 *   isMap: boolean, sheets: Record<Name, Sheet>, rows: Moved[], prose: string[], formula: string|null}} Figure */

const names = /** @type {const} */ (["before", "gradient", "change", "after"]);

/** @param {HTMLElement} container @param {{onLayer: (layer: number) => void, onUnit: (unit: number) => void}} options */
export function create(container, { onLayer, onUnit }) {
  const words = text.lesson.update;
  const select = (/** @type {string} */ id, /** @type {(value: number) => void} */ on) =>
    h("select", { id, onchange: (/** @type {{target: HTMLSelectElement}} */ { target }) => on(Number(target.value)) });
  const layer = select("lesson-learner", onLayer);
  const unit = select("lesson-unit", onUnit);
  const unitLabel = h("label", { for: "lesson-unit" });
  const sheets = names.map((name) => ({ name, ...sheetCanvas({ "aria-label": words.rows[name] }, 480) }));
  const reading = h("p", { class: "small numbers lesson-reading" }, text.lesson.sheet.hint);
  const heading = h("h4", { class: "label" });
  const body = h("tbody");
  const prose = h("div", { class: "lesson-prose" });
  const formula = h("div", { class: "lesson-formula" });
  const { columns } = words;
  const head = [columns.gradient, columns.change, columns.share, columns.before, columns.after];
  container.append(
    h("h4", { class: "label" }, words.heading),
    h("div", { class: "fields lesson-update-fields" },
      h("div", { class: "field" }, h("label", { for: "lesson-learner" }, words.layer), layer),
      h("div", { class: "field" }, unitLabel, unit)),
    h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": words.caption },
      h("table", { class: "lesson-moved" },
        h("caption", { class: "unseen" }, words.caption),
        h("thead", {}, h("tr", {}, ...head.map((name) => h("th", { scope: "col", class: "number" }, name)))),
        body)),
    formula,
    prose,
    heading,
    h("div", { class: "lesson-four" }, ...sheets.map(({ name, canvas }) => h("figure", {}, canvas, h("figcaption", { class: "small soft" }, words.rows[name])))),
    reading,
  );
  /** @type {Figure|null} */
  let drawn = null;

  /** @param {PointerEvent} event @param {(typeof sheets)[number]} sheet */
  function read(event, sheet) {
    const at = drawn && sheet.under(event);
    if (!at || !drawn) return say(reading, text.lesson.sheet.hint);
    const { isMap, sheets: values } = drawn;
    const [, width, channels] = values.before.shape;
    const index = (at.row * width + at.column) * channels + at.channel;
    const value = (/** @type {Name} */ name) => significant(values[name].values[index]);
    const where = isMap ? text.lesson.sheet.map(at.channel + 1) : `${index + 1}`;
    say(reading, words.at(where, value("before"), value("gradient"), value("after")));
  }
  for (const sheet of sheets) sheet.canvas.addEventListener("pointermove", (event) => read(event, sheet));

  const draw = () => {
    if (drawn) for (const sheet of sheets) sheet.draw(drawn.sheets[sheet.name]);
  };
  onScheme(draw);

  const fill = (/** @type {HTMLSelectElement} */ control, /** @type {[number, string][]} */ options, /** @type {number} */ chosen) => {
    const wanted = JSON.stringify(options);
    if (control.dataset.drawn !== wanted) {
      control.dataset.drawn = wanted;
      control.replaceChildren(...options.map(([value, name]) => h("option", { value }, name)));
    }
    control.value = String(chosen);
  };

  /** @param {{figure: Figure|null}} props */
  return function render({ figure }) {
    container.hidden = figure === null;
    drawn = figure;
    if (!figure) return;
    fill(layer, figure.layers.map((one) => [one.layer, one.name]), figure.updatedLayer);
    fill(unit, figure.units.map((name, i) => [i, name]), figure.unit);
    say(unitLabel, words.unit(figure.isMap));
    say(heading, words.sheets(figure.unitName));
    body.replaceChildren(...figure.rows.map(({ gradient, change, share, before, after }) =>
      h("tr", {}, ...[gradient, change, share, before, after].map((value, i) => h("td", { class: i === 2 ? "number strong" : "number" }, i === 2 ? fixed(value, 3) : significant(value))))));
    formula.hidden = figure.formula === null;
    formula.replaceChildren(...(figure.formula ? [h("p", { class: "small soft" }, words.formulaProse), h("p", { class: "numbers" }, figure.formula)] : []));
    prose.replaceChildren(...figure.prose.map((sentence) => h("p", { class: "small soft" }, sentence)));
    draw();
  };
}
