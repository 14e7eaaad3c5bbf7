// The saved runs: named, pinned, compared, gone on with, taken away as files and as a report.

import * as compareChart from "../../components/compare-chart.js";
import { h, placesIn } from "../../components/dom.js";
import { percent, wholePercent } from "../../format.js";
import { text } from "../../strings.js";
import { createActions } from "./actions.js";
import * as compared from "./compared.js";
import * as removal from "./removal.js";
import * as room from "./room.js";
import * as list from "./list.js";
import * as reports from "./reports.js";
import { pageAddress } from "./save.js";
import { props } from "./screen.js";
import { initial, undescribed, update } from "./state.js";

/** @import { Section } from "../../components/mount.js" */
/** @import { Actions } from "./actions.js" */
/** @import { Local, LocalEvent } from "./state.js" */

/** Whether something of what is kept may have changed.
 * @param {import("../../app/state.js").State} before @param {import("../../app/state.js").State} now */
const isOtherwiseKept = (before, now) =>
  now.engine === "ready" &&
  (before.engine !== now.engine || before.order !== now.order || before.data.status !== now.data.status ||
    (before.runs !== now.runs && now.order.some((id) => before.runs[id]?.keptAt !== now.runs[id].keptAt)));

/** @type {Section<Local, LocalEvent, Actions>} */
export const keep = {
  name: "keep",
  words: text.keep,
  initial,
  update,
  props,
  actions: createActions,
  create({ showing }, on, lab) {
    const place = placesIn(showing, "keep-");
    const charts = h("div", { class: "charts keep-charts" });
    const half = () => charts.appendChild(h("div"));
    const words = text.keep;
    const end = h("div", { class: "keep-end" });
    const views = {
      list: list.create(place("list"), { ...on, onAddress: (query) => pageAddress(query, lab.data) }),
      sentence: compared.create(place("compared"), { charts, onSave: on.saveCompared }),
      accuracy: compareChart.create(half(), { title: words.valAccuracy(text.charts.accuracy), format: percent, range: [0, 1], ticks: wholePercent, id: "keep-accuracy" }),
      loss: compareChart.create(half(), { title: words.valLoss, id: "keep-loss" }),
      report: reports.create(place("report", end), { onScope: on.chooseScope, onDownload: on.downloadReport, onPrint: on.printReport }),
      kept: removal.create(place("kept", end), { onAsk: on.askRemovalOfAll, onNo: () => on.askRemoval(null), onYes: on.removeAll }),
      room: room.create(place("room", end), { onAsk: on.askRemoval, onRemove: on.removeItem, onUse: on.useSet, onRemoveEverything: on.removeEverything }),
    };
    showing.append(end);
    return views;
  },
  follow({ before, now, local }, on) {
    if (isOtherwiseKept(before, now)) void on.look();
    if ((before.runs !== now.runs || before.engine !== now.engine) && undescribed(now, local).length > 0) void on.describeModels();
  },
};
