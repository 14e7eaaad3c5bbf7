// The lab: one state, one worker and the actions on them, for however many sections show it.

import { createActions } from "./actions.js";
import { createClient } from "./client.js";
import { workerChoices } from "./compute.js";
import { createPersistence } from "./persistence.js";
import { savedChoice, savedSpeeds, savedWorkers } from "./preferences.js";
import { initial, update } from "./state.js";
import { createStore } from "./store.js";
import { waiting } from "./waiting.js";

/** @import { Report } from "../protocol.js" */
/** @import { Event, State } from "./state.js" */

/** @typedef {ReturnType<typeof createLab>} Lab */

/**
 * @param {object} asked
 * @param {string|null} asked.data  the address of the data folder, or null for the page's own
 * @param {string} asked.query  of the page's address
 * @param {typeof waiting} [asked.waits]
 */
export function createLab({ data, query, waits = waiting }) {
  /** @type {ReturnType<typeof createStore<State, Event>>} */
  const store = createStore(initial, update);
  const plain = new URLSearchParams(query).get("simd") === "plain";
  const client = createClient(hear, plain, { waits, longest: () => act.longest() });
  const act = createActions(store, client, data, waits);
  /** @param {Report} report */
  function hear(report) {
    if (report.type === "crashed" && report.silent && !report.gpu) act.lost(report.message);
    else store.dispatch(report);
  }
  store.dispatch({ type: "compute-chosen", choice: savedChoice(query) });
  const cores = navigator.hardwareConcurrency ?? 1;
  store.dispatch({ type: "cores-known", cores });
  store.dispatch({ type: "workers-chosen", workers: savedWorkers(workerChoices(cores)) });
  store.dispatch({ type: "speeds-known", measured: savedSpeeds() });
  // What waits is started as soon as nothing stands in its way.
  store.subscribe(() => void act.pump());
  createPersistence(store, client);
  return { ...store, initial, act, data };
}
