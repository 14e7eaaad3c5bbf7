// Why this page cannot start its worker here, in a sentence, with the way on.

import { findFault } from "./diagnosis.js";
import { forbiddenBy } from "./policy.js";
import { sentence } from "../protocol.js";
import { text } from "../strings.js";

/** @import { Report } from "../protocol.js" */

/** @typedef {Extract<Report, {type: "crashed"}>} Crash */

const WORKER = "worker/worker.js";

/** @param {string} message @param {Crash["way"]} [way] @returns {Crash} */
const crash = (message, way) => ({ type: "crashed", message, ...(way ? { way } : {}) });

/** @param {string[]} paths @returns {Crash} */
export const mixed = (paths) => crash(text.hosts.mixed(paths), "reload");

/** What is wrong with the scripts of a worker that says nothing; null where nothing is found.
 * @returns {Promise<Crash|null>} */
export async function faultOfWorker() {
  const fault = await findFault(WORKER);
  if (!fault) return null;
  return fault.mixed ? crash(fault.message, "reload") : crash(text.errors.notLoaded(fault.message));
}

/** Why no worker could be made, or none answered.
 * @param {unknown} thrown  by the attempt; null where only the worker itself said that it failed
 * @param {string} [said]  by the worker @returns {Promise<Crash>} */
export async function whyNoWorker(thrown, said = "") {
  if (globalThis.origin === "null") return crash(text.hosts.closedFrame, "window");
  if (typeof Worker !== "function") return crash(text.hosts.noWorkers);
  if (/trusted/i.test(sentence(thrown))) return crash(text.hosts.trustedTypes);
  const address = new URL(`../${WORKER}`, import.meta.url).href;
  const directive = await forbiddenBy(address);
  if (directive) return crash(text.hosts.policy(directive, "'self'"));
  const why = said || (thrown === null ? "" : sentence(thrown)) || text.errors.noReason;
  return (await faultOfWorker()) ?? crash(text.errors.notLoaded(text.hosts.notStarted(why)));
}
