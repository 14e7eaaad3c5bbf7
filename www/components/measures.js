// How good the reconstructions are, in four numbers, each with what it means.

import { decibel, figure, percent } from "../format.js";
import { text } from "../strings.js";
import { h, say } from "./dom.js";

/** @import { EpochEvent } from "../protocol.js" */

/** @typedef {keyof typeof text.reconstructions.measures} Measure */

/** @type {Record<Measure, (event: EpochEvent) => string>} */
const read = {
  mse: ({ mse }) => figure(mse),
  psnr: ({ psnr }) => decibel(psnr),
  ssim: ({ ssim }) => figure(ssim),
  accuracy: ({ valAccuracy }) => percent(valAccuracy),
};
const names = /** @type {Measure[]} */ (Object.keys(read));

/** @param {HTMLElement} container */
export function create(container) {
  const rows = names.map((name) => {
    const value = h("dd", { class: "numbers", id: `measure-${name}` }, "–");
    const { name: title, meaning } = text.reconstructions.measures[name];
    return { name, value, box: h("div", {}, h("dt", {}, title), value, h("dd", { class: "soft small" }, meaning)) };
  });
  container.append(h("dl", { class: "measures" }, ...rows.map(({ box }) => box)), h("p", { class: "soft small" }, text.reconstructions.measured));

  /** @param {{epoch: EpochEvent|null, shown: boolean}} props */
  return function render({ epoch, shown }) {
    container.hidden = !shown;
    for (const { name, value } of rows) say(value, epoch ? read[name](epoch) : "–");
  };
}
