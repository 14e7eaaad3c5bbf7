// One model: chosen, set, trained and watched.

import { openedSince } from "../../app/models.js";
import { fields } from "../../app/settings.js";
import { classesOf, runsOf } from "../../app/state.js";
import * as chart from "../../components/chart.js";
import { placesIn } from "../../components/dom.js";
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
import * as models from "./models.js";
import * as progress from "./progress.js";
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
  create({ showing }, on, lab) {
    const place = placesIn(showing);
    const { devices } = lab.act;
    const charts = place("charts");
    const views = {
      models: models.create(place("models"), { onChoose: on.chooseModel, onOpen: on.openFile }),
      summary: summary.create(place("summary")),
      settings: settings.create(place("settings"), { onType: on.typeSetting }),
      compute: compute.create(place("compute"), {
        onChoose: devices.choose, onShare: devices.useWorkers, onSkip: devices.skip, onLook: devices.look, onForget: devices.forgetSpeeds, onCheck: on.check,
      }),
      controls: controls.create(place("controls"), { on }),
      remarks: remarks.create(place("remarks")),
      progress: progress.create(place("progress")),
      loss: chart.create(place("loss", charts), { title: text.charts.loss }),
      accuracy: chart.create(place("accuracy", charts), { title: text.charts.accuracy, range: [0, 1], format: percent, ticks: wholePercent }),
      epochs: epochs.create(place("epochs")),
      drawings: reconstructions.create(place("reconstructions")),
      measures: measures.create(place("measures")),
    };
    charts.className = "charts";
    // In the order of use: the charts stand after the progress that they belong to.
    showing.querySelector("#progress")?.after(charts);
    return views;
  },
  follow({ before, now, localBefore, local }, on) {
    const opened = openedSince(before.models, now.models);
    if (opened) void on.takeModel(opened.name);
    else if (before.models !== now.models) void on.settleModel();
    else if (classesOf(before) !== classesOf(now)) void on.describe();
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
