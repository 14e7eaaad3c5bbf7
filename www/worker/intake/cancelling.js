// How an import is told to stop: it asks between two files, and ends with an error of this name.

import { text } from "../../strings.js";

/** @typedef {{check: () => void}} Cancelling  throws once it is to end */

export function createCancelling() {
  let cancelled = false;
  return {
    cancel: () => void (cancelled = true),
    check() {
      if (cancelled) throw Object.assign(new Error(text.errors.cancelled), { name: "Cancelled" });
    },
  };
}
