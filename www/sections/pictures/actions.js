// What the visitor's hands do in the section of the pictures.

import { canShow } from "../../app/state.js";
import { cut } from "../../components/atlas.js";
import { hasArrived, shardsOf, shownOf } from "./shards.js";

/** @import { Lab } from "../../app/lab.js" */
/** @import { Pictures } from "../../protocol.js" */
/** @import { Local, LocalEvent, Query } from "./state.js" */

/** Pictures of each split shown at once. */
export const SAMPLES = 5;

/**
 * @param {Lab} lab
 * @param {{get: () => Local, dispatch: (event: LocalEvent) => void}} local
 */
export function createActions({ get: getLab, act }, { get, dispatch }) {
  /** @param {number} seed */
  async function showSamples(seed) {
    dispatch({ type: "samples-asked", seed });
    if (!canShow(getLab())) return;
    const { hash } = getLab().data;
    const pictures = await act.tryAsk({ type: "samples", seed, count: SAMPLES });
    if (pictures && hash === getLab().data.hash) dispatch({ type: "samples-shown", seed, pictures });
  }

  /** @param {Partial<Query>} change */
  async function browse(change) {
    dispatch({ type: "asked", change });
    if (!canShow(getLab())) return;
    const { query } = get();
    const { split, label, offset, size } = query;
    const page = await act.tryAsk({ type: "browse", split, label, offset, count: size });
    if (page) dispatch({ type: "page-shown", query, page });
  }

  /** Shards whose pictures were asked for. @type {Set<string>} */
  let asked = new Set();
  async function showSheets() {
    const { manifest, loaded, hash } = getLab().data;
    if (!manifest) return;
    const due = shardsOf(manifest).filter((shard) => hasArrived(shard, loaded) && !asked.has(shard.file));
    for (const { file } of due) asked.add(file);
    for (const split of /** @type {const} */ (["train", "test"])) {
      const some = due.filter((shard) => shard.split === split);
      if (some.length === 0) continue;
      const places = some.map(shownOf);
      const all = await act.tryAsk({ type: "pictures", source: split, indices: Uint32Array.from(places.flatMap((of) => [...of])) });
      if (!all || hash !== getLab().data.hash) return;
      /** @type {Record<string, Pictures>} */
      const sheets = {};
      let at = 0;
      some.forEach(({ file }, i) => {
        const to = at + places[i].length;
        sheets[file] = { labels: all.labels.subarray(at, to), atlas: cut(all.atlas, at, to) };
        at = to;
      });
      dispatch({ type: "sheets-shown", sheets });
    }
  }

  return {
    another: () => showSamples(get().samples.seed + 1),
    refresh: () => Promise.all([showSamples(get().samples.seed), browse({})]),
    clear() {
      asked = new Set();
      dispatch({ type: "pictures-gone" });
    },
    browse,
    showSheets,
    /** @param {number} place  on the page */
    choose: (place) => dispatch({ type: "chosen", place }),
    /** @param {number} x @param {number} y */
    choosePixel: (x, y) => dispatch({ type: "pixel-chosen", x, y }),
    take: act.take,
    listing: act.listing,
    cancelImport: act.cancelImport,
    notice: act.notice,
    useBundled: () => act.useSet(null),
  };
}
