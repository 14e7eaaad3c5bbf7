// Whether a network takes long to train, before anybody waits for it. Pure.

/** @import { Summary } from "../protocol.js" */

/** Multiply-adds of a picture from which a network is called slow: three times as many with the way back, an epoch of
 * 50,000 pictures takes half an hour where eight billion are computed a second (an estimate, not a measurement). */
const MANY = 100e6;

/** What makes a network slow: its layer with the most multiply-adds, and the layer's share of them; null for one
 * that is not.
 * @param {Pick<Summary, "layers"|"multiplyAdds">} summary */
export function slowness({ layers, multiplyAdds }) {
  if (!(multiplyAdds >= MANY)) return null;
  const heaviest = layers.reduce((most, layer) => (layer.multiplyAdds > most.multiplyAdds ? layer : most));
  return { multiplyAdds, layer: heaviest.name, share: heaviest.multiplyAdds / multiplyAdds };
}
