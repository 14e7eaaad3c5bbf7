// What one model's training section keeps for itself: the chosen model, the settings of its next
// run and which run it shows. Pure.

import { memo } from "../../app/memo.js";
import { askedOf, modelOf, reconstructs } from "../../app/models.js";
import { withSetting } from "../../app/setting-typed.js";
import { fields, fromAsked, toAsked, trim } from "../../app/settings.js";

/** @import { Description, Overrides, ModelRecord, Shown } from "../../protocol.js" */
/** @import { SettingTyped } from "../../app/setting-typed.js" */
/** @import { Wrong } from "../../app/settings.js" */
/** @import { State } from "../../app/state.js" */

/**
 * @typedef {object} Local
 * @property {string|null} model
 * @property {Overrides} overrides  what the visitor set
 * @property {Wrong} wrong  what could not be taken
 * @property {Description|null} description  what the wasm module says of it
 * @property {string[]} errors  in what the address asked for
 * @property {string|null} run  the run on show
 * @property {Shown|null} shown  the test pictures that it is asked about while it learns
 */

/** @typedef {(
 *   | {type: "model-chosen", model: string}
 *   | SettingTyped
 *   | {type: "described", model: string, description: Description}
 *   | {type: "run-shown", run: string|null}
 *   | {type: "pictures-shown", shown: Shown|null}
 * )} LocalEvent */

/** @param {Record<string, string>} asked @returns {Local} */
export function initial(asked) {
  // The older name of the key still leads here.
  const { model, overrides, errors } = fromAsked({ ...asked, preset: asked.preset ?? asked.model });
  return { model: model ?? null, overrides, errors, wrong: {}, description: null, run: null, shown: null };
}

/** @param {Local} local @param {LocalEvent} event @returns {Local} */
export function update(local, event) {
  switch (event.type) {
    case "model-chosen": {
      // What the address asked for was meant for the first one.
      if (local.model === null) return { ...local, model: event.model, description: null };
      // What every model has is carried over; what only some have starts from its default.
      /** @type {Record<string, unknown>} */
      const overrides = {};
      for (const { key, applies } of fields)
        if (!applies && local.overrides[key] !== undefined) overrides[key] = local.overrides[key];
      return { ...local, model: event.model, overrides, wrong: {}, description: null };
    }
    case "setting-typed":
      return withSetting(local, event);
    case "described":
      return event.model === local.model ? { ...local, description: event.description } : local;
    case "run-shown":
      return { ...local, run: event.run };
    case "pictures-shown":
      return { ...local, shown: event.shown };
  }
}

const listed = memo((/** @type {ModelRecord[]} */ presets) => presets.filter((preset) => preset.listed));

/** The models that this section has on offer, once the worker has told which there are. @param {State} state */
export const offered = ({ models }) => listed(models);

/** The chosen model among them. @param {State} state @param {Local} local */
export const chosenModel = (state, local) => offered(state).find(({ name }) => name === local.model) ?? null;

/** The run on show. @param {State} state @param {Local} local */
export const shownRun = ({ runs }, local) => (local.run === null ? null : (runs[local.run] ?? null));

/** Whether the section should speak of pictures drawn again. @param {State} state @param {Local} local */
export function isAutoencoder(state, local) {
  const run = shownRun(state, local);
  if (run) return reconstructs(run.plan.config);
  return chosenModel(state, local)?.kind === "autoencoder";
}

/** The keys that lead back to the chosen model and settings. @param {State} state @param {Local} local */
export function address(state, { model, overrides, description }) {
  const { opening } = state;
  // What was asked for stays until something else is chosen, also where it could not be had.
  if (opening.source !== null) return { spec: opening.source, ...toAsked(description ? trim(overrides, description.defaults) : overrides) };
  if (model === null) return {};
  const isFirst = offered(state)[0]?.name === model;
  return { ...(isFirst ? {} : askedOf(modelOf(state.models, model))), ...toAsked(description ? trim(overrides, description.defaults) : overrides) };
}
