// The visitor's choices of a device and the speeds that were measured, kept between visits in local
// storage. Nothing depends on it: where it cannot be kept, it is found out again.

import { choices } from "./compute.js";

/** @import { Choice } from "./compute.js" */
/** @import { Speeds } from "../protocol.js" */

const CHOICE = "tabgrad-compute";
const WORKERS = "tabgrad-workers";
const SPEEDS = "tabgrad-speeds";

/** @param {string} name */
function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} value */
function write(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A full or forbidden storage: the next visit measures again.
  }
}

/** @param {unknown} name @returns {name is Choice} */
const isChoice = (name) => /** @type {unknown[]} */ (choices).includes(name);

/** The choice in the address if there is one, else that of the last visit.
 * @param {string} query @returns {Choice} */
export function savedChoice(query) {
  const choice = new URLSearchParams(query).get("compute") ?? read(CHOICE);
  return isChoice(choice) ? choice : "auto";
}

/** @param {Choice} choice */
export const saveChoice = (choice) => write(CHOICE, choice);

/** As many workers as were chosen here, or as there may be. @param {number[]} choices
 * @returns {number} */
export function savedWorkers(choices) {
  const workers = Number(read(WORKERS));
  return choices.includes(workers) ? workers : choices[choices.length - 1];
}

/** @param {number} workers */
export const saveWorkers = (workers) => write(WORKERS, String(workers));

/** @returns {Record<string, Speeds>} */
export function savedSpeeds() {
  /** @type {Record<string, Speeds>} */
  const known = {};
  try {
    for (const [key, speeds] of Object.entries(JSON.parse(read(SPEEDS) ?? "{}")))
      if (speeds?.flex > 0 && speeds?.wgpu > 0) known[key] = { flex: speeds.flex, wgpu: speeds.wgpu };
  } catch {
    // Not ours, or damaged: measured again.
  }
  return known;
}

/** @param {Record<string, Speeds>} measured */
export const saveSpeeds = (measured) => write(SPEEDS, JSON.stringify(measured));
