// How it learns: one picture and one step, walked through by hand.

import { openedSince } from "../../app/models.js";
import { canShow } from "../../app/state.js";
import { placesIn } from "../../components/dom.js";
import { text } from "../../strings.js";
import { createActions } from "./actions.js";
import * as again from "./after-step.js";
import * as classes from "./classes.js";
import * as reconstruction from "./reconstruction.js";
import * as norms from "./norms.js";
import * as picture from "./picture.js";
import * as products from "./gradient-products.js";
import * as rail from "./rail.js";
import { props } from "./screen.js";
import * as setup from "./setup.js";
import * as sheet from "./feature-maps.js";
import * as stage from "./stage.js";
import { STRIP, address, initial, update } from "./state.js";
import * as weights from "./weights.js";

/** @import { Section } from "../../components/mount.js" */
/** @import { Local, LocalEvent } from "./state.js" */

/** @type {Section<Local, LocalEvent, ReturnType<typeof createActions>>} */
export const lesson = {
  name: "lesson",
  words: text.lesson,
  initial,
  update,
  props,
  address,
  keys: ["model", "preset", "rate", "picture"],
  actions: createActions,
  unmount: (on) => on.end(),
  create({ controls, showing, section }, on) {
    const place = placesIn(showing, "lesson-");
    const choices = place("setup", controls);
    const stops = place("rail", controls);
    const walk = place("stage");
    const figure = (/** @type {string} */ name) => place(name, walk);
    return {
      setup: setup.create(choices, { count: STRIP, on }),
      rail: rail.create(stops, { onGo: on.go }),
      stage: stage.create(figure("frame"), { onPrevious: on.previous, onNext: on.next, section }),
      picture: picture.create(figure("picture")),
      sheet: sheet.create(figure("maps"), { onChoose: on.chooseChannel }),
      classes: classes.create(figure("classes")),
      reconstruction: reconstruction.create(figure("drawn")),
      product: products.create(figure("chain"), { onAnother: on.turnExample }),
      norms: norms.create(figure("norms")),
      update: weights.create(figure("update"), { onLayer: on.chooseUpdatedLayer, onUnit: on.chooseUnit }),
      again: again.create(figure("again"), { onStep: on.step }),
    };
  },
  follow({ before, now }, on) {
    if (before.models !== now.models && now.models.length > 0) void on.open(openedSince(before.models, now.models)?.name ?? null);
    // A trace on other pictures, or of a worker that is gone, cannot go on.
    const changed = before.data.hash !== "" && before.data.hash !== now.data.hash;
    if (changed || (before.engine === "ready" && now.engine !== "ready")) on.forget();
    if (now.data.status === "ready" && before.data.status !== "ready" && canShow(now)) void on.refresh();
  },
};
