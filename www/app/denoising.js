// What a denoising autoencoder is given and what it makes of that, on one scale: PSNR of the noisy pictures beside
// that of their reconstructions, over the same pictures. Pure.

import { decibel } from "../format.js";
import { text } from "../strings.js";
import { isOver } from "./run.js";

/** @import { Reconstructions } from "../protocol.js" */
/** @import { Run } from "./run.js" */

/** In decibels. @typedef {{input: number, output: number, pictures: number}} Denoised */

/** The peak signal-to-noise ratio of values between 0 and 1, in decibels. @param {number} mse */
const psnrOf = (mse) => -10 * Math.log10(mse);

/** @type {WeakMap<Reconstructions, Denoised|null>} */
const known = new WeakMap();

/** @param {Reconstructions} reconstructions @returns {Denoised|null} */
function measure({ inputs, corrupted, errors }) {
  if (inputs === null || corrupted === null || errors.length === 0) return null;
  const [clean, noisy] = [inputs.image.data, corrupted.image.data];
  // Of the pictures, not of what may lie after them; alpha is no part of them.
  const bytes = errors.length * inputs.width * inputs.height * 4;
  let squares = 0;
  for (let at = 0; at < bytes; at += 1) if (at % 4 !== 3) squares += ((clean[at] - noisy[at]) / 255) ** 2;
  const input = squares / (bytes * 0.75);
  const output = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return input > 0 && output > 0 ? { input: psnrOf(input), output: psnrOf(output), pictures: errors.length } : null;
}

/** Null where the network sees its pictures as they are, or drew none yet.
 * @param {Reconstructions|null|undefined} reconstructions @returns {Denoised|null} */
export function denoisedOf(reconstructions) {
  if (!reconstructions) return null;
  const found = known.get(reconstructions);
  if (found !== undefined) return found;
  const measured = measure(reconstructions);
  known.set(reconstructions, measured);
  return measured;
}

/** What is to be said of a run that has ended and leaves its pictures noisier than they were.
 * @param {Run|null} run @param {Denoised|null} denoised @returns {string[]} */
export const remarksOnDenoising = (run, denoised) =>
  run && denoised && isOver(run) && denoised.output < denoised.input
    ? [text.remarks.noisier(decibel(denoised.input), decibel(denoised.output), denoised.pictures)]
    : [];
