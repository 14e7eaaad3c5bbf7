// The words of what a network learned: its answers, its filters and feature maps, its predictions.

import { integer, percent } from "../format.js";

export const learned = {
  heading: "What it learned",
  prose: "Give a trained network a picture, and see its probabilities and the feature maps of every layer.",
  more: "The picture can be one of the test pictures or one of your own. Then look at its predictions on all test pictures together: the confusion matrix, the accuracy of each class, and its most confident mistakes.",
  run: {
    label: "Network",
    none: "Nothing has been trained yet. Train one in another section, for example One model, and ask it here.",
    waiting: "The pictures are still on their way.",
    learning: "This network is still learning. Pause its run, or wait for its end, to ask it.",
    untrained: "This network has not taken a step yet, so it has learned nothing. Train it first.",
    /** @type {Record<string, string>} */
    marks: { weightsGone: "without weights", otherData: "other pictures", learning: "still learning", untrained: "untrained" },
    option: (/** @type {string} */ name, /** @type {string} */ beside) => `${name} (${beside})`,
    epochs: (/** @type {number} */ n) => (n === 1 ? "1 epoch" : `${integer(n)} epochs`),
    /** @type {(model: string, epochs: number, accuracy: number|null) => string} */
    about: (model, epochs, accuracy) =>
      `This is ${model} after ${epochs === 1 ? "1 epoch" : `${integer(epochs)} epochs`}${accuracy === null ? "" : `; its accuracy on the test pictures was ${percent(accuracy)} then`}.`,
    autoencoder: "It is an autoencoder: it names no classes, it reconstructs what it sees.",
  },
  own: {
    heading: "One picture",
    none: "No picture yet",
    choose: "Take one of the test pictures below, or one of your own.",
    test: (/** @type {string} */ name, /** @type {number} */ n) => `${name}, test picture ${integer(n)}`,
    unseen: "The network has never trained on it.",
    small: "Its middle, shrunk to the size of the other pictures. This is all that the network sees.",
    file: "Choose a file",
    paste: "Paste",
    camera: "Use the camera",
    promise: "You can also press Ctrl+V here, or drop a picture. It stays on this machine; nothing is sent away.",
    pasted: "Pasted picture",
    shot: "Picture from the camera",
    taking: { file: "Reading the picture…", clipboard: "Reading the clipboard…" },
    noPicture: "There was no picture in what was given. Copy a picture, or choose a file that is one.",
    /** @type {(name: string, why: string) => string} */
    notTaken: (name, why) => `${name} was not taken. ${why}`,
    noClipboard: "The browser did not let this page read the clipboard. Press Ctrl+V here instead.",
  },
  camera: {
    alt: "What the camera sees; the square is what will be taken",
    shoot: "Take the picture",
    cancel: "Close the camera",
    refused: "The browser did not let this page use the camera. Allow it in the browser’s settings for this page, or give a picture another way.",
    absent: "No camera was found on this machine. Give a picture another way.",
    busy: "The camera could not be started; another program may be using it. Close that one, or give a picture another way.",
  },
  testPictures: {
    label: "Test pictures",
    all: "of all classes",
    back: "Earlier",
    on: "Later",
    empty: "No test picture is of this class.",
    where: (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ of) => `${integer(from)} to ${integer(to)} of ${integer(of)}`,
    take: (/** @type {string} */ name, /** @type {number} */ n) => `Look at test picture ${n}: ${name}`,
  },
  answer: {
    says: "What it says",
    draws: "Its reconstruction",
    waiting: "The answer comes here once a network has been trained.",
    asking: "Asking the network…",
    /** @type {(predicted: string, confidence: string) => string} */
    own: (predicted, confidence) => `It says ${predicted}, and gives that ${confidence}.`,
    /** @type {(predicted: string, confidence: string) => string} */
    correct: (predicted, confidence) => `It says ${predicted}, and gives that ${confidence}. It is correct.`,
    /** @type {(predicted: string, confidence: string, is: string) => string} */
    wrong: (predicted, confidence, is) => `It says ${predicted}, and gives that ${confidence}. It is wrong: this is ${is}.`,
    onlyThese: (/** @type {number} */ n) =>
      `The network knows ${n} classes and must share out 100 % among them, even for a picture that shows none of them.`,
    rest: "The other classes",
    drawn: (/** @type {string} */ error) => `Reconstructed from its code; the mean squared error of a pixel value is ${error}.`,
    drawnOwn: "Pictures unlike those it learned from come out worse: the code has words only for what was common among them.",
  },
  filters: {
    heading: "The filters of the first convolution",
    prose: "Each filter is a small square of weights that slides over the picture and answers where the picture looks like it. Grey stands for a weight of zero. Press one to see what it finds.",
    waiting: "The filters come here once a network has been trained.",
    asking: "Fetching the filters…",
    filter: (/** @type {number} */ n, /** @type {string} */ scale) => `Filter ${n}, largest weight ${scale}`,
    /** @type {(least: string, most: string) => string} */
    scale: (least, most) => `Each is drawn on its own scale. The largest weight of a filter, without its sign, is between ${least} and ${most}.`,
  },
  layers: {
    part: "Inside the network",
    heading: "Layer by layer",
    prose: "The feature maps of each layer for this picture, channel by channel. Near the picture the channels still show it; further in they shrink and answer to larger and more abstract things.",
    choose: "Layer",
    waiting: "The maps come here once a network has been trained.",
    asking: "Asking the network…",
    channels: "Channels of this layer",
    channel: (/** @type {number} */ n) => `Channel ${n}`,
    picture: "The picture",
    filter: "Its filter",
    /** @type {(least: string, most: string, signed: boolean) => string} */
    range: (least, most, signed) =>
      `Values from ${least} to ${most}. Dark is zero, green is above${signed ? ", orange below" : ""}; all channels share one scale.`,
    /** @type {(silent: string, of: string, isMap: boolean) => string} */
    silent: (silent, of, isMap) => `${silent} of ${of} ${isMap ? "channels" : "units"} stay silent for this picture.`,
    /** @type {(layer: string, channel: number, least: string, most: string) => string} */
    enlarged: (layer, channel, least, most) => `${layer}, channel ${channel}: from ${least} to ${most}`,
    /** @type {(count: string, least: string, most: string) => string} */
    vector: (count, least, most) => `${count} values from ${least} to ${most}`,
  },
  evaluation: {
    heading: "All test pictures",
    evaluate: "Predict all test pictures",
    evaluating: "The network looks at all test pictures. This takes a second or a few.",
    waiting: "The predictions come here once a classifier has been trained.",
    notYet: "Let the network predict the class of every test picture. This takes a second or a few.",
    busy: "Another run is training. Predicting all test pictures takes a second or a few of its time.",
    noTest: "There are no test pictures, so nothing can be said of its predictions.",
    oneClass: "There is only one class, so every prediction is right and says nothing.",
    notForAutoencoders: "An autoencoder predicts no classes. Choose a classifier to see which it mixes up.",
    /** @type {(correct: string, count: string, share: string, chance: string) => string} */
    told: (correct, count, share, chance) => `It classified ${correct} of ${count} test pictures correctly (${share}). Guessing would give ${chance}.`,
    /** @type {(confidence: string, share: string) => string} */
    overconfident: (confidence, share) => `It was surer than it should be: it gave its answers ${confidence} on average, and ${share} of them were correct.`,
    /** @type {(confidence: string, share: string) => string} */
    modest: (confidence, share) => `It was more modest than it need be: it gave its answers ${confidence} on average, and ${share} of them were correct.`,
    /** @type {(confidence: string, share: string) => string} */
    calibrated: (confidence, share) => `It was about as sure as it should be: it gave its answers ${confidence} on average, and ${share} of them were correct.`,
  },
  matrix: {
    heading: "Confusion matrix",
    prose: "A row is the true class, a column the predicted one. The diagonal is correct. Press a cell to see its pictures; the arrow keys lead from cell to cell.",
    called: "predicted",
    is: "true",
    /** @type {(actual: string, predicted: string, count: string, share: string) => string} */
    cell: (actual, predicted, count, share) => `${actual} predicted as ${predicted}: ${count}, ${share} of the row`,
    noTest: (/** @type {string} */ actual) => `There are no test pictures of ${actual}`,
  },
  cell: {
    label: "Pictures of this cell",
    closed: "The pictures of a cell",
    invite: "Press a cell of the table to see its pictures here.",
    heading: (/** @type {string} */ actual, /** @type {string} */ predicted) => (actual === predicted ? `${actual}, predicted correctly` : `${actual}, predicted as ${predicted}`),
    none: "There is no such test picture.",
    fetching: (/** @type {string} */ n) => `Fetching some of ${n}…`,
    shown: (/** @type {string} */ some, /** @type {string} */ of) =>
      `${some === of ? of : `${some} of ${of}`}, the most confident first. Press one to look inside the network.`,
    more: "Show more",
    picture: (/** @type {number} */ n, /** @type {string} */ confidence) => `Look at test picture ${n}, given ${confidence}`,
  },
  classes: {
    heading: "Class by class",
    prose: "The bar is the recall of a class: the share of its test pictures that are predicted as it. Precision is the share of the pictures predicted as it that are of it.",
    precision: (/** @type {string} */ share) => `precision ${share}`,
    unpredicted: "never predicted",
    mistakenFor: (/** @type {string} */ name, /** @type {string} */ share) => `${share} predicted as ${name}`,
    never: "never mistaken",
    noTest: "no test pictures",
    ofFew: (/** @type {number} */ n, /** @type {string} */ told) => `${n === 1 ? "one test picture" : `${n} test pictures`}, ${told}`,
  },
  mistakes: {
    heading: "Most confident mistakes",
    prose: "The wrong predictions with the highest probabilities. Press one to look inside the network.",
    none: "There are no mistakes: every test picture is predicted correctly.",
    predicted: (/** @type {string} */ predicted, /** @type {string} */ confidence) => `predicted ${predicted}, ${confidence}`,
    is: (/** @type {string} */ name) => `is ${name}`,
    /** @type {(predicted: string, confidence: string, is: string) => string} */
    picture: (predicted, confidence, is) => `Look at this picture: predicted as ${predicted} with ${confidence}, is ${is}`,
  },
};
