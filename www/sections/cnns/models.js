// The six networks of the comparison, by what they differ in. Knows no run.

/** @typedef {"max"|"average"} Pooling */
/** @typedef {{name: string, pooling: Pooling, depth: number}} Compared */

/** Blocks of convolution and pooling. */
export const DEPTHS = [2, 3, 4];
export const POOLINGS = /** @type {const} */ (["max", "average"]);
/** More seeds say more, and take longer. */
export const MOST_SEEDS = 5;

/** In the order of the depth. @type {Compared[]} */
export const MODELS = DEPTHS.flatMap((depth) =>
  POOLINGS.map((pooling) => ({ name: `cnn-${pooling === "max" ? "max" : "avg"}-${depth}`, pooling, depth })),
);

export const NAMES = MODELS.map(({ name }) => name);

/** How its line looks on every chart: the depth is its tone, average pooling is dashed.
 * @param {Compared} model */
export const lineStyle = ({ depth, pooling }) => ({ tone: DEPTHS.indexOf(depth), dashed: pooling === "average" });
