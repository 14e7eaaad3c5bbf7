// How good the reconstructions are, in four numbers, each with what it means.

import { decibel, figure, percent } from "../format.js";
import { text } from "../strings.js";
import { h, say } from "./dom.js";

/** @import { EpochEvent } from "../run-events.js" */

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
    const about = h("dd", { class: "soft small" }, meaning);
    return { name, value, about, meaning, box: h("div", {}, h("dt", {}, title), value, about) };
  });
  container.append(h("dl", { class: "measures" }, ...rows.map(({ box }) => box)), h("p", { class: "soft small" }, text.reconstructions.measured));

  /** @param {{epoch: EpochEvent|null, shown: boolean, accuracy: boolean, ssim: boolean}} props
   *   `accuracy`, `ssim`: whether it means nothing on these pictures */
  return function render({ epoch, shown, ...meaningless }) {
    container.hidden = !shown;
    for (const { name, value, about, meaning } of rows) {
      const nothing = (name === "accuracy" || name === "ssim") && meaningless[name];
      say(value, epoch && !nothing ? read[name](epoch) : "–");
      say(about, nothing ? text.reconstructions.meaningless[name] : meaning);
    }
  };
}
