// What the section of the stacked autoencoder says.

import { integer, moment } from "../format.js";

export const stacked = {
  heading: "Stacked, layer by layer",
  prose: "A deep autoencoder, trained one stage after another.",
  choices: "Settings",
  more: "The first stage learns to shrink a picture and to reconstruct it. Then it is frozen, and the second stage learns to shrink what the first one made of the picture; then the third. Each has an easy task of its own. In the end all of them are joined and tuned together. This is how deep networks were first trained, before better starting weights and optimizers made it unnecessary.",
  epochsNote: "Each stage trains for this many epochs, and so does the fine-tuning: four times as many in all.",
  none: "No stack has been trained yet.",
  goOn: "Continue",
  choose: "Stacked run",
  noRuns: "Every stacked run that you train is kept and can be chosen here.",
  /** @type {(name: string, beside: string) => string} */
  option: (name, beside) => `${name}, ${beside}`,
  beside: (/** @type {number} */ epochs, /** @type {number} */ at) => `${epochs === 1 ? "1 epoch" : `${epochs} epochs`} a stage, ${moment(at)}`,
  names: {
    pretrained: (/** @type {number} */ seed) => `Classifier from the stack, seed ${seed}`,
    scratch: (/** @type {number} */ seed) => `Classifier from scratch, seed ${seed}`,
  },

  ladder: {
    heading: "The ladder",
    prose: "Read it from top to bottom. Every rung shows the same network, from the picture on the left through its code in the middle to the reconstruction on the right. What learns in this rung is filled.",
    waiting: "The ladder comes as soon as the trainer is here.",
    numbers: (/** @type {number} */ n) => `${integer(n)} numbers`,
    tuning: "Fine-tuning",
    stage: (/** @type {number} */ n) => `Stage ${n}`,
    names: { learns: "learns", frozen: "frozen", draws: "only draws" },
    /** @type {Record<"waiting"|"now"|"done"|"ended", string>} */
    kinds: { waiting: "to come", now: "learns now", done: "done", ended: "stopped here" },
    epoch: (/** @type {number} */ n, /** @type {number} */ of) => `epoch ${n} of ${of}`,
    /** The layers that do it. */
    rows: {
      learns: (/** @type {string} */ layers) => `Learns: ${layers}.`,
      frozen: (/** @type {string} */ layers) => `Frozen: ${layers}.`,
      draws: (/** @type {string} */ layers) => `Only draws: ${layers}.`,
    },
    learnsAll: "Learns: every layer, all at once.",
    /** @type {Record<string, string>} */
    options: { "binary-cross-entropy": "Loss: binary cross-entropy of the pictures", "mean-squared-error": "Loss: mean squared error of the pictures", code: "Loss: mean squared error of the codes" },
    valLoss: "Test loss",
    psnr: "PSNR",
    psnrMeaning: "The losses of different rungs measure different things and cannot be compared. PSNR can: it is always that of the whole way from picture to picture, of the mean squared error over all test pictures, in decibels. Higher is better.",
    curve: "Training loss (line) and test loss (dots)",
  },
  outcome: {
    /** @type {(stages: string[], code: string, numbers: number, picture: number) => string} */
    stages: (stages, code, numbers, picture) => `From stage to stage the code gets smaller, and the reconstructions go from ${stages.join(" to ")}. The last code, ${code}, holds ${integer(numbers)} numbers for a picture of ${integer(picture)}.`,
    gained: (/** @type {string} */ by) => `Fine-tuning raised PSNR by ${by}.`,
    lost: (/** @type {string} */ by) => `Fine-tuning lowered PSNR by ${by}: it has not caught up within these epochs.`,
  },

  reconstructions: {
    heading: "Through one stage, two, three",
    prose: "The same test pictures at the end of each phase. Every further stage has to reconstruct them from a smaller code. Their PSNR is that of these few pictures; the ladder’s is that of all test pictures, so the two differ.",
    psnr: (/** @type {string} */ decibel, /** @type {number} */ n) => `PSNR ${decibel} over ${n === 1 ? "this picture" : `these ${integer(n)}`}`,
    input: "Picture",
    after: (/** @type {number} */ n) => (n === 1 ? "Through 1 stage" : `Through ${n} stages`),
    tuned: "After fine-tuning",
    code: (/** @type {string} */ shape) => `code ${shape}`,
    learning: "learning now",
    toCome: (/** @type {string} */ rung) => `They come as soon as ${rung.toLowerCase()} begins.`,
    notReached: "The run ended before this.",
    gone: "Not available. Pictures between the stages are kept only while this page is open, and this run is from an earlier visit.",
    kept: "Fetching the reconstructions of the saved network…",
    alt: (/** @type {string} */ row, /** @type {number} */ n, /** @type {string} */ name) => `${row}, ${n}: ${name}`,
    blank: "Not reconstructed yet",
  },

  compare: {
    heading: "Did pre-training help?",
    prose: "The encoder has seen every training picture and not one label. Here it becomes the start of a classifier: two dense layers are put on its code, and all of it is trained on the labels. The same classifier is trained again from scratch, with the same seed, pictures and order. They differ in the weights of their first three convolutions and in nothing else.",
    epochs: "Epochs",
    seeds: "Seeds",
    start: "Train both",
    goOn: "Continue",
    stop: "Stop",
    half: (/** @type {string} */ label, /** @type {number} */ epoch, /** @type {number} */ epochs) =>
      `${label} was interrupted in epoch ${epoch} of ${epochs} and can go on from there.`,
    noClassifier: "The classifier that is trained here begins with the layers of the stacked autoencoder that comes with the page; this run has others.",
    noEncoder: "This needs a stacked run that has gone through all its phases.",
    ready: (/** @type {string} */ label) => `The encoder is that of ${label}.`,
    waiting: (/** @type {number} */ n) => `${n} ${n === 1 ? "classifier waits" : "classifiers wait"} for the trainer.`,
    /** @type {(label: string, epoch: number, epochs: number, left: number) => string} */
    training: (label, epoch, epochs, left) => `${label}: epoch ${epoch} of ${epochs}.${left > 0 ? ` ${left} more to come.` : ""}`,
    accuracy: "Test accuracy",
    loss: "Test loss",
    /** @type {Record<"pretrained"|"scratch", (seeds: number) => string>} */
    lines: {
      pretrained: (seeds) => (seeds > 1 ? `from the stack, mean of ${seeds}` : "from the stack"),
      scratch: (seeds) => (seeds > 1 ? `from scratch, mean of ${seeds}` : "from scratch"),
    },
    table: "Test accuracy, epoch by epoch",
    columns: { epoch: "Epoch", pretrained: "From the stack", scratch: "From scratch", difference: "Difference", deviation: "Deviation" },
    noFindings: "The conclusion appears here once both classifiers have finished.",
  },
  findings: {
    heading: "Conclusion",
    /** @type {(stack: string, scratch: string, by: string) => string} */
    first: (stack, scratch, by) => `After its first epoch the classifier from the stack classifies ${stack} of the test pictures correctly, the one from scratch ${scratch}: a difference of ${by}.`,
    noHeadStart: "So there is no head start.",
    /** @type {(reached: number, head: number) => string} */
    headStart: (reached, head) => `From scratch it takes ${reached} epochs to get as far: a head start of ${head} ${head === 1 ? "epoch" : "epochs"}.`,
    never: (/** @type {number} */ epochs) => `From scratch it does not get as far within ${epochs} ${epochs === 1 ? "epoch" : "epochs"}.`,
    /** @type {(epochs: number, stack: string, scratch: string, by: string) => string} */
    last: (epochs, stack, scratch, by) => `After ${epochs} epochs it is ${stack} against ${scratch}: ${by}.`,
    few: (/** @type {number} */ epochs) =>
      `Caution: ${epochs === 1 ? "one epoch is" : `${integer(epochs)} epochs are`} few. Both classifiers are at the beginning of their learning, and a difference there need not last. Train for more epochs before you conclude that pre-training helps or does not.`,
    unknown: "This is one seed. It cannot tell an effect from chance: another seed may say the opposite. Train several to see how much they differ.",
    /** @type {(seeds: number, low: string, high: string, deviation: string) => string} */
    chance: (seeds, low, high, deviation) => `Over ${seeds} seeds the last difference has a deviation of ${deviation}. With 95 % confidence it lies between ${low} and ${high}: the interval contains 0, so it may be chance.`,
    /** @type {(seeds: number, low: string, high: string, deviation: string) => string} */
    better: (seeds, low, high, deviation) => `Over ${seeds} seeds the last difference has a deviation of ${deviation}. With 95 % confidence it lies between ${low} and ${high}: pre-training helped here, and not by chance alone.`,
    /** @type {(seeds: number, low: string, high: string, deviation: string) => string} */
    worse: (seeds, low, high, deviation) => `Over ${seeds} seeds the last difference has a deviation of ${deviation}. With 95 % confidence it lies between ${low} and ${high}: the start from the stack did worse here, and not by chance alone.`,
    /** @type {(done: number, of: number) => string} */
    partial: (done, of) => `So far ${done} of ${of} seeds are finished with both.`,
    onlyHere: "It is one stack, trained once. The seeds vary the classifiers and not the stack, so this speaks of this encoder only.",
  },
};
