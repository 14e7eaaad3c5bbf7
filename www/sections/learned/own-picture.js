// The input picture, and the ways to put one of one's own there: a file, the clipboard, the camera.

import { text } from "../../strings.js";
import { drawPicture, h, pictureCanvas, say } from "../../components/dom.js";
import * as camera from "./camera.js";

/** @import { Input } from "./state.js" */

/**
 * @param {HTMLElement} container
 * @param {{section: HTMLElement, onTaking: (from: "file"|"clipboard") => void, onShrink: (picture: Blob|ImageBitmap) => Promise<ImageData>, onTake: (picture: {name: string, image: ImageData}) => void, onRefuse: (why: string) => void}} options
 *   `section`: where a paste counts
 */
export function create(container, { section, onTaking, onShrink, onTake, onRefuse }) {
  const words = text.learned.own;
  const canvas = pictureCanvas();
  const name = h("h4", { class: "label" });
  const note = h("p", { class: "soft small" });
  const status = h("p", { class: "soft small", role: "status" });
  const error = h("p", { class: "alarm", role: "alert", id: "learned-own-error" });
  const input = h("input", { type: "file", id: "learned-file", accept: "image/*", class: "unseen" });
  const paste = h("button", { type: "button", class: "quiet", id: "learned-paste", onclick: fromClipboard }, words.paste);
  const openCamera = h("button", { type: "button", class: "quiet", id: "learned-camera" }, words.camera);
  const shot = camera.create(openCamera, { onShrink, onShot: (image) => onTake({ name: words.shot, image }), onRefuse });
  const box = h("div", { class: "learned-hand" },
    h("div", { class: "learned-hand-picture" }, canvas),
    h("div", { class: "learned-hand-words" },
      h("div", {}, name, note),
      h("div", { class: "row" }, input, h("label", { for: "learned-file", class: "quiet learned-button" }, words.file), paste, openCamera),
      h("p", { class: "soft small" }, words.promise),
      status,
    ),
  );
  container.append(box, shot.element, error);
  paste.hidden = typeof navigator.clipboard?.read !== "function";
  openCamera.hidden = !shot.possible;

  /** @param {Blob|null|undefined} blob @param {string} called @param {"file"|"clipboard"} from */
  async function take(blob, called, from) {
    if (!blob) return onRefuse(words.noPicture);
    onTaking(from);
    try {
      onTake({ name: called, image: await onShrink(blob) });
    } catch (thrown) {
      onRefuse(words.notTaken(called, thrown instanceof Error ? thrown.message : String(thrown)));
    }
  }

  async function fromClipboard() {
    onTaking("clipboard");
    try {
      for (const item of await navigator.clipboard.read()) {
        const type = item.types.find((one) => one.startsWith("image/"));
        if (type) return await take(await item.getType(type), words.pasted, "clipboard");
      }
      onRefuse(words.noPicture);
    } catch {
      onRefuse(words.noClipboard);
    }
  }

  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file) void take(file, file.name, "file");
    input.value = "";
  });
  section.addEventListener("paste", (event) => {
    const file = event.clipboardData?.files[0];
    event.preventDefault();
    void take(file, words.pasted, "clipboard");
  });
  container.addEventListener("dragover", (event) => {
    event.preventDefault();
    box.toggleAttribute("data-over", true);
  });
  container.addEventListener("dragleave", () => box.removeAttribute("data-over"));
  container.addEventListener("drop", (event) => {
    event.preventDefault();
    box.removeAttribute("data-over");
    const file = event.dataTransfer?.files[0];
    void take(file, file?.name ?? "", "file");
  });

  /** @param {{taking: "file"|"clipboard"|null, error: string|null, input: Input|null, classes: string[]}} props */
  return function render({ taking, error: why, input, classes }) {
    const title = !input ? words.none : input.source === "test" ? words.test(classes[input.label] ?? String(input.label), input.index + 1) : input.name;
    drawPicture(canvas, input?.image ?? null, 0, title);
    say(name, title);
    say(note, !input ? words.choose : input.source === "test" ? words.unseen : words.small);
    say(status, taking ? words.taking[taking] : "");
    status.hidden = taking === null;
    say(error, why ?? "");
    error.hidden = why === null;
  };
}
