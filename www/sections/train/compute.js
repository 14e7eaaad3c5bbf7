// What computes: the choice, why it is as it is, and the table of a checked GPU.

import { scientific } from "../../format.js";
import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";

/** @import { Choice } from "../../app/compute.js" */
/** @import { CheckTable } from "../../protocol.js" */

/**
 * @param {HTMLElement} container
 * @param {{onChoose: (choice: Choice) => void, onShare: (workers: number) => void, onSkip: () => void, onLook: () => void, onForget: () => void, onCheck: () => void}} options
 */
export function create(container, { onChoose, onShare, onSkip, onLook, onForget, onCheck }) {
  const words = text.compute;
  const select = h("select", {
    id: "compute-choice",
    onchange: (/** @type {{target: HTMLSelectElement}} */ { target }) => onChoose(/** @type {Choice} */ (target.value)),
  });
  const workers = h("select", {
    id: "workers",
    onchange: (/** @type {{target: HTMLSelectElement}} */ { target }) => onShare(Number(target.value)),
  });
  const sentence = h("p", { class: "soft", id: "compute-sentence" });
  const link = (/** @type {string} */ id, /** @type {string} */ name, /** @type {() => void} */ press) =>
    h("button", { type: "button", class: "link", id, onclick: press }, name);
  const skip = link("skip", words.skip, onSkip);
  const check = link("check-gpu", words.check, onCheck);
  const look = link("look-gpu", words.look, onLook);
  const forget = link("measure-again", words.again, onForget);
  const table = h("div", { id: "checked" });
  container.append(
    h("div", { class: "compute" },
      h("div", { class: "field" }, h("label", { for: "compute-choice" }, words.label), select),
      h("div", { class: "field" }, h("label", { for: "workers" }, words.workers), workers),
      h("div", { class: "compute-why" }, sentence, h("div", { class: "row" }, skip, check, forget, look)),
    ),
    table,
  );
  let options = "";
  let counts = "";
  /** @type {unknown} */
  let drawn = null;

  /** @param {{model: string, table: CheckTable, asked: boolean}} checked */
  function draw({ model, table: { tolerance, checks }, asked }) {
    const wrong = checks.filter(({ passed }) => !passed).length;
    const { columns } = words;
    const row = (/** @type {CheckTable["checks"][number]} */ { tensor, difference, passed }) =>
      h("tr", { "data-wrong": !passed },
        h("th", { scope: "row" }, tensor),
        h("td", { class: "number numbers" }, scientific(difference)),
        h("td", {}, passed ? words.agrees : words.differs),
      );
    const groups = [...new Set(checks.map(({ operator }) => operator))].map((name) =>
      h("tbody", {},
        h("tr", { class: "operator" }, h("th", { scope: "rowgroup", colspan: 3 }, name)),
        ...checks.filter(({ operator }) => operator === name).map(row),
      ),
    );
    const head = [columns.tensor, columns.difference, columns.verdict];
    return h("details", { open: asked || wrong > 0, class: "checked" },
      h("summary", {}, words.table(model)),
      h("p", { class: wrong ? "alarm" : "soft small" }, wrong ? words.someDiffer(wrong, checks.length, tolerance) : words.allAgree(checks.length, tolerance)),
      h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": words.table(model) },
        h("table", {},
          h("thead", {}, h("tr", {}, ...head.map((name, i) => h("th", { scope: "col", class: i === 1 ? "number" : null }, name)))),
          ...groups,
        ),
      ),
    );
  }

  /** @param {{choice: Choice, options: string, workers: number, counts: string, sentence: string, locked: boolean, trying: boolean, canCheck: boolean, canLook: boolean, canForget: boolean, checking: boolean, checked: {model: string, table: CheckTable, asked: boolean}|null}} props */
  return function render(props) {
    if (props.options !== options) {
      options = props.options;
      const names = /** @type {Choice[]} */ (options.split(","));
      select.replaceChildren(...names.map((name) => h("option", { value: name }, words.choices[name])));
    }
    if (props.counts !== counts) {
      counts = props.counts;
      workers.replaceChildren(...counts.split(",").map((count) => h("option", { value: count }, count)));
    }
    workers.value = String(props.workers);
    select.value = props.choice;
    select.disabled = props.locked;
    say(sentence, props.sentence);
    skip.hidden = !props.trying;
    check.hidden = props.trying || (!props.canCheck && !props.checking);
    check.disabled = !props.canCheck || props.checking;
    say(check, props.checking ? words.checking : words.check);
    look.hidden = !props.canLook;
    forget.hidden = props.trying || !props.canForget || props.choice !== "auto";
    forget.disabled = props.locked;
    if (props.checked === drawn) return;
    drawn = props.checked;
    table.replaceChildren(...(props.checked ? [draw(props.checked)] : []));
  };
}
