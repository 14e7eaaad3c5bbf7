// Which runs the report is about, and how it is taken.

import { h, say } from "../../components/dom.js";
import { button, setUsable } from "../../components/usable.js";
import { text } from "../../strings.js";

/** @import { Scope } from "./state.js" */

/** @type {Scope[]} */
const SCOPES = ["chosen", "pinned", "all"];

/** @param {HTMLElement} container @param {{onScope: (scope: Scope) => void, onDownload: () => void, onPrint: () => void}} options */
export function create(container, { onScope, onDownload, onPrint }) {
  const words = text.keep;
  const options = SCOPES.map((scope) => ({ scope, option: h("option", { value: scope }) }));
  const select = h("select", {
    id: "keep-scope",
    onchange: (/** @type {{target: HTMLSelectElement}} */ { target }) => onScope(/** @type {Scope} */ (target.value)),
  }, ...options.map(({ option }) => option));
  const download = button({ class: "primary", id: "keep-download" }, words.download, onDownload);
  const print = button({ class: "quiet", id: "keep-print" }, words.print, onPrint);
  const status = h("p", { class: "soft small", role: "status", id: "keep-said" });
  container.append(
    h("h3", { class: "label" }, words.reports),
    h("p", { class: "soft" }, words.reportProse),
    h("div", { class: "row keep-report-row" }, h("div", { class: "field" }, h("label", { for: "keep-scope" }, words.scope), select), download, print),
    status,
  );

  /** @param {{scope: Scope, writing: string|null, said: string} & Record<Scope, number>} props */
  return function render(props) {
    for (const { scope, option } of options) {
      say(option, words.scopes[scope](props[scope]));
      option.disabled = props[scope] === 0;
    }
    select.value = props.scope;
    const idle = props.all > 0 && props.writing === null;
    select.disabled = !idle;
    setUsable(download, idle);
    setUsable(print, idle);
    say(status, props.writing ?? props.said);
  };
}
