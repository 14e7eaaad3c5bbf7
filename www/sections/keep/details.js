// The details of a run: all its settings, where it comes from, what can be taken away of it, the
// link to its settings, and its removal.

import { h, say } from "../../components/dom.js";
import { text } from "../../strings.js";

/** @import { Row } from "./screen.js" */

/** @typedef {keyof typeof text.keep.files} File */

/**
 * @typedef {{
 *   save: (run: string, file: File) => void,
 *   copy: (link: string) => Promise<boolean>,
 *   askRemoval: (run: string|null) => void,
 *   remove: (run: string) => void,
 *   onAddress: (query: string) => string,
 * }} Handlers
 */

/** @param {HTMLElement} container @param {string} id @param {Handlers} on */
export function create(container, id, on) {
  const words = text.keep;
  const settings = h("dl", { class: "keep-facts" });
  const facts = h("dl", { class: "keep-facts" });
  const files = /** @type {File[]} */ (Object.keys(words.files)).map((file) => ({
    file,
    button: h("button", { type: "button", class: "quiet", "data-file": file, onclick: () => on.save(id, file) }, words.files[file]),
  }));
  const keptAt = h("span", { class: "keep-kept-at numbers" });
  const noWeights = h("p", { class: "soft small" }, words.noWeights);
  const link = h("input", { type: "text", readonly: true, id: `keep-link-${id}`, onfocus: () => link.select() });
  const copy = h("button", {
    type: "button", class: "quiet",
    onclick: async () => {
      if (!(await on.copy(link.value))) link.focus();
    },
  }, words.copy);
  const remove = h("button", { type: "button", class: "link keep-remove", onclick: () => on.askRemoval(id) }, words.remove);
  const question = h("p", { class: "small" });
  const no = h("button", { type: "button", class: "quiet", onclick: () => on.askRemoval(null) }, words.no);
  const yes = h("button", { type: "button", class: "quiet keep-yes", onclick: () => on.remove(id) }, words.yes);
  const sure = h("div", { class: "keep-sure", role: "group" }, question, h("div", { class: "row" }, yes, no));
  container.append(
    h("div", { class: "keep-details" },
      h("section", {}, h("h4", { class: "label" }, words.settings), settings, h("p", { class: "soft small" }, words.settingsNote)),
      h("section", {}, h("h4", { class: "label" }, words.columns.run), facts),
      h("section", {},
        h("h4", { class: "label" }, words.save),
        h("div", { class: "row keep-files" }, ...files.map(({ button }) => button)),
        noWeights,
        h("div", { class: "field keep-link" }, h("label", { for: link.id }, words.link), h("div", { class: "keep-copy" }, link, copy)),
        remove,
        sure,
      ),
    ),
  );
  let drawn = /** @type {unknown} */ (null);
  let wasAsked = false;

  /** @param {string} name @param {string|Node} value @param {boolean} [strong] */
  const fact = (name, value, strong = false) => h("div", { class: strong ? "keep-unusual" : null }, h("dt", { class: "soft" }, name), h("dd", {}, value));

  /** @param {NonNullable<Row["details"]>} told */
  function draw({ settings: all, created, data, synthetic, hash, computed, version, parameters, query }) {
    settings.replaceChildren(...all.map(({ name, value, unusual }) => fact(name, value, unusual)));
    const pictures = h("span", {}, data, " ", synthetic ? h("span", { class: "mark" }, text.pictures.synthetic) : null, h("span", { class: "code soft keep-hash", title: hash }, hash));
    facts.replaceChildren(
      fact(words.facts.created, created),
      fact(words.facts.data, pictures),
      fact(words.facts.computed, computed),
      fact(words.facts.version, version),
      fact(words.facts.parameters, parameters),
      fact(words.facts.kept, keptAt),
    );
    link.value = on.onAddress(query);
  }

  /** @param {Row} row */
  return function render({ details, label, asked, hasWeights, hasEpochs, keptWords }) {
    say(keptAt, keptWords);
    if (details && details !== drawn) {
      drawn = details;
      draw(details);
    }
    for (const { file, button } of files) button.disabled = file === "weights" ? !hasWeights : file !== "card" && !hasEpochs;
    noWeights.hidden = hasWeights;
    say(question, words.sure(label));
    sure.setAttribute("aria-label", words.remove);
    sure.hidden = !asked;
    remove.hidden = asked;
    // The question takes the focus when it is put, and gives it back.
    if (asked && !wasAsked) no.focus();
    if (!asked && wasAsked) remove.focus();
    wasAsked = asked;
  };
}
