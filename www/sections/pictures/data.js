// What the pictures are and where they came from, and how far they have loaded. That they could not be had is said
// at the top of the page.

import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";

/** @import { Data } from "../../app/state.js" */

/** @param {HTMLElement} container @param {{onUseBundled: () => void}} options */
export function create(container, { onUseBundled }) {
  const name = h("h3", { class: "label" });
  const synthetic = h("span", { class: "mark", id: "synthetic", title: text.pictures.syntheticMeaning }, text.pictures.synthetic);
  const counts = h("p", { class: "numbers" });
  const source = h("p", { class: "soft small" });
  const bar = h("progress", { "aria-label": text.pictures.progress, max: 1 });
  const loading = h("p", { class: "soft small numbers" });
  const progress = h("div", { class: "loading" }, bar, loading);
  const where = h("p", { class: "soft" });
  const kept = h(
    "div",
    { class: "small", id: "kept" },
    where,
    h("button", { type: "button", class: "link", id: "use-bundled", onclick: onUseBundled }, text.intake.useBundled),
  );
  container.append(h("div", { class: "data" }, h("p", { class: "row" }, name, synthetic), counts, source, progress, kept));

  /** @param {{data: Data, busy: boolean}} props */
  return function render({ data: { status, manifest, origin, bytes, total }, busy }) {
    say(name, manifest?.name ?? (status === "failed" ? text.pictures.none : text.pictures.waiting));
    synthetic.hidden = !manifest?.synthetic;
    say(counts, manifest ? text.pictures.counts(manifest.train.count, manifest.test.count) : "\u00a0");
    say(source, manifest?.source ?? "\u00a0");
    progress.classList.toggle("invisible", status === "ready" || status === "failed");
    if (total > 0) bar.value = bytes / total;
    else bar.removeAttribute("value");
    say(loading, total > 0 ? text.pictures.loading(bytes, total) : "\u00a0");
    kept.hidden = origin !== "kept" && origin !== "not-kept";
    say(where, origin === "not-kept" ? text.intake.notKept : text.intake.kept);
    for (const button of kept.querySelectorAll("button")) button.disabled = busy;
  };
}
