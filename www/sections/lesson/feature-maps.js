// A layer's maps, or their gradients: all of them on one sheet, and one enlarged, whose numbers can
// be read. Hands on which one is chosen.

import { percent, significant } from "../../format.js";
import { h, say } from "../../components/dom.js";
import { text } from "../../strings.js";
import { onScheme, sheetCanvas } from "./canvas.js";
import { channelOf } from "./statistics.js";

/** @import { Sheet } from "./canvas.js" */

/** `names` are the maps', where they have some; `title` says whose they are.
 * @typedef {Sheet & {title: string, names: string[]|null, spread: {least: number, most: number, mean: number, zeros: number}, norm: number|null}} Figure */

/** @param {HTMLElement} container @param {{onChoose: (channel: number) => void}} options */
export function create(container, { onChoose }) {
  const words = text.lesson.sheet;
  const all = sheetCanvas({});
  const one = sheetCanvas({ tabindex: 0, class: "lesson-sheet lesson-lens" }, 480);
  const reading = h("p", { class: "small numbers lesson-reading" }, words.hint);
  const slider = h("input", {
    type: "range", id: "lesson-channel", min: 1, step: 1,
    oninput: (/** @type {{target: HTMLInputElement}} */ { target }) => onChoose(Number(target.value) - 1),
  });
  const name = h("b", { class: "numbers" });
  const chooser = h("div", { class: "field lesson-chooser" }, h("label", { for: "lesson-channel" }, words.choose, ": ", name), slider);
  const least = h("span", { class: "numbers" });
  const most = h("span", { class: "numbers" });
  const bar = h("span", { class: "lesson-bar", "aria-hidden": "true" });
  const meaning = h("span", {}, words.meaning);
  const legend = h("p", { class: "small soft lesson-legend" }, least, bar, most, meaning);
  const told = h("p", { class: "small soft numbers" });
  const lens = h("div", { class: "lesson-lens-side" }, one.canvas, chooser);
  container.append(h("div", { class: "lesson-maps" }, h("div", { class: "lesson-all" }, all.canvas), lens), reading, legend, told);

  /** @type {Figure|null} */
  let figure = null;
  let channel = 0;
  let cursor = { row: 0, column: 0 };

  const nameOf = (/** @type {number} */ n) => figure?.names?.[n] ?? words.map(n + 1);

  /** @param {{channel: number, row: number, column: number}|null} at */
  function read(at) {
    if (!figure || !at) return say(reading, words.hint);
    const [, width, channels] = figure.shape;
    const place = at.row * width + at.column;
    const value = significant(figure.values[place * channels + at.channel]);
    say(reading, channels === 1 ? words.unit(place + 1, value) : words.at(nameOf(at.channel), at.row + 1, at.column + 1, value));
  }

  function drawOne() {
    if (!figure) return;
    const [height, width, channels] = figure.shape;
    if (channels > 1) one.draw({ ...figure, tints: figure.tints?.slice(channel, channel + 1), shape: [height, width, 1], values: channelOf(Float32Array.from(figure.values), channels, channel) });
  }

  all.canvas.addEventListener("pointermove", (event) => read(all.under(event)));
  all.canvas.addEventListener("click", (event) => {
    const at = all.under(event);
    if (at && figure && figure.shape[2] > 1) onChoose(at.channel);
  });
  one.canvas.addEventListener("pointermove", (event) => {
    const at = one.under(event);
    read(at && { ...at, channel });
  });

  /** Moves over the enlarged map, or over the only one. @param {KeyboardEvent} event @param {typeof one} place @param {() => void} redraw */
  function walk(event, place, redraw) {
    /** @type {Record<string, [number, number]>} */
    const ways = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const way = ways[event.key];
    if (!way || !figure) return;
    event.preventDefault();
    event.stopPropagation();
    const [height, width] = figure.shape;
    cursor = {
      row: Math.max(0, Math.min(height - 1, cursor.row + way[0])),
      column: Math.max(0, Math.min(width - 1, cursor.column + way[1])),
    };
    redraw();
    place.mark(cursor.row, cursor.column);
    read({ ...cursor, channel });
  }
  const drawAll = () => figure && all.draw(figure, { chosen: figure.shape[2] > 1 ? channel : null });
  one.canvas.addEventListener("keydown", (event) => walk(event, one, drawOne));
  all.canvas.addEventListener("keydown", (event) => {
    if (figure?.shape[2] === 1) walk(event, all, drawAll);
  });
  // What is read with the keys is spoken; what the pointer passes over is not.
  for (const { canvas } of [all, one]) {
    canvas.addEventListener("focus", () => reading.setAttribute("aria-live", "polite"));
    canvas.addEventListener("blur", () => {
      reading.removeAttribute("aria-live");
      drawOne();
    });
  }

  function draw() {
    drawAll();
    drawOne();
  }
  onScheme(draw);

  /** @param {{figure: Figure|null, channel: number}} props */
  return function render(props) {
    container.hidden = props.figure === null;
    if (props.figure !== figure) {
      cursor = { row: 0, column: 0 };
      say(reading, words.hint);
    }
    ({ figure, channel } = props);
    if (!figure) return;
    const { shape, title, spread, norm, limit, signed } = figure;
    const many = shape[2] > 1;
    lens.hidden = !many;
    container.dataset.kind = many ? "maps" : "vector";
    slider.max = String(shape[2]);
    slider.value = String(channel + 1);
    slider.setAttribute("aria-valuetext", nameOf(channel));
    say(name, nameOf(channel));
    say(least, signed ? significant(-limit) : "0");
    say(most, significant(limit));
    bar.dataset.signed = String(signed);
    bar.hidden = figure.tints !== undefined;
    least.hidden = most.hidden = bar.hidden;
    meaning.hidden = norm === null;
    const zeros = percent(spread.zeros);
    say(told, norm === null ? words.spread(significant(spread.least), significant(spread.most), significant(spread.mean), zeros) : words.norm(significant(norm), zeros));
    all.canvas.setAttribute("aria-label", many ? words.alt(title, nameOf(channel)) : words.altVector(title));
    if (many) all.canvas.removeAttribute("tabindex");
    else all.canvas.tabIndex = 0;
    one.canvas.setAttribute("aria-label", words.lens(nameOf(channel)));
    draw();
  };
}
