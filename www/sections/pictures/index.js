// The pictures: what there is to learn from, and where it came from.

import { h } from "../../parts/dom.js";
import { text } from "../../strings.js";
import { SAMPLES, createActions } from "./actions.js";
import * as data from "./data.js";
import * as intake from "./intake.js";
import * as samples from "./samples.js";
import { initial, props, samplesDue, update } from "./state.js";

/** @import { Section } from "../../parts/mount.js" */
/** @import { Local, LocalEvent } from "./state.js" */

/** @type {Section<Local, LocalEvent, ReturnType<typeof createActions>>} */
export const pictures = {
  name: "pictures",
  words: text.pictures,
  initial,
  update,
  props,
  actions: createActions,
  create({ telling, showing }, on) {
    const place = (/** @type {string} */ id, /** @type {HTMLElement} */ into) => into.appendChild(h("div", { id }));
    return {
      data: data.create(place("data", telling), { onRetry: on.retry, onForget: on.forget }),
      samples: samples.create(place("samples", showing), { count: SAMPLES, onAnother: on.another }),
      intake: intake.create(place("intake", showing), { onFiles: on.take }),
    };
  },
  follow({ before, now }, on) {
    // What was drawn of other pictures would only mislead beside the new ones.
    if (before.data.hash !== now.data.hash) on.clear();
    if (samplesDue(before, now)) void on.refresh();
  },
};
