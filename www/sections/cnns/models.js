// The networks of the comparison, by what they differ in: depth and pooling.

import { memo } from "../../app/memo.js";

/** @import { ModelRecord } from "../../protocol.js" */

/** @typedef {"max"|"average"} Pooling */

/** A network that is compared, and how its lines look on every chart: the depth is the tone, average
 * pooling is dashed. @typedef {{name: string, pooling: Pooling, depth: number, tone: number, dashed: boolean}} Compared */

export const POOLINGS = /** @type {const} */ (["max", "average"]);
/** More seeds say more, and take longer. */
export const MOST_SEEDS = 5;

/** Numbers of blocks of convolution and pooling, the fewest first. @param {{depth: number}[]} models */
export const depthsOf = (models) => [...new Set(models.map(({ depth }) => depth))].sort((a, b) => a - b);

/** The presets that this section has on offer, the shallowest first. */
export const comparedOf = memo((/** @type {ModelRecord[]} */ presets) => {
  const mine = presets.flatMap(({ name, family, pooling, convolutions }) => (family === "cnn" && pooling ? [{ name, pooling, depth: convolutions }] : []));
  const depths = depthsOf(mine);
  /** @type {Compared[]} */
  const models = mine.map((model) => ({ ...model, tone: depths.indexOf(model.depth), dashed: model.pooling === "average" }));
  return models.sort((a, b) => a.depth - b.depth || POOLINGS.indexOf(a.pooling) - POOLINGS.indexOf(b.pooling));
});

/** The stroke of a network's line. @param {Compared} model */
export const lineStyle = ({ tone, dashed }) => ({ tone, dashed });

/** The deepest network with max pooling, which cannot be built without padding. @param {Compared[]} offered */
export const deepest = (offered) => offered.findLast(({ pooling }) => pooling === "max");
