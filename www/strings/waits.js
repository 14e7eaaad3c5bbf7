// Words for what did not answer in time, and for what is done about it.

import { duration, integer } from "../format.js";

/** @param {number} limit  milliseconds */
const after = (limit) => duration(limit / 1000);

export const waits = {
  file: (/** @type {string} */ path, /** @type {number} */ limit) =>
    `The pictures could not be loaded: nothing more of ${path} came for ${after(limit)}. Check the connection and try again.`,
  module: (/** @type {number} */ limit) => `its code did not come within ${after(limit)}. Check the connection.`,
  adapter: (/** @type {number} */ limit) => `The graphics adapter did not answer within ${after(limit)}.`,
  device: (/** @type {number} */ limit) => `The graphics adapter did not open its device within ${after(limit)}.`,
  kernel: (/** @type {number} */ limit) => `The graphics driver compiled no kernel for ${after(limit)}.`,
  decode: "This browser did not decode it in time.",
  read: "The file could not be read in time. Check the drive that it is on.",
  replica: (/** @type {number} */ limit) => `A worker beside this one did not answer within ${after(limit)}.`,
  worker: "The trainer stopped answering: the browser may have ended it to save memory.",
  unstoppable: (/** @type {number} */ limit) => `The trainer did not stop within ${after(limit)}, so it was ended.`,
  /** @type {(why: string, run: string, step: number) => string} */
  goesOn: (why, run, step) =>
    `${why} It was started anew${step > 0 ? `, and ${run} goes on from step ${integer(step)}, where it was kept` : `, and ${run} begins again: nothing of it was kept yet`}.`,
  startedAnew: (/** @type {string} */ why) => `${why} It was started anew.`,
  keepsFailing: (/** @type {string} */ why) => `${why} It was started anew several times without getting further.`,
};
