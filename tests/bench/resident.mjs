// The memory that some processes hold, and the most that they held. Knows no browser.

import { execFileSync } from "node:child_process";

const EVERY_MS = 250;

/** Megabytes that the processes hold together, as `ps` tells them.
 * @param {(command: string) => boolean} mine */
export function resident(mine) {
  const lines = execFileSync("ps", ["-eo", "rss=,args="]).toString().split("\n");
  const parts = lines.map((line) => /^\s*(\d+) (.*)$/.exec(line)).filter((found) => found !== null && mine(found[2]));
  return parts.reduce((sum, found) => sum + Number(found?.[1]), 0) / 1024;
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
