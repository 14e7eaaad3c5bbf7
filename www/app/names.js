// Names that people gave: of classes, pictures and runs. They can be of any length and script and hold
// anything; here they become words that fit into a sentence, a table and a legend, and that change
// nothing around them. Files get the names as they are. Pure.

import { text } from "../strings.js";

/** Longer names are cut in their middle, because what tells them apart is often at an end. */
const LONGEST = 56;
const TAIL = 20;
/** What steers the direction of writing, and would turn round the sentence after it. */
const STEERING = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/g;
/** Letters that are written from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A name as it is shown. One that is written from right to left is kept apart from what stands around it
 * (Unicode's isolates), so that a number after it stays after it. @param {string} name */
export function shownName(name) {
  const clean = name.replace(STEERING, "").replace(/\p{Cs}/gu, "\ufffd").replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  if (clean === "") return text.unnamed;
  const letters = Array.from(clean);
  const fitting = letters.length > LONGEST ? `${letters.slice(0, LONGEST - TAIL - 1).join("")}…${letters.slice(-TAIL).join("")}` : clean;
  return RIGHT_TO_LEFT.test(fitting) ? `\u2068${fitting}\u2069` : fitting;
}

/** The same list for the same list, so that nothing is drawn anew. @type {WeakMap<string[], string[]>} */
const known = new WeakMap();

/** Names of classes as they are shown. @param {string[]} names @returns {string[]} */
export function shownNames(names) {
  const shown = known.get(names) ?? names.map(shownName);
  known.set(names, shown);
  return shown;
}

/** @type {string[]} */
const none = [];

/** The classes of a run, or else of the pictures, as they are shown.
 * @param {{data: {classes: string[]}}|null} run @param {{manifest: {classes: string[]}|null}} data */
export const shownClasses = (run, data) => shownNames(run?.data.classes ?? data.manifest?.classes ?? none);
