// What the training of one model says.

import { integer } from "../format.js";

export const training = {
  heading: "One model",
  prose: "Press Start and watch its predictions improve.",
  more: "Six networks tell the classes apart. They differ in depth and in how they shrink a picture, by the largest or by the average of four neighbours. Four autoencoders learn to reconstruct a picture from a code of their own making. In one step the network sees a batch of pictures and shifts its weights a little, against its error. In one epoch it sees every training picture once. After each epoch the network is evaluated on the test pictures, without learning from them.",
  choices: "Model and settings",
  testAccuracy: "Test accuracy",
  testPsnr: "Test PSNR",
  time: "Time so far",
  predictions: {
    heading: "Predictions for eight test pictures",
    waiting: "Press Start: the network begins with guesses.",
    at: (/** @type {number} */ step) => `After step ${integer(step)}. The bar is the probability of the right class.`,
    insteadOf: (/** @type {string} */ name) => `actual: ${name}`,
    share: (/** @type {string} */ name, /** @type {string} */ share) => `${name}: ${share}`,
  },
  start: "Start",
  pause: "Pause",
  resume: "Resume",
  step: "Single step",
  stop: "Stop",
  reset: "Reset",
  goOn: "Continue this run",
  epochOf: (/** @type {number} */ n, /** @type {number} */ of) => `Epoch ${n} of ${of}`,
  phase: (/** @type {string} */ name) => `${name}: `,
  stepOf: (/** @type {number} */ n, /** @type {number} */ of) =>
    `Step ${integer(n)} of ${integer(of)}`,
  noEpoch: "Epoch",
  noRun: "Run",
  scoring: "Evaluating on the test pictures",
  epochBar: "Progress in this epoch",
  runBar: "Progress of the run",
  speed: "Pictures per second",
  speedBy: (/** @type {number} */ workers) => `Pictures/s, ${workers} workers`,
  left: "Time left",
  loss: "Training loss",
  accuracy: "Training accuracy",
  waitingFor: (/** @type {string} */ model) => `Waiting for ${model}, which trains now.`,
  run: (/** @type {string} */ model, /** @type {number} */ seed, /** @type {string} */ on) =>
    `This run: ${model}, seed ${seed}, on ${on}`,
  yourRun: "This run",
  status: {
    none: "Nothing has been trained yet.",
    loadingData: "The pictures are still on their way.",
    noData: "There are no pictures to train on.",
    starting: "Starting…",
    interrupted: "Interrupted when its page went away.",
    running: "Training.",
    paused: "Paused.",
    completed: "Finished.",
    "stopped-early": "Stopped early: the test loss had not improved for a while.",
    stopped: "Stopped.",
    diverged: "Stopped: the loss is no longer a number.",
    failed: "Stopped by an error.",
  },
  /** @type {(status: string, phase: string, epoch: number, epochs: number) => string} */
  announce: (status, phase, epoch, epochs) =>
    `${status} ${phase ? `${phase}, epoch` : "Epoch"} ${epoch} of ${epochs}.`,
};
