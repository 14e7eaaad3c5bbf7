// What a visitor types into the settings of a section, on its one way: from the control through the
// check into the section's state, and on to the library's description of what it means.

import { fields, parse } from "./settings.js";

/** @import { Lab } from "./lab.js" */
/** @import { Key, Wrong } from "./settings.js" */
/** @import { Overrides } from "../protocol.js" */

/** The part of a section's state that its settings form writes to. @typedef {{overrides: Overrides, wrong: Wrong, errors: string[]}} Settings */
/** @typedef {{type: "setting-typed", key: Key, typed: string}} SettingTyped */

/** The state after something was typed: a value, or what is wrong with it and the value from before.
 * @template {Pick<Settings, "overrides"|"wrong">} L @param {L} local @param {SettingTyped} event @returns {L} */
export function withSetting(local, { key, typed }) {
  const field = fields.find((candidate) => candidate.key === key);
  if (!field) return local;
  const { value, error } = parse(field, typed);
  const { [key]: _, ...wrong } = local.wrong;
  if (error !== undefined) return { ...local, wrong: { ...wrong, [key]: { typed, error } } };
  return { ...local, wrong, overrides: { ...local.overrides, [key]: value } };
}

/**
 * The actions of a section with settings.
 * @template {Settings} L @template E  what changes the state; SettingTyped is among it
 * @param {Lab} lab
 * @param {{get: () => L, dispatch: (event: E) => void}} local
 * @param {() => Promise<E|null>} ask  asks the library about the settings; null where there is nothing to ask
 */
export function createSettingActions({ get: getLab, act }, { get, dispatch }, ask) {
  for (const error of get().errors) act.notice(error);

  /** Has the library describe what the settings mean. */
  async function describe() {
    if (getLab().engine !== "ready") return;
    try {
      const described = await ask();
      if (described) dispatch(described);
    } catch (thrown) {
      act.notice(thrown);
    }
  }

  return {
    describe,
    /** @param {Key} key @param {string} typed */
    typeSetting(key, typed) {
      const before = get().overrides;
      /** @type {unknown} */
      const event = { type: "setting-typed", key, typed };
      dispatch(/** @type {E} */ (event));
      if (get().overrides !== before) void describe();
    },
  };
}
