// Errors of ours that nobody caught, for a page to tell in a sentence. A page that embeds the lab has errors of its
// own, which are left alone.

import { sentence } from "../protocol.js";

const ROOT = new URL("../", import.meta.url).href;

/** Whether an error comes from a script of ours, as far as it says. @param {unknown} thrown @param {string} [file] */
export function isOurs(thrown, file = "") {
  const stack = thrown instanceof Error ? (thrown.stack ?? "") : "";
  return file.startsWith(ROOT) || stack.includes(ROOT);
}

/** @param {(why: string) => void} tell @param {EventTarget} [of] */
export function watchFailures(tell, of = globalThis) {
  of.addEventListener("error", (event) => {
    const { error, filename } = /** @type {ErrorEvent} */ (event);
    // Without an error it is a remark of the browser's, such as that a ResizeObserver goes on in the next frame.
    if (error && isOurs(error, filename)) tell(sentence(error));
  });
  of.addEventListener("unhandledrejection", (event) => {
    const { reason } = /** @type {PromiseRejectionEvent} */ (event);
    if (isOurs(reason)) tell(sentence(reason));
  });
}
