// Where a visitor's own pictures, or a published data set, are dropped or chosen, with what they are to
// become. Hands the files on unread.

import { text } from "../../strings.js";
import { h, say } from "../../components/dom.js";
import { droppedFiles } from "./dropped.js";

/** @import { Intake } from "../../app/state.js" */
/** @import { ImportRequest } from "../../protocol.js" */

/** Sides on offer, in pixels. */
const SIDES = [16, 24, 28, 32, 48, 64];

/**
 * @param {HTMLElement} container
 * @param {{onFiles: (files: {path: string, file: File}[], request: ImportRequest) => void, onListing: (count: number|null) => void, onCancel: () => void, onTrouble: (thrown: unknown) => void}} options
 */
export function create(container, { onFiles, onListing, onCancel, onTrouble }) {
  const words = text.intake;
  // No `accept`: pictures are known by their content, and CIFAR-10's Python batches have no ending.
  const input = h("input", { type: "file", id: "file", multiple: true, class: "unseen" });
  const folder = h("input", { type: "file", id: "folder", webkitdirectory: true, class: "unseen" });
  const bar = h("progress", { "aria-label": words.progress, max: 1 });
  const stage = h("span", { role: "status" });
  const count = h("span", { class: "numbers" });
  const cancel = h("button", { type: "button", class: "link", id: "intake-cancel", onclick: stop }, words.cancel);
  const progress = h("div", { class: "loading" }, h("p", { class: "soft small ends" }, stage, h("span", { class: "row" }, count, cancel)), bar);
  const promise = h("p", { class: "soft small" }, words.promise);
  const error = h("p", { class: "alarm", role: "alert", id: "intake-error" });
  /** A choice whose first is what is done unasked. @param {string} id @param {string} label @param {[string, string][]} options */
  function choice(id, label, options) {
    const select = h("select", { id }, ...options.map(([value, name]) => h("option", { value }, name)));
    return { select, field: h("div", { class: "field" }, h("label", { for: id }, label), select) };
  }
  const asks = words.request;
  const size = choice("intake-size", asks.size, [["", asks.sizes.own], ...SIDES.map((side) => /** @type {[string, string]} */ ([String(side), asks.side(side)]))]);
  const channels = choice("intake-channels", asks.channels, [["", asks.colours.own], ["3", asks.colours[3]], ["1", asks.colours[1]]]);
  const labels = choice("intake-labels", asks.labels, [["fine", asks.classes.fine], ["coarse", asks.classes.coarse]]);
  /** @returns {ImportRequest} */
  const request = () => ({
    size: size.select.value || null,
    channels: channels.select.value === "" ? null : channels.select.value === "1" ? 1 : 3,
    labels: labels.select.value === "coarse" ? "coarse" : null,
  });
  const layout = h(
    "details",
    { class: "layouts small" },
    h("summary", {}, words.layouts.title),
    h("p", { class: "soft" }, words.layouts.prose),
    h("div", { class: "row" }, h("pre", { class: "code" }, words.layouts.plain), h("pre", { class: "code" }, words.layouts.divided)),
  );
  const zone = h(
    "div",
    { class: "intake", id: "drop" },
    h("p", {}, words.invite),
    h("p", { class: "row" }, input, h("label", { for: "file", class: "quiet choose" }, words.choose), folder, h("label", { for: "folder", class: "quiet choose" }, words.chooseFolder)),
    h("div", { class: "fields" }, size.field, channels.field, labels.field),
    layout,
    h("div", { class: "promise" }, promise, progress),
  );
  const about = h("h4", { class: "label" });
  const list = h("ul", { class: "small" });
  const told = h("div", { id: "intake-remarks", role: "status" }, about, list);
  container.append(h("h3", { class: "label" }, words.heading), h("p", { class: "soft explained" }, words.prose), zone, error, told);
  /** @type {string[]|null} */
  let drawn = null;

  /** A drop whose folders are being walked through. @type {{cancelled: boolean}|null} */
  let walk = null;
  function stop() {
    if (walk) walk.cancelled = true;
    else onCancel();
  }

  /** @param {DataTransfer} transfer */
  async function takeDropped(transfer) {
    if (closed || walk) return onTrouble(new Error(words.busy));
    const mine = (walk = { cancelled: false });
    const { files, lost } = await droppedFiles(transfer, (count) => (onListing(count), !mine.cancelled));
    walk = null;
    onListing(null);
    if (lost.length > 0) onTrouble(new Error(words.lost(lost)));
    if (files.length > 0 && !mine.cancelled) onFiles(files, request());
  }

  let closed = false;
  const take = (/** @type {{path: string, file: File}[]} */ files) => {
    if (files.length > 0 && !closed) onFiles(files, request());
  };
  for (const chooser of [input, folder])
    chooser.addEventListener("change", () => {
      take([...(chooser.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
      chooser.value = "";
    });
  // The whole window refuses what is dropped beside the zone: the browser would leave the page
  // to open the file.
  const isOver = (/** @type {Event} */ event) => event.composedPath().includes(zone);
  window.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.toggleAttribute("data-over", isOver(event) && !closed);
  });
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.removeAttribute("data-over");
    if (isOver(event) && event.dataTransfer) void takeDropped(event.dataTransfer);
  });
  window.addEventListener("dragleave", () => zone.removeAttribute("data-over"));

  /** @param {{intake: Intake}} props */
  return function render({ intake: { stage: at, error: why, done, total, of, remarks } }) {
    closed = at !== null;
    say(stage, at ? words.stages[at] : "");
    say(count, total > 0 || done > 0 ? words.count(done, total) : "");
    cancel.hidden = at === null || at === "keeping";
    if (total > 0) bar.value = done / total;
    else bar.removeAttribute("value");
    progress.classList.toggle("invisible", at === null);
    promise.classList.toggle("invisible", at !== null);
    zone.toggleAttribute("data-busy", closed);
    input.disabled = closed;
    folder.disabled = closed;
    for (const { select } of [size, channels, labels]) select.disabled = closed;
    say(error, why ?? "");
    error.hidden = why === null;
    if (drawn === remarks) return;
    drawn = remarks;
    say(about, remarks.length > 0 ? words.remarksOn(of) : "");
    list.replaceChildren(...remarks.map((remark) => h("li", {}, remark)));
  };
}
