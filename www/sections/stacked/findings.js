// What the comparison's numbers say: sentences made of them, and a table of them by epoch.

import { percent, points } from "../../format.js";
import { text } from "../../strings.js";
import { h } from "../../components/dom.js";

/** @import { Findings } from "./pretraining.js" */

/** After fewer epochs than this, the last difference may be one of the beginning. */
const FEW_EPOCHS = 5;

/** The sentences. @param {Findings} findings */
export function sentences({ epochs, seeds, pretrained, scratch, differences, deviations, headStart, reachedBy, interval, finding }) {
  const words = text.stacked.findings;
  const end = epochs - 1;
  const start =
    headStart === 0 ? words.noHeadStart : headStart === null || reachedBy === null ? words.never(epochs) : words.headStart(reachedBy, headStart);
  const chance =
    finding === "unknown" || interval === null
      ? words.unknown
      : words[finding](seeds, points(interval[0]), points(interval[1]), points(deviations[end] ?? 0, true));
  return [
    `${words.first(percent(pretrained[0]), percent(scratch[0]), points(differences[0]))} ${start}`,
    ...(epochs > 1 ? [words.last(epochs, percent(pretrained[end]), percent(scratch[end]), points(differences[end]))] : []),
    ...(epochs < FEW_EPOCHS ? [words.few(epochs)] : []),
    ...(finding === "unknown" ? [chance] : [chance, words.onlyHere]),
  ];
}

/** @param {HTMLElement} container @param {{tableId: string}} options */
export function create(container, { tableId }) {
  const words = text.stacked.compare;
  const told = h("div", { class: "verdict", id: "stacked-verdict", "aria-live": "polite" });
  const head = h("tr");
  const body = h("tbody");
  const table = h("table", {}, h("caption", { class: "unseen" }, words.table), h("thead", {}, head), body);
  const details = h("details", {}, h("summary", {}, words.table), h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": words.table, id: tableId }, table));
  container.append(h("h3", { class: "label" }, text.stacked.findings.heading), told, details);
  /** @type {Findings|null|undefined} */
  let drawn;

  /** @param {{findings: Findings|null, asked: number}} props */
  return function render({ findings, asked }) {
    details.hidden = findings === null;
    if (findings === drawn) return;
    drawn = findings;
    if (!findings) {
      told.replaceChildren(h("p", { class: "soft" }, words.noFindings));
      body.replaceChildren();
      return;
    }
    const { seeds, differences, deviations } = findings;
    const partial = seeds < asked ? [text.stacked.findings.partial(seeds, asked)] : [];
    told.replaceChildren(...[...partial, ...sentences(findings)].map((sentence) => h("p", {}, sentence)));
    const { epoch, pretrained, scratch, difference, deviation } = words.columns;
    const names = [epoch, pretrained, scratch, difference, ...(seeds > 1 ? [deviation] : [])];
    head.replaceChildren(...names.map((name, i) => h("th", { scope: "col", class: i > 0 ? "number" : null }, name)));
    body.replaceChildren(
      ...differences.map((value, i) => {
        const spread = deviations[i];
        const cells = [percent(findings.pretrained[i]), percent(findings.scratch[i]), points(value), ...(spread === null ? [] : [points(spread, true)])];
        return h("tr", {}, h("th", { scope: "row" }, String(i + 1)), ...cells.map((cell) => h("td", { class: "number" }, cell)));
      }),
    );
  };
}
