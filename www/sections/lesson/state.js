// What the walk through a step keeps for itself: which network and picture are chosen, the trace
// that is shown, where the visitor stands in it, and the losses of the steps so far. Pure.

import { keyOf } from "../../app/models.js";
import { readings } from "../../app/numbers.js";
import { pictureAt } from "../../components/atlas.js";
import { stagesOf } from "./stages.js";

/** @import { Config, Layer, StepTrace, Page, Split } from "../../protocol.js" */
/** @import { Asked } from "../../components/mount.js" */

/** Pictures in the strip. */
export const STRIP = 10;
/** The learning rates on offer; what a run or a model has beside them is not changed unasked. */
export const RATES = [1e-4, 1e-3, 1e-2, 1e-1];
const FIRST_RATE = 1e-3;

/** A picture with its place. @typedef {{source: Split, index: number, label: number, image: ImageData}} Chosen */
/** What a trace is about; `channels` are those of the picture. @typedef {{config: Config, picture: Chosen, channels: number}} About */

/**
 * @typedef {object} Local
 * @property {string[]} offered  presets whose step can be traced; empty until the library has told them
 * @property {string|null} model  the preset of a fresh network, or what the address names
 * @property {string|null} from  the run whose weights are taken instead
 * @property {number} rate  Adam's
 * @property {Split} split
 * @property {number} offset  of the strip in the split
 * @property {number} wanted  the place in the split of the picture to choose first
 * @property {Chosen|null} picture
 * @property {Page|null} page  the strip
 * @property {"none"|"working"|"ready"} status
 * @property {string|null} error
 * @property {About|null} about
 * @property {StepTrace|null} trace
 * @property {number[]} losses  of the picture, before the first step and after every one
 * @property {number} stage  in the list of stages
 * @property {number|null} channel  the chosen map of the shown layer
 * @property {number} rank  which of the large gradients is worked out
 * @property {number|null} updatedLayer  the layer whose update is shown
 * @property {number|null} unit  the unit or filter whose weights are shown; null for the one whose gradient is largest
 * @property {string[]} errors  in what the address asked for
 */

/** @typedef {(
 *   | {type: "models-known", offered: string[]}
 *   | {type: "network-chosen", model: string|null, from: string|null}
 *   | {type: "rate-chosen", rate: number}
 *   | {type: "strip-asked", split: Split, offset: number}
 *   | {type: "strip-shown", split: Split, offset: number, page: Page}
 *   | {type: "picture-chosen", picture: Chosen}
 *   | {type: "pictures-gone"}
 *   | {type: "asked"}
 *   | {type: "traced", about: About, trace: StepTrace}
 *   | {type: "stepped", trace: StepTrace}
 *   | {type: "refused", message: string}
 *   | {type: "gone-to", stage: number}
 *   | {type: "channel-chosen", channel: number}
 *   | {type: "example-turned"}
 *   | {type: "updated-layer-chosen", layer: number}
 *   | {type: "unit-chosen", unit: number}
 * )} LocalEvent */

/** Whether one step of a network can be traced: all its layers learn at once, from the picture as it is,
 * and none of them has running statistics of its own.
 * @param {{config: Config, layers: Layer[], phases: number}} network */
export const isTraceable = ({ config, layers, phases }) =>
  phases === 1 && config.noise === "none" && layers.every(({ kind }) => kind !== "BatchNormalization");

/** @type {(asked: Asked) => Local} */
export function initial({ preset, model = preset, rate, picture }) {
  const wanted = /^(train|test):(\d{1,6})$/.exec(picture ?? "");
  const index = wanted ? Number(wanted[2]) : 0;
  const known = readings(rate ?? "").find((value) => RATES.includes(value));
  return {
    offered: [],
    model: model ?? null,
    from: null,
    rate: known ?? FIRST_RATE,
    split: wanted?.[1] === "test" ? "test" : "train",
    offset: index - (index % STRIP),
    wanted: index,
    picture: null,
    page: null,
    status: "none",
    error: null,
    about: null,
    trace: null,
    losses: [],
    stage: 0,
    channel: null,
    rank: 0,
    updatedLayer: null,
    unit: null,
    errors: [
      ...(rate === undefined || known !== undefined ? [] : [rate]),
      ...(picture !== undefined && !wanted ? [picture] : []),
    ],
  };
}

/** A picture of the strip; null where it has none there.
 * @param {Page} page @param {Split} source @param {number} place @returns {Chosen|null} */
export function pictureOf({ indices, labels, atlas }, source, place) {
  const image = pictureAt(atlas, place);
  return image && { source, index: indices[place], label: labels[place], image };
}

/** @param {Local} local @param {LocalEvent} event @returns {Local} */
export function update(local, event) {
  switch (event.type) {
    case "models-known": {
      const { offered } = event;
      if (local.model !== null && offered.includes(local.model)) return { ...local, offered };
      return { ...local, offered, model: offered[0] ?? null, errors: [...(local.model === null ? [] : [local.model]), ...local.errors] };
    }
    case "network-chosen":
      return { ...local, model: event.model, from: event.from };
    case "rate-chosen":
      return { ...local, rate: event.rate };
    case "strip-asked":
      return { ...local, split: event.split, offset: event.offset };
    case "strip-shown": {
      const { page, split } = event;
      if (split !== local.split || event.offset !== local.offset) return local;
      return { ...local, page, picture: local.picture ?? pictureOf(page, split, Math.max(0, page.indices.indexOf(local.wanted))) };
    }
    case "picture-chosen":
      return { ...local, picture: event.picture };
    case "pictures-gone":
      return { ...local, page: null, picture: null, status: "none", error: null, about: null, trace: null, losses: [], stage: 0, offset: 0, wanted: 0 };
    case "asked":
      return { ...local, status: "working", error: null };
    case "traced": {
      const { trace, about } = event;
      const same = local.about !== null && keyOf(local.about.config.model) === keyOf(about.config.model);
      // Another picture for the same network is looked at from where the visitor stands.
      const moved = same ? {} : { channel: null, updatedLayer: null, unit: null, rank: 0, stage: 0 };
      return { ...local, ...moved, status: "ready", about, trace, losses: [trace.loss, trace.lossAfter] };
    }
    case "stepped":
      return { ...local, status: "ready", trace: event.trace, losses: [...local.losses, event.trace.lossAfter] };
    case "refused":
      return { ...local, status: local.trace ? "ready" : "none", error: event.message };
    case "gone-to": {
      const count = stagesOf(local.trace?.layers.length ?? 0).length;
      const stage = Math.max(0, Math.min(count - 1, event.stage));
      // The strongest map of a layer is shown until another is chosen.
      return stage === local.stage ? local : { ...local, stage, channel: null, rank: 0 };
    }
    case "channel-chosen":
      return { ...local, channel: event.channel };
    case "example-turned":
      return { ...local, rank: local.rank + 1 };
    case "updated-layer-chosen":
      return { ...local, updatedLayer: event.layer, unit: null };
    case "unit-chosen":
      return { ...local, unit: event.unit };
  }
}

/** The stage that the visitor looks at, once there is a trace. @param {Local} local */
export const stageOf = ({ trace, stage }) => (trace ? stagesOf(trace.layers.length)[stage] : null);

/** The keys that lead back here. @param {unknown} _ @param {Local} local @returns {Asked} */
export function address(_, { offered, model, rate, picture, split, wanted }) {
  const { source, index } = picture ?? { source: split, index: wanted };
  return {
    ...(model === null || model === offered[0] ? {} : { model }),
    ...(rate === FIRST_RATE ? {} : { rate: String(rate) }),
    ...(source === "train" && index === 0 ? {} : { picture: `${source}:${index}` }),
  };
}
