// Models as the page knows them: presets by their names, others by their specs. What a view asks of a
// model it asks here or of the model's record, which the wasm module makes. Pure.

import { shownName } from "./names.js";

/** @import { Config, Model, ModelRecord, StageSpec } from "../protocol.js" */

/** What a model is called: a spec that was given no name is called as the wasm module calls it.
 * @param {Model} model */
export const nameOf = (model) => (typeof model === "string" ? model : shownName(model.name ?? "model"));

/** Whether a run of these settings reconstructs pictures. @param {Pick<Config, "model"|"output">} config */
export const reconstructs = ({ model, output }) => (typeof model === "string" ? output !== null : model.task.type === "reconstruct");

/** A model as a string that no other model has, short enough to be a key. @param {Model} model */
export function keyOf(model) {
  if (typeof model === "string") return model;
  // FNV-1a, which is enough to tell a visitor's models apart.
  let hash = 0x811c9dc5;
  for (const letter of JSON.stringify(model)) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return `${model.name ?? "model"} ${hash.toString(36)}`;
}

/** The model that the page calls so. @param {ModelRecord[]} models @param {Model} model  or its name among `models` */
export const modelOf = (models, model) =>
  typeof model === "string" ? (models.find(({ name }) => name === model)?.config.model ?? model) : model;

/** @type {StageSpec[]} */
const NO_STAGES = [];

/** The stages that a model is trained in before the whole; none unless it is stacked.
 * @param {ModelRecord[]} models @param {Model} model @returns {StageSpec[]} */
export function stagesOf(models, model) {
  if (typeof model === "string") return models.find(({ name }) => name === model)?.stages ?? NO_STAGES;
  return model.stages ?? NO_STAGES;
}

/** Of models that were opened, none was before. @param {ModelRecord[]} before @param {ModelRecord[]} now
 * @returns {ModelRecord|null}  the one that was opened since */
export const openedSince = (before, now) => (before.length > 0 ? (now.find((one) => isOpened(one) && !before.includes(one)) ?? null) : null);

/** Whether a model was opened by the visitor, and is no preset. @param {ModelRecord} record */
export const isOpened = ({ config }) => typeof config.model !== "string";

/** Models with one more; it takes the place of an opened one of its name.
 * @param {ModelRecord[]} models @param {ModelRecord} model */
export const withOpened = (models, model) => [...models.filter((one) => one.name !== model.name || !isOpened(one)), model];

/** Longer than this, addresses are cut by some who pass them on. */
const LONGEST_ADDRESS = 8000;

/** The keys of the address that lead to a model; none for a spec that is too long for one.
 * @param {Model} model @returns {{preset: string}|{spec: string}|{}} */
export function askedOf(model) {
  if (typeof model === "string") return { preset: model };
  const spec = JSON.stringify(model);
  return encodeURIComponent(spec).length > LONGEST_ADDRESS ? {} : { spec };
}
