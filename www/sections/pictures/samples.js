// Five training and five test pictures with their class names.

import { text } from "../../strings.js";
import { drawPicture, h, pictureCanvas, say } from "../../components/dom.js";

/** @import { Pictures } from "../../protocol.js" */

/**
 * @typedef {object} Props
 * @property {number} seed
 * @property {{train: Pictures, test: Pictures}|null} pictures
 * @property {string[]} classes
 */

/** @param {HTMLElement} container @param {{count: number, onAnother: () => void}} options */
export function create(container, { count, onAnother }) {
  /** @param {string} title */
  function row(title) {
    const cells = Array.from({ length: count }, () => {
      const canvas = pictureCanvas();
      const name = h("figcaption", {}, "\u00a0");
      return { canvas, name, figure: h("figure", { class: "sample" }, canvas, name) };
    });
    const heading = h("h3", { class: "label" }, title);
    const list = h("div", { class: "samples" }, ...cells.map(({ figure }) => figure));
    return { cells, title, group: h("div", { class: "samples-row" }, heading, list) };
  }

  const rows = { train: row(text.pictures.train), test: row(text.pictures.test) };
  const seedLine = h("span", { class: "soft" });
  const another = h("button", { type: "button", class: "quiet", id: "another", onclick: onAnother }, text.pictures.another);
  container.append(rows.train.group, rows.test.group, h("p", { class: "row" }, another, seedLine));

  /** @param {Props} props */
  return function render({ seed, pictures, classes }) {
    another.disabled = pictures === null;
    say(seedLine, text.pictures.seed(seed));
    for (const split of /** @type {const} */ (["train", "test"])) {
      const { cells, title } = rows[split];
      const some = pictures?.[split];
      cells.forEach(({ canvas, name, figure }, i) => {
        const label = some?.labels[i];
        const known = some !== undefined && label !== undefined;
        const word = known ? (classes[label] ?? String(label)) : "";
        drawPicture(canvas, some?.atlas ?? null, i, known ? text.pictures.alt(word, title) : text.pictures.waiting);
        say(name, word === "" ? "\u00a0" : word);
        // A small set may have fewer than five.
        figure.hidden = some !== undefined && !known;
      });
    }
  };
}
