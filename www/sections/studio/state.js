// What the studio keeps for itself: what the next run will be, which runs are shown and compared,
// which picture and classes are looked at, and what the worker has answered about them. Pure.

import { isOpened } from "../../app/models.js";
import { shownName } from "../../app/names.js";
import { withSetting } from "../../app/setting-typed.js";
import { fields, fromAsked, toAsked, trim } from "../../app/settings.js";
import { text } from "../../strings.js";

/** @import { SettingTyped } from "../../app/setting-typed.js" */
/** @import { Key, Wrong } from "../../app/settings.js" */
/** @import { Atlas, LatentMap, Codes, Description, Reconstructions, Extremes, Overrides, ModelRecord, Shown } from "../../protocol.js" */
/** @import { State } from "../../app/state.js" */

/** What can be trained here by one press: a model, or two presets on the same pictures.
 * @typedef {{name: string, title: string, about: string, models: string[]}} Offer */

/** The offer of two presets side by side. */
const PAIR = "pair";

/** What there is for this section: each autoencoder by itself, and the first two presets that see their
 * pictures uncorrupted side by side. @param {ModelRecord[]} models @returns {Offer[]} */
export function offersOf(models) {
  const { names } = text.studio.presets;
  const mine = models.filter(({ kind, stages }) => kind === "autoencoder" && stages.length === 0);
  const offerOf = (/** @type {ModelRecord} */ { name, title, about }) => ({ name, title: names[name]?.[0] ?? shownName(title), about: names[name]?.[1] ?? (about || text.model.own), models: [name] });
  const offers = mine.map(offerOf);
  const pair = mine.filter((model) => model.config.noise === "none" && !isOpened(model)).slice(0, 2);
  if (pair.length < 2) return offers;
  // What the visitor opened stands last.
  const presets = mine.filter((model) => !isOpened(model)).length;
  return [...offers.slice(0, presets), { name: PAIR, title: names[PAIR][0], about: names[PAIR][1], models: pair.map(({ name }) => name) }, ...offers.slice(presets)];
}

/** Settings that the studio shows. */
export const isShown = (/** @type {{key: Key}} */ { key }) => key !== "patience" && key !== "padding";

/** A picture of the test split with its code and its reconstruction.
 * @typedef {{picture: number, codes: Codes, reconstruction: Reconstructions}} CodeOf */

/** The interpolation between two pictures: the pictures at its ends and what is decoded between.
 * @typedef {{from: number, to: number, ends: {labels: Uint8Array, inputs: Atlas}, decoded: Atlas}} Interpolation */

/** What is asked about runs, and what answers it.
 * @typedef {{reconstructions: Reconstructions, comparedReconstructions: Reconstructions, code: CodeOf, map: LatentMap, extremes: Extremes, interpolation: Interpolation, generated: Atlas}} Values */

/** @typedef {keyof Values} Query */

/** What came of a question: a value, or the sentence that refused it. `key` names what was asked,
 * so that it is not asked twice.
 * @template {Query} Q @typedef {{key: string, run: string, value: Values[Q]|null, refusal: string|null}} Answer */

/** Parts of the section that ask once they come into sight. @typedef {"rows"|"map"|"generated"|"extremes"} Part */

/**
 * @typedef {object} Local
 * @property {Offer[]} offered  empty until the library has told its presets
 * @property {string|null} preset  the chosen offer, or what the address names
 * @property {Overrides} overrides  what the visitor set
 * @property {Wrong} wrong  what could not be taken
 * @property {Description|null} description  what the wasm module says of it
 * @property {string[]} errors  in what the address asked for
 * @property {string|null} run  that is shown; null: the one that suggests itself
 * @property {string|null} compared  "" for none; null: the one that suggests itself
 * @property {Shown|null} samples  test pictures in the rows
 * @property {number|null} picture  of the test split, whose code is shown; null: the first of the samples
 * @property {number[]} classes  that are marked on the map
 * @property {number|null} mark  where an interpolation begins
 * @property {{from: number, to: number}|null} interpolation
 * @property {number} draw  which draw of codes pictures are generated from
 * @property {Record<Part, boolean>} seen
 * @property {Partial<Record<Query, string>>} asking  the keys of questions under way
 * @property {{[Q in Query]?: Answer<Q>}} answers
 */

/** @typedef {(
 *   | {type: "presets-known", offered: Offer[]}
 *   | {type: "preset-chosen", preset: string}
 *   | SettingTyped
 *   | {type: "described", preset: string, description: Description}
 *   | {type: "runs-chosen", run?: string|null, compared?: string|null}
 *   | {type: "pictures-shown", samples: Shown}
 *   | {type: "pictures-gone"}
 *   | {type: "picture-chosen", picture: number}
 *   | {type: "class-toggled", label: number}
 *   | {type: "marked", picture: number|null}
 *   | {type: "interpolation-asked", from: number, to: number}
 *   | {type: "drawn-again"}
 *   | {type: "part-seen", part: Part}
 *   | {type: "asked", query: Query, key: string}
 *   | {type: "answered", query: Query, answer: Answer<any>}
 * )} LocalEvent */

/** Classes that can be told apart by colour at once. */
const MOST_CLASSES = 6;

/** What is known about pictures and runs before anything was asked. */
const unasked = { samples: null, picture: null, mark: null, interpolation: null, asking: {}, answers: {} };

/** @param {Record<string, string>} asked @returns {Local} */
export function initial(asked) {
  // What other sections call a model leads here, too.
  const { model, overrides, errors } = fromAsked({ ...asked, preset: asked.preset ?? asked.model });
  return {
    offered: [],
    preset: model,
    overrides,
    wrong: {},
    description: null,
    errors,
    run: null,
    compared: null,
    classes: [],
    draw: 0,
    seen: { rows: false, map: false, generated: false, extremes: false },
    ...unasked,
  };
}

/** @param {Local} local @param {LocalEvent} event @returns {Local} */
export function update(local, event) {
  switch (event.type) {
    case "presets-known": {
      const names = event.offered.map(({ name }) => name);
      const known = local.preset !== null && names.includes(local.preset);
      const unknown = local.preset !== null && !known ? [text.studio.unknownPreset(local.preset, names)] : [];
      return { ...local, offered: event.offered, preset: known ? local.preset : (names[0] ?? null), errors: [...unknown, ...local.errors] };
    }
    case "preset-chosen":
      // What was set stays; what the other model does not have is left out when it is used.
      return { ...local, preset: event.preset, wrong: {}, description: null };
    case "setting-typed":
      return withSetting(local, event);
    case "described":
      return event.preset === local.preset ? { ...local, description: event.description } : local;
    case "runs-chosen": {
      const { run = local.run, compared = local.compared } = event;
      // An interpolation through the codes of one network means nothing in another's.
      const same = run === local.run;
      return { ...local, run, compared, ...(same ? {} : { mark: null, interpolation: null }) };
    }
    case "pictures-shown":
      return { ...local, samples: event.samples };
    case "pictures-gone":
      return { ...local, ...unasked };
    case "picture-chosen":
      return { ...local, picture: event.picture };
    case "class-toggled": {
      const { classes } = local;
      const rest = classes.filter((label) => label !== event.label);
      return { ...local, classes: rest.length < classes.length ? rest : [...classes, event.label].slice(-MOST_CLASSES) };
    }
    case "marked":
      return { ...local, mark: event.picture };
    case "interpolation-asked":
      return { ...local, mark: null, interpolation: { from: event.from, to: event.to } };
    case "drawn-again":
      return { ...local, draw: local.draw + 1 };
    case "part-seen":
      return local.seen[event.part] ? local : { ...local, seen: { ...local.seen, [event.part]: true } };
    case "asked":
      return { ...local, asking: { ...local.asking, [event.query]: event.key } };
    case "answered": {
      const { query, answer } = event;
      // What was asked about pictures that are gone comes too late.
      if (local.asking[query] !== answer.key) return local;
      const { [query]: _, ...asking } = local.asking;
      return { ...local, asking, answers: { ...local.answers, [query]: answer } };
    }
  }
}

/** The chosen offer, once there is any. @param {Local} local */
export const offerOf = ({ offered, preset }) => offered.find(({ name }) => name === preset) ?? null;

/** The keys that lead back to these settings. @param {Pick<State, "models">} state @param {Local} local */
export function address({ models }, { offered, preset, overrides, description }) {
  const settings = description ? trim(overrides, description.defaults) : overrides;
  // A model that was opened is the whole page's: its address says which.
  const isMine = preset === null || preset === offered[0]?.name || models.some((model) => model.name === preset && isOpened(model));
  return { ...(isMine ? {} : { preset }), ...toAsked(settings) };
}

export const keys = ["preset", "model", ...fields.filter(isShown).map(({ key }) => key)];
