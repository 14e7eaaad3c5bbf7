// Every word about what is kept on this machine: room, what is deleted to make some, what cannot be read.

import { integer, size } from "../format.js";

/** @param {string[]} names  the first few are said */
const few = (names) => `${names.slice(0, 5).join(", ")}${names.length > 5 ? ` and ${integer(names.length - 5)} more` : ""}`;

export const storage = {
  closed: (/** @type {string} */ why) =>
    `This browser keeps nothing for this page, as it does in some private windows and where site data are switched off (${why}).`,
  noDatabase: "it has no IndexedDB",
  blocked:
    "An older version of this page is open in another tab and holds what is kept here. Close that tab, then reload this page.",
  silent: "The browser’s storage does not answer. Close other tabs of this page, then reload it.",
  newer:
    "What is kept in this browser was written by a newer version of this page. It is shown and left as it is; nothing is kept or deleted until this page is reloaded as the newer version. Reload it without the cache.",
  full: "The room that this browser gives the page is full. Free some under “Keep”, and go on.",
  nearlyFull: (/** @type {number} */ used, /** @type {number} */ quota) =>
    `Room is short: ${size(used)} of the ${size(quota)} that this browser gives the page are used. When it is full, the weights of the oldest runs without a name are deleted first, and their curves and results stay. Name or pin what is to stay whole, or free some room under “Keep”.`,
  letGo: (/** @type {string} */ run, /** @type {string} */ started) =>
    `Room was short, so the weights of the oldest run without a name are deleted from this browser: ${run}, started ${started}. Its curves and results stay. Runs that you name or pin keep their weights.`,
  leftBehind: (/** @type {string[]} */ runs) =>
    `The GPU is used by another worker, and what this browser could not keep stays with the old one: the weights of ${few(runs)} are gone. Curves and results stay in this visit.`,
  runNotKept: (/** @type {string} */ run, /** @type {string} */ why) =>
    `${run} cannot be kept now, so a reload loses what it has learned. ${why}`,
  endNotKept: (/** @type {string} */ run, /** @type {string} */ why) =>
    `${run} has ended and is not kept as it is now: a reload loses it. Save its weights under “Keep”, or free some room and train on. ${why}`,
  damaged: (/** @type {string[]} */ names) =>
    `${names.length === 1 ? "One run" : `${integer(names.length)} runs`} kept in this browser cannot be read and ${names.length === 1 ? "is" : "are"} left as ${names.length === 1 ? "it is" : "they are"}: ${few(names)}. Delete ${names.length === 1 ? "it" : "them"} under “Keep” to free the room.`,
  leftDamaged: (/** @type {string[]} */ files) =>
    `Some of what an earlier version of this page kept cannot be read and was left where it is: ${few(files)}. The rest was taken over.`,
  notTaken: (/** @type {string} */ why) =>
    `Not all that an earlier version of this page kept could be taken over; the rest is left where it is and tried again at the next visit. ${why}`,
  shardMissing: (/** @type {string} */ file) => `${file} is missing among what is kept in this browser. Give the pictures again.`,
  swept: "They were removed in another tab meanwhile. Give the pictures again.",
  cutShort: (/** @type {string} */ name) =>
    `The pictures “${name}” were not taken in completely when this page was last closed, so what there was of them is deleted. Give them again.`,
  setGone: "These pictures are not kept in this browser any more.",
};
