// The words of the comparison of six networks.

import { integer, percent, together } from "../format.js";

const COUNTS = ["no", "one", "two", "three", "four"];
/** @param {number} depth */
const count = (depth) => COUNTS[depth] ?? String(depth);

/** @param {number} share */
const figureOf = (share) => (Math.abs(share) * 100).toFixed(1);
/** @param {number} share */
const points = (share) => `${figureOf(share)} ${figureOf(share) === "1.0" ? "point" : "points"}`;

/** @param {number} n @param {string} one @param {string} [many] */
const some = (n, one, many = `${one}s`) => `${integer(n)} ${n === 1 ? one : many}`;

/** @type {Record<import("../sections/cnns/models.js").Pooling, string>} */
const pooling = { max: "max pooling", average: "average pooling" };

export const cnns = {
  list: together,
  heading: "Six CNNs, fairly compared",
  prose: "Six networks, the same pictures: which classifies best?",
  choices: "Networks and settings",
  invitation: "Press Train: the curves of the networks appear here side by side, then a table of results and, once two runs have finished, a conclusion.",
  more: "The networks differ in depth, two to four blocks of convolution and pooling, and in whether pooling keeps the largest or the average of four neighbours. All get the same pictures in the same order, the same batches and the same number of epochs, one after another. Train each with several seeds, and you see which differences are more than luck.",

  choice: {
    heading: "Networks",
    depth: (/** @type {number} */ depth) => `${count(depth)} blocks`,
    pooling: { max: "Max pooling", average: "Average pooling" },
    legend: "Colour is depth, a dashed line is average pooling, on every chart.",
    none: "Choose at least one network.",
  },
  seeds: "Seeds per network",
  seedsHint: (/** @type {number} */ from, /** @type {number} */ to) => (from === to ? `seed ${from}` : `seeds ${from} to ${to}`),
  padding: "Padding",
  paddings: { preset: "as in the presets", same: "same in all" },
  paddingHint: "The presets pad four blocks only.",
  found: "Trained before",
  /** @type {(n: number, epochs: number, batch: number, rate: number, seed: string, padding: string) => string} */
  foundLabel: (n, epochs, batch, rate, seed, padding) =>
    `${some(n, "run")}: ${some(epochs, "epoch")}, batches of ${batch}, rate ${rate}, ${seed}${padding}`,
  foundSame: ", same padding",
  foundOther: "These settings",

  controls: {
    train: (/** @type {number} */ n) => `Train ${some(n, "network")}`,
    trainRest: (/** @type {number} */ n) => `Train the ${integer(n)} missing`,
    goOn: (/** @type {number} */ n) => (n === 1 ? "Continue" : `Continue, then train ${integer(n - 1)} more`),
    half: (/** @type {string} */ name, /** @type {number} */ seed, /** @type {number} */ epoch, /** @type {number} */ of) =>
      `${name}, seed ${seed}, was cut off in epoch ${epoch} of ${of} and goes on from there.`,
    pause: "Pause",
    resume: "Resume",
    skip: "Skip this one",
    stop: "Stop all",
    again: (/** @type {number} */ n) => `Train ${n === 1 ? "it" : `all ${integer(n)}`} again`,
    taken: (/** @type {number} */ here, /** @type {number} */ all) =>
      here === all
        ? `${all === 1 ? "The run" : `All ${integer(all)} runs`} with exactly these settings and pictures ${all === 1 ? "is" : "are"} here, and nothing has to be trained.`
        : `${integer(here)} of ${some(all, "run")} with exactly these settings and pictures ${here === 1 ? "is" : "are"} here already and will be taken as ${here === 1 ? "it is" : "they are"}.`,
    bar: "Progress of all runs",
    run: (/** @type {number} */ n, /** @type {number} */ of, /** @type {string} */ name) => `Run ${integer(n)} of ${integer(of)}: ${name}`,
    epoch: (/** @type {number} */ n, /** @type {number} */ of) => `epoch ${n} of ${of}`,
    left: (/** @type {string} */ time) => `about ${time} left`,
    estimate: (/** @type {string} */ time) => `About ${time} on this machine, as fast as earlier runs.`,
    noEstimate: "How long it takes is told once a run has trained.",
    paused: "Paused",
    starting: (/** @type {number} */ n, /** @type {number} */ of) => `Run ${integer(n)} of ${integer(of)} is starting.`,
    waitingFor: (/** @type {string} */ name) => `Waiting for ${name}, which trains now.`,
    endedSome: (/** @type {number} */ done, /** @type {number} */ of) => `${integer(done)} of ${some(of, "run")} came to the end.`,
    noData: "There are no pictures to train on.",
    loadingData: "The pictures are still on their way.",
  },

  multiples: {
    heading: "One by one",
    note: "The grey line is the accuracy on the training pictures, smoothed over the last steps; the coloured one is the accuracy on the test pictures. All six have the same axes.",
    noteMean: "Lines are means over the seeds that have ended, and bands one standard deviation around them.",
    training: "training",
    validation: "test",
    alt: (/** @type {string} */ name) => `${name}: accuracy`,
    waiting: "waiting",
    none: "not trained",
    left: "left out",
    stopped: (/** @type {number} */ epochs) => `stopped after ${some(epochs, "epoch")}`,
    diverged: "loss is no number",
    runs: (/** @type {number} */ n, /** @type {number} */ of) => `${n} of ${of}`,
  },

  overlays: {
    heading: "All in one",
    charts: { accuracy: "Training accuracy", valAccuracy: "Test accuracy", loss: "Training loss", valLoss: "Test loss" },
  },

  results: {
    heading: "Results",
    columns: {
      name: "Network", parameters: "Parameters", multiplyAdds: "Multiply-adds", loss: "Test loss", accuracy: "Test accuracy",
      seconds: "Time", perSecond: "Pictures/s", done: "Runs",
    },
    of: (/** @type {number} */ done, /** @type {number} */ planned) => `${done} of ${planned}`,
    give: (/** @type {string} */ mean, /** @type {string} */ deviation) => `${mean} ± ${deviation}`,
    millions: (/** @type {number} */ n) => `${(n / 1e6).toFixed(1)} M`,
    note: "Multiply-adds are those of one picture going through. Loss and accuracy are those after the last epoch. Time is one run’s, with scoring the test pictures; pictures/s are training pictures in that time.",
    noteMean: "Numbers are means over seeds, ± the standard deviation.",
    mixed: (/** @type {string[]} */ names) => `The runs were computed on ${together(names)}, so their times cannot be compared.`,
  },

  shrinking: {
    heading: "Why four blocks need padding",
    prose: "A 3×3 convolution looks at nine neighbours at once. With valid padding it stays inside the map and loses a pixel on every side; with same padding a border of zeros keeps the size. Pooling then halves the map, and drops an odd row. Drawn to scale:",
    by: { picture: "picture", convolution: "conv", pooling: "pool" },
    fails: "no 3×3 fits",
    alt: (/** @type {string} */ padding, /** @type {string} */ sides) => `Sides of the maps with ${padding} padding: ${sides}.`,
    noFit: "and there no 3 by 3 convolution fits",
    said: "What the library says when asked for it:",
    waiting: "The library has not been asked yet.",
  },

  conclusion: {
    heading: "Conclusion",
    nothing: "The conclusion appears here once two runs have finished.",
    unfinished: (/** @type {number} */ done, /** @type {number} */ planned) => `${integer(done)} of ${some(planned, "run")} ${done === 1 ? "has" : "have"} come to the end; this is about ${done === 1 ? "that one" : "those"}.`,
    diverged: (/** @type {string[]} */ names) => `The loss of ${together(names)} stopped being a number; ${names.length === 1 ? "that run is" : "those runs are"} left out.`,
    few: (/** @type {number} */ epochs) =>
      `Caution: these networks were trained for only ${some(epochs, "epoch")}. That shows which of them begins fastest, not which becomes best; deeper networks often begin more slowly. Train for more epochs before you conclude anything about depth or pooling.`,
    rising: (/** @type {string[]} */ names) =>
      `Caution: the test accuracy of ${together(names)} was still rising at the end, so more epochs could change the order.`,
    guessing: (/** @type {number} */ best, /** @type {number} */ chance) =>
      `None of them is better than guessing yet: the best classifies ${percent(best)} of the test pictures correctly, and guessing would give ${percent(chance)}. Which of them is ahead says nothing. Train for more epochs, or on more pictures.`,
    names: pooling,
    blocks: (/** @type {number} */ depth) => `${count(depth)} blocks`,
    count,
    points,
    bare: figureOf,
    /** @type {(depth: number, winner: string, loser: string, more: number, less: number) => string} */
    onePair: (depth, winner, loser, more, less) =>
      `With ${count(depth)} blocks ${winner} scores higher than ${loser}: ${percent(more)} against ${percent(less)}.`,
    oneTie: (/** @type {number} */ depth, /** @type {number} */ accuracy) => `With ${count(depth)} blocks both kinds of pooling score the same, ${percent(accuracy)}.`,
    allTie: "Max and average pooling score the same at all depths that were compared.",
    /** @type {(winner: string, loser: string, each: string, all: boolean) => string} */
    everywhere: (winner, loser, each, all) =>
      `${winner[0].toUpperCase()}${winner.slice(1)} scores higher than ${loser}${all ? " at every depth" : ""}: ${each}.`,
    by: (/** @type {number} */ difference, /** @type {number} */ depth, /** @type {boolean} */ first) =>
      first ? `by ${points(difference)} with ${count(depth)} blocks` : `by ${figureOf(difference)} with ${count(depth)}`,
    wins: (/** @type {string} */ winner, /** @type {string} */ depths, /** @type {string} */ differences) => `${winner} scores higher with ${depths} blocks (by ${differences} points)`,
    ties: (/** @type {string} */ depths) => `with ${depths} blocks both score the same`,
    /** @type {Record<"clear"|"likely"|"within", (spreads: string) => string>} */
    levels: {
      clear: (spreads) => `more than twice the spread over seeds (${spreads})`,
      likely: (spreads) => `more than the spread over seeds (${spreads}) but not twice it, so more seeds could turn it`,
      within: (spreads) => `not more than the spread over seeds (${spreads}), so chance alone could make it`,
    },
    that: (/** @type {string} */ level) => `That is ${level}.`,
    each: (/** @type {string} */ level) => `Each difference is ${level}.`,
    at: (/** @type {string} */ depths, /** @type {string} */ level) => `with ${depths} blocks it is ${level}`,
    theDifference: (/** @type {string} */ clauses) => `As for the difference: ${clauses}.`,
    score: (/** @type {number} */ accuracy, /** @type {number} */ depth, /** @type {boolean} */ first) => `${percent(accuracy)} with ${count(depth)}${first ? " blocks" : ""}`,
    shapes: {
      rises: (/** @type {string} */ name, /** @type {string} */ scores) => `Depth helps with ${name}: ${scores}.`,
      falls: (/** @type {string} */ name, /** @type {string} */ scores) => `Depth does not help with ${name}: ${scores}.`,
      mixed: (/** @type {string} */ name, /** @type {string} */ scores, /** @type {number} */ best) => `With ${name} ${count(best)} blocks score best: ${scores}.`,
      flat: (/** @type {string} */ name, /** @type {string} */ scores) => `Depth changes nothing with ${name}: ${scores}.`,
    },
    /** @type {(more: number, from: number, to: number, gain: boolean, level: string) => string} */
    change: (more, from, to, gain, level) =>
      `From ${count(from)} to ${count(to)} blocks that is a ${gain ? "gain" : "loss"} of ${points(more)}, ${level}.`,
    /** @type {(name: string, more: number, from: number, to: number, first: boolean) => string} */
    gains: (name, more, from, to, first) => `${name}${first ? " gains" : ""} ${first ? points(more) : figureOf(more)} (${percent(from)} to ${percent(to)})`,
    eachGain: (/** @type {string} */ level) => `, each ${level}`,
    /** @type {(from: number, to: number, each: string, level: string) => string} */
    bothRise: (from, to, each, level) => `Depth helps with both kinds of pooling: from ${count(from)} to ${count(to)} blocks ${each}${level}.`,
    oneRun: "There is one run of each. One run each cannot tell a difference from luck: another seed may give another order. Train with several seeds to see how far apart the runs of one network lie.",
    someOneRun: "Where only one run of a network has ended, a difference cannot be told from luck.",
    padding: "Depth is not all that differs here: four blocks are padded and fewer are not. Choose the same padding in all to compare depth alone.",
    sampling: (/** @type {number} */ pictures, /** @type {number} */ error) =>
      `Each accuracy was measured on ${integer(pictures)} test pictures, which alone leaves it uncertain by about ${points(error)}.`,
  },

  errors: {
    unknown: (/** @type {string} */ names) => `The address asks to compare ${names}, which is none of the six CNNs. It is left out.`,
    noModels: "The address names no network to compare. All six are chosen instead.",
  },
};
