// What the visitor's hands do in the section of the pictures.

import { canShow } from "../../app/state.js";

/** @import { Lab } from "../../app/lab.js" */
/** @import { Local, LocalEvent } from "./state.js" */

/** Pictures of each split shown at once. */
export const SAMPLES = 5;

/**
 * @param {Lab} lab
 * @param {{get: () => Local, dispatch: (event: LocalEvent) => void}} local
 */
export function createActions({ get: getLab, act }, { get, dispatch }) {
  /** @param {number} seed */
  async function showSamples(seed) {
    dispatch({ type: "samples-asked", seed });
    if (!canShow(getLab())) return;
    const pictures = await act.tryAsk({ type: "samples", seed, count: SAMPLES });
    if (pictures) dispatch({ type: "samples-shown", seed, pictures });
  }
  return {
    another: () => showSamples(get().samples.seed + 1),
    refresh: () => showSamples(get().samples.seed),
    clear: () => dispatch({ type: "samples-gone" }),
    retry: act.retry,
    take: act.take,
    forget: act.forget,
  };
}
