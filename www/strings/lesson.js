// Every word of the walk through one training step.

import { integer } from "../format.js";

export const lesson = {
  heading: "How it learns",
  prose: "One picture and one step, in every number.",
  more: "The picture goes through the network layer by layer, the loss says how wrong the answer is, its gradient flows back the same way, and every weight moves a little. The step is really taken, and every number here comes from it.",
  errors: {
    notKnown: (/** @type {string} */ asked) =>
      `The address asks for the trace of “${asked}”, which cannot be had. What this section begins with is used instead.`,
    noNetwork: "There is no network to look into yet. Wait until the trainer is here, then choose one.",
    noPicture: "There is no picture to learn from yet. Wait until the pictures have loaded, then choose one.",
    noRun: "The chosen run is no longer there. Choose another network.",
  },
  network: "Network",
  fresh: "Fresh, with random weights",
  runs: "Weights of your runs",
  rate: "Learning rate",
  strip: "Picture",
  /** @type {Record<import("../protocol.js").Split, string>} */
  splits: { train: "Training pictures", test: "Test pictures" },
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
  /** @type {Record<import("../sections/lesson/stages.js").Kind, string>} */
  kinds: { picture: "In", forward: "Forward", loss: "The answer", backward: "Backward", update: "The step", again: "Once more" },
  titles: {
    picture: (/** @type {string} */ name) => `The picture: ${name}`,
    loss: (/** @type {string} */ loss) => `The loss is ${loss}`,
    backward: (/** @type {string} */ layer) => `The gradient at ${layer}`,
    update: (/** @type {string} */ moved, /** @type {string} */ count) => `${moved} of ${count} weights move`,
    again: (/** @type {string} */ before, /** @type {string} */ after) => `From ${before} to ${after}`,
  },
  shapes: {
    map: (/** @type {number} */ n, /** @type {number} */ height, /** @type {number} */ width) => `${n} maps of ${height} × ${width}`,
    vector: (/** @type {number} */ n) => `${integer(n)} numbers`,
  },
  says: {
    /** @type {(shape: [number, number, number]) => string} */
    picture: ([height, width, channels]) =>
      `To the network a picture is ${height} × ${width}${channels === 1 ? "" : ` × ${channels}`} numbers from 0 to 1: how ${channels === 1 ? "bright it is" : "much red, green and blue there is"} at each place.`,
    /** @type {(channels: number) => string} */
    lastConv: (channels) =>
      channels === 3
        ? "Three logits for every place: one each for red, green and blue. The output function makes a colour value of each."
        : "A logit for every place. The output function makes its brightness of it.",
    lastDense: "One logit for each class. The larger it is beside the others, the surer the network is of that class.",
    loss: "Softmax makes probabilities of the logits: each is a power of e, divided by all of them together. The loss is minus the logarithm of the probability of the right class, so it is 0 only for a network that is right and sure.",
    reconstruction: (/** @type {number} */ values) =>
      `The network was asked to reconstruct the picture that it saw. The loss compares each of the ${integer(values)} values with what it should be, and is the mean of that.`,
    backwardClasses: "Here the gradient begins. By the rule for softmax and cross-entropy it is p − y: the probability of the class, minus 1 for the right one and minus 0 for the others. A step against it raises the logit of the right class and lowers the rest.",
    backwardReconstructed: "Here the gradient begins: for every value of the last layer, how the loss would change with it. It is large where the reconstruction is far off.",
    update: "Each weight has its gradient now, and Adam moves it against that. It divides a running mean of the gradient by a running mean of its size. In the first step both come from one gradient, so its size cancels out: only its sign is left, and the weight moves by about the learning rate.",
    updateLater: "Each weight has its gradient now, and Adam moves it against that. It divides a running mean of the gradient by a running mean of its size. After the first step the two differ: weights whose gradients keep their sign go on at about the learning rate, others slow down.",
    again: "The weights have moved; the picture is the same. Its loss has been computed once more.",
    worse: "It rose. The gradient tells the way only for a very small step, and this one was too large: every weight moved at once. Try a smaller learning rate.",
    better: "It fell, because every weight moved to the side where the loss is smaller. Learning is this, one batch of pictures after another, many thousand times.",
  },
  sheet: {
    map: (/** @type {number} */ n) => `map ${n}`,
    colours: ["red", "green", "blue"],
    grey: "grey",
    alt: (/** @type {string} */ what, /** @type {string} */ name) => `${what}: ${name}. Point at a value, or choose a map below and move over it with the arrow keys.`,
    altVector: (/** @type {string} */ what) => `${what}, as cells. Move over it with the arrow keys to read a value.`,
    choose: "Enlarged",
    lens: (/** @type {string} */ name) => `${name}, enlarged. The arrow keys move over it.`,
    at: (/** @type {string} */ name, /** @type {number} */ y, /** @type {number} */ x, /** @type {string} */ value) => `${name}, row ${y}, column ${x}: ${value}`,
    unit: (/** @type {number} */ n, /** @type {string} */ value) => `number ${n}: ${value}`,
    hint: "Point at a value to read it.",
    spread: (/** @type {string} */ least, /** @type {string} */ most, /** @type {string} */ mean, /** @type {string} */ zeros) =>
      `From ${least} to ${most}, mean ${mean}. ${zeros} are exactly zero.`,
    norm: (/** @type {string} */ norm, /** @type {string} */ zeros) => `Norm ${norm}. ${zeros} are exactly zero.`,
    meaning: "Green: the loss would grow with this value. Orange: it would fall.",
  },
  classes: {
    caption: "Class by class",
    columns: { name: "Class", sum: "Logit z", power: "eᶻ", probability: "Probability p", target: "y", difference: "p − y", library: "Gradient" },
    label: "the right one",
    powers: (/** @type {string} */ power, /** @type {string} */ total, /** @type {string} */ p) => `p = ${power} ÷ ${total} = ${p}`,
    loss: (/** @type {string} */ p, /** @type {string} */ loss) => `loss = −log ${p} = ${loss}`,
    same: "The last two columns agree: one is computed here, the other came from the library.",
    notSame: "The last two columns differ by more than rounding explains.",
  },
  reconstruction: {
    picture: "What it saw",
    output: "Its reconstruction",
    error: "Loss by place",
    /** @type {Record<string, string>} */
    options: {
      "binary-cross-entropy": "−(x · log o + (1 − x) · log (1 − o))",
      "mean-squared-error": "(o − x)²",
      "mean-absolute-error": "|o − x|",
      huber: "Huber’s loss of o − x",
    },
    where: (/** @type {number} */ y, /** @type {number} */ x, /** @type {string} */ colour) => `The value for ${colour} in row ${y}, column ${x}, for example:`,
    values: (/** @type {string} */ target, /** @type {string} */ drawn) => `x = ${target} was seen, o = ${drawn} reconstructed`,
    error1: (/** @type {string} */ formula, /** @type {string} */ error) => `${formula} = ${error}`,
    mean: (/** @type {string} */ count, /** @type {string} */ loss, /** @type {string} */ library) => `mean of all ${count} = ${loss}; the library says ${library}`,
    same: (/** @type {string} */ library) => `The library’s gradient of this value: ${library}. It is the same.`,
    differs: (/** @type {string} */ library) => `The library’s gradient of this value: ${library}. It differs by more than rounding explains.`,
    derivative: (/** @type {string} */ derivative, /** @type {string} */ count, /** @type {string} */ ours) => `its derivative with respect to the logit, ${derivative} ÷ ${count} = ${ours}`,
  },
  norms: {
    heading: "How large the gradient is, layer by layer",
    caption: "Norms of the loss’s gradient, from the last layer to the first",
    columns: { name: "Layer", outputs: "Gradient with respect to outputs", weights: "Gradient with respect to weights" },
    grows: (/** @type {string} */ factor) => `On its way from the last layer to the first it has grown by a factor of ${factor}.`,
    shrinks: (/** @type {string} */ factor) => `On its way from the last layer to the first it has shrunk by a factor of ${factor}.`,
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
    /** @type {(isMap: boolean) => string} */
    unit: (isMap) => (isMap ? "Filter" : "Unit"),
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
    census: (/** @type {string} */ full, /** @type {string} */ idle) =>
      `Of all weights of the network, ${full} moved by the learning rate, give or take a tenth, and ${idle} have no gradient in this step.`,
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
    table: "These losses as a table",
    line: (/** @type {string} */ all) => `Loss after each step: ${all}`,
    count: (/** @type {number} */ n) => (n === 1 ? "1 step taken" : `${integer(n)} steps taken`),
    begin: "before",
    column: "Step",
  },
};
