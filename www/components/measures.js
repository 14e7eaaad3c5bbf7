// How good the reconstructions are, in four numbers, each with what it means.

import { decibel, figure, percent } from "../format.js";
import { text } from "../strings.js";
import { h, say } from "./dom.js";

/** @import { Denoised } from "./reconstructions.js" */
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
  /** What the network is given, and what it makes of it, where it sees its pictures corrupted. */
  const noisy = /** @type {const} */ (["input", "output"]).map((name) => {
    const value = h("dd", { class: "numbers", id: `measure-denoised-${name}` }, "–");
    const about = h("dd", { class: "soft small" });
    return { name, value, about, box: h("div", {}, h("dt", {}, text.reconstructions.denoising[name]), value, about) };
  });
  container.append(h("dl", { class: "measures" }, ...rows.map(({ box }) => box), ...noisy.map(({ box }) => box)), h("p", { class: "soft small" }, text.reconstructions.measured));

  /** @param {{epoch: EpochEvent|null, shown: boolean, accuracy: boolean, ssim: boolean, denoised: Denoised|null}} props
   *   `accuracy`, `ssim`: whether it means nothing on these pictures */
  return function render({ epoch, shown, denoised, ...meaningless }) {
    container.hidden = !shown;
    for (const { name, value, about, box } of noisy) {
      box.hidden = denoised === null;
      say(value, decibel(denoised?.[name]));
      say(about, denoised ? text.reconstructions.denoising.meaning(denoised.pictures) : "");
    }
    for (const { name, value, about, meaning } of rows) {
      const nothing = (name === "accuracy" || name === "ssim") && meaningless[name];
      say(value, epoch && !nothing ? read[name](epoch) : "–");
      say(about, nothing ? text.reconstructions.meaningless[name] : meaning);
    }
  };
}
