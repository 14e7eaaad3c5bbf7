// A stand-in for the browser's ImageData, which Node has not: the same constructors, and as strict.

class StandIn {
  /** `new ImageData(width, height)` or `new ImageData(data, width, height)`: like a browser's, it keeps the array. */
  constructor(...given) {
    const [data, width, height] = typeof given[0] === "number" ? [null, ...given] : given;
    if (!(width > 0) || (height !== undefined && !(height > 0))) throw new RangeError(`An image of ${width} by ${height} has no pixel.`);
    if (data && !(data instanceof Uint8ClampedArray)) throw new TypeError("Pixels are a Uint8ClampedArray.");
    if (data && (data.length === 0 || data.length % (width * 4) !== 0)) throw new RangeError(`${data.length} bytes are no rows of ${width} pixels.`);
    const rows = height ?? data.length / (width * 4);
    if (data && data.length !== width * rows * 4) throw new RangeError(`${data.length} bytes are not ${width} by ${rows} pixels.`);
    Object.assign(this, { width, height: rows, data: data ?? new Uint8ClampedArray(width * rows * 4) });
  }
}
globalThis.ImageData ??= StandIn;

export const SIDE = 32;

/** An atlas of `count` pictures, whose bytes `byte` says by their place in it; null for none. */
export function atlas(count, byte = () => 0) {
  if (count === 0) return null;
  const image = new ImageData(SIDE, count * SIDE);
  for (let i = 0; i < image.data.length; i += 1) image.data[i] = byte(i);
  return { image, width: SIDE, height: SIDE };
}
