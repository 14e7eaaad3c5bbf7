// What happened in training and what seems wrong with it, as the wasm module tells it: a closed set.

/** @typedef {{type: "step", phase: number, epoch: number, step: number, loss: number, accuracy: number|null, pictures: number}} StepEvent */
/** @typedef {{type: "validating", phase: number, epoch: number, done: number, total: number}} ValidatingEvent */
/**
 * @typedef {object} EpochEvent
 * @property {"epoch"} type
 * @property {number} phase
 * @property {number} epoch
 * @property {number} step
 * @property {number} loss
 * @property {number|null} accuracy
 * @property {number} valLoss
 * @property {number|null} valAccuracy
 * @property {number|null} mse
 * @property {number|null} psnr
 * @property {number|null} ssim
 * @property {(number|null)[]} [valClassAccuracy]  of each class, of a classifier; null for a class without test pictures
 * @property {{k: number, accuracy: number}} [valTopK]
 * @property {{reconstruction: number, kl: number}} [lossTerms]  of which the loss of a variational autoencoder is made; `kl` without its weight
 * @property {{reconstruction: number, kl: number}} [valLossTerms]
 * @property {number} [learningRate]  of the epoch's last step, where it is not the same for all
 */
/** @typedef {{type: "learning-rate", phase: number, epoch: number, step: number, learningRate: number}} LearningRateEvent  lowered, because the validation loss did not fall */
/** @typedef {{type: "restored", phase: number, epoch: number, step: number, bestEpoch: number, valLoss: number}} RestoredEvent */
/** @typedef {{type: "phase", phase: number, name: string}} PhaseEvent */
/** @typedef {{type: "finished", reason: "completed"|"stopped-early", phase: number, epoch: number, step: number}} FinishedEvent */
/** @typedef {{type: "diverged", phase: number, epoch: number, step: number, message: string}} DivergedEvent */

/** What seems to be wrong with a run, as the wasm module judges its numbers.
 * @typedef {(
 *   | {sign: "black-reconstructions"} | {sign: "white-reconstructions"} | {sign: "same-reconstructions"}
 *   | {sign: "diverging"|"rising", loss: number, start: number}
 *   | {sign: "guessing", loss: number, guess: number, epochs: number, same: boolean}
 *   | {sign: "young-averages", steps: number, share: number}
 *   | {sign: "by-heart", accuracy: number, valAccuracy: number}
 * )} Finding */
/** All that seems wrong after an epoch. @typedef {{type: "diagnosis", phase: number, epoch: number, step: number, findings: Finding[]}} DiagnosisEvent */

/** What a data set makes meaningless.
 * @typedef {(
 *   | {kind: "one-class"|"grey-pictures"|"plain-pictures"|"mid-tones"}
 *   | {kind: "small-pictures", side: number}
 *   | {kind: "no-test-pictures"|"no-training-pictures", classes: string[]}
 * )} Caveat */

/** What happened in training, as the wasm module tells it: a closed set.
 * @typedef {StepEvent|DiagnosisEvent|ValidatingEvent|EpochEvent|PhaseEvent|LearningRateEvent|RestoredEvent|FinishedEvent|DivergedEvent} RunEvent */

export {};
