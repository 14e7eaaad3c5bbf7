// What the section of the pictures keeps for itself: which samples are shown. Pure.

import { canShow, isBusy } from "../../app/state.js";

/** @import { Pictures } from "../../protocol.js" */
/** @import { State } from "../../app/state.js" */

/**
 * @typedef {object} Local
 * @property {{seed: number, pictures: {train: Pictures, test: Pictures}|null}} samples
 */

/** @typedef {(
 *   | {type: "samples-asked", seed: number}
 *   | {type: "samples-shown", seed: number, pictures: {train: Pictures, test: Pictures}}
 *   | {type: "samples-gone"}
 * )} LocalEvent */

/** @returns {Local} */
export const initial = () => ({ samples: { seed: 0, pictures: null } });

/** @param {Local} local @param {LocalEvent} event @returns {Local} */
export function update(local, event) {
  const { samples } = local;
  switch (event.type) {
    case "samples-asked":
      return { ...local, samples: { ...samples, seed: event.seed } };
    case "samples-shown":
      return event.seed === samples.seed ? { ...local, samples: { seed: event.seed, pictures: event.pictures } } : local;
    case "samples-gone":
      return { ...local, samples: { ...samples, pictures: null } };
  }
}

const none = /** @type {string[]} */ ([]);

/** @param {State} state @param {Local} local */
export const props = (state, local) => ({
  data: { data: state.data, busy: state.intake.stage !== null || isBusy(state) },
  samples: { ...local.samples, classes: state.data.manifest?.classes ?? none },
  intake: state.intake,
});

/** Whether other samples are due: pictures have come, or all of them have.
 * @param {State} before @param {State} now */
export const samplesDue = (before, now) =>
  (!canShow(before) && canShow(now)) || (before.data.status !== "ready" && now.data.status === "ready" && canShow(now));
