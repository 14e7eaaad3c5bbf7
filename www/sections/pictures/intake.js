// Where a file of the visitor's own pictures is dropped or chosen. Hands the files on unread.

import { text } from "../../strings.js";
import { h, say } from "../../parts/dom.js";

/**
 * @param {HTMLElement} container
 * @param {{onFiles: (files: {path: string, file: File}[]) => void}} options
 */
export function create(container, { onFiles }) {
  const input = h("input", { type: "file", id: "file", multiple: true, accept: ".bin,.gz,.tgz,.tar", class: "unseen" });
  const stage = h("p", { class: "soft", role: "status" });
  const error = h("p", { class: "alarm", role: "alert", id: "intake-error" });
  const zone = h(
    "div",
    { class: "intake", id: "drop" },
    h("p", {}, text.intake.invite, input, h("label", { for: "file", class: "link" }, text.intake.choose), "."),
    h("p", { class: "soft small" }, text.intake.promise),
    stage,
  );
  container.append(zone, error);

  const take = (/** @type {FileList|null|undefined} */ files) => {
    if (files && files.length > 0) onFiles([...files].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
  };
  input.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });
  // The whole window refuses what is dropped beside the zone: the browser would leave the page
  // to open the file.
  window.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.toggleAttribute("data-over", zone.contains(/** @type {Node} */ (event.target)));
  });
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.removeAttribute("data-over");
    if (zone.contains(/** @type {Node} */ (event.target))) take(event.dataTransfer?.files);
  });
  window.addEventListener("dragleave", () => zone.removeAttribute("data-over"));

  /** @param {{stage: "reading"|"decoding"|"keeping"|null, error: string|null}} props */
  return function render(props) {
    say(stage, props.stage ? text.intake.stages[props.stage] : "");
    stage.hidden = props.stage === null;
    input.disabled = props.stage !== null;
    say(error, props.error ?? "");
    error.hidden = props.error === null;
  };
}
