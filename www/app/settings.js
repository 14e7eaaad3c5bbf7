// The settings a visitor may change: one table drives the controls, the checks of what is typed
// and the address of the page. Labels and ranges only; every default is the wasm module's.

import { reconstructs } from "./models.js";
import { text } from "../strings.js";
import { readNumber } from "./numbers.js";

/** @import { Config, Description, Overrides } from "../protocol.js" */

/** @typedef {Exclude<keyof Config, "model"|"huberDelta">} Key */

/**
 * @typedef {object} Field
 * @property {Key} key
 * @property {"integer"|"number"|"choice"|"optional"} kind  optional: an integer, or off
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]  of the control's arrows
 * @property {number} [example]  a value that sentences about wrong ones name
 * @property {string[]} [options]
 * @property {(defaults: Config) => boolean} [applies]  whether the model has it
 */

const pads = (/** @type {Config} */ defaults) => defaults.padding !== null;
const choosesOutput = (/** @type {Config} */ defaults) => defaults.output !== null;
/** A preset sees its pictures corrupted or not; any other autoencoder may. */
const corrupts = (/** @type {Config} */ defaults) => defaults.noise !== "none" || mayCorrupt(defaults);
const mayCorrupt = (/** @type {Config} */ defaults) => typeof defaults.model !== "string" && reconstructs(defaults);

/** The noise of a preset that cannot do without. @type {Field} */
const alwaysNoisy = { key: "noise", kind: "choice", options: ["gaussian", "salt-and-pepper", "masking"] };

/** @type {Field[]} */
export const fields = [
  { key: "epochs", kind: "integer", min: 1, max: 1000, example: 10, step: 1 },
  { key: "batchSize", kind: "integer", min: 1, max: 4096, example: 32, step: 1 },
  { key: "learningRate", kind: "number", min: 1e-7, max: 1, example: 0.001 },
  { key: "seed", kind: "integer", min: 0, max: 4_294_967_295, example: 7, step: 1 },
  { key: "patience", kind: "optional", min: 1, max: 1000, example: 3, step: 1 },
  { key: "padding", kind: "choice", options: ["valid", "same"], applies: pads },
  { key: "output", kind: "choice", options: ["sigmoid", "relu"], applies: choosesOutput },
  { key: "loss", kind: "choice", options: ["binary-cross-entropy", "mean-squared-error"], applies: reconstructs },
  { key: "noise", kind: "choice", options: ["none", "gaussian", "salt-and-pepper", "masking"], applies: corrupts },
  { key: "noiseLevel", kind: "number", min: 0, max: 1, example: 0.3, applies: corrupts },
];

/** The fields that a model has. @param {Config} defaults */
export const fieldsOf = (defaults) => fields.filter((f) => !f.applies || f.applies(defaults)).map((f) => (f.key === "noise" && !mayCorrupt(defaults) ? alwaysNoisy : f));

/** @typedef {{value: string|number|null, error?: undefined}|{value?: undefined, error: string}} Parsed */

/**
 * What was typed, as a value of the field or as a sentence about what is wrong with it.
 * An optional field that is empty is off.
 * @param {Field} field @param {string} typed @returns {Parsed}
 */
export function parse(field, typed) {
  const { key, kind, min = -Infinity, max = Infinity, example = min, options = [] } = field;
  const label = text.settings.labels[key];
  const trimmed = typed.trim();
  if (kind === "choice")
    return options.includes(trimmed)
      ? { value: trimmed }
      : { error: text.errors.notAnOption(label, trimmed, options) };
  if (kind === "optional" && trimmed === "") return { value: null };
  return readNumber(trimmed, { label, whole: kind !== "number", min, max, example });
}

/**
 * Reads what the address or an element's attributes say. Keys that are no settings are left alone;
 * values that are wrong are told in sentences and not used.
 * @param {Record<string, string>} asked
 * @returns {{model: string|null, overrides: Overrides, errors: string[]}}
 */
export function fromAsked(asked) {
  /** @type {Record<string, unknown>} */
  const overrides = {};
  /** @type {string[]} */
  const errors = [];
  for (const field of fields) {
    // HTML keeps no capitals in the names of attributes.
    const typed = asked[field.key] ?? asked[field.key.toLowerCase()];
    if (typed === undefined) continue;
    const { value, error } = parse(field, typed);
    if (error !== undefined) errors.push(error);
    else overrides[field.key] = value;
  }
  return { model: asked.preset ?? null, overrides, errors };
}

/**
 * The keys that lead back to these settings.
 * @param {Overrides} overrides @returns {Record<string, string>}
 */
export function toAsked(overrides) {
  /** @type {Record<string, string>} */
  const asked = {};
  for (const { key } of fields) {
    const value = overrides[key];
    if (value !== undefined) asked[key] = value === null ? "" : String(value);
  }
  return asked;
}

/**
 * The overrides that still differ from the model's defaults and that the model has.
 * @param {Overrides} overrides @param {Config} defaults @returns {Overrides}
 */
export function trim(overrides, defaults) {
  /** @type {Record<string, unknown>} */
  const left = {};
  for (const { key } of fieldsOf(defaults)) {
    const value = overrides[key];
    if (value !== undefined && value !== defaults[key]) left[key] = value;
  }
  return left;
}

/** What could not be taken of what was typed; while it is being typed (`typing`), nobody is told what is wrong with it.
 * @typedef {Partial<Record<Key, {typed: string, error: string, typing: boolean}>>} Wrong */

/**
 * The fields that a model has with what stands in them.
 * @param {{description: Description|null, overrides: Overrides, wrong: Wrong}} settings
 */
export function fieldValues({ description, overrides, wrong }) {
  if (!description) return [];
  return fieldsOf(description.defaults).map((field) => {
    const trouble = wrong[field.key];
    const value = overrides[field.key] ?? (field.key in overrides ? null : description.defaults[field.key]);
    return { field, value, typed: trouble?.typed ?? (value === null ? "" : String(value)), error: trouble && !trouble.typing ? trouble.error : null };
  });
}
