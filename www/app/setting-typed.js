// What a visitor types into the settings of a section, on its one way: from the control through the
// check into the section's state, and on to the library's description of what it means.

import { fields, parse } from "./settings.js";

/** @import { Lab } from "./lab.js" */
/** @import { Key, Wrong } from "./settings.js" */
/** @import { Overrides } from "../protocol.js" */

/** The part of a section's state that its settings form writes to. @typedef {{overrides: Overrides, wrong: Wrong, errors: string[]}} Settings */
/** `typing`: more may follow, as after a key stroke.
 * @typedef {{type: "setting-typed", key: Key, typed: string, typing?: boolean}} SettingTyped */

/** The state after something was typed: a value, or what is wrong with it and the value from before.
 * @template {Pick<Settings, "overrides"|"wrong">} L @param {L} local @param {SettingTyped} event @returns {L} */
export function withSetting(local, { key, typed, typing = false }) {
  const field = fields.find((candidate) => candidate.key === key);
  if (!field) return local;
  const { value, error } = parse(field, typed);
  const { [key]: _, ...wrong } = local.wrong;
  if (error !== undefined) return { ...local, wrong: { ...wrong, [key]: { typed, error, typing } } };
  const { overrides } = local;
  // The same settings stay the same object, so that nothing is asked about them again.
  return { ...local, wrong, overrides: overrides[key] === value ? overrides : { ...overrides, [key]: value } };
}

/** Whether something was typed to its end that cannot be taken. What is still being typed keeps nobody from
 * starting: the start then says what is wrong with it. @param {Wrong} wrong */
export const isWrong = (wrong) => Object.values(wrong).some(({ typing }) => !typing);

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

  /** @param {Key} key @param {string} typed @param {boolean} [typing]  whether more may follow */
  function typeSetting(key, typed, typing = false) {
    const before = get().overrides;
    /** @type {unknown} */
    const event = { type: "setting-typed", key, typed, typing };
    dispatch(/** @type {E} */ (event));
    if (get().overrides !== before) void describe();
  }

  return {
    describe,
    typeSetting,
    /** What stands in the controls is meant as it stands, for something is to start with it.
     * Answers whether all of it can be taken. */
    finishTyping() {
      for (const [key, { typed, typing }] of Object.entries(get().wrong)) if (typing) typeSetting(/** @type {Key} */ (key), typed);
      return Object.keys(get().wrong).length === 0;
    },
  };
}
