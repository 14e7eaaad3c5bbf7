// CNNs, fairly compared: trained one after another with the same settings, and what their numbers say.

import { classesOf } from "../../app/state.js";
import { percent, wholePercent } from "../../format.js";
import { text } from "../../strings.js";
import * as compareChart from "../../components/compare-chart.js";
import { h, placesIn } from "../../components/dom.js";
import { createFold } from "../../components/fold.js";
import * as invitation from "../../components/invitation.js";
import * as runChoice from "../../components/run-choice.js";
import * as settings from "../../components/settings-form.js";
import { createActions } from "./actions.js";
import * as choice from "./choice.js";
import * as controls from "./controls.js";
import * as multiples from "./multiples.js";
import { props } from "./screen.js";
import * as shrinking from "./shrinking.js";
import { address, initial, keys, update } from "./state.js";
import * as table from "./table.js";
import * as conclusionView from "./conclusion-view.js";

/** @import { Section } from "../../components/mount.js" */
/** @import { Local, LocalEvent } from "./state.js" */

/** @type {Section<Local, LocalEvent, ReturnType<typeof createActions>>} */
export const cnns = {
  name: "cnns",
  words: text.cnns,
  initial,
  update,
  props,
  address,
  keys,
  actions: createActions,
  create({ controls: hands, showing }, on) {
    const words = text.cnns;
    const place = placesIn(showing, "cnns-");
    const steer = place("controls", hands);
    const choices = createFold(hands, words.choices);

    const networks = choice.create(place("choice", choices), { onTick: on.tick });
    const set = place("settings", choices);
    const form = settings.create(set, { onType: on.typeSetting, prefix: "cnns" });
    const repeats = choice.createRepeats(set.appendChild(h("div", { class: "fields cnns-repeats" })), { onSeeds: on.chooseSeeds, onPadding: on.choosePadding });
    const before = place("found", choices);
    const showFound = runChoice.create(before, { id: "cnns-found-choice", label: words.found, none: "", onChoose: on.chooseFound });
    const run = controls.create(steer, { on });
    const invited = place("invitation");
    const each = place("multiples");
    const verdict = place("verdict");
    const small = multiples.create(each);
    const overlays = place("overlays");
    overlays.append(h("h3", { class: "label" }, words.overlays.heading));
    const charts = overlays.appendChild(h("div", { class: "charts" }));
    const { charts: titles } = words.overlays;
    const shares = { format: percent, ticks: wholePercent };
    /** @param {keyof typeof titles} measure */
    const overlay = (measure, options = {}) => [measure, compareChart.create(charts.appendChild(h("div")), { id: `cnns-${measure}`, title: titles[measure], ...options })];
    const larges = [overlay("accuracy", shares), overlay("valAccuracy", shares), overlay("loss"), overlay("valLoss")];

    const values = place("table");
    return {
      choice(/** @type {any} */ given) {
        networks(given);
        repeats(given);
      },
      settings: form,
      found({ shown, ...given }) {
        before.hidden = !shown;
        showFound(given);
      },
      controls: run,
      multiples: small,
      ...Object.fromEntries(larges),
      results: table.create(values),
      conclusion: conclusionView.create(verdict),
      invitation: invitation.create(invited, [verdict, each, overlays, values]),
      shrinking: shrinking.create(place("shrinking")),
    };
  },
  follow({ before, now, local }, on) {
    if (before.models !== now.models) void on.open();
    else if (classesOf(before) !== classesOf(now)) void on.describe();
    if (!local.touched && (before.order !== now.order || before.data.hash !== now.data.hash)) on.showLatest();
  },
};
