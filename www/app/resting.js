// A run that nobody can see rests, and goes on when one of the elements that show it is in sight again. It never rests
// while others wait for the trainer: they would wait for ever.

import { isActive } from "./run.js";

/** @import { Lab } from "./lab.js" */

/** @param {Pick<Lab, "get"|"subscribe"> & {act: Pick<Lab["act"], "pause"|"resume">}} lab */
export function createResting(lab) {
  /** Whether each element is in sight, by the group of runs that it shows. @type {Map<string, Map<object, boolean>>} */
  const groups = new Map();
  /** The run that rests, since it was paused here and not by a hand. @type {string|null} */
  let resting = null;
  /** Whether the worker was asked and has not answered yet. */
  let asked = false;
  /** The run that could not be paused, so that it is not asked for over and over. @type {string|null} */
  let stubborn = null;

  function settle() {
    const { active, runs, queue, starting } = lab.get();
    const run = active === null ? null : (runs[active] ?? null);
    if (resting !== null && (!run || run.id !== resting || !isActive(run))) resting = null;
    if (!run || asked) return;
    const elements = groups.get(run.group);
    // What no element ever showed is no concern of theirs.
    if (!elements) return;
    const wanted = [...elements.values()].includes(true) || queue.length > 0 || starting !== null;
    if (resting !== null && run.status === "running") resting = null;
    if (!wanted && run.status === "running" && stubborn !== run.id) {
      resting = run.id;
      void steer("pause", run.id);
    } else if (wanted && resting === run.id && run.status === "paused") {
      resting = null;
      void steer("resume", run.id);
    }
  }

  /** @param {"pause"|"resume"} type @param {string} id */
  async function steer(type, id) {
    asked = true;
    try {
      await lab.act[type]();
    } finally {
      asked = false;
    }
    if (type === "pause" && lab.get().runs[id]?.status === "running") stubborn = id;
    settle();
  }

  lab.subscribe(settle);

  return {
    /** An element that shows the runs of `group`, out of sight until it says otherwise. @param {string} group */
    join(group) {
      const me = {};
      const elements = groups.get(group) ?? new Map();
      groups.set(group, elements);
      elements.set(me, false);
      return {
        /** @param {boolean} inSight */
        see(inSight) {
          elements.set(me, inSight);
          settle();
        },
        leave() {
          elements.delete(me);
          settle();
        },
      };
    },
  };
}
