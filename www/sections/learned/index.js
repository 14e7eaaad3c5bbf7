// What it learned: the filters and maps of a trained network, a picture of one's own put before it,
// and its verdicts on all test pictures.

import { h } from "../../parts/dom.js";
import { text } from "../../strings.js";
import * as choice from "../../parts/run-choice.js";
import { MISTAKES, SHELF, createActions } from "./actions.js";
import * as answer from "./answer.js";
import * as cell from "./cell.js";
import * as filters from "./filters.js";
import * as layers from "./layers.js";
import { extent, spread } from "./maps.js";
import * as matrix from "./matrix.js";
import * as mistakes from "./mistakes.js";
import * as own from "./own.js";
import * as results from "./results.js";
import { props } from "./screen.js";
import * as shelf from "./shelf.js";
import * as standing from "./standing.js";
import { initial, update } from "./state.js";
import * as verdict from "./verdict.js";
import { ranked } from "./verdicts.js";

/** @import { Section } from "../../parts/mount.js" */
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
    const place = (/** @type {string} */ id, /** @type {HTMLElement} */ into = showing) => into.appendChild(h("div", { id: `learned-${id}` }));
    const part = (/** @type {string} */ title) => {
      const box = h("div", { class: "learned-part" }, h("h3", {}, title));
      showing.append(box);
      return box;
    };
    // Nothing is asked of the network before somebody comes near.
    new IntersectionObserver((entries, observer) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      on.seen();
    }, { rootMargin: "50%" }).observe(section);

    const words = text.learned;
    const run = place("run", telling);
    const one = part(words.own.heading);
    const inside = part(words.layers.part);
    const all = place("all");
    const pair = all.appendChild(h("div", { class: "learned-pair" }));
    return {
      choice: choice.create(run, { id: "learned-choice", label: words.run.label, none: words.run.none, onChoose: on.choose }),
      standing: standing.create(place("standing", telling)),
      own: own.create(place("own", one), { section, onTaking: on.taking, onTake: on.takeOwn, onRefuse: on.refuse }),
      shelf: shelf.create(place("shelf", one), { count: SHELF, onTake: on.takeFromShelf, onBrowse: on.browse }),
      answer: answer.create(place("answer", one), { rank: ranked }),
      filters: filters.create(place("filters", inside), { onPick: on.enlargeFilter }),
      layers: layers.create(place("layers", inside), { spread, extent, onLayer: on.showLayer, onChannel: on.enlarge }),
      verdict: verdict.create(all.insertBefore(h("div", { id: "learned-judgement" }), pair), { onJudge: on.judge }),
      matrix: matrix.create(place("matrix", pair), { onOpen: on.openCell }),
      cell: cell.create(place("cell", pair), { onTake: on.takeTest, onMore: on.more }),
      results: results.create(place("classes", all)),
      mistakes: mistakes.create(place("mistakes", all), { count: MISTAKES, onTake: on.takeTest }),
    };
  },
  follow({ before, now }, on) {
    if (before.data.hash !== now.data.hash) on.forget();
    on.catchUp();
  },
};
