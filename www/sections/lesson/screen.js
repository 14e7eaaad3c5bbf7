// What this section's views are shown, as data. Pure. What costs arithmetic is computed
// anew only for another trace or stage.

import { shownClasses, shownName } from "../../app/names.js";
import { memo } from "../../app/memo.js";
import { isAskable } from "../../app/state.js";
import { nameIn } from "../../app/run-names.js";
import { figure, integer } from "../../format.js";
import { text } from "../../strings.js";
import * as figures from "./figures.js";
import { asSeen, stagesOf } from "./stages.js";
import { RATES, isTraceable, stageOf } from "./state.js";

/** @import { State } from "../../app/state.js" */
/** @import { StepTrace } from "../../protocol.js" */
/** @import { About, Local } from "./state.js" */

const words = text.lesson;

const seen = memo(asSeen);
const rail = memo(figures.rail);
const maps = memo(figures.maps);
const classRows = memo(figures.classRows);
const reconstruction = memo(figures.reconstruction);
const norms = memo(figures.norms);
const product = memo(figures.product);
const update = memo(figures.update);
const strongest = memo(figures.strongest);
const moved = memo(figures.moved);
const backwardReconstruction = memo((/** @type {ReturnType<typeof figures.reconstruction>} */ drawn) => ({ ...drawn, lines: drawn.derivativeLines }));
const lossReconstruction = memo((/** @type {ReturnType<typeof figures.reconstruction>} */ drawn) => ({ ...drawn, verdict: null }));
const after = memo((/** @type {StepTrace} */ trace, /** @type {number[]} */ losses, /** @type {string[]} */ names, /** @type {number} */ label) => ({
  before: trace.loss,
  after: trace.lossAfter,
  names,
  label,
  losses,
  probabilities: trace.probabilities && trace.probabilitiesAfter ? /** @type {[Float32Array, Float32Array]} */ ([trace.probabilities, trace.probabilitiesAfter]) : null,
}));

/** The networks on offer: fresh ones, and the visitor's runs. */
const networks = memo((/** @type {string[]} */ offered, /** @type {State["runs"]} */ runs, /** @type {State["order"]} */ order, /** @type {State["data"]} */ data, /** @type {State["engine"]} */ engine) => {
  const state = /** @type {State} */ ({ data, engine });
  const fresh = offered.map((name) => ({ value: `model:${name}`, label: shownName(name) }));
  const trained = order
    .map((id) => runs[id])
    .filter((run) => run.step > 0 && isTraceable({ config: run.plan.config, layers: run.plan.summary.layers, phases: run.plan.phases.length }) && isAskable(state, run))
    .map((run) => ({ value: `run:${run.id}`, label: nameIn({ runs, order }, run) }));
  const groups = [{ group: words.fresh, options: fresh }, { group: words.runs, options: trained }];
  return groups.filter(({ options }) => options.length > 0);
});

/** @param {State} state @param {Local} local */
function setup(state, local) {
  const { picture, page, split, rate } = local;
  const here = picture !== null && picture.source === split && page !== null;
  const rates = RATES.includes(rate) ? RATES : [...RATES, rate];
  return {
    networks: networks(local.offered, state.runs, state.order, state.data, state.engine),
    chosen: local.from === null ? `model:${local.model}` : `run:${local.from}`,
    rates: rates.join(),
    rate: String(rate),
    split,
    page,
    picked: here ? page.indices.indexOf(picture.index) : -1,
    classes: shownClasses(null, state.data),
    may: state.engine === "ready" && picture !== null && (local.from ?? local.model) !== null,
    begun: local.trace !== null,
    working: local.status === "working",
    error: local.error,
  };
}

/** The frame's words. @param {Local} local @param {StepTrace} trace @param {About} about @param {string[]} names */
function frame(local, trace, about, names) {
  const stages = stagesOf(trace.layers.length);
  const { kind, layer: at } = stages[local.stage];
  const layer = trace.layers[at];
  const { titles, says, shapes, kinds } = words;
  const shown = { there: true, stage: local.stage, count: stages.length, kicker: kinds[kind] };
  switch (kind) {
    case "picture":
      return { ...shown, title: titles.picture(names[about.picture.label] ?? String(about.picture.label)), prose: says.picture(seen(about.picture.image, about.channels).shape) };
    case "forward":
    case "backward": {
      const { shape } = layer;
      const size = shape.length === 3 ? shapes.map(shape[2], shape[0], shape[1]) : shapes.vector(shape[0]);
      const title = kind === "forward" ? layer.name : titles.backward(layer.name);
      return { ...shown, kicker: `${kinds[kind]} · ${size}`, title, prose: figures.prose(trace, at, kind === "backward") };
    }
    case "loss":
      return { ...shown, title: titles.loss(figure(trace.loss)), prose: trace.probabilities ? says.loss : says.reconstruction(trace.layers[trace.layers.length - 1].values.length) };
    case "update": {
      const census = moved(trace);
      return { ...shown, title: titles.update(integer(census.moved), integer(census.count)), prose: trace.step === 1 ? says.update : says.updateLater };
    }
    case "again":
      return { ...shown, title: titles.again(figure(trace.loss), figure(trace.lossAfter)), prose: `${says.again} ${trace.lossAfter < trace.loss ? says.better : says.worse}` };
  }
}

const nowhere = { there: false, stage: 0, count: 1, kicker: "", title: "", prose: "" };

/** @param {State} state @param {Local} local */
export function props(state, local) {
  const { trace, about, losses } = local;
  const names = shownClasses(null, state.data);
  const stage = stageOf(local);
  const empty = { figure: null };
  const all = {
    setup: setup(state, local),
    rail: { figure: trace && about ? rail(trace, about) : null, stage: local.stage },
    stage: trace && about ? frame(local, trace, about, names) : nowhere,
    picture: { image: stage?.kind === "picture" && about ? about.picture.image : null, name: names[about?.picture.label ?? -1] ?? "" },
    sheet: /** @type {{figure: ReturnType<typeof figures.maps>|null, channel: number}} */ ({ figure: null, channel: 0 }),
    classes: /** @type {{figure: unknown}} */ (empty),
    reconstruction: /** @type {{figure: unknown}} */ (empty),
    product: /** @type {{figure: unknown}} */ (empty),
    norms: { figure: /** @type {unknown} */ (null), layer: stage?.layer ?? -1 },
    update: /** @type {{figure: unknown}} */ (empty),
    again: { figure: /** @type {unknown} */ (null), may: local.status === "ready" && state.engine === "ready" },
  };
  if (!trace || !about || !stage) return all;
  const { kind, layer } = stage;
  const { label } = about.picture;
  const picture = seen(about.picture.image, about.channels);
  const last = layer === trace.layers.length - 1;
  const classifies = trace.probabilities !== null;
  const asClasses = kind === "loss" ? classifies : last && classifies && (kind === "forward" || kind === "backward");
  if (asClasses) all.classes = { figure: classRows(trace, label, names, /** @type {"forward"|"loss"|"backward"} */ (kind)) };
  else if (kind === "picture" || kind === "forward" || kind === "backward") {
    const sheet = maps(trace, layer, kind === "backward", picture);
    all.sheet = { figure: sheet, channel: local.channel ?? strongest(sheet.values, sheet.shape[2]) };
  }
  if (!classifies && kind === "loss") all.reconstruction = { figure: lossReconstruction(reconstruction(trace, about, picture)) };
  if (!classifies && kind === "backward" && last) all.reconstruction = { figure: backwardReconstruction(reconstruction(trace, about, picture)) };
  if (kind === "backward") {
    all.product = { figure: product(trace, layer, local.rank, picture, names) };
    all.norms = { figure: norms(trace), layer };
  }
  if (kind === "update") all.update = { figure: update(trace, local.updatedLayer, local.unit, names) };
  if (kind === "again") all.again = { ...all.again, figure: after(trace, losses, names, label) };
  return all;
}
