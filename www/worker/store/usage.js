// What is kept on this machine and how much room it takes; and what the browser says of its room.

import { readRecords } from "./run-store.js";
import { allSets, currentSet, isSet } from "./picture-store.js";

/** @import { Storage } from "../../protocol.js" */
/** @import { Database } from "./database.js" */

/** What the browser says of its room and its promise; null where it does not say, as on plain HTTP.
 * @returns {Promise<Pick<Storage, "used"|"quota"|"persisted">>} */
export async function room() {
  const storage = globalThis.navigator?.storage;
  const [estimate, persisted] = await Promise.all([
    storage?.estimate?.().catch(() => null),
    storage?.persisted?.().catch(() => null),
  ]);
  return { used: estimate?.usage ?? null, quota: estimate?.quota ?? null, persisted: persisted ?? null };
}

/** @param {Database} database @param {string|null} [place]  whose set in use is marked @returns {Promise<Storage>} */
export async function readUsage(database, place = null) {
  const [newer, { records, damaged }, weights, sets, current] = await Promise.all([
    database.isNewer(), readRecords(database), database.read(["snapshots"], (tx) => tx.objectStore("snapshots").getAllKeys()), allSets(database), currentSet(database, place),
  ]);
  const whole = new Set(weights);
  return {
    ...(await room()),
    newer,
    runs: Object.fromEntries(records.map(({ id, run, bytes }) => [id, whole.has(id) ? bytes : JSON.stringify(run).length])),
    sets: sets
      .filter(isSet)
      .sort((a, b) => a.addedAt - b.addedAt)
      .map(({ id, name, bytes, addedAt }) => ({ id, name, bytes, addedAt, inUse: id === current })),
    damaged,
  };
}
