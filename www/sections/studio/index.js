// The autoencoder studio: what an autoencoder keeps of a picture, what it reconstructs from that, and how
// two of them compare on the same pictures.

import * as chart from "../../components/compare-chart.js";
import { openedSince } from "../../app/models.js";
import { placesIn } from "../../components/dom.js";
import { createFold } from "../../components/fold.js";
import * as choice from "../../components/run-choice.js";
import * as remarks from "../../components/remarks.js";
import * as settings from "../../components/settings-form.js";
import { whenSeen } from "../../components/sight.js";
import { text } from "../../strings.js";
import { createActions } from "./actions.js";
import * as code from "./code.js";
import * as controls from "./controls.js";
import * as extremes from "./extremes.js";
import * as generated from "./generated.js";
import * as map from "./latent-map.js";
import * as measures from "./metrics.js";
import * as presets from "./presets.js";
import * as rows from "./reconstruction-rows.js";
import { props } from "./screen.js";
import { address, initial, keys, update } from "./state.js";
import * as interpolation from "./interpolation.js";

/** @import { Section } from "../../components/mount.js" */
/** @import { Local, LocalEvent } from "./state.js" */

/** @type {Section<Local, LocalEvent, ReturnType<typeof createActions>>} */
export const studio = {
  name: "studio",
  words: text.studio,
  initial,
  update,
  props,
  address,
  keys,
  actions: createActions,
  create({ controls: hands, showing }, on) {
    const words = text.studio;
    const place = placesIn(showing, "studio-");
    const group = (/** @type {string} */ id, /** @type {string} */ kind, /** @type {HTMLElement} */ into = showing) => {
      const box = place(id, into);
      box.className = kind;
      return (/** @type {string} */ name) => place(name, box);
    };
    const steer = place("controls", hands);
    const choices = createFold(hands, words.choices);
    const form = { presets: place("presets", choices), settings: place("settings", choices), controls: steer };
    const pick = group("choice", "studio-choice", choices);
    const runs = { run: pick("run-choice"), other: pick("other-choice") };
    const said = place("remarks");
    const drawn = place("rows");
    const halves = group("charts", "charts");
    const charts = { training: halves("training"), validation: halves("validation") };
    const rest = { measures: place("measures"), code: place("code"), map: place("map"), interpolation: place("way"), generated: place("generated"), extremes: place("extremes") };
    whenSeen(drawn, () => on.see("rows"));
    whenSeen(rest.code, () => on.see("rows"));
    whenSeen(rest.map, () => on.see("map"));
    whenSeen(rest.generated, () => on.see("generated"));
    whenSeen(rest.extremes, () => on.see("extremes"));
    return {
      presets: presets.create(form.presets, { onChoose: on.choosePreset }),
      settings: settings.create(form.settings, { onType: on.typeSetting, prefix: "studio" }),
      controls: controls.create(form.controls, { onStart: on.start, onHold: on.hold, onGoOn: on.goOn, onStop: on.stop }),
      run: choice.create(runs.run, { id: "studio-run", label: words.choice.run, none: words.choice.empty, onChoose: on.show }),
      other: choice.create(runs.other, { id: "studio-other", label: words.choice.other, none: "", onChoose: on.compare }),
      remarks: remarks.create(said),
      rows: rows.create(drawn, { onChoose: on.choosePicture }),
      training: chart.create(charts.training, { id: "studio-training-chart", title: words.charts.training }),
      validation: chart.create(charts.validation, { id: "studio-validation-chart", title: words.charts.validation }),
      measures: measures.create(rest.measures),
      code: code.create(rest.code),
      map: map.create(rest.map, { onChoose: on.choosePicture, onMark: on.mark, onInterpolate: on.interpolate, onToggle: on.toggleClass }),
      interpolation: interpolation.create(rest.interpolation),
      generated: generated.create(rest.generated, { onDraw: on.drawAgain }),
      extremes: extremes.create(rest.extremes, { onChoose: on.choosePicture }),
    };
  },
  follow({ before, now, localBefore, local }, on) {
    if (before.models !== now.models && now.models.length > 0) void on.open(openedSince(before.models, now.models)?.name ?? null);
    if (before.data.hash !== now.data.hash && localBefore === local) on.forgetPictures();
    on.settle();
  },
};
