// Every word that the page says, in one object; the larger sections' words lie in strings/. Sentences
// take their values as arguments. Only the title and the words for a browser without JavaScript
// stand in index.html.

import { either, integer, size, wholePercent } from "./format.js";
import { language } from "./language.js";
import { cnns } from "./strings/cnns.js";
import { hosts } from "./strings/hosts.js";
import { keep } from "./strings/keep.js";
import { learned } from "./strings/learned.js";
import { lesson } from "./strings/lesson.js";
import * as layers from "./strings/lesson-layers.js";
import { numbers } from "./strings/numbers.js";
import { intake, pictures } from "./strings/pictures.js";
import { remarks } from "./strings/remarks.js";
import { stacked } from "./strings/stacked.js";
import { storage } from "./strings/storage.js";
import { studio } from "./strings/studio.js";
import { training } from "./strings/training.js";
import { waits } from "./strings/waits.js";

/** The words in English, which those of any other language are compared with. */
export const english = {
  skip: "Skip to the sections",
  unnamed: "(no name)",
  more: "More",
  masthead: {
    name: "tabgrad",
    heading: "A network learns in this tab",
    lead: "Nothing is installed, and nothing leaves this machine.",
  },

  /** What the bar calls the sections, in the order of the page. @type {Record<string, string>} */
  sections: {
    pictures: "Pictures",
    train: "One model",
    cnns: "Six CNNs",
    studio: "Autoencoders",
    stacked: "Stacked",
    lesson: "One step",
    learned: "What it learned",
    keep: "Keep",
  },

  bar: {
    contents: "Sections of this page",
    run: "The current run",
    progress: "Progress of the run",
    pause: "Pause",
    resume: "Resume",
    paused: "paused",
    stop: "Stop",
    stopAll: "Stop all",
    waiting: (/** @type {number} */ n) => `${integer(n)} waiting`,
  },

  /** How runs are told apart that have the same name, or the same model and seed. */
  runNames: {
    model: (/** @type {string} */ model, /** @type {number} */ seed) => `${model}, seed ${seed}`,
    /** How the name of a setting stands within a sentence. */
    within: (/** @type {string} */ name) => name.toLowerCase(),
    epochs: (/** @type {number} */ n) => (n === 1 ? "1 epoch" : `${integer(n)} epochs`),
    patience: (/** @type {number|null} */ n) => (n === null ? "without early stopping" : `stopping early after ${integer(n)}`),
    aspect: (/** @type {string} */ name, /** @type {string} */ value) => `${name.toLowerCase()} ${value}`,
    started: (/** @type {string} */ moment) => `started ${moment}`,
    number: (/** @type {number} */ n) => `no. ${n}`,
  },

  element: {
    open: "Open",
    opening: "Opening…",
    promise: "Trains in this page, on this machine. Nothing is installed and nothing is sent away.",
    unknown: (/** @type {string} */ section, /** @type {string[]} */ names) =>
      `This element names the section “${section}”; it can be ${either(names)}.`,
    failed: (/** @type {string} */ why) => `The lab could not be opened. ${why} Reload the page and try again.`,
  },

  pictures,
  intake,

  model: {
    kinds: { classifier: "Classifiers", autoencoder: "Autoencoders" },
    choose: "Model",
    fixed: "The model and its settings stay as they are until the run ends.",
    waiting: "Waiting for the trainer",
    open: "Open a model file…",
    openHint: "A JSON file with layers, as the terminal’s --print-spec writes it. It stays on this machine.",
    reading: "Reading the model…",
    own: "Your own model.",
    fromAddress: "The address",
    nameTaken: (/** @type {string} */ name) => `${name} is the name of a model that is here already. Give yours another “name”.`,
    tooLarge: (/** @type {string} */ name, /** @type {number} */ most) => `${name} has more than ${integer(most)} bytes, which no model needs. Choose a JSON file with a model.`,
    unread: (/** @type {string} */ name) => `${name} did not come in time. Check the connection and try again.`,
    nowhere: (/** @type {string} */ given) => `“${given}” is neither a model as JSON nor the path of a file on this site.`,
    elsewhere: (/** @type {string} */ address) =>
      `The address asks for a model from ${address}. A link may not send this page to another site: put the file beside the page, or open it from your disk.`,
    summary: (/** @type {string} */ name) => `Layers of ${name}`,
    columns: { layer: "Layer", shape: "Output shape", parameters: "Parameters" },
    totals: { total: "Total", trainable: "Trainable", nonTrainable: "Not trainable" },
    /** @param {{multiplyAdds: number, layer: string, share: number}} slow */
    slow: ({ multiplyAdds, layer, share }) =>
      `This network is slow, above all on the CPU: one picture takes ${integer(multiplyAdds / 1e6)} million multiply-adds, ${wholePercent(share)} of them in ${layer}. Fewer filters there, or an earlier pooling layer, make it faster.`,
    folded: (/** @type {string} */ name, /** @type {number} */ layers, /** @type {number} */ parameters) =>
      `Layers of ${name}: ${integer(layers)}, with ${integer(parameters)} parameters`,
    shapeNote: "N is the batch: how many pictures go through at once.",
  },

  settings: {
    heading: "Settings",
    /** @type {Record<import("./app/settings.js").Key, string>} */
    labels: {
      epochs: "Epochs",
      batchSize: "Batch size",
      learningRate: "Learning rate",
      seed: "Seed",
      patience: "Stop early after",
      padding: "Padding",
      output: "Output",
      loss: "Loss",
      noise: "Noise",
      noiseLevel: "Noise level",
    },
    /** @type {Partial<Record<import("./app/settings.js").Key, string>>} */
    hints: { patience: "epochs without gain" },
    off: "off",
    /** @type {Record<string, string>} */
    options: {
      valid: "valid",
      same: "same",
      sigmoid: "sigmoid",
      relu: "relu",
      "binary-cross-entropy": "binary cross-entropy",
      "mean-squared-error": "mean squared error",
      none: "none",
      gaussian: "Gaussian",
      "salt-and-pepper": "salt and pepper",
      masking: "masking",
    },
  },

  numbers,

  remarks,

  compute: {
    label: "Compute with",
    workers: "CPU workers",
    noReplicas: (/** @type {string} */ why) => `No more workers could be made, so one trains. ${why}`,
    /** @type {Record<import("./app/compute.js").Choice, string>} */
    choices: { auto: "the faster one", webgpu: "WebGPU", cpu: "the CPU", ndarray: "ndarray (slow)" },
    /** @type {Record<import("./protocol.js").Backend, string>} */
    names: { flex: "the CPU", wgpu: "WebGPU", ndarray: "ndarray" },
    looking: "Looking for a GPU.",
    onCpu: (/** @type {string} */ why) => `The CPU computes. ${why}`,
    cpuChosen: "The CPU computes, because you chose it.",
    ndarrayChosen: "burn-ndarray computes, because you chose it. It is there to compare with.",
    gpuChosen: (/** @type {string} */ adapter) => `WebGPU computes (${adapter}), because you chose it.`,
    cannot: (/** @type {string} */ why) => `WebGPU was chosen, but cannot compute here. ${why} Choose the CPU.`,
    willMeasure: (/** @type {string} */ adapter) =>
      `There is a GPU (${adapter}). Start tries this model on both for a few seconds, and the faster one trains.`,
    /** @type {(adapter: string, model: string, batch: number, speeds: import("./protocol.js").Speeds) => string} */
    measured: (adapter, model, batch, { wgpu, flex }) =>
      `${wgpu > flex ? "WebGPU" : "The CPU"} computes: with ${model} in batches of ${batch}, WebGPU (${adapter}) trained ${integer(wgpu)} pictures a second here and the CPU ${integer(flex)}.`,
    /** @type {Record<"loading"|"preparing"|"checking"|"gpu"|"cpu", string>} */
    stages: {
      loading: "Loading what computes on the GPU…",
      preparing: "Making the GPU’s kernels for this model…",
      checking: "Comparing the GPU with the CPU, operator by operator…",
      gpu: "Timing the GPU on this model…",
      cpu: "Timing the CPU on this model…",
    },
    skip: "Skip, and train on the CPU",
    skipped: "The check of the GPU was skipped. Choose the CPU, or let the check end.",
    check: "Check my GPU",
    checking: "Checking the GPU…",
    look: "Look again",
    again: "Measure again",
    table: (/** @type {string} */ model) => `GPU and CPU compared on the operators of ${model}`,
    allAgree: (/** @type {number} */ n, /** @type {number} */ tolerance) =>
      `All ${n} tensors agree. The difference is the largest one, as a part of the tensor’s largest value; up to ${tolerance} passes.`,
    someDiffer: (/** @type {number} */ wrong, /** @type {number} */ n, /** @type {number} */ tolerance) =>
      `${wrong} of ${n} tensors differ by more than ${tolerance} of their largest value. This GPU, or its driver, computes something wrong. The CPU trains.`,
    columns: { tensor: "Tensor", difference: "Difference", verdict: "" },
    agrees: "agrees",
    differs: "differs",
    unsound: (/** @type {string} */ model) =>
      `The GPU does not compute what ${model} needs as the CPU does, so it is not used. The table below the settings shows where. Newer graphics drivers may help.`,
    notTried: (/** @type {string} */ why) => `The GPU could not be tried, so the CPU trains. ${why}`,
    notTimed: "This browser’s clock could not tell which device is faster, so the CPU trains. To train on the GPU, choose WebGPU.",
    notChecked: (/** @type {string} */ why) => `The GPU could not be checked. ${why}`,
    noWebGpu: "This browser has no WebGPU.",
    noAdapter: "This browser has WebGPU, but found no graphics adapter for it.",
    noTimestamps: "This graphics adapter lacks WebGPU’s timestamp queries, which the GPU code needs.",
    /** @type {(limit: string, found: number, least: number) => string} */
    tooSmall: (limit, found, least) => `This graphics adapter is too small: its ${limit} is ${found}, and ${least} is needed.`,
    /** @type {(config: {model: string, batchSize: number}, bytes: number, most: number, fits: number) => string} */
    tooLargeBatch: ({ model, batchSize }, bytes, most, fits) =>
      `A batch of ${integer(batchSize)} is too large for this GPU: ${model} makes maps of ${size(bytes)} of it, and this GPU takes ${size(most)} at once. ${fits > 0 ? `Take a batch of up to ${integer(fits)}, or train on the CPU.` : "Train on the CPU."}`,
    notServed: "There is a GPU, but the code for it is not here yet.",
    unnamed: "unnamed adapter",
    software: (/** @type {string} */ name) => `${name}, emulated in software`,
    failedHere: "The GPU failed during this visit. Reload the page to try it again.",
    lost: (/** @type {string} */ why) =>
      `The GPU was lost (${why}). Its weights are gone with it; the curves so far are kept. Nothing was trained on wrong numbers.`,
    silent: "it stopped answering",
    outOfMemory:
      "The GPU has not enough memory for this batch. The curves so far are kept. Train on the CPU, or reload the page and take a smaller batch.",
    refusedKernel: (/** @type {string} */ why) =>
      `The GPU refused a kernel or a command, so its numbers cannot be trusted and the run has ended. The curves so far are kept. It said: ${why}`,
  },

  training,

  charts: {
    loss: "Loss",
    accuracy: "Accuracy",
    pixelAccuracy: "Keras “accuracy”",
    training: "training",
    validation: "test",
    empty: "The curve will be drawn here.",
    x: "epochs",
    alt: (/** @type {string} */ title) =>
      `${title} by epoch, on training and on test pictures. The table “Values by epoch” has the same numbers.`,
    smoothed: "The training line is smoothed over the last steps.",
    belowTest: "Here the training accuracy of an epoch lies below its test accuracy, and that is no error. The training accuracy is an average over the epoch’s steps, while the weights are still changing and with dropout and augmentation switched on where there are any. The test accuracy is measured after the epoch, with the better weights of its end and everything switched off.",
    table: "Values by epoch",
    noEpochs: "The first row comes when the first epoch ends.",
    columns: {
      epoch: "Epoch",
      loss: "Loss",
      accuracy: "Accuracy",
      valLoss: "Test loss",
      valAccuracy: "Test accuracy",
      mse: "MSE",
      psnr: "PSNR",
      ssim: "SSIM",
    },
  },

  cnns,

  compare: {
    values: "The values",
    table: (/** @type {string} */ title) => `${title}: the values`,
    alt: (/** @type {string} */ title, /** @type {string[]} */ names) =>
      names.length > 0 ? `${title}. Lines of ${names.join(", ")}.` : `${title}. No line yet.`,
  },

  table: { sorts: "A press on a column’s name sorts by it." },

  reconstructions: {
    heading: "Reconstructions",
    prose: "Eight test pictures, reconstructed by the network about once a second while it learns. It has never trained on them. The last row shows where the two differ: the darker, the closer.",
    rows: {
      inputs: "Picture",
      corrupted: "What it sees",
      outputs: "Reconstruction",
      differences: "Difference × 3",
    },
    alt: (/** @type {string} */ row, /** @type {number} */ n, /** @type {string} */ name) =>
      `${row} ${n}: ${name}`,
    at: (/** @type {number} */ step) => (step === 0 ? "Before the first step" : `After step ${integer(step)}`),
    waiting: "They come as soon as the training starts.",
    measures: {
      mse: { name: "MSE", meaning: "mean squared error of a pixel value between 0 and 1; lower is better" },
      psnr: { name: "PSNR", meaning: "the MSE on a logarithmic scale, 10 · log₁₀(1 ÷ MSE), in decibels; higher is better" },
      ssim: { name: "SSIM", meaning: "likeness of local structure; 1 is the same picture" },
      accuracy: {
        name: "Keras “accuracy”",
        meaning: "share of pixels whose strongest channel (red, green or blue) agrees. Keras prints it under this name; it says little about how good a picture looks",
      },
    },
    meaningless: {
      accuracy: "means nothing here: most pixels are grey and have no strongest channel",
      ssim: "means nothing here: most pictures have one colour all over and no structure",
    },
    measured: "On all test pictures, after the last epoch.",
    denoising: {
      input: "PSNR of the noisy input",
      output: "PSNR of its reconstruction",
      meaning: (/** @type {number} */ pictures) => `over the ${integer(pictures)} test pictures that are shown, not over all; a network that denoises lies above its input`,
      /** @type {(input: string, output: string, pictures: number, better: boolean) => string} */
      told: (input, output, pictures, better) =>
        `Over these ${integer(pictures)} pictures the noisy input has a PSNR of ${input}, the reconstruction ${output}: the network makes them ${better ? "better" : "worse"}.`,
    },
  },

  lesson,
  layers,

  studio,

  stacked,

  learned,

  keep,

  hosts,

  storage,

  waits,

  fault: {
    /** @type {Record<import("./components/notices.js").Way, string>} */
    headings: {
      restart: "The trainer has stopped",
      cpu: "The GPU has stopped",
      window: "This page cannot train here",
      reload: "Two versions are mixed",
    },
    restart: "Start the trainer again",
    onCpu: "Train on the CPU instead",
    reload: "Reload without the cache",
    window: (/** @type {string} */ address) => `Open ${address} in a window of its own`,
  },
  dismiss: "Dismiss",
  retry: "Try again",
  footer: "All arithmetic happens in WebAssembly compiled from Rust, on this machine.",

  errors: {
    noPictures: (/** @type {string} */ why) => `The pictures could not be loaded. ${why}`,
    notServed: (/** @type {string} */ path, /** @type {number} */ status) =>
      `The pictures could not be loaded: the server answered ${status} for ${path}. Check that the data folder is served beside the page.`,
    outside: (/** @type {string} */ file) =>
      `The manifest names “${file}”, which is no file of its folder. Make the data again with data-prep.`,
    cutOff: (/** @type {string} */ path) =>
      `The pictures could not be loaded: ${path} broke off half-way. Try again.`,
    keptDamaged: (/** @type {string} */ why) =>
      `The pictures kept in this browser could not be read, so the bundled ones are used. ${why}`,
    notKept: (/** @type {string} */ why) =>
      `These pictures are in use now but could not be kept for the next visit: ${why}`,
    /** @type {(path: string, is: string, most: string) => string} */
    fileTooLarge: (path, is, most) => `${path} has ${is}; files of up to ${most} are read. Give a part of it.`,
    cancelled: "The import was cancelled.",
    notComplete: "The pictures have not arrived completely. Wait for them, then start.",
    busy: "A run is training. Stop it before changing the pictures.",
    runNotKept: (/** @type {string} */ why) =>
      `Runs cannot be kept in this browser, so a reload loses them. ${why}`,
    runElsewhere: "Another tab trains this run now. Stop it there, or wait until it has ended.",
    runNotHere: "The weights of this run are not kept in this browser. Train it again.",
    otherData: (/** @type {string} */ name) =>
      `This run learned from other pictures (${name}). Load those again to query it or to continue it.`,
    noTrace: "There is no network to trace yet. Choose a model first.",
    notLoaded: (/** @type {string} */ why) =>
      `The trainer could not be loaded: ${why} Reload the page, or start it again below.`,
    crashed: (/** @type {string} */ why) =>
      `The trainer met an error it cannot recover from (${why}). Its run can go on from where it was kept; the pictures and your settings stay.`,
    dead: "The trainer has stopped. Start it again.",
    noReason: "no reason given",
    unknownModel: (/** @type {string} */ name) =>
      `The address asks for a model named “${name}”, which does not exist. The first one is chosen instead.`,
    unknownSection: (/** @type {string} */ section, /** @type {string[]} */ names) =>
      `The address asks for the section “${section}”, which does not exist; it can be ${either(names)}. The whole page is shown.`,
    unknownPart: (/** @type {string} */ name, /** @type {string[]} */ has) =>
      `Nothing here is called “${name}”, so it can neither be hidden nor locked; there are ${has.join(", ")}.`,
    unknownKey: (/** @type {string} */ key, /** @type {string} */ section, /** @type {string[]} */ has) =>
      `The address says “${key}”, and the section “${section}” has no such setting${has.length > 0 ? `; it has ${has.join(", ")}` : ""}. It is not used.`,
    notAnOption: (/** @type {string} */ label, /** @type {string} */ typed, /** @type {string[]} */ options) =>
      `${label} is “${typed}”; it can be ${either(options)}.`,
  },
};

/** The words of the page's language. The other ones are not loaded. @type {typeof english} */
export const text = language === "de" ? (await import("./strings/de/all.js")).german : english;
