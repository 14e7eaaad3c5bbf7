// What is said of runs that do not learn, and of pictures on which a measure means nothing: a sentence each,
// with what to try. The terminal has the same ones in Rust.

import { either, figure, integer, percent, wholePercent } from "../format.js";

/** @import { Caveat, Finding } from "../run-events.js" */

/** Classes that are named in a sentence. */
const MOST_NAMED = 5;

/** @param {string[]} names */
const some = (names) => (names.length > MOST_NAMED ? `${names.slice(0, MOST_NAMED).join(", ")} and ${integer(names.length - MOST_NAMED)} more` : either(names));

export const remarks = {
  heading: "Remarks on this run",
  /** @param {Finding} finding */
  finding(finding) {
    switch (finding.sign) {
      case "black-reconstructions":
        return "All reconstructions are black: the output’s relu gives 0 for every value, and then nothing more is learned. Try the sigmoid output, a lower learning rate or another seed.";
      case "white-reconstructions":
        return "All reconstructions are white: every output is 1 or more, where this loss has no slope, and then nothing more is learned. Try the sigmoid output, a lower learning rate or another seed.";
      case "same-reconstructions":
        return "All pictures are reconstructed as the same one, so the code says nothing about them. Try a lower learning rate, another seed or more epochs.";
      case "diverging":
        return `The loss is ${figure(finding.loss)}, and was ${figure(finding.start)} at first: training diverges, though the loss is still a number. Try a much lower learning rate.`;
      case "rising":
        return `The loss is ${figure(finding.loss)}, far above the ${figure(finding.start)} of the beginning: training makes it worse. Try a lower learning rate.`;
      case "guessing":
        return `The loss has been that of guessing (${figure(finding.guess)}) for ${finding.epochs === 1 ? "an epoch" : `${integer(finding.epochs)} epochs`}${finding.same ? ", and every picture gets the same answer" : ""}. Try a lower learning rate, another seed or more epochs.`;
      case "young-averages":
        return `After ${integer(finding.steps)} steps, ${wholePercent(finding.share)} of batch normalisation’s moving averages is still what they began with, so test pictures come out worse than training pictures. Train for more steps: more epochs, or smaller batches.`;
      case "by-heart":
        return `The training pictures are known by heart (${percent(finding.accuracy)} correct), and the test pictures are guessed (${percent(finding.valAccuracy)}). Try more training pictures, or fewer epochs.`;
    }
    // A later version of the library may know more signs.
    return "";
  },
  /** @type {(input: string, output: string, pictures: number) => string} */
  noisier: (input, output, pictures) =>
    `The reconstructions are worse than the noisy pictures that the network was given: their PSNR is ${output}, that of its input ${input}, both over the same ${integer(pictures)} test pictures. It has not learned to denoise yet. Try more epochs; a little noise is hard to beat, because the code itself loses detail.`,
  /** @param {Caveat} caveat */
  caveat(caveat) {
    switch (caveat.kind) {
      case "one-class":
        return "All training pictures are of one class, so a classifier is always right and learns nothing. Add a class, or train an autoencoder.";
      case "no-test-pictures":
        return `There are no test pictures of ${some(caveat.classes)}: the accuracy says nothing about ${caveat.classes.length === 1 ? "it" : "them"}.`;
      case "no-training-pictures":
        return `There are no training pictures of ${some(caveat.classes)}, so every test picture of ${caveat.classes.length === 1 ? "it" : "them"} counts as wrong.`;
      case "grey-pictures":
        return "Most pixels of the test pictures are grey and have no strongest channel, so Keras’ “accuracy” says nothing here.";
      case "mid-tones":
        return "Most pixels of the test pictures are neither black nor white. Keras’ “accuracy” counts pixels that are, so it says nothing here.";
      case "small-pictures":
        return `The pictures’ shorter side has ${integer(caveat.side)} pixels, and SSIM compares parts of 11 × 11: there is none. Look at the mean squared error.`;
      case "plain-pictures":
        return "Most test pictures have one colour all over and no structure, so SSIM says nothing here.";
    }
    return "";
  },
};
