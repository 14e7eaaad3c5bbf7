// The pictures: what there is to learn from, how it is stored, and where it came from.

import { placesIn } from "../../components/dom.js";
import { text } from "../../strings.js";
import { SAMPLES, createActions } from "./actions.js";
import * as browse from "./browse.js";
import * as bytes from "./bytes.js";
import * as data from "./data.js";
import * as intake from "./intake.js";
import * as samples from "./samples.js";
import { initial, picturesDue, props, update } from "./state.js";
import * as strip from "./strip.js";

/** @import { Section } from "../../components/mount.js" */
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
    const place = placesIn(showing);
    return {
      data: data.create(place("data", telling), { onUseBundled: on.useBundled }),
      samples: samples.create(place("samples"), { count: SAMPLES, onAnother: on.another }),
      browse: browse.create(place("pictures-browse"), { onAsk: on.browse, onChoose: on.choose }),
      bytes: bytes.create(place("pictures-bytes"), { onPixel: on.choosePixel }),
      shards: strip.create(place("pictures-shards")),
      intake: intake.create(place("intake"), { onFiles: on.take, onListing: on.listing, onCancel: on.cancelImport, onTrouble: on.notice }),
    };
  },
  follow({ before, now }, on) {
    // What was drawn of other pictures would only mislead beside the new ones.
    if (before.data.hash !== now.data.hash) on.clear();
    if (picturesDue(before, now)) void on.refresh();
    if (before.data.loaded !== now.data.loaded) void on.showSheets();
  },
};
