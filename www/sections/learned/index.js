// What it learned: the filters and maps of a trained network, a picture of one's own put before it,
// and its predictions on all test pictures.

import { h, placesIn } from "../../components/dom.js";
import { text } from "../../strings.js";
import * as choice from "../../components/run-choice.js";
import { whenSeen } from "../../components/sight.js";
import { MISTAKES, TEST_PICTURES, createActions } from "./actions.js";
import * as answer from "./answer.js";
import * as cell from "./cell.js";
import * as filters from "./filters.js";
import * as layers from "./layers.js";
import { extent, spread } from "./maps.js";
import * as matrix from "./confusion-matrix.js";
import * as mistakes from "./mistakes.js";
import * as own from "./own-picture.js";
import * as results from "./class-results.js";
import { props } from "./screen.js";
import * as testPictures from "./test-pictures.js";
import * as statusSentence from "./run-status.js";
import { initial, update } from "./state.js";
import * as evaluation from "./evaluation.js";
import { ranked } from "./predictions.js";

/** @import { Section } from "../../components/mount.js" */
/** @import { Local, LocalEvent } from "./state.js" */

/** @type {Section<Local, LocalEvent, ReturnType<typeof createActions>>} */
export const learned = {
  name: "learned",
  words: text.learned,
  initial,
  update,
  props,
  actions: createActions,
  create({ telling, showing, section }, on) {
    const place = placesIn(showing, "learned-");
    const part = (/** @type {string} */ title) => {
      const heading = h("h3", { tabindex: -1 }, title);
      const box = h("div", { class: "learned-part" }, heading);
      showing.append(box);
      return { box, heading };
    };
    // Nothing is asked of the network before somebody comes near.
    whenSeen(section, on.seen, "50%");

    const words = text.learned;
    const run = place("run", telling);
    const one = part(words.own.heading);
    const inside = part(words.layers.part);
    const all = place("all");
    const pair = all.appendChild(h("div", { class: "learned-pair" }));
    /** From far below, the way to the picture that was taken. @type {typeof on.takeTest} */
    const takeAbove = (...picture) => {
      on.takeTest(...picture);
      one.heading.focus({ preventScroll: true });
      one.heading.scrollIntoView();
    };
    return {
      choice: choice.create(run, { id: "learned-choice", label: words.run.label, none: words.run.none, onChoose: on.choose }),
      statusSentence: statusSentence.create(place("status", telling)),
      own: own.create(place("own", one.box), { section, onTaking: on.taking, onShrink: on.shrink, onTake: on.takeOwn, onRefuse: on.refuse }),
      testPictures: testPictures.create(place("test-pictures", one.box), { count: TEST_PICTURES, onTake: on.takeFromPage, onBrowse: on.browse }),
      answer: answer.create(place("answer", one.box), { rank: ranked }),
      filters: filters.create(place("filters", inside.box), { onPick: on.enlargeFilter }),
      layers: layers.create(place("layers", inside.box), { spread, extent, onLayer: on.showLayer, onChannel: on.enlarge }),
      evaluation: evaluation.create(all.insertBefore(h("div", { id: "learned-evaluation" }), pair), { onEvaluate: on.evaluate }),
      matrix: matrix.create(place("matrix", pair), { onOpen: on.openCell }),
      cell: cell.create(place("cell", pair), { onTake: takeAbove, onMore: on.more }),
      results: results.create(place("classes", all)),
      mistakes: mistakes.create(place("mistakes", all), { count: MISTAKES, onTake: takeAbove }),
    };
  },
  follow({ before, now }, on) {
    if (before.data.hash !== now.data.hash) on.forget();
    on.catchUp();
  },
};
