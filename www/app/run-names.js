// What runs are called where several of them stand: each by its name or its model and seed, and those that would be
// called the same also by what they differ in. Pure.

import { aspectWords, differing } from "./differences.js";
import { memoBy } from "./memo.js";
import { labelOf } from "./run.js";
import { moment } from "../format.js";
import { text } from "../strings.js";

/** @import { Aspect } from "./differences.js" */
/** @import { Run } from "./run.js" */
/** @import { State } from "./state.js" */

/** @param {Run} run @param {Aspect} aspect */
function wordsOf(run, aspect) {
  const words = text.runNames;
  if (aspect === "epochs") return words.epochs(run.plan.config.epochs);
  if (aspect === "patience") return words.patience(run.plan.config.patience);
  const told = aspectWords(run, aspect);
  return told ? words.aspect(told.name, told.value) : "";
}

/** @template T @param {T[]} all @param {(one: T) => string} keyOf @returns {T[][]} those of one key together */
function grouped(all, keyOf) {
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return [...groups.values()];
}

/**
 * The name of each run by its id; no two of them are the same.
 * @param {Run[]} runs  oldest first
 * @param {(run: Run) => string} [beside]  what is told of a run beside its name; it then need not tell the epochs
 * @returns {Map<string, string>}
 */
export function namesOf(runs, beside) {
  const words = text.runNames;
  /** @type {Map<string, string>} */
  const names = new Map();
  for (const alike of grouped(runs, labelOf)) {
    const aspects = differing(alike).filter((aspect) => !(beside && aspect === "epochs"));
    // A name that somebody gave says neither model nor seed; the others say both.
    for (const run of alike) names.set(run.id, [labelOf(run), ...aspects.map((aspect) => wordsOf(run, aspect))].filter(Boolean).join(", "));
    for (const same of grouped(alike, (run) => `${names.get(run.id)}\n${beside?.(run) ?? ""}`)) {
      if (same.length < 2) continue;
      const moments = same.map(({ startedAt }) => moment(startedAt));
      const apart = new Set(moments).size === same.length;
      same.forEach(({ id }, i) => names.set(id, `${names.get(id)}, ${apart ? words.started(moments[i]) : words.number(i + 1)}`));
    }
  }
  return names;
}

/** @param {(run: Run) => string} [beside] */
const remembered = (beside) =>
  memoBy(
    (/** @type {Run[]} */ runs) => runs.flatMap((run) => [run.id, run.name, run.plan, beside?.(run)]),
    (runs) => namesOf(runs, beside),
  );
const among = remembered();

/** What a run is called on a page that shows these runs. @param {Pick<State, "runs"|"order">} state @param {Run} run */
export const nameIn = ({ runs, order }, run) => among(order.map((id) => runs[id]).filter(Boolean)).get(run.id) ?? labelOf(run);

/** Names for a list that tells something beside them, such as the epochs so far.
 * @param {(run: Run) => string} beside */
export function namesBeside(beside) {
  const names = remembered(beside);
  /** @param {Run[]} runs @param {Run} run */
  return (runs, run) => names(runs).get(run.id) ?? labelOf(run);
}
