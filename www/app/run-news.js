// What a page that embeds the lab is told of its runs: every epoch, and the end.

import { nameOf } from "./models.js";
import { isActive } from "./run.js";

/** @import { Run } from "./run.js" */
/** @import { Lab } from "./lab.js" */
/** @import { State } from "./state.js" */

/**
 * What course pages hear: as events of the element, and as messages of a frame.
 * @typedef {object} News
 * @property {"tabgrad-epoch"|"tabgrad-finished"} type
 * @property {string} section
 * @property {string} run  its id, the same in all that is told of it
 * @property {string} model
 * @property {number} seed
 * @property {number} epochs  that have ended
 * @property {Run["status"]} status
 * @property {{loss: number, accuracy: number|null, testLoss: number, testAccuracy: number|null, psnr: number|null}|null} results
 *   of the last epoch; shares from 0 to 1, PSNR in decibels
 */

/** @param {News["type"]} type @param {Run} run @param {number} epochs @returns {News} */
function news(type, run, epochs) {
  const { config } = run.plan;
  const last = run.epochs[epochs - 1];
  const results = last ? { loss: last.loss, accuracy: last.accuracy, testLoss: last.valLoss, testAccuracy: last.valAccuracy, psnr: last.psnr } : null;
  return { type, section: run.group, run: run.id, model: nameOf(config.model), seed: config.seed, epochs, status: run.status, results };
}

/** What has happened between two states. Runs that were found in the browser's storage are no news.
 * @param {Pick<State, "runs">} before @param {Pick<State, "runs">} now @returns {News[]} */
export function newsOf(before, now) {
  if (before.runs === now.runs) return [];
  return Object.values(now.runs).flatMap((run) => {
    const earlier = before.runs[run.id];
    if (!earlier || earlier === run) return [];
    const ended = run.epochs.slice(earlier.epochs.length).map((_, i) => news("tabgrad-epoch", run, earlier.epochs.length + i + 1));
    return isActive(earlier) && !isActive(run) ? [...ended, news("tabgrad-finished", run, run.epochs.length)] : ended;
  });
}

/** Tells what happens from now on. @param {Pick<Lab, "get"|"subscribe">} lab @param {(news: News) => void} tell
 * @returns {() => void} ends it */
export function followNews(lab, tell) {
  let before = lab.get();
  return lab.subscribe(() => {
    const now = lab.get();
    for (const news of newsOf(before, now)) tell(news);
    before = now;
  });
}
