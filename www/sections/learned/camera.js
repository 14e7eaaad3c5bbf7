// The camera: asked for on a press, shown as the square that will be taken, and let go of after the
// picture, on a second thought, and as soon as nobody can see it.

import { limits } from "../../app/limits.js";
import { waiting } from "../../app/waiting.js";
import { text } from "../../strings.js";
import { h } from "../../components/dom.js";

/** @param {unknown} thrown */
function refusal(thrown) {
  const { refused, absent, busy } = text.learned.camera;
  switch (thrown instanceof Error ? thrown.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return refused;
    case "NotFoundError":
    case "OverconstrainedError":
      return absent;
    default:
      return busy;
  }
}

/**
 * @param {HTMLButtonElement} opener
 * @param {{onShrink: (picture: ImageBitmap) => Promise<ImageData>, onShot: (image: ImageData) => void, onRefuse: (why: string) => void}} options
 */
export function create(opener, { onShrink, onShot, onRefuse }) {
  const words = text.learned.camera;
  const video = h("video", { autoplay: true, playsinline: true, "aria-label": words.alt, class: "learned-video" });
  video.muted = true;
  const shoot = h("button", { type: "button", class: "primary", id: "learned-shoot", disabled: true, onclick: take }, words.shoot);
  const element = h("div", { class: "learned-camera" }, video,
    h("div", { class: "row" }, shoot, h("button", { type: "button", class: "quiet", onclick: () => close(true) }, words.cancel)));
  element.hidden = true;
  /** @type {MediaStream|null} */
  let stream = null;
  /** Counts openings, so that a camera granted after a second thought is let go of. */
  let opening = 0;

  const free = (/** @type {MediaStream|null} */ held) => held?.getTracks().forEach((track) => track.stop());

  /** @param {boolean} back  whether the focus returns to the button */
  function close(back) {
    opening += 1;
    free(stream);
    stream = null;
    video.srcObject = null;
    element.hidden = true;
    opener.disabled = false;
    if (back) opener.focus();
  }

  async function open() {
    opening += 1;
    const mine = opening;
    opener.disabled = true;
    try {
      const granted = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 640 }, height: { ideal: 480 } }, audio: false });
      if (mine !== opening) return free(granted);
      stream = granted;
      shoot.disabled = true;
      video.srcObject = granted;
      element.hidden = false;
      await video.play();
      shoot.disabled = false;
      shoot.focus();
    } catch (thrown) {
      if (mine !== opening) return;
      close(false);
      onRefuse(refusal(thrown));
    }
  }

  async function take() {
    if (!stream || video.videoWidth === 0) return;
    try {
      const frame = await waiting.within(createImageBitmap(video), limits.decode, text.waits.decode);
      close(true);
      onShot(await onShrink(frame));
    } catch (thrown) {
      onRefuse(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  opener.addEventListener("click", open);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && stream) close(false);
  });
  // Also when the page is scrolled away from it, or the section taken out of the page.
  new IntersectionObserver((entries) => {
    if (stream && !element.hidden && entries.some(({ isIntersecting }) => !isIntersecting)) close(false);
  }).observe(element);

  return { element, possible: typeof navigator.mediaDevices?.getUserMedia === "function" };
}
