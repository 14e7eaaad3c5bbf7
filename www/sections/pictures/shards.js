// Shards as the page shows them: the list in the manifest's order, where each begins in its split,
// and which have arrived. Pure.

/** @import { Counts, Manifest, Split } from "../../protocol.js" */

/** @typedef {{split: Split, file: string, start: number, count: number, bytes: number, sha256: string}} Shard */

/** Pictures of a shard that are shown of it. */
export const SHOWN = 8;

/** @param {Manifest} manifest @returns {Shard[]} */
export const shardsOf = (manifest) =>
  /** @type {Split[]} */ (["train", "test"]).flatMap((split) => {
    let start = 0;
    return manifest[split].shards.map(({ file, count, bytes, sha256 }) => {
      const shard = { split, file, start, count, bytes, sha256 };
      start += count;
      return shard;
    });
  });

/** Shards of a split come in order. @param {Shard} shard @param {Counts} loaded */
export const hasArrived = ({ split, start, count }, loaded) => loaded[split] >= start + count;

/** The places in its split of the pictures that are shown of a shard. @param {Shard} shard */
export const shownOf = ({ start, count }) => Uint32Array.from({ length: Math.min(SHOWN, count) }, (_, i) => start + i);
