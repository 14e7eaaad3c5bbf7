// How large a picture's maps are after each layer of a CNN, and where no convolution fits any more.
// Pure arithmetic; the library's own check is in its Rust code, and its sentence is shown beside.

const KERNEL = 3;

/** @typedef {{by: "picture"|"convolution"|"pooling", side: number, fits: boolean}} Step  where it does not fit, `side` is that of the map before */

/** @param {number} blocks @param {"valid"|"same"} padding @param {number} picture  its shorter side @returns {Step[]} */
export function shrink(blocks, padding, picture) {
  /** @type {Step[]} */
  const steps = [{ by: "picture", side: picture, fits: true }];
  let side = picture;
  for (let block = 0; block < blocks; block += 1) {
    if (padding === "valid") {
      if (side < KERNEL) return [...steps, { by: "convolution", side, fits: false }];
      side -= KERNEL - 1;
    }
    steps.push({ by: "convolution", side, fits: true });
    side = Math.floor(side / 2);
    steps.push({ by: "pooling", side, fits: true });
  }
  return steps;
}
