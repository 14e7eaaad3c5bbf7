// What the folders of a visitor's own pictures mean: which files are pictures, what their classes
// are called, and which of them are kept for the test.

import { text } from "../../strings.js";

/** At most this many pictures, and this many bytes of files, so that a tab's memory is enough. */
export const MOST = { pictures: 60_000, bytes: 1_000_000_000, fileBytes: 64_000_000, pixels: 100_000_000 };
/** A label is a byte. */
const MOST_CLASSES = 256;
/** More than this, and only the autoencoders can be trained. */
const CLASSIFIED = 10;
/** One picture in so many of a class is kept for the test, where nobody said which. */
const ONE_IN = 6;
/** Another seed would keep other pictures for the test. */
const SEED = 7;

const PICTURE = /\.(png|jpe?g|webp|gif|bmp)$/i;
const TRAIN = ["train", "training"];
/** What test folders are called, the likeliest first. */
const TEST = ["test", "testing", "validation", "valid", "val"];

/** A path with its index in the list that it came from.
 * @typedef {{index: number, path: string, folders: string[]}} IndexedPath */
/** A picture that will be decoded: `label` counts the classes.
 * @typedef {{index: number, path: string, label: number, test: boolean}} Chosen */
/**
 * What a folder holds.
 * @typedef {object} Layout
 * @property {string} root  the folder that all lie in, or ""
 * @property {string[]} classes
 * @property {Chosen[]} pictures  by path
 * @property {{others: number, outside: number}} skipped  no pictures; pictures in no class's folder
 * @property {boolean} divided  whether the folders say which pictures are for the test
 */

/** Whether a path names a picture. @param {string} path */
export const isPicture = (path) => PICTURE.test(path) && !isJunk(path);

/** What systems leave lying about. @param {string} path */
const isJunk = (path) => path.split("/").some((part) => part.startsWith(".") || part === "__MACOSX");

/** @template T @param {(item: T) => string} name @returns {(a: T, b: T) => number} */
const by = (name) => (a, b) => {
  const [left, right] = [name(a), name(b)];
  return left < right ? -1 : Number(left > right);
};

/** How many folders at the start of the paths are the same in all. @param {IndexedPath[]} placed */
function commonDepth(placed) {
  const [first, ...others] = placed.map(({ folders }) => folders);
  let depth = first.length;
  for (const folders of others) {
    let same = 0;
    while (same < depth && folders[same] === first[same]) same += 1;
    depth = same;
  }
  return depth;
}

/** FNV-1a of a path: which pictures are kept for the test depends on their names alone, so the
 * same folder is divided in the same way everywhere. @param {string} path */
function chance(path) {
  let hash = 0x811c9dc5 ^ SEED;
  for (const byte of new TextEncoder().encode(path)) hash = Math.imul(hash ^ byte, 0x01000193);
  // The last bytes of a path must reach the high bits, by which the order is decided.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** @param {Chosen[]} pictures @param {string[]} classes */
function chooseTest(pictures, classes) {
  const groups = classes.map((_, label) => pictures.filter((picture) => picture.label === label));
  for (const group of groups) {
    const ranked = group.map((picture) => ({ picture, rank: chance(picture.path) })).sort((a, b) => a.rank - b.rank);
    const count = Math.max(1, Math.round(group.length / ONE_IN));
    for (const { picture } of ranked.slice(0, count)) picture.test = true;
  }
}

/** The folder names of the two splits, as they are written there. A folder of trains, which holds
 * pictures and no folders, is none of them.
 * @param {IndexedPath[]} placed */
function splitNames(placed) {
  const tops = new Set(placed.filter(({ folders }) => folders.length > 1).map(({ folders }) => folders[0]));
  const find = (/** @type {string[]} */ names) =>
    names.map((name) => [...tops].find((top) => top.toLowerCase() === name)).find((top) => top !== undefined) ?? null;
  const train = find(TRAIN);
  return { train, test: train === null ? null : find(TEST) };
}

/**
 * Reads paths: `CLASS/picture`, or `train/CLASS/picture` and `test/CLASS/picture`, both below any
 * folders that all pictures share.
 * @param {string[]} paths
 * @returns {Layout}
 */
export function layout(paths) {
  const placed = paths
    .map((path, index) => ({ index, path: path.replaceAll("\\", "/").replace(/^\/+/, "") }))
    .filter(({ path }) => isPicture(path))
    .map(({ index, path }) => ({ index, path, folders: path.split("/").slice(0, -1) }))
    .sort(by(({ path }) => path));
  const others = paths.filter((path) => !path.endsWith("/")).length - placed.length;
  const words = text.pictures.own;
  if (placed.length === 0) throw new Error(words.none(others));
  if (placed.length > MOST.pictures) throw new Error(words.tooMany(placed.length, MOST.pictures));

  const depth = commonDepth(placed);
  const root = placed[0].folders.slice(0, depth).join("/");
  const below = placed.map((picture) => ({ ...picture, folders: picture.folders.slice(depth) }));
  const { train, test } = splitNames(below);
  const divided = train !== null && test !== null;
  const inClasses = below.flatMap(({ index, path, folders }) => {
    const [first, second] = folders;
    const name = train === null ? first : first === train || first === test ? second : undefined;
    return name === undefined ? [] : [{ index, path, name, test: divided && first === test }];
  });

  const classes = [...new Set(inClasses.map(({ name }) => name))].sort(by((name) => name));
  if (classes.length === 0) throw new Error(words.noFolders(placed.length, root));
  if (classes.length === 1) throw new Error(words.oneClass(classes[0]));
  if (classes.length > MOST_CLASSES) throw new Error(words.tooManyClasses(classes.length, MOST_CLASSES));
  const labels = new Map(classes.map((name, label) => [name, label]));
  const pictures = inClasses.map(({ index, path, name, test }) => ({ index, path, label: labels.get(name) ?? 0, test }));
  checkCounts(pictures, classes, divided);
  if (!divided) chooseTest(pictures, classes);
  return { root, classes, pictures, divided, skipped: { others, outside: placed.length - pictures.length } };
}

/** Every class must have something to learn from and something to judge by.
 * @param {Chosen[]} pictures @param {string[]} classes @param {boolean} divided */
export function checkCounts(pictures, classes, divided) {
  const counts = classes.map(() => ({ train: 0, test: 0 }));
  for (const { label, test } of pictures) counts[label][test ? "test" : "train"] += 1;
  counts.forEach(({ train, test }, label) => {
    const enough = divided ? train > 0 && test > 0 : train + test > 1;
    if (!enough) throw new Error(text.pictures.own.tooFew(classes[label], train, test, divided));
  });
}

/**
 * What the visitor should know of what was left out; nothing where nothing was.
 * @param {Layout} found @param {string[]} broken  paths of pictures that could not be decoded
 * @returns {string[]}
 */
export function remarks({ classes, skipped }, broken) {
  const words = text.pictures.own;
  return [
    broken.length > 0 ? words.broken(broken) : "",
    skipped.outside > 0 ? words.outside(skipped.outside) : "",
    skipped.others > 0 ? words.others(skipped.others) : "",
    classes.length > CLASSIFIED ? words.manyClasses(classes.length, CLASSIFIED) : "",
  ].filter((remark) => remark !== "");
}
