// A stacked autoencoder, trained stage by stage, then as a whole, and then put to use: what its
// encoder is worth as the start of a classifier.

import { figure, percent, wholePercent } from "../../format.js";
import * as compareChart from "../../components/compare-chart.js";
import { h } from "../../components/dom.js";
import { createFold } from "../../components/fold.js";
import * as remarks from "../../components/remarks.js";
import * as runChoice from "../../components/run-choice.js";
import * as settings from "../../components/settings-form.js";
import { text } from "../../strings.js";
import { createActions } from "./actions.js";
import * as compare from "./compare.js";
import * as controls from "./controls.js";
import * as reconstructions from "./reconstructions.js";
import * as outcome from "./outcome.js";
import * as rungs from "./rungs.js";
import { props } from "./screen.js";
import { MOST_SEEDS, address, initial, offered, shownRun, update } from "./state.js";
import * as findings from "./findings.js";

/** @import { Section } from "../../components/mount.js" */
/** @import { Local, LocalEvent } from "./state.js" */

/** @type {Section<Local, LocalEvent, ReturnType<typeof createActions>>} */
export const stacked = {
  name: "stacked",
  words: text.stacked,
  initial,
  update,
  props,
  address,
  keys: [...offered, "classifierEpochs", "seeds"],
  actions: createActions,
  create({ controls: hands, showing }, on) {
    const place = (/** @type {HTMLElement} */ into = showing, name = "stacked-part") => into.appendChild(h("div", { class: name }));
    const steer = place(hands);
    const choices = createFold(hands, text.stacked.choices);
    const views = {
      controls: controls.create(steer, { on }),
      settings: settings.create(place(choices), { onType: on.typeSetting, prefix: "stacked" }),
      choice: runChoice.create(place(choices), { id: "stacked-choice", label: text.stacked.choose, none: text.stacked.noRuns, onChoose: on.show }),
      remarks: remarks.create(place()),
      ladder: rungs.create(place()),
      outcome: outcome.create(place()),
      reconstructions: reconstructions.create(place()),
      compare: compare.create(place(), { most: MOST_SEEDS, onEpochs: on.typeEpochs, onSeeds: on.chooseSeeds, onStart: on.compare, onGoOn: on.goOnCompare, onStop: on.cancelCompare }),
    };
    const charts = place(showing, "charts");
    const words = text.stacked.compare;
    return {
      ...views,
      accuracy: compareChart.create(place(charts, ""), { title: words.accuracy, format: percent, ticks: wholePercent, id: "stacked-accuracy" }),
      loss: compareChart.create(place(charts, ""), { title: words.loss, format: figure, id: "stacked-loss" }),
      findings: findings.create(place(), { tableId: "stacked-values" }),
    };
  },
  follow({ before, now, localBefore, local }, on) {
    if (before.models !== now.models && now.models.length > 0) void on.describe();
    if (before.reconstructions !== now.reconstructions)
      for (const [run, reconstruction] of Object.entries(now.reconstructions))
        if (before.reconstructions[run] !== reconstruction && now.runs[run]?.plan.phases.length > 1) on.capture(run, reconstruction);
    const id = shownRun(now, local)?.id;
    const wasBusy = before.active !== null;
    if (id && (shownRun(before, localBefore)?.id !== id || before.data.status !== now.data.status || before.engine !== now.engine || (wasBusy && now.active === null)))
      void on.fetchLast();
  },
};
