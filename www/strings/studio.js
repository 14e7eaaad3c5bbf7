// What the section of the autoencoders says.

import { either, integer } from "../format.js";

export const studio = {
  heading: "Autoencoder studio",
  prose: "A picture goes through a narrow code, and is reconstructed from that alone.",
  choices: "Autoencoder and settings",
  more: "Nobody tells it what the picture shows; its only teacher is the difference between the two. What it keeps, and what it lets go, can be seen here.",
  /** @type {(asked: string, presets: string[]) => string} */
  unknownPreset: (asked, presets) => `The studio has no preset named “${asked}”; it can be ${either(presets)}. The plain autoencoder is chosen instead.`,
  run: (/** @type {string} */ name, /** @type {string} */ beside) => `${name}, ${beside}`,
  beside: (/** @type {number} */ epochs, /** @type {boolean} */ on) => `${epochs === 1 ? "1 epoch" : `${epochs} epochs`}${on ? ", learning now" : ""}`,
  presets: {
    heading: "Train",
    /** A title and a sentence, where the library's own are not those of this section.
     * @type {Record<string, [string, string]>} */
    names: {
      cae: ["Plain", "A code of 4 × 4 × 8 numbers, a twenty-fourth of the picture."],
      "cae-bn": ["With BatchNorm", "Normalised layers, and a code larger than the picture."],
      "cae-denoise": ["Denoising", "Sees a corrupted picture and has to reconstruct the clean one."],
      pair: ["Plain beside BatchNorm", "One after the other, on the same pictures in the same order."],
    },
  },
  controls: {
    start: "Train",
    pause: "Pause",
    resume: "Resume",
    goOn: "Continue this run",
    stop: "Stop",
    progress: "Progress of the run",
    left: (/** @type {string} */ time) => `${time} left`,
    speed: (/** @type {string} */ n) => `${n} pictures/s`,
  },
  status: {
    ready: "Nothing is being trained. A run takes its time; everything here follows it while it learns.",
    /** @type {(model: string, said: string, next: string[]) => string} */
    on: (model, said, next) => `${model}: ${said}${next.length > 0 ? ` Then ${next.join(", ")}.` : ""}`,
  },
  choice: {
    run: "Show run",
    other: "Compare with",
    none: "nothing",
    empty: "Runs of autoencoders can be chosen here once there are any.",
  },
  rows: {
    heading: "Reconstructions",
    prose: "Eight test pictures that it never trained on. Where a difference is black, nothing is wrong. Press a picture to see its code.",
    network: "The network",
    /** @type {(row: string, run: string, n: number, name: string) => string} */
    alt: (row, run, n, name) => `${row}, ${run}, ${n}: ${name}`,
    pick: (/** @type {number} */ n, /** @type {string} */ name) => `Picture ${n}: ${name}`,
    waiting: "Not reconstructed yet.",
    none: "Press Train: the reconstructions, their curves and the code appear here.",
  },
  charts: { training: "Loss on what it trains on", validation: "Loss on the test pictures" },
  measures: {
    heading: "How good it is",
    measure: "Measure",
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
    after: (/** @type {string} */ name) => `Reconstructed from the code: ${name}`,
    corrupted: ", corrupted",
    error: (/** @type {string} */ mse) => `MSE ${mse}`,
    /** @type {(shape: number[], name: string) => string} */
    alt: (shape, name) =>
      shape.length === 3
        ? `The code of the picture (${name}): ${shape[2]} maps of ${shape[0]} by ${shape[1]} numbers`
        : `The code of the picture (${name}): ${shape[0]} numbers`,
    range: (/** @type {string} */ low, /** @type {string} */ high) => `from ${low} to ${high}`,
    /** @type {(picture: number, shape: number[], code: number) => string} */
    smaller: (picture, shape, code) =>
      `${integer(picture)} numbers go in, ${integer(code)} come through (${shape.join(" × ")}): ${(picture / code).toFixed(picture % code === 0 ? 0 : 1)} times fewer. The network has to choose what to keep, and sharp edges are the first to go.`,
    /** @type {(picture: number, shape: number[], code: number) => string} */
    larger: (picture, shape, code) =>
      `${integer(picture)} numbers go in, and the code has ${integer(code)} (${shape.join(" × ")}): ${(code / picture).toFixed(1)} times as many. The code is larger than the picture, so nothing has to be left out. That is why such a network soon reconstructs nearly everything, and why its code is no summary.`,
  },
  map: {
    heading: "The latent space",
    prose: "Each test picture stands where its code puts it, seen along the first two principal components of the codes: the two directions in which they differ most. Pictures whose codes are alike stand close together.",
    label: "Map of the latent space. Arrow keys move between pictures.",
    alt: (/** @type {number} */ n) => `${integer(n)} test pictures, placed by their codes. The table below says where each class lies.`,
    waiting: "The map will be drawn here.",
    status: {
      none: "The map comes with the first network that is trained.",
      learning: "The map is drawn when an epoch has ended.",
      asked: "Encoding pictures for the map…",
      unasked: "These codes cannot be asked for.",
    },
    x: (/** @type {string} */ share) => `→ first component, ${share} of the variance`,
    y: (/** @type {string} */ share) => `↑ second component, ${share} of the variance`,
    mark: "Classes marked on the map",
    enlarged: (/** @type {string} */ name) => `Enlarged: ${name}`,
    begin: "Interpolate from here",
    end: "Interpolate to here",
    keys: "Press a picture to see its code. Drag from one to another to interpolate between them. By keyboard: arrows move, Space chooses, Enter marks the first picture and then the second, Escape lets go.",
    /** @type {(name: string, n: number, of: number) => string} */
    at: (name, n, of) => `${name}, picture ${n} of ${of}`,
    begun: (/** @type {string} */ name) => `The interpolation begins at this picture: ${name}. Choose where it ends.`,
    ended: (/** @type {string} */ name) => `The interpolation ends at this picture: ${name}.`,
    /** @type {(together: string, chance: string, times: number) => string} */
    together: (together, chance, times) =>
      `Of the five nearest neighbours of a picture on this map, ${together} are of its own class; by chance it would be ${chance}. ${times < 1.25 ? "So the map hardly knows the classes" : times < 2.5 ? "So the map knows a little about the classes" : "So the classes keep together here"}, though no label was ever shown.`,
    table: "Where the classes lie",
    tableNote: "The middle of each class, in standard deviations from the middle of all.",
    columns: { class: "Class", count: "Pictures", x: "First", y: "Second", together: "Own neighbours" },
  },
  interpolation: {
    heading: "Interpolation between two pictures",
    none: "Choose two pictures on the map: what the network decodes on the straight line between their codes comes here.",
    asked: "Interpolating…",
    /** @type {(from: string, to: string) => string} */
    said: (from, to) => `From a picture of class ${from} to one of class ${to}. Outside are the pictures themselves; between them, what is decoded from nine codes on the straight line between theirs.`,
    end: (/** @type {string} */ name) => `The picture itself: ${name}`,
    /** @type {(n: number, of: number, from: string, to: string) => string} */
    alt: (n, of, from, to) => `Step ${n} of ${of} from ${from} to ${to}`,
  },
  generated: {
    heading: "Samples",
    draw: "Draw others",
    said: "Nobody took these pictures: each is decoded from a code drawn at random, from the normal distribution that training holds the codes to.",
    asked: "Generating pictures…",
    learning: "Pictures are generated when an epoch has ended.",
    /** @type {(n: number, of: number) => string} */
    alt: (n, of) => `Generated picture ${n} of ${of}`,
  },
  extremes: {
    heading: "Reconstructed best and worst",
    best: "Best",
    worst: "Worst",
    waiting: "Not evaluated yet",
    input: (/** @type {string} */ name) => `Picture: ${name}`,
    output: (/** @type {string} */ name) => `Reconstruction: ${name}`,
    pick: (/** @type {string} */ name, /** @type {string} */ error) => `${name}, mean squared error ${error}. Show its code.`,
    judged: (/** @type {string} */ n) => `Out of ${n} test pictures, by mean squared error. Above the picture, below it the reconstruction. Press one to see its code.`,
    status: {
      none: "The best and the worst come with the first network that is trained.",
      learning: "They are looked for when the run has ended.",
      asked: "Reconstructing the test pictures…",
    },
  },
};
