// The memory that some processes hold, and the most that they held.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const EVERY_MS = 250;

/** All processes, as `ps` tells them. */
function processes() {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,rss=,args="]).toString().split("\n");
  const parts = lines.map((line) => /^\s*(\d+)\s+(\d+)\s+(\d+) (.*)$/.exec(line)).filter((found) => found !== null);
  return parts.map(([, id, parent, pages, command]) => ({ id: Number(id), parent: Number(parent), resident: Number(pages) / 1024, command }));
}

/** Megabytes that the processes hold together. @param {(command: string) => boolean} mine */
export const resident = (mine) =>
  processes().filter(({ command }) => mine(command)).reduce((sum, { resident }) => sum + resident, 0);

/** Megabytes of the process that holds most, among those of process `root` and below it: all of it,
 * with pages that others have, too, in part, and only what it has alone. As Linux tells it.
 * @param {number} root @param {(command: string) => boolean} mine */
export function largest(root, mine) {
  const all = processes();
  const parents = new Map(all.map(({ id, parent }) => [id, parent]));
  const below = (/** @type {number|undefined} */ id) => {
    while (id && id !== root) id = parents.get(id);
    return id === root;
  };
  const [{ id }] = all.filter(({ id, command }) => mine(command) && below(id)).toSorted((a, b) => b.resident - a.resident);
  const told = readFileSync(`/proc/${id}/smaps_rollup`, "utf8");
  const of = (/** @type {string} */ name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(told)?.[1]) / 1024;
  return { resident: of("Rss"), inPart: of("Pss"), own: of("Private_Clean") + of("Private_Dirty") };
}

/** Looks until `stop`, which answers the most so far. @param {(command: string) => boolean} mine */
export function peakResident(mine) {
  let most = 0;
  const look = () => void (most = Math.max(most, resident(mine)));
  const timer = setInterval(look, EVERY_MS);
  return {
    stop() {
      look();
      clearInterval(timer);
      return most;
    },
  };
}
