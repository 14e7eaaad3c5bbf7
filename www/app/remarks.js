// What is to be said beside a run's numbers: what its pictures make meaningless, and what seems wrong with
// it. Pure.

import { shownNames } from "./names.js";
import { text } from "../strings.js";

/** @import { Caveat } from "../run-events.js" */
/** @import { Run } from "./run.js" */

/** @param {Run} run @param {Caveat["kind"]} kind */
const has = (run, kind) => (run.plan.caveats ?? []).some((caveat) => caveat.kind === kind);

/** The sentences about a run, those about its pictures first. @param {Run|null} run @returns {string[]} */
export function remarksOf(run) {
  const words = text.remarks;
  const caveats = (run?.plan.caveats ?? []).map((caveat) =>
    words.caveat("classes" in caveat ? { ...caveat, classes: shownNames(caveat.classes) } : caveat),
  );
  const findings = (run?.findings ?? []).map((finding) => words.finding(finding));
  return [...caveats, ...findings].filter((sentence) => sentence !== "");
}

/** The measures that mean nothing on the pictures of a run. @param {Run} run */
export const meaningless = (run) => ({ accuracy: has(run, "grey-pictures") || has(run, "mid-tones"), ssim: has(run, "plain-pictures") || has(run, "small-pictures") });

/** Whether the last epoch's accuracy on training pictures is below that on test pictures, which asks for an
 * explanation. @param {Pick<Run, "epochs">|null} run */
export function isBelowTest(run) {
  const last = run?.epochs.at(-1);
  return last !== undefined && last.accuracy !== null && last.valAccuracy !== null && last.accuracy < last.valAccuracy;
}
