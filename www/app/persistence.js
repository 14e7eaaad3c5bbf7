// What the page itself does so that runs stay: it asks the browser for a promise to keep them once there is
// something to keep, and has the run saved that is on when nobody looks any more.

/** @import { createClient } from "./client.js" */
/** @import { State } from "./state.js" */

/**
 * @param {{get: () => State, subscribe: (listener: () => void) => unknown}} store
 * @param {ReturnType<typeof createClient>} client
 * @param {{storage?: StorageManager, page?: Document}} [browser]
 */
export function createPersistence({ get, subscribe }, client, { storage = globalThis.navigator?.storage, page = globalThis.document } = {}) {
  /** Runs that were on during this visit. @type {Set<string>} */
  const trained = new Set();
  let asked = false;

  subscribe(() => {
    const { active, runs } = get();
    if (active !== null) trained.add(active);
    // Some browsers ask the visitor, who sees by now what it is about.
    if (asked || ![...trained].some((id) => (runs[id]?.keptAt ?? 0) > 0)) return;
    asked = true;
    // On plain HTTP there is nobody to ask; and a browser that refuses clears when its disk is full.
    void storage?.persist?.().catch(() => false);
  });

  page?.addEventListener("visibilitychange", () => {
    // What fails is told by the worker, and a worker that is gone has told its story.
    if (page.visibilityState === "hidden" && get().active !== null) client.ask({ type: "keep" }).catch(() => {});
  });
}
