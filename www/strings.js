// Every word that the page says, in one place. Sentences take their values as arguments. Only
// the title and the words for a browser without JavaScript stand in index.html.

import { integer, size } from "./format.js";

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

  pictures: {
    heading: "The pictures",
    prose: "The network learns from small colour pictures, 32 by 32 pixels, each with the name of what it shows. It trains on one part of them. On the other part, the test pictures, it is only ever judged.",
    train: "Training",
    test: "Test",
    another: "Another five",
    seed: (/** @type {number} */ seed) => `Picked at random with seed ${seed}`,
    alt: (/** @type {string} */ name, /** @type {string} */ split) => `${split} picture: ${name}`,
    waiting: "Waiting for the pictures",
    synthetic: "Synthetic data",
    syntheticMeaning: "Drawn by a program, not photographed.",
    counts: (/** @type {number} */ train, /** @type {number} */ test) =>
      `${integer(train)} training and ${integer(test)} test pictures`,
    loading: (/** @type {number} */ bytes, /** @type {number} */ total) =>
      `Loading ${size(bytes)} of ${size(total)}`,
    progress: "Pictures loaded",
  },

  intake: {
    invite: "Have CIFAR-10? Drop the official archive or a .bin record file here, or ",
    choose: "choose a file",
    promise: "It is read on this machine and kept in this browser. Nothing leaves this machine.",
    stages: {
      reading: "Reading the file…",
      decoding: "Decoding the pictures…",
      keeping: "Keeping them for your next visit…",
    },
    kept: "These pictures are kept in this browser, on this machine only.",
    forget: "Remove them and use the bundled ones",
  },

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
      interrupted: "Interrupted.",
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

  lesson: {
    heading: "How it learns",
    prose: "One picture and one step, by hand. The picture goes through the network layer by layer, the loss says how wrong the answer is, its gradient flows back the same way, and every weight moves a little. The step is really taken, and every number here comes from it.",
    errors: {
      notKnown: (/** @type {string} */ asked) =>
        `The address asks the lesson for “${asked}”, which it does not have. What it begins with is used instead.`,
      noPicture: "There is no picture to learn from yet. Wait until the pictures have loaded, then choose one.",
      noRun: "The chosen run is no longer there. Choose another network.",
    },
    network: "Network",
    fresh: "Fresh, with random weights",
    runs: "Weights of your runs",
    rate: "Learning rate",
    strip: "Picture",
    /** @type {Record<import("./protocol.js").Split, string>} */
    splits: { test: "Test pictures", train: "Training pictures" },
    split: "From",
    others: "Other pictures",
    pick: (/** @type {string} */ name) => `Learn from this picture: ${name}`,
    begin: "Take one step",
    afresh: "Start again",
    working: "Computing…",
    waiting: "Once a step is taken, the walk through it begins here: the picture, every layer, the loss, the gradients on their way back, and the weights before and after.",
    rail: {
      name: "Stages of the step",
      columns: { forward: "Forward", backward: "Gradient" },
      forward: (/** @type {string} */ layer) => `Forward: ${layer}`,
      backward: (/** @type {string} */ layer, /** @type {string} */ norm) => `Gradient: ${layer}, norm ${norm}`,
      picture: "The picture",
      loss: "The loss",
      update: "The update",
      again: "The same picture again",
    },
    previous: "Previous",
    next: "Next",
    keys: "The arrow keys do the same.",
    place: (/** @type {number} */ n, /** @type {number} */ of) => `${n} of ${of}`,
    /** @type {Record<import("./sections/lesson/stages.js").Kind, string>} */
    kinds: { picture: "In", forward: "Forward", loss: "The answer", backward: "Backward", update: "The step", again: "Once more" },
    titles: {
      picture: (/** @type {string} */ name) => `The picture: ${name}`,
      loss: (/** @type {string} */ loss) => `The loss is ${loss}`,
      backward: (/** @type {string} */ layer) => `The gradient at ${layer}`,
      update: (/** @type {string} */ count) => `All ${count} weights move`,
      again: (/** @type {string} */ before, /** @type {string} */ after) => `From ${before} to ${after}`,
    },
    shapes: {
      map: (/** @type {number} */ n, /** @type {number} */ height, /** @type {number} */ width) => `${n} maps of ${height} × ${width}`,
      vector: (/** @type {number} */ n) => `${integer(n)} numbers`,
    },
    says: {
      picture: "To the network a picture is 32 × 32 × 3 numbers from 0 to 1: how much red, green and blue there is at each place.",
      conv: (/** @type {number} */ from, /** @type {number} */ side) =>
        `Each map comes from a filter of its own: ${side} × ${side} weights for each of the ${from} maps before, moved over all places. What the filter looks for makes its map dark. The relu turns sums below zero into zero.`,
      lastConv: "Three sums for every place: one each for red, green and blue. The output function makes a colour value of each.",
      MaxPooling2D: "Of every four neighbours only the largest goes on. Height and width are halved; where exactly it was is forgotten.",
      AveragePooling2D: "Every four neighbours become their mean. Height and width are halved.",
      UpSampling2D: "Every value becomes a block of four, so that height and width double.",
      BatchNormalization: "Each map is shifted and scaled.",
      flatten: (/** @type {number} */ channels) => `Nothing is computed: the maps become one long row of numbers. Here it is folded, with a line for each place and its ${channels} channels side by side.`,
      dense: (/** @type {string} */ from) => `Each unit adds up all ${from} numbers before it, each times a weight of its own, and a bias. The relu turns sums below zero into zero.`,
      lastDense: "One sum for each class. The larger it is beside the others, the surer the network is of that class.",
      loss: "Softmax makes probabilities of the sums: each is a power of e, divided by all of them together. The loss is minus the logarithm of the probability of the right class, so it is 0 only for a network that is right and sure.",
      drawn: "The network was asked to draw the picture that it saw. The loss compares each of the 3,072 values with what it should be, and is the mean of that.",
      backwardClasses: "Here the gradient begins. By the rule for softmax and cross-entropy it is p − y: the probability of the class, minus 1 for the right one and minus 0 for the others. A step against it raises the right sum and lowers the rest.",
      backwardDrawn: "Here the gradient begins: for every value of the last layer, how the loss would change with it. It is large where the drawing is far off.",
      behind: {
        MaxPooling2D: "Only the largest of every four went on, so only that one has any say in the loss. The gradient of the other three is exactly zero.",
        AveragePooling2D: "Each of four neighbours gets a quarter of the gradient of their mean.",
        UpSampling2D: "Each value stood in four places, and gets the sum of their gradients.",
        Flatten: "The same gradients as behind it, folded back into maps.",
        BatchNormalization: "The gradient comes back through the shift and the scale.",
        Dense: "Each value went into every unit behind it. So it gets the gradients of all of them, each times the weight on the way, and added up.",
        Conv2D: "Each value lay under many windows of the filters behind it. It gets the gradients of all of their sums, each times the weight that it met there, and added up.",
      },
      update: "Each weight has its gradient now, and Adam moves it against that. It divides a running mean of the gradient by a running mean of its size. In the first step both come from one gradient, so its size cancels out: only its sign is left, and the weight moves by about the learning rate.",
      updateLater: "Each weight has its gradient now, and Adam moves it against that. It divides a running mean of the gradient by a running mean of its size. After the first step the two differ: weights whose gradients keep their sign go on at about the learning rate, others slow down.",
      again: "The weights have moved; the picture is the same. Its loss has been computed once more.",
      worse: "It rose. The gradient tells the way only for a very small step, and this one was too large: every weight moved at once. Try a smaller learning rate.",
      better: "It fell, because every weight moved to the side where the loss is smaller. Learning is this, a picture after another, many thousand times.",
    },
    sheet: {
      map: (/** @type {number} */ n) => `map ${n}`,
      colours: ["red", "green", "blue"],
      alt: (/** @type {string} */ what, /** @type {string} */ name) => `${what}: ${name}. Point at a value, or choose a map below and move over it with the arrow keys.`,
      altVector: (/** @type {string} */ what) => `${what}, as cells. Move over it with the arrow keys to read a value.`,
      choose: "Enlarged",
      lens: (/** @type {string} */ name) => `${name}, enlarged. The arrow keys move over it.`,
      at: (/** @type {string} */ name, /** @type {number} */ y, /** @type {number} */ x, /** @type {string} */ value) => `${name}, row ${y}, column ${x}: ${value}`,
      unit: (/** @type {number} */ n, /** @type {string} */ value) => `number ${n}: ${value}`,
      hint: "Point at a value to read it.",
      strongest: "strongest",
      spread: (/** @type {string} */ least, /** @type {string} */ most, /** @type {string} */ mean, /** @type {string} */ zeros) =>
        `From ${least} to ${most}, ${mean} in the mean. ${zeros} are exactly zero.`,
      norm: (/** @type {string} */ norm, /** @type {string} */ zeros) => `Norm ${norm}. ${zeros} are exactly zero.`,
      lower: "the loss falls with it",
      raise: "the loss grows with it",
    },
    classes: {
      caption: "Class by class",
      columns: { name: "Class", sum: "Sum s", power: "eˢ", probability: "Probability p", target: "y", difference: "p − y", library: "Gradient" },
      label: "the right one",
      powers: (/** @type {string} */ power, /** @type {string} */ total, /** @type {string} */ p) => `p = ${power} ÷ ${total} = ${p}`,
      loss: (/** @type {string} */ p, /** @type {string} */ loss) => `loss = −log ${p} = ${loss}`,
      same: "The last two columns agree: one is computed here, the other came from the library.",
      notSame: "The last two columns differ by more than rounding explains.",
    },
    drawn: {
      picture: "What it saw",
      output: "What it draws",
      error: "Loss by place",
      /** @type {Record<string, string>} */
      losses: {
        "binary-cross-entropy": "−(x · log o + (1 − x) · log (1 − o))",
        "mean-squared-error": "(o − x)²",
      },
      where: (/** @type {number} */ y, /** @type {number} */ x, /** @type {string} */ colour) => `The value for ${colour} in row ${y}, column ${x}, for example:`,
      values: (/** @type {string} */ target, /** @type {string} */ drawn) => `x = ${target} was seen, o = ${drawn} drawn`,
      error1: (/** @type {string} */ formula, /** @type {string} */ error) => `${formula} = ${error}`,
      mean: (/** @type {string} */ count, /** @type {string} */ loss, /** @type {string} */ library) => `mean of all ${count} = ${loss}; the library says ${library}`,
      slope: (/** @type {string} */ slope, /** @type {string} */ count, /** @type {string} */ ours) => `its derivative by the sum, ${slope} ÷ ${count} = ${ours}`,
    },
    norms: {
      heading: "How large the gradient is, layer by layer",
      caption: "Norms of the loss’s gradient, from the last layer to the first",
      columns: { name: "Layer", outputs: "By what it gives", weights: "By its weights" },
      grows: (/** @type {string} */ factor) => `On its way from the last layer to the first it has grown ${factor} times.`,
      shrinks: (/** @type {string} */ factor) => `On its way from the last layer to the first it has shrunk to one ${factor}th.`,
      keeps: "On its way from the last layer to the first it has kept about its size.",
    },
    chain: {
      heading: "The chain rule in these numbers",
      dense: (/** @type {number} */ from, /** @type {string} */ to) => `The weight from number ${from} to ${to}. Its gradient is what went in times what came back:`,
      conv: (/** @type {string} */ where, /** @type {number} */ count) =>
        `The weight ${where}. It was used in ${integer(count)} places, so its gradient is the sum of as many products. The largest are:`,
      kernel: (/** @type {number} */ y, /** @type {number} */ x, /** @type {string} */ from, /** @type {number} */ to) => `in row ${y}, column ${x} of the filter from ${from} to map ${to}`,
      unit: (/** @type {number} */ n) => `unit ${n}`,
      columns: { place: "Place", input: "What went in", gradient: "What came back", product: "Product" },
      at: (/** @type {number} */ y, /** @type {number} */ x) => `row ${y}, column ${x}`,
      rest: (/** @type {number} */ n) => `${integer(n)} others`,
      sum: "Sum",
      same: (/** @type {string} */ library) => `The library’s gradient of this weight: ${library}. It is the same.`,
      differs: (/** @type {string} */ library) => `The library’s gradient of this weight: ${library}. It differs by more than rounding explains.`,
      another: "Another weight",
    },
    update: {
      layer: "Layer",
      unit: (/** @type {boolean} */ isMap) => (isMap ? "Filter" : "Unit"),
      /** @type {Record<"before"|"gradient"|"change"|"after", string>} */
      rows: { before: "Before", gradient: "Gradient", change: "Change", after: "After" },
      heading: "Adam’s step in these numbers",
      sheets: (/** @type {string} */ unit) => `The weights into ${unit}`,
      columns: { gradient: "Gradient g", change: "Change", share: "In learning rates", before: "Weight before", after: "After" },
      caption: "Weights with large and small gradients, and how far each moved",
      rate: (/** @type {string} */ rate) => `The learning rate is ${rate}.`,
      formula: (/** @type {string} */ rate, /** @type {string} */ g, /** @type {string} */ size, /** @type {string} */ change) =>
        `−${rate} × ${g} ÷ (${size} + 0.000003) = ${change}`,
      formulaProse: "Adam’s first change is −rate × g ÷ (|g| + a very small number that keeps it from dividing by zero). For the first row:",
      census: (/** @type {string} */ full, /** @type {string} */ still) =>
        `Of all weights of the network, ${full} moved by the learning rate, give or take a tenth, and ${still} did not move at all: they had no gradient.`,
      norms: (/** @type {string} */ before, /** @type {string} */ change) => `This layer’s weights had the norm ${before}; the change has the norm ${change}.`,
      at: (/** @type {string} */ where, /** @type {string} */ before, /** @type {string} */ gradient, /** @type {string} */ after) => `${where}: ${before} before, gradient ${gradient}, ${after} after`,
    },
    after: {
      before: "Loss before",
      after: "Loss after",
      columns: { name: "Class", before: "Before", after: "After" },
      probabilities: "Probabilities before and after the step",
      another: "Take another step",
      steps: "Loss after each step",
      line: (/** @type {string} */ all) => `Loss after each step: ${all}`,
      count: (/** @type {number} */ n) => (n === 1 ? "1 step taken" : `${integer(n)} steps taken`),
      begin: "before",
      column: "Step",
    },
  },

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
