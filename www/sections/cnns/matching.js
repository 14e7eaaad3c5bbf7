// Which runs belong to a comparison: those with exactly its settings, on the pictures that are
// loaded, wherever on the page they were begun. Pure; reads runs and changes none.

import { keyOf as modelKey, nameOf } from "../../app/models.js";
import { isActive } from "../../app/run.js";
import { canGoOn } from "../../app/state.js";
import { MOST_SEEDS } from "./models.js";
import { seedsOf } from "./state.js";

/** @import { Run } from "../../app/run.js" */
/** @import { State } from "../../app/state.js" */
/** @import { Config, Description, Overrides } from "../../protocol.js" */
/** @import { Compared } from "./models.js" */
/** @import { Local, Padding } from "./state.js" */

/** One run of the comparison: the one that stands for it, if there is any, and whether it is still
 * to come. @typedef {{model: Compared, seed: number, run: Run|null, waiting: boolean}} Cell */

/** Settings that earlier runs were trained with.
 * @typedef {{id: string, overrides: Overrides, padding: Padding, seeds: number, models: string[], runs: number}} Found */

/** Settings as one string; a config never changes. @type {WeakMap<Config, string>} */
const known = new WeakMap();

/** @param {Config} config */
function wordsOf(config) {
  return Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}=${key === "model" ? modelKey(config.model) : value}`).join(" ");
}

/** @param {Config} config */
function keyOf(config) {
  const key = known.get(config) ?? wordsOf(config);
  known.set(config, key);
  return key;
}

/** Whether it trained to its end, so that its last numbers count. @param {Run} run */
export const isDone = ({ status }) => status === "completed" || status === "stopped-early";

/** How well a run stands for its settings: one that is on before an end, an end before a part.
 * @param {Run} run */
const rank = (run) => (isActive(run) ? 3 : isDone(run) || run.status === "diverged" ? 2 : 1);

/** The runs on these pictures that began with weights of their own.
 * @param {State} state */
const candidates = ({ runs, order, data }) => order.map((id) => runs[id]).filter((run) => run.from === null && run.data.hash === data.hash);

/** The runs of the comparison that the settings describe, by model and seed. Empty until the
 * settings are known. @param {State} state @param {Local} local @returns {Cell[]} */
export function cellsOf(state, local) {
  const { descriptions } = local;
  if (descriptions === null) return [];
  /** @type {Map<string, Run>} */
  const best = new Map();
  for (const run of candidates(state)) {
    const key = keyOf(run.plan.config);
    const other = best.get(key);
    if (!other || rank(run) >= rank(other)) best.set(key, run);
  }
  const coming = new Set(
    state.queue.filter(({ from }) => from === null).map(({ model, overrides }) => {
      const defaults = typeof model === "string" ? descriptions[model]?.defaults : undefined;
      return defaults ? wordsOf({ ...defaults, ...overrides }) : "";
    }),
  );
  const starting = local.asked.find(({ run }) => run === state.starting);
  return local.offered.filter(({ name }) => local.models.includes(name)).flatMap((model) => {
    const { config } = descriptions[model.name];
    return seedsOf(config, local.seeds).map((seed) => {
      const key = wordsOf({ ...config, seed });
      const first = starting?.model === model.name && starting.seed === seed;
      return { model, seed, run: best.get(key) ?? null, waiting: first || coming.has(key) };
    });
  });
}

/** Whether nothing has to be trained for it: its run has ended or is on or to come.
 * @param {Cell} cell */
export const isProvided = ({ run, waiting }) => waiting || (run !== null && rank(run) > 1);

/** The first of the missing runs that is here in part and can go on now. @param {State} state @param {Cell[]} cells */
export const halfCell = (state, cells) => cells.find((cell) => !isProvided(cell) && canGoOn(state, cell.run)) ?? null;

/** The settings of the comparisons that were trained on these pictures, the latest first.
 * @param {State} state @param {Local} local @returns {Found[]} */
export function foundIn(state, { offered, descriptions }) {
  if (descriptions === null) return [];
  const names = offered.map(({ name }) => name);
  /** @type {Map<string, Run[]>} */
  const groups = new Map();
  for (const run of candidates(state)) {
    if (run.group !== "cnns" || !names.some((name) => name === run.plan.config.model)) continue;
    const { epochs, batchSize, learningRate } = run.plan.config;
    const key = JSON.stringify([epochs, batchSize, learningRate, paddingOf(run, descriptions)]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups].reverse().map(([id, runs]) => {
    const { epochs, batchSize, learningRate } = runs[0].plan.config;
    const seeds = runs.map(({ plan }) => plan.config.seed);
    // Runs with seeds far apart were not begun as one comparison: the latest one's counts.
    const last = seeds[seeds.length - 1];
    let seed = last;
    while (seed > last - MOST_SEEDS + 1 && seeds.includes(seed - 1)) seed -= 1;
    let most = last;
    while (most < seed + MOST_SEEDS - 1 && seeds.includes(most + 1)) most += 1;
    return {
      id,
      overrides: { epochs, batchSize, learningRate, seed },
      padding: paddingOf(runs[runs.length - 1], descriptions),
      seeds: most - seed + 1,
      models: names.filter((name) => runs.some(({ plan }) => plan.config.model === name)),
      runs: runs.length,
    };
  });
}

/** Four blocks have `same` padding either way, so they belong to both. They count to the presets.
 * @param {Run} run @param {Record<string, Description>} descriptions @returns {Padding} */
function paddingOf({ plan: { config } }, descriptions) {
  return config.padding === descriptions[nameOf(config.model)].defaults.padding ? "preset" : "same";
}
