// One model: chosen, set, trained and watched.

import { openedSince } from "../../app/models.js";
import { fields } from "../../app/settings.js";
import { classesOf, runsOf } from "../../app/state.js";
import * as chart from "../../components/chart.js";
import { placesIn } from "../../components/dom.js";
import { createFold } from "../../components/fold.js";
import { percent, wholePercent } from "../../format.js";
import { text } from "../../strings.js";
import * as measures from "../../components/measures.js";
import * as reconstructions from "../../components/reconstructions.js";
import * as remarks from "../../components/remarks.js";
import * as settings from "../../components/settings-form.js";
import { createActions } from "./actions.js";
import * as compute from "./compute.js";
import * as controls from "./controls.js";
import * as epochs from "./epochs.js";
import * as modelError from "./model-error.js";
import * as models from "./models.js";
import * as predictions from "./predictions.js";
import * as progress from "./progress.js";
import * as readings from "./readings.js";
import { props } from "./screen.js";
import { address, initial, update } from "./state.js";
import * as summary from "./summary.js";

/** @import { Section } from "../../components/mount.js" */
/** @import { Local, LocalEvent } from "./state.js" */

/** @type {Section<Local, LocalEvent, ReturnType<typeof createActions>>} */
export const train = {
  name: "train",
  words: text.training,
  initial,
  update,
  props,
  address,
  keys: ["preset", "model", "spec", ...fields.map(({ key }) => key)],
  actions: createActions,
  create({ controls: hands, showing }, on, lab) {
    const place = placesIn(showing);
    const { devices } = lab.act;
    const steer = place("controls", hands);
    const state = place("progress", hands);
    const choices = createFold(hands, text.training.choices);
    const numbers = place("readings");
    const said = place("remarks");
    const charts = place("charts");
    charts.className = "charts";
    return {
      controls: controls.create(steer, { on }),
      progress: progress.create(state),
      models: models.create(place("models", choices), { onChoose: on.chooseModel, onOpen: on.openFile }),
      modelError: modelError.create(place("model-state", choices)),
      settings: settings.create(place("settings", choices), { onType: on.typeSetting }),
      compute: compute.create(place("compute", choices), {
        onChoose: devices.choose, onShare: devices.useWorkers, onSkip: devices.skip, onLook: devices.look, onForget: devices.forgetSpeeds, onCheck: on.check,
      }),
      readings: readings.create(numbers),
      remarks: remarks.create(said),
      loss: chart.create(place("loss", charts), { title: text.charts.loss }),
      accuracy: chart.create(place("accuracy", charts), { title: text.charts.accuracy, most: 1, format: percent, ticks: wholePercent }),
      predictions: predictions.create(place("predictions")),
      drawings: reconstructions.create(place("reconstructions")),
      measures: measures.create(place("measures")),
      epochs: epochs.create(place("epochs")),
      summary: summary.create(place("summary")),
    };
  },
  follow({ before, now, localBefore, local }, on) {
    const opened = openedSince(before.models, now.models);
    if (opened) void on.takeModel(opened.name);
    else if (before.models !== now.models) void on.settleModel();
    else if (classesOf(before) !== classesOf(now)) void on.describe();
    if (before.data.status !== now.data.status || before.data.hash !== now.data.hash) void on.showPictures();
    // A run that went on before the section was there is shown in it.
    const active = now.active === null ? null : now.runs[now.active];
    if (active?.group === "train" && now.active !== before.active && local.run !== active.id && localBefore.run === local.run)
      on.show(active.id);
    // One that was interrupted waits to be gone on with.
    if (before.order !== now.order && local.run === null) {
      const last = runsOf(now, "train").at(-1);
      if (last?.status === "interrupted") on.show(last.id);
    }
    on.stepIfWanted();
  },
};
