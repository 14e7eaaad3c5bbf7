// What the section of the pictures keeps for itself: the samples, the page that is browsed, the
// picture that is looked into, and a few pictures of every shard. Pure.

import { shownClasses } from "../../app/names.js";
import { canShow, isBusy } from "../../app/state.js";
import { pictureAt } from "../../components/atlas.js";

/** @import { Page, PictureShape, Pictures, Split } from "../../protocol.js" */
/** @import { State } from "../../app/state.js" */

/** What is asked for: `label` is a class, or null for all.
 * @typedef {{split: Split, label: number|null, offset: number, size: number}} Query */
/** @typedef {{query: Query, page: Page}} Shown */
/** @typedef {{split: Split, index: number, label: number, image: ImageData}} Chosen */

/**
 * @typedef {object} Local
 * @property {{seed: number, pictures: {train: Pictures, test: Pictures}|null}} samples
 * @property {Query} query
 * @property {Shown|null} shown  the page that came last
 * @property {Chosen|null} chosen  the picture whose bytes are shown
 * @property {{x: number, y: number}} pixel  of that picture
 * @property {Record<string, Pictures>} sheets  the first pictures of each shard that has arrived
 */

/** @typedef {(
 *   | {type: "samples-asked", seed: number}
 *   | {type: "samples-shown", seed: number, pictures: {train: Pictures, test: Pictures}}
 *   | {type: "asked", change: Partial<Query>}
 *   | {type: "page-shown", query: Query, page: Page}
 *   | {type: "chosen", place: number}
 *   | {type: "pixel-chosen", x: number, y: number}
 *   | {type: "sheets-shown", sheets: Record<string, Pictures>}
 *   | {type: "pictures-gone"}
 * )} LocalEvent */

/** Pictures on a page at first; the view says how many there is room for. */
const SIZE = 48;
/** The middle, where something is to be seen. */
const PIXEL = { x: 16, y: 16 };

/** @returns {Local} */
export const initial = () => ({
  samples: { seed: 0, pictures: null },
  query: { split: "train", label: null, offset: 0, size: SIZE },
  shown: null,
  chosen: null,
  pixel: PIXEL,
  sheets: {},
});

/** @param {Local} local @param {LocalEvent} event @returns {Local} */
export function update(local, event) {
  const { samples, query } = local;
  switch (event.type) {
    case "samples-asked":
      return { ...local, samples: { ...samples, seed: event.seed } };
    case "samples-shown":
      return event.seed === samples.seed ? { ...local, samples: { seed: event.seed, pictures: event.pictures } } : local;
    case "asked":
      return { ...local, query: settled(query, event.change) };
    case "page-shown": {
      // An answer that was overtaken by another question is none.
      if (event.query !== query) return local;
      const shown = { query, page: event.page };
      return { ...local, shown, chosen: local.chosen ?? pick(shown, 0) };
    }
    case "chosen":
      return { ...local, chosen: (local.shown && pick(local.shown, event.place)) ?? local.chosen };
    case "pixel-chosen":
      return { ...local, pixel: { x: event.x, y: event.y } };
    case "sheets-shown":
      return { ...local, sheets: { ...local.sheets, ...event.sheets } };
    case "pictures-gone":
      return { ...initial(), samples: { ...samples, pictures: null }, query: { ...query, label: null, offset: 0 }, pixel: local.pixel };
  }
}

/** Another split or class begins at its beginning; another size keeps the first picture in sight.
 * @param {Query} query @param {Partial<Query>} change @returns {Query} */
function settled(query, change) {
  const next = { ...query, ...change };
  if (next.split !== query.split || next.label !== query.label) next.offset = 0;
  next.offset = Math.max(0, Math.floor(next.offset / next.size) * next.size);
  return next;
}

/** @param {Shown} shown @param {number} place on its page @returns {Chosen|null} */
function pick({ query, page }, place) {
  const image = pictureAt(page.atlas, place);
  return image && { split: query.split, index: page.indices[place], label: page.labels[place], image };
}


/** The pixel, or the nearest that smaller pictures have. @param {{x: number, y: number}} pixel @param {PictureShape|undefined} picture */
const withinPicture = ({ x, y }, picture) => (picture ? { x: Math.min(x, picture.width - 1), y: Math.min(y, picture.height - 1) } : { x, y });

/** @param {State} state @param {Local} local */
export function props(state, local) {
  const { manifest, status, loaded } = state.data;
  const classes = shownClasses(null, { manifest });
  return {
    data: { data: state.data, busy: state.intake.stage !== null || isBusy(state) },
    samples: { ...local.samples, classes },
    browse: { query: local.query, shown: local.shown, classes, whole: status === "ready", chosen: local.chosen },
    shards: { manifest, loaded, sheets: local.sheets },
    bytes: { chosen: local.chosen, pixel: withinPicture(local.pixel, manifest?.picture), classes, picture: manifest?.picture ?? null },
    intake: { intake: state.intake },
  };
}

/** Whether pictures are to be asked for again: some have come, or all of them have.
 * @param {State} before @param {State} now */
export const picturesDue = (before, now) =>
  (!canShow(before) && canShow(now)) || (before.data.status !== "ready" && now.data.status === "ready" && canShow(now));
