// Every word that the page says, in one place. Sentences take their values as arguments. Only
// the title and the words for a browser without JavaScript stand in index.html.

import { integer, size } from "./format.js";
import { learned } from "./strings/learned.js";
import { stacked } from "./strings/stacked.js";
import { cnns } from "./strings/cnns.js";
import { lesson } from "./strings/lesson.js";
import { intake, pictures } from "./strings/pictures.js";
import { keep } from "./strings/keep.js";

/** @param {string[]} words */
const either = (words) =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;

export const text = {
  skip: "Skip to the training",
  masthead: {
    name: "tabgrad",
    heading: "A network learns in this tab",
    lead: "Look at the pictures, train a network and watch it learn; compare six of them; see what an autoencoder keeps of a picture, and what one step changes. All of it runs on this machine, inside this page. Nothing is installed and nothing is sent away.",
  },

  bar: {
    contents: "Sections of this page",
    /** @type {Record<string, string>} */
    names: {
      pictures: "Pictures",
      train: "One model",
      cnns: "Six CNNs",
      studio: "Autoencoders",
      stacked: "Stacked",
      lesson: "One step",
      learned: "What it learned",
      keep: "Keep",
    },
    run: "The run that is on",
    progress: "Progress of the run",
    pause: "Pause",
    resume: "Resume",
    paused: "paused",
    stop: "Stop",
    waiting: (/** @type {number} */ n) => `${integer(n)} waiting`,
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
    summary: (/** @type {string} */ name) => `Layers of ${name}`,
    columns: { layer: "Layer", shape: "Output shape", parameters: "Parameters" },
    totals: { total: "Total", trainable: "Trainable", nonTrainable: "Not trainable" },
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
      gaussian: "Gaussian",
      "salt-and-pepper": "salt and pepper",
      masking: "masking",
    },
  },

  compute: {
    label: "Compute with",
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
    /** @type {Record<"loading"|"checking"|"gpu"|"cpu", string>} */
    stages: {
      loading: "Loading what computes on the GPU…",
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
    notChecked: (/** @type {string} */ why) => `The GPU could not be checked. ${why}`,
    noWebGpu: "This browser has no WebGPU.",
    noAdapter: "This browser has WebGPU, but found no graphics adapter for it.",
    noTimestamps: "This graphics adapter lacks WebGPU’s timestamp queries, which the GPU code needs.",
    /** @type {(limit: string, found: number, least: number) => string} */
    tooSmall: (limit, found, least) => `This graphics adapter is too small: its ${limit} is ${found}, and ${least} is needed.`,
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

  training: {
    heading: "One model",
    prose: "Six networks tell the classes apart. They differ in depth and in how they shrink a picture, by the largest or by the average of four neighbours. Four autoencoders learn to draw a picture again from a code of their own making. In one step the network sees a batch of pictures and shifts its weights a little, against its error. In one epoch it sees every training picture once. After each epoch the test pictures are scored, without learning from them.",
    start: "Start",
    pause: "Pause",
    resume: "Resume",
    step: "Single step",
    stop: "Stop",
    reset: "Reset",
    goOn: "Go on with this run",
    epochOf: (/** @type {number} */ n, /** @type {number} */ of) => `Epoch ${n} of ${of}`,
    phase: (/** @type {string} */ name) => `${name}: `,
    stepOf: (/** @type {number} */ n, /** @type {number} */ of) =>
      `Step ${integer(n)} of ${integer(of)}`,
    noEpoch: "Epoch",
    noRun: "Run",
    scoring: "Scoring the test pictures",
    epochBar: "Progress in this epoch",
    runBar: "Progress of the run",
    speed: "Pictures per second",
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
      "stopped-early": "Stopped early: the validation loss had not improved for a while.",
      stopped: "Stopped.",
      diverged: "Stopped: the loss is no longer a number.",
      failed: "Stopped by an error.",
    },
    /** @type {(status: string, phase: string, epoch: number, epochs: number) => string} */
    announce: (status, phase, epoch, epochs) =>
      `${status} ${phase ? `${phase}, epoch` : "Epoch"} ${epoch} of ${epochs}.`,
  },

  charts: {
    loss: "Loss",
    accuracy: "Accuracy",
    pixelAccuracy: "Keras “accuracy”",
    training: "training",
    validation: "validation",
    empty: "The curve will be drawn here.",
    x: "epochs",
    alt: (/** @type {string} */ title) =>
      `${title} by epoch, training and validation. The table “Values by epoch” has the same numbers.`,
    smoothed: "The training line is smoothed over the last steps.",
    table: "Values by epoch",
    noEpochs: "The first row comes when the first epoch ends.",
    columns: {
      epoch: "Epoch",
      loss: "Loss",
      accuracy: "Accuracy",
      valLoss: "Val. loss",
      valAccuracy: "Val. accuracy",
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

  drawn: {
    heading: "What it draws",
    prose: "Eight test pictures, drawn again by the network about once a second while it learns. It has never trained on them. The last row shows where the two differ: the darker, the closer.",
    rows: {
      inputs: "Picture",
      corrupted: "What it sees",
      outputs: "What it draws",
      differences: "Difference",
    },
    alt: (/** @type {string} */ row, /** @type {number} */ n, /** @type {string} */ name) =>
      `${row} ${n}: ${name}`,
    at: (/** @type {number} */ step) => (step === 0 ? "Before the first step" : `After step ${integer(step)}`),
    waiting: "Drawn as soon as the training starts.",
    measures: {
      mse: { name: "MSE", meaning: "mean squared error of a pixel value between 0 and 1; lower is better" },
      psnr: { name: "PSNR", meaning: "the same on a logarithmic scale, in decibels; higher is better" },
      ssim: { name: "SSIM", meaning: "likeness of local structure; 1 is the same picture" },
      accuracy: {
        name: "Keras “accuracy”",
        meaning: "share of pixels whose strongest channel (red, green or blue) agrees. Keras prints it under this name; it says little about how good a picture looks",
      },
    },
    measured: "On all test pictures, after the last epoch.",
  },

  lesson,

  studio: {
    heading: "Autoencoder studio",
    prose: "An autoencoder has to squeeze a picture through a narrow code and draw it again from that alone. Nobody tells it what the picture shows; its only teacher is the difference between the two. What it keeps, and what it lets go, can be seen here.",
    /** @type {(asked: string, presets: string[]) => string} */
    unknownPreset: (asked, presets) => `The studio has no preset named “${asked}”; it can be ${either(presets)}. The plain autoencoder is chosen instead.`,
    /** @type {(name: string, epochs: number, on: boolean) => string} */
    run: (name, epochs, on) => `${name}, ${epochs === 1 ? "1 epoch" : `${epochs} epochs`}${on ? ", learning now" : ""}`,
    presets: {
      heading: "Train",
      names: {
        cae: ["Plain", "A code of 4 × 4 × 8 numbers, a twenty-fourth of the picture."],
        "cae-bn": ["With BatchNorm", "Normalised layers, and a code larger than the picture."],
        "cae-denoise": ["Denoising", "Sees a corrupted picture and has to draw the clean one."],
        pair: ["Plain beside BatchNorm", "One after the other, on the same pictures in the same order."],
      },
    },
    controls: {
      start: "Train",
      pause: "Pause",
      resume: "Resume",
      stop: "Stop",
      progress: "Progress of the run",
      left: (/** @type {string} */ time) => `${time} left`,
      speed: (/** @type {string} */ n) => `${n} pictures/s`,
    },
    status: {
      ready: "Nothing is being trained. A run takes its time; everything below follows it while it learns.",
      /** @type {(model: string, said: string, next: string[]) => string} */
      on: (model, said, next) => `${model}: ${said}${next.length > 0 ? ` Then ${next.join(", ")}.` : ""}`,
    },
    choice: {
      run: "On show",
      other: "Beside it",
      none: "nothing",
      empty: "Runs of autoencoders can be chosen here once there are any.",
    },
    rows: {
      heading: "What it draws",
      prose: "Eight test pictures that it never trained on, drawn again about once a second while it learns. In the rows of differences black means that nothing is wrong. Press a picture to see its code below.",
      network: "The network",
      /** @type {(row: string, run: string, n: number, name: string) => string} */
      alt: (row, run, n, name) => `${row}, ${run}, ${n}: ${name}`,
      pick: (/** @type {number} */ n, /** @type {string} */ name) => `Picture ${n}: ${name}`,
      waiting: "Not drawn yet.",
      none: "Train one of the networks above; its drawings will stand here.",
    },
    charts: { training: "Loss on what it trains on", validation: "Loss on the test pictures" },
    measures: {
      heading: "How good it is",
      measure: "Measure",
      unnamed: "The network",
      loss: { name: "Loss", meaning: "what the network was taught to make small" },
      differ: (/** @type {string} */ one, /** @type {string} */ other) =>
        `The losses are not the same kind (${one}, ${other}), so they cannot be compared and only one is drawn above.`,
    },
    code: {
      heading: "The code",
      prose: "All that the second half of the network gets to see of the picture. Each small map is one channel of the code; the stronger the colour, the larger the number.",
      waiting: "The code of a picture will be drawn here.",
      none: "A code comes with the first network that is trained.",
      before: (/** @type {string} */ name) => `What goes in: ${name}`,
      after: (/** @type {string} */ name) => `What is drawn from the code: ${name}`,
      corrupted: ", corrupted",
      error: (/** @type {string} */ mse) => `MSE ${mse}`,
      /** @type {(shape: number[], name: string) => string} */
      alt: ([height, width, channels], name) => `The code of the picture (${name}): ${channels} maps of ${height} by ${width} numbers`,
      range: (/** @type {string} */ low, /** @type {string} */ high) => `from ${low} to ${high}`,
      /** @type {(picture: number, shape: number[], code: number) => string} */
      smaller: (picture, shape, code) =>
        `${integer(picture)} numbers go in, ${integer(code)} come through (${shape.join(" × ")}): ${(picture / code).toFixed(picture % code === 0 ? 0 : 1)} times fewer. The network has to choose what to keep, and sharp edges are the first to go.`,
      /** @type {(picture: number, shape: number[], code: number) => string} */
      larger: (picture, shape, code) =>
        `${integer(picture)} numbers go in, and the code has ${integer(code)} (${shape.join(" × ")}): ${(code / picture).toFixed(1)} times as many. The code is larger than the picture, so nothing has to be left out. That is why such a network soon draws nearly everything, and why its code is no summary.`,
    },
    map: {
      heading: "A map of codes",
      prose: "Each test picture stands where its code puts it, seen along the two directions in which the codes differ most. Pictures whose codes are alike stand close together.",
      label: "Map of codes. Arrow keys move between pictures.",
      alt: (/** @type {number} */ n) => `${integer(n)} test pictures, placed by their codes. The table below says where each class lies.`,
      waiting: "The map will be drawn here.",
      status: {
        none: "The map comes with the first network that is trained.",
        learning: "The map is drawn when an epoch has ended.",
        asked: "Encoding pictures for the map…",
        unasked: "These codes cannot be asked for.",
      },
      x: (/** @type {string} */ share) => `→ first direction, ${share} of the variance`,
      y: (/** @type {string} */ share) => `↑ second direction, ${share} of the variance`,
      mark: "Classes marked on the map",
      enlarged: (/** @type {string} */ name) => `Enlarged: ${name}`,
      begin: "Begin a way here",
      end: "Go to this one",
      keys: "Press a picture to see its code. Drag from one to another to draw the way between them. By keyboard: arrows move, Space chooses, Enter marks the first picture and then the second, Escape lets go.",
      /** @type {(name: string, n: number, of: number) => string} */
      at: (name, n, of) => `${name}, picture ${n} of ${of}`,
      begun: (/** @type {string} */ name) => `The way begins at this picture: ${name}. Choose where it ends.`,
      ended: (/** @type {string} */ name) => `The way ends at this picture: ${name}.`,
      /** @type {(together: string, chance: string, times: number) => string} */
      together: (together, chance, times) =>
        `Of the five nearest neighbours of a picture on this map, ${together} are of its own class; by chance it would be ${chance}. ${times < 1.25 ? "So the map hardly knows the classes" : times < 2.5 ? "So the map knows a little about the classes" : "So the classes keep together here"}, though no label was ever shown.`,
      table: "Where the classes lie",
      tableNote: "The middle of each class, in standard deviations from the middle of all.",
      columns: { class: "Class", count: "Pictures", x: "First", y: "Second", together: "Own neighbours" },
    },
    way: {
      heading: "The way between two pictures",
      none: "Choose two pictures on the map: what the network draws on the straight line between their codes comes here.",
      asked: "Drawing the way…",
      /** @type {(from: string, to: string) => string} */
      said: (from, to) => `From a picture of class ${from} to one of class ${to}. Outside are the pictures themselves; between them, what is drawn from nine codes on the straight line between theirs.`,
      end: (/** @type {string} */ name) => `The picture itself: ${name}`,
      /** @type {(n: number, of: number, from: string, to: string) => string} */
      alt: (n, of, from, to) => `Step ${n} of ${of} from ${from} to ${to}`,
    },
    extremes: {
      heading: "Drawn best and worst",
      best: "Best",
      worst: "Worst",
      waiting: "Not judged yet",
      input: (/** @type {string} */ name) => `Picture: ${name}`,
      output: (/** @type {string} */ name) => `What it draws: ${name}`,
      pick: (/** @type {string} */ name, /** @type {string} */ error) => `${name}, mean squared error ${error}. Show its code.`,
      judged: (/** @type {string} */ n) => `Out of ${n} test pictures, by mean squared error. Above the picture, below it what is drawn. Press one to see its code.`,
      status: {
        none: "The best and the worst come with the first network that is trained.",
        learning: "They are looked for when the run has ended.",
        asked: "Drawing the test pictures again…",
      },
    },
  },

  stacked,

  learned,

  keep,

  fault: {
    heading: "The trainer has stopped",
    restart: "Start the trainer again",
    gpuHeading: "The GPU has stopped",
    onCpu: "Train on the CPU instead",
  },
  dismiss: "Dismiss",
  retry: "Try again",
  footer: "All arithmetic happens in WebAssembly compiled from Rust, on this machine.",

  errors: {
    unreachable: (/** @type {string} */ path) =>
      `The pictures could not be loaded: ${path} did not answer. Check the connection and try again.`,
    notServed: (/** @type {string} */ path, /** @type {number} */ status) =>
      `The pictures could not be loaded: the server answered ${status} for ${path}. Check that the data folder is served beside the page.`,
    cutOff: (/** @type {string} */ path) =>
      `The pictures could not be loaded: ${path} broke off half-way. Try again.`,
    keptDamaged: (/** @type {string} */ why) =>
      `The pictures kept in this browser could not be read, so the bundled ones are used. ${why}`,
    notKept: (/** @type {string} */ why) =>
      `These pictures are in use now but could not be kept for the next visit: ${why}`,
    tooManyFiles: (/** @type {number} */ n) =>
      `${n} files were given. Drop one archive, one record file, or two record files of which one is named “test”.`,
    notWhole: "The pictures have not arrived completely. Wait for them, then start.",
    busy: "A run is on. Stop it before changing the pictures.",
    runNotKept: (/** @type {string} */ why) =>
      `Runs cannot be kept in this browser, so a reload loses them. ${why}`,
    runNotHere: "The weights of this run are not kept in this browser. Train it again.",
    otherData: (/** @type {string} */ name) =>
      `This run learned from other pictures (${name}). Load those again to ask it or to go on with it.`,
    noLesson: "The lesson has no network yet. Choose a model first.",
    /** @type {(name: string, written: number, of: number) => string} */
    shortWrite: (name, written, of) => `Only ${written} of the ${of} bytes of ${name} could be written.`,
    notLoaded: (/** @type {string} */ why) =>
      `The trainer could not be loaded: ${why} Reload the page, or start it again below.`,
    crashed: (/** @type {string} */ why) =>
      `The trainer met an error it cannot recover from (${why}). Its run is lost; the pictures and your settings are not.`,
    dead: "The trainer has stopped. Start it again.",
    noStorage: "This browser keeps no files for pages that do not come over HTTPS or from this machine.",
    noReason: "no reason given",
    unknownModel: (/** @type {string} */ name) =>
      `The address asks for a model named “${name}”, which does not exist. The first one is chosen instead.`,
    notAnOption: (/** @type {string} */ label, /** @type {string} */ typed, /** @type {string[]} */ options) =>
      `${label} is “${typed}”; it can be ${either(options)}.`,
    /** @type {(label: string, typed: string, whole: boolean, min: number, max: number) => string} */
    outOfRange: (label, typed, whole, min, max) =>
      `${label} ${typed === "" ? "is empty" : `is “${typed}”`}; give a ${whole ? "whole " : ""}number from ${min} to ${max}.`,
  },

};
