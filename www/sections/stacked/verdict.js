// What the comparison's numbers say: sentences made of them, and a table of them by epoch.

import { percent, points } from "../../format.js";
import { text } from "../../strings.js";
import { h } from "../../components/dom.js";

/** @import { Verdict } from "./head-start.js" */

/** The sentences. @param {Verdict} verdict */
export function sentences({ epochs, seeds, pretrained, scratch, differences, deviations, headStart, reachedBy, interval, finding }) {
  const words = text.stacked.verdict;
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
  container.append(h("h3", { class: "label" }, text.stacked.verdict.heading), told, details);
  /** @type {Verdict|null|undefined} */
  let drawn;

  /** @param {{verdict: Verdict|null, asked: number}} props */
  return function render({ verdict, asked }) {
    details.hidden = verdict === null;
    if (verdict === drawn) return;
    drawn = verdict;
    if (!verdict) {
      told.replaceChildren(h("p", { class: "soft" }, words.noVerdict));
      body.replaceChildren();
      return;
    }
    const { seeds, differences, deviations } = verdict;
    const partial = seeds < asked ? [text.stacked.verdict.partial(seeds, asked)] : [];
    told.replaceChildren(...[...partial, ...sentences(verdict)].map((sentence) => h("p", {}, sentence)));
    const { epoch, pretrained, scratch, difference, deviation } = words.columns;
    const names = [epoch, pretrained, scratch, difference, ...(seeds > 1 ? [deviation] : [])];
    head.replaceChildren(...names.map((name, i) => h("th", { scope: "col", class: i > 0 ? "number" : null }, name)));
    body.replaceChildren(
      ...differences.map((value, i) => {
        const spread = deviations[i];
        const cells = [percent(verdict.pretrained[i]), percent(verdict.scratch[i]), points(value), ...(spread === null ? [] : [points(spread, true)])];
        return h("tr", {}, h("th", { scope: "row" }, String(i + 1)), ...cells.map((cell) => h("td", { class: "number" }, cell)));
      }),
    );
  };
}
