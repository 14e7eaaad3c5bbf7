// Eight test pictures, what one or two networks see and reconstruct, and the differences: rows
// of small canvases, redrawn in place. A picture of the first row can be chosen.

import { drawPicture, h, pictureCanvas, say } from "../../components/dom.js";
import { text } from "../../strings.js";

/** @import { Reconstructions, Shown } from "../../protocol.js" */

/** How many test pictures a row has room for. */
const COUNT = 8;
const names = /** @type {const} */ (["corrupted", "outputs", "differences"]);

/**
 * @typedef {object} Props
 * @property {Shown|null} samples
 * @property {string[]} classes
 * @property {number|null} picture  of the test split, that is looked at
 * @property {string} name  of the run
 * @property {Reconstructions|null} reconstructions
 * @property {number|null} step  after which they were drawn
 * @property {string|null} comparedName  of the other run, if there is one
 * @property {Reconstructions|null} comparedReconstructions
 * @property {string|null} trouble
 * @property {boolean} none  no run at all
 */

/** @param {HTMLElement} container @param {{onChoose: (picture: number) => void}} options */
export function create(container, { onChoose }) {
  const words = text.studio.rows;
  /** @param {string} title @param {Element[]} pictures @param {string} kind */
  const row = (title, pictures, kind) => h("div", { class: "drawn-row", "data-row": kind }, h("span", { class: "small" }, title), h("div", { class: "drawn-pictures" }, ...pictures));

  /** @type {Shown|null} */
  let shown = null;
  const inputs = Array.from({ length: COUNT }, (_, i) => {
    const canvas = pictureCanvas();
    const press = () => shown && onChoose(shown.indices[i]);
    return { canvas, button: h("button", { type: "button", class: "picture-button studio-pick", onclick: press }, canvas) };
  });

  /** The rows of one network. @param {string} which */
  function network(which) {
    const swatch = h("span", { class: `swatch tone-${which === "run" ? 0 : 1}`, "data-dashed": which !== "run" });
    const name = h("span");
    const rows = names.map((kind) => {
      const canvases = Array.from({ length: COUNT }, pictureCanvas);
      return { kind, canvases, row: row(text.reconstructions.rows[kind], canvases, kind) };
    });
    const box = h("div", { class: "studio-network", "data-network": which }, h("h4", { class: "label" }, swatch, name), ...rows.map((one) => one.row));
    /** @type {Reconstructions|null|undefined} */
    let drawn;
    /** @param {string} title @param {Reconstructions|null} reconstructions @param {string[]} classes */
    const draw = (title, reconstructions, classes) => {
      say(name, title);
      if (drawn === reconstructions) return;
      drawn = reconstructions;
      for (const { kind, canvases, row } of rows) {
        row.hidden = kind === "corrupted" && !reconstructions?.corrupted;
        canvases.forEach((canvas, i) => {
          const of = classes[reconstructions?.labels[i] ?? -1] ?? "";
          drawPicture(canvas, reconstructions?.[kind] ?? null, i, reconstructions ? words.alt(text.reconstructions.rows[kind], title, i + 1, of) : words.waiting);
        });
      }
    };
    return { box, draw };
  }

  const run = network("run");
  const other = network("beside");
  const when = h("p", { class: "soft small numbers", id: "studio-drawn-at" });
  const trouble = h("p", { class: "alarm", id: "studio-trouble" });
  container.append(
    h("h3", { class: "label" }, words.heading),
    h("p", { class: "soft" }, words.prose),
    trouble,
    row(text.reconstructions.rows.inputs, inputs.map(({ button }) => button), "inputs"),
    run.box,
    other.box,
    when,
  );

  /** @param {Props} props */
  return function render({ samples, classes, picture, name, reconstructions, step, comparedName, comparedReconstructions, trouble: why, none }) {
    say(trouble, why ?? "");
    trouble.hidden = why === null;
    inputs.forEach(({ canvas, button }, i) => {
      const of = classes[samples?.labels[i] ?? -1] ?? "";
      if (samples !== shown) {
        drawPicture(canvas, samples?.atlas ?? null, i, samples ? words.pick(i + 1, of) : text.pictures.waiting);
        button.setAttribute("aria-label", samples ? words.pick(i + 1, of) : text.pictures.waiting);
      }
      button.disabled = samples === null || i >= samples.labels.length;
      button.setAttribute("aria-pressed", String(samples !== null && samples.indices[i] === picture));
    });
    shown = samples;
    run.box.hidden = none;
    other.box.hidden = comparedName === null;
    run.draw(name || words.network, reconstructions, classes);
    if (comparedName !== null) other.draw(comparedName, comparedReconstructions, classes);
    say(when, none ? words.none : reconstructions && step !== null ? text.reconstructions.at(step) : words.waiting);
  };
}
