// Every word of the section of the pictures, and of taking in those of the visitor's own.

import { integer, size } from "../format.js";

/** @import { PictureShape } from "../protocol.js" */

export const pictures = {
  heading: "The pictures",
  prose: "The network learns from small pictures, CIFAR-10's of 32 by 32 pixels or others, each with the name of what it shows. It trains on one part of them. On the other part, the test pictures, it is only evaluated.",
  train: "Training",
  test: "Test",
  another: "Another five",
  seed: (/** @type {number} */ seed) => `Picked at random with seed ${seed}`,
  alt: (/** @type {string} */ name, /** @type {string} */ split) => `${split} picture: ${name}`,
  waiting: "Waiting for the pictures",
  none: "No pictures",
  synthetic: "Synthetic data",
  syntheticMeaning: "Drawn by a program, not photographed.",
  counts: (/** @type {number} */ train, /** @type {number} */ test) =>
    `${integer(train)} training and ${integer(test)} test pictures`,
  loading: (/** @type {number} */ bytes, /** @type {number} */ total) =>
    `Loading ${size(bytes)} of ${size(total)}`,
  progress: "Pictures loaded",
  browse: {
    heading: "All of them",
    label: "Pictures; arrow keys go from one to the next, Enter looks into one",
    split: "Split",
    class: "Class",
    all: "All classes",
    previous: "Previous",
    next: "Next",
    /** @type {(split: string, index: number, name: string) => string} */
    picture: (split, index, name) => `${split} picture ${integer(index + 1)}: ${name}`,
    tip: (/** @type {string} */ name, /** @type {number} */ index) => `${name}, ${integer(index + 1)}`,
    /** @type {(offset: number, shown: number, total: number, whole: boolean) => string} */
    count: (offset, shown, total, whole) => {
      const ending = whole ? "" : " that are here so far";
      if (shown === 0) return `There are no such pictures${whole ? "" : " yet"}.`;
      return `${integer(offset + 1)} to ${integer(offset + shown)} of ${integer(total)}${ending}`;
    },
  },
  bytes: {
    heading: (/** @type {number} */ numbers) => `One picture is ${integer(numbers)} numbers`,
    prose: (/** @type {PictureShape} */ { width, height, channels }) =>
      `A picture has ${height} rows of ${width} pixels. A pixel is ${channels === 1 ? "a byte: how bright it is" : "three bytes: how much red, green and blue light it gives, each"} from 0 to 255. That is all the network sees. Choose another picture above, and a pixel with the pointer or the sliders.`,
    /** @type {Record<"red"|"green"|"blue"|"grey", string>} */
    channels: { red: "Red", green: "Green", blue: "Blue", grey: "Grey" },
    plane: (/** @type {string} */ channel, /** @type {string} */ title) => `${channel} of ${title}`,
    x: "Column",
    y: "Row",
    /** @type {(x: number, y: number, at: number, channels: number, numbers: number) => string} */
    pixel: (x, y, at, channels, numbers) =>
      `Row ${y}, column ${x}: ${channels === 1 ? `byte ${integer(at + 1)}` : `bytes ${integer(at + 1)} to ${integer(at + channels)}`} of ${integer(numbers)}`,
  },
  shards: {
    heading: "How they travel",
    prose: "The pictures come in a few files, called shards: up to 2,500 pictures each, with one byte for the class of each, so that there is something to see before all have arrived. Beside them lies a list with the SHA-256 of every file, a fingerprint that no other file has. A shard is used only if its bytes have that fingerprint.",
    waiting: "The list of the files is on its way.",
    holds: (/** @type {number} */ n) => (n === 1 ? "1 picture" : `${integer(n)} pictures`),
    fingerprint: (/** @type {string} */ start) => `${start}…`,
    files: (/** @type {number} */ count, /** @type {number} */ n) => `${integer(count)} in ${n === 1 ? "one file" : `${integer(n)} files`}`,
    here: (/** @type {string} */ here, /** @type {number} */ of) => `${here} of ${integer(of)} files are here.`,
    allHere: (/** @type {number} */ n) => (n === 1 ? "The file is here." : `All ${integer(n)} files are here, and their fingerprints are right.`),
  },
  own: {
    name: "Own pictures",
    /** @type {(count: number, from: string, shape: PictureShape, divided: boolean) => string} */
    source: (count, from, { width, height, channels }, divided) =>
      `${integer(count)} pictures${from ? ` from ${from}` : " from a folder"}, cut to ${width === height ? "a square" : "shape"} and made ${width} by ${height}${channels === 1 ? " and grey" : ""} in this browser. ${divided ? "The folders said which are for the test." : "One in six of each class is kept for the test."}`,
    archiveAndMore: (/** @type {string} */ name, /** @type {number} */ more) =>
      `${name} was given with ${more === 1 ? "another file" : `${integer(more)} other files`}. Give one archive alone, or a folder.`,
    noCanvas:
      "This browser gives pictures back with other pixels than were drawn, as a protection against tracking, so they cannot be made smaller here. Allow canvas data for this page, or give PNG files.",
  },
};

export const intake = {
  remarksOn: (/** @type {string} */ name) => (name === "" ? "About the files that were read" : `About ${name}`),
  heading: "Your own pictures",
  prose: "Train on anything: a zip, a tar or a folder of photographs, or CIFAR-10, CIFAR-100, MNIST or Fashion-MNIST as their authors publish them.",
  invite: "Drop a zip, a .tar.gz or a folder here: PNG, JPEG, WebP, GIF or BMP pictures, or CIFAR-10, CIFAR-100, MNIST or Fashion-MNIST in any of their forms, packed or unpacked.",
  choose: "Choose a file",
  chooseFolder: "Choose a folder",
  layouts: {
    title: "How to arrange the folders",
    prose: "The name of a folder is the name of a class; two to 256 of them for the classifiers; autoencoders take one, too. Folders inside a class belong to it. Training and test pictures may be in folders of their own: train or training, and test, testing, valid, val or validation. Where the folders do not say what is for the test, one in six of each class is. Pictures of any size are cut to a square about their middle and made 32 by 32, or what is chosen here.",
    plain: "pets/\n  cat/\n    1.jpg\n    2.jpg\n  dog/\n    1.png",
    divided: "pets/\n  train/\n    cat/1.jpg\n    dog/1.jpg\n  test/\n    cat/2.jpg",
  },
  request: {
    size: "Size",
    sizes: { own: "Their own; photographs 32 × 32" },
    side: (/** @type {number} */ side) => `${side} × ${side}`,
    channels: "Colours",
    colours: { own: "As they are", 1: "Grey", 3: "Red, green and blue" },
    labels: "Classes of CIFAR-100",
    classes: { fine: "100, fine", coarse: "20, coarse" },
  },
  promise: "They are read on this machine and kept in this browser. Nothing leaves this machine.",
  progress: "Pictures decoded",
  count: (/** @type {number} */ done, /** @type {number} */ total) => (total > 0 ? `${integer(done)} of ${integer(total)}` : integer(done)),
  cancel: "Cancel",
  busy: "Other pictures are being read. Drop these again when they are done, or cancel them first.",
  lost: (/** @type {string[]} */ paths) => `The browser does not hand out ${paths.slice(0, 5).join(", ")}${paths.length > 5 ? ` and ${integer(paths.length - 5)} more` : ""}.`,
  stages: {
    listing: "Listing the files…",
    reading: "Looking at the files…",
    decoding: "Decoding the pictures…",
    keeping: "Keeping them for your next visit…",
  },
  kept: "These pictures are kept in this browser, on this machine only. “Keep” shows their size, and deletes them.",
  notKept: "These pictures are in use now and not kept: a reload loses them.",
  useBundled: "Use the bundled ones",
};
