// What the network says of the input picture: a probability for every class, or its
// reconstruction.

import { figure, percent } from "../../format.js";
import { text } from "../../strings.js";
import { drawPicture, h, pictureCanvas, say } from "../../components/dom.js";

/** @import { Reconstructions } from "../../protocol.js" */
/** @import { Answer, Input } from "./state.js" */

/** Classes that are shown at once; the rest unfolds. */
const FIRST = 5;
const rows = /** @type {const} */ (["inputs", "corrupted", "outputs", "differences"]);

/** A line with a bar; of the classes of a picture, and of an evaluation. @param {string} tag */
export function bar(tag = "li") {
  const name = h("span", { class: "learned-bar-name" });
  const fill = h("span", { class: "learned-bar-fill" });
  const value = h("span", { class: "learned-bar-value numbers" });
  const note = h("span", { class: "learned-bar-note soft" });
  const element = h(/** @type {"li"} */ (tag), { class: "learned-bar" }, name, h("span", { class: "learned-bar-track", "aria-hidden": true }, fill), value, note);
  return {
    element,
    /** @param {{name: string, share: number, value: string, note?: string, strong?: boolean}} line */
    show(line) {
      say(name, line.name);
      say(value, line.value);
      say(note, line.note ?? "");
      note.hidden = !line.note;
      fill.style.inlineSize = `${Math.max(0, Math.min(1, line.share)) * 100}%`;
      element.toggleAttribute("data-strong", line.strong === true);
    },
  };
}

/** @param {HTMLElement} container
 * @param {{rank: (probabilities: Float32Array) => {label: number, share: number}[]}} options */
export function create(container, { rank }) {
  const words = text.learned.answer;
  const heading = h("h4", { class: "label" }, words.says);
  const sentence = h("p", { class: "learned-said", role: "status", id: "learned-said" });
  const first = h("ol", { class: "learned-bars", id: "learned-first" });
  const others = h("ol", { class: "learned-bars" });
  const rest = h("details", {}, h("summary", {}, words.rest), others);
  const note = h("p", { class: "soft small" });
  const canvases = rows.map((name) => {
    const canvas = pictureCanvas();
    return { name, canvas, figure: h("figure", { class: "learned-drawn" }, canvas, h("figcaption", { class: "soft small" }, text.reconstructions.rows[name])) };
  });
  const drawn = h("div", { class: "learned-drawings" }, ...canvases.map(({ figure }) => figure));
  const error = h("p", { class: "alarm", role: "alert" });
  container.append(heading, sentence, first, rest, drawn, note, error);
  /** @type {ReturnType<typeof bar>[]} */
  let bars = [];

  /** @param {number} count */
  function haveBars(count) {
    if (bars.length === count) return;
    bars = Array.from({ length: count }, () => bar());
    first.replaceChildren(...bars.slice(0, FIRST).map(({ element }) => element));
    others.replaceChildren(...bars.slice(FIRST).map(({ element }) => element));
  }

  /** @param {Float32Array} probabilities @param {string[]} classes @param {number} truth  or -1 */
  function showClasses(probabilities, classes, truth) {
    haveBars(probabilities.length);
    rank(probabilities).forEach(({ label, share }, i) =>
      bars[i].show({ name: classes[label] ?? String(label), share, value: percent(share), strong: label === truth }),
    );
  }

  /** @param {Reconstructions} reconstructions */
  function showReconstructions(reconstructions) {
    for (const { name, canvas, figure } of canvases) {
      figure.hidden = name === "corrupted" && reconstructions.corrupted === null;
      drawPicture(canvas, reconstructions[name], 0, text.reconstructions.rows[name]);
    }
  }

  /** @param {{answer: Answer|null, classes: string[], classifier: boolean, input: Input|null, open: boolean, error: string|null}} props */
  return function render({ answer, classes, classifier, input, open, error: why }) {
    const { probabilities = null, reconstructions = null } = answer ?? {};
    const truth = input?.source === "test" ? input.label : -1;
    say(heading, classifier ? words.says : words.draws);
    first.hidden = !classifier;
    rest.hidden = probabilities === null;
    drawn.hidden = classifier;
    container.toggleAttribute("data-waiting", !answer);
    say(error, why ?? "");
    error.hidden = why === null;
    if (probabilities) {
      const [top] = rank(probabilities);
      const name = (/** @type {number} */ label) => classes[label] ?? String(label);
      say(sentence, truth < 0 ? words.own(name(top.label), percent(top.share)) : top.label === truth ? words.correct(name(top.label), percent(top.share)) : words.wrong(name(top.label), percent(top.share), name(truth)));
      showClasses(probabilities, classes, truth);
      say(note, truth < 0 ? words.onlyThese(classes.length) : "");
    } else if (reconstructions) {
      showReconstructions(reconstructions);
      say(sentence, words.drawn(figure(reconstructions.errors[0])));
      say(note, truth < 0 ? words.drawnOwn : "");
    } else {
      say(sentence, why !== null ? "" : open ? (input ? words.asking : text.learned.own.choose) : words.waiting);
      // The places of the bars, empty; ten classes until it is known how many there are.
      if (classifier) {
        haveBars(classes.length || 10);
        for (const one of bars) one.show({ name: "\u00a0", share: 0, value: "" });
      }
      for (const { name, canvas, figure } of canvases) {
        figure.hidden = name === "corrupted";
        drawPicture(canvas, null, 0, words.waiting);
      }
      say(note, "");
    }
    note.hidden = note.textContent === "";
  };
}
