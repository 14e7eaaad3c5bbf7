// What the comparison keeps for itself: which networks, how often and with which settings. Its runs
// are the lab's; which of them belong to it follows from these settings. Pure.

import { isWrong, withSetting } from "../../app/setting-typed.js";
import { readNumber } from "../../app/numbers.js";
import { fromAsked, toAsked, trim } from "../../app/settings.js";
import { text } from "../../strings.js";
import { MOST_SEEDS } from "./models.js";

/** @import { Config, Description, Overrides } from "../../protocol.js" */
/** @import { SettingTyped } from "../../app/setting-typed.js" */
/** @import { Key, Wrong } from "../../app/settings.js" */
/** @import { State } from "../../app/state.js" */
/** @import { Found } from "./matching.js" */
/** @import { Compared } from "./models.js" */

/** As in the presets, or `same` in all, so that nothing but depth and pooling differs.
 * @typedef {"preset"|"same"} Padding */

/** A run of the last press. @typedef {{run: string, model: string, seed: number}} Asked */

/**
 * @typedef {object} Local
 * @property {Compared[]} offered  the networks on offer; empty until the library has told them
 * @property {string[]} models  the chosen ones, in the order of those on offer
 * @property {string[]|null} wanted  those that the address names; null for all
 * @property {number} seeds  runs of each
 * @property {Padding} padding
 * @property {Overrides} overrides
 * @property {Wrong} wrong
 * @property {string[]} errors  in what the address asked for
 * @property {boolean} touched  whether the visitor or the address has said what to compare
 * @property {Record<string, Description>|null} descriptions  of all six with these settings, or while they are
 *   `stale`, with those of before
 * @property {boolean} stale
 * @property {string|null} refusal  why four blocks of `valid` convolutions cannot be built
 * @property {Asked[]} asked  the runs of the last press, in their order
 */

/** @typedef {(
 *   | {type: "models-known", offered: Compared[]}
 *   | {type: "model-ticked", model: string, ticked: boolean}
 *   | {type: "seeds-chosen", seeds: number}
 *   | {type: "padding-chosen", padding: Padding}
 *   | SettingTyped
 *   | {type: "found-chosen", found: Found, touched: boolean}
 *   | {type: "described", overrides: Overrides, padding: Padding, descriptions: Record<string, Description>}
 *   | {type: "refused", refusal: string|null}
 *   | {type: "asked", runs: Asked[], more: boolean}
 * )} LocalEvent */

/** The settings that all six share. @type {Key[]} */
export const SHARED = ["epochs", "batchSize", "learningRate", "seed"];

/** Every key of the address. */
export const keys = [...SHARED, "seeds", "models", "padding"];

/** @param {Compared[]} offered @param {string[]} names */
const inOrder = (offered, names) => offered.map(({ name }) => name).filter((name) => names.includes(name));

/** The choice among the networks, now that they are known. @param {Local} local @param {Compared[]} offered @returns {Local} */
function offer(local, offered) {
  // A trainer that was started again has the same networks: the choice stays.
  if (local.offered.length > 0) return { ...local, offered, models: inOrder(offered, local.models) };
  const words = text.cnns.errors;
  const names = offered.map(({ name }) => name);
  const unknown = (local.wanted ?? []).filter((name) => !names.includes(name));
  const models = inOrder(offered, local.wanted ?? names);
  const errors = unknown.length > 0 ? [words.unknown(unknown.join(", "))] : models.length === 0 ? [words.noModels] : [];
  return { ...local, offered, models: models.length > 0 ? models : names, wanted: null, errors: [...local.errors, ...errors] };
}

/** @param {Record<string, string>} asked @returns {Local} */
export function initial(asked) {
  const shared = Object.fromEntries(Object.entries(asked).filter(([key]) => SHARED.some((name) => name.toLowerCase() === key.toLowerCase())));
  const { overrides, errors } = fromAsked(shared);
  const words = text.cnns;
  const { value: seeds = 1, error } = readNumber(asked.seeds ?? "1", { label: words.seeds, whole: true, min: 1, max: MOST_SEEDS, example: 3 });
  if (error !== undefined) errors.push(error);
  const paddings = Object.keys(words.paddings);
  const padding = asked.padding ?? "preset";
  if (!paddings.includes(padding)) errors.push(text.errors.notAnOption(words.padding, padding, paddings));
  return {
    offered: [],
    models: [],
    wanted: asked.models === undefined ? null : asked.models.split(/[\s,]+/).filter((name) => name !== ""),
    seeds,
    padding: padding === "same" ? "same" : "preset",
    overrides,
    wrong: {},
    errors,
    touched: keys.some((key) => key in asked),
    descriptions: null,
    stale: true,
    refusal: null,
    asked: [],
  };
}

/** @param {Local} local @param {LocalEvent} event @returns {Local} */
export function update(local, event) {
  switch (event.type) {
    case "models-known":
      return offer(local, event.offered);
    case "model-ticked": {
      const others = local.models.filter((name) => name !== event.model);
      return { ...local, touched: true, models: event.ticked ? inOrder(local.offered, [...others, event.model]) : others };
    }
    case "seeds-chosen":
      return { ...local, touched: true, seeds: event.seeds };
    case "padding-chosen":
      return { ...local, touched: true, padding: event.padding, stale: true };
    case "setting-typed": {
      const next = { ...withSetting(local, event), touched: true };
      return next.overrides === local.overrides ? next : { ...next, stale: true };
    }
    case "found-chosen": {
      const { overrides, padding, seeds, models } = event.found;
      return { ...local, touched: event.touched, overrides, padding, seeds, models: inOrder(local.offered, models), wrong: {}, stale: true };
    }
    case "described":
      // An answer about settings that have changed meanwhile is of no use.
      if (event.overrides !== local.overrides || event.padding !== local.padding) return local;
      return { ...local, descriptions: event.descriptions, stale: false };
    case "refused":
      return { ...local, refusal: event.refusal };
    case "asked":
      return { ...local, touched: true, asked: event.more ? [...local.asked, ...event.runs] : event.runs };
  }
}

/** The overrides of a run. @param {Pick<Local, "overrides"|"padding">} local @param {number} [seed]
 * @returns {Overrides} */
export const overridesOf = ({ overrides, padding }, seed) => ({
  ...overrides,
  ...(padding === "same" ? { padding } : {}),
  ...(seed === undefined ? {} : { seed }),
});

/** The description that stands for all networks where their settings are the same.
 * @param {Pick<Local, "offered"|"descriptions">} local */
export const firstOf = ({ offered, descriptions }) => (offered.length === 0 ? null : (descriptions?.[offered[0].name] ?? null));

/** The first seed, and those that follow it. @param {Config} config @param {number} count */
export const seedsOf = ({ seed }, count) => Array.from({ length: count }, (_, i) => seed + i);

/** Whether the settings can be trained with, as far as they themselves go. @param {Local} local */
export const isSound = ({ models, wrong, descriptions }) =>
  models.length > 0 &&
  !isWrong(wrong) &&
  descriptions !== null &&
  models.every((name) => descriptions[name].error === null);

/** The keys that lead back to this comparison. @param {State} state @param {Local} local */
export function address(state, { offered, models, wanted, seeds, padding, overrides, descriptions }) {
  const defaults = firstOf({ offered, descriptions })?.defaults;
  // What the address names is not understood before the networks are known.
  const names = offered.length === 0 ? (wanted ?? []) : models.length === offered.length ? [] : models;
  const shared = defaults ? trim(overrides, defaults) : overrides;
  return {
    ...toAsked(shared),
    ...(seeds === 1 ? {} : { seeds: String(seeds) }),
    ...(names.length === 0 ? {} : { models: names.join(" ") }),
    ...(padding === "preset" ? {} : { padding }),
  };
}
