// The page's address as settings: which keys belong to which section, read and written. Keys that
// belong to none stay as they are.

import { text } from "../strings.js";
import { shownName } from "./names.js";

/** @typedef {Record<string, string>} Asked */

/** The section whose keys need no name before them. */
const FIRST = "train";

/** Whether a word of the address can be a key: not one that every object has, such as `__proto__`.
 * @param {string} word */
const isKey = (word) => !(word in Object.prototype);

/**
 * What the query says to each section: `cnns.epochs=5` to `cnns`, and `epochs=5` to the section
 * that the query names, or to the first.
 * @param {string} query @param {string[]} names  of the sections
 * @returns {{only: string|null, data: string|null, spec: string|null, hide: string|null, lock: string|null, asked: Record<string, Asked>}}
 */
export function readAddress(query, names) {
  const params = new URLSearchParams(query);
  const section = params.get("section");
  const only = section !== null && names.includes(section) ? section : null;
  /** @type {Map<string, [string, string][]>} */
  const told = new Map(names.map((name) => [name, []]));
  for (const [key, value] of params) {
    const [name, rest] = key.split(".", 2);
    if (![name, rest ?? ""].every(isKey)) continue;
    if (rest === undefined) told.get(only ?? FIRST)?.push([key, value]);
    else told.get(name)?.push([rest, value]);
  }
  // Entries become properties of their own, whatever they are called: `__proto__` is no way out.
  const asked = Object.fromEntries([...told].map(([name, entries]) => [name, Object.fromEntries(entries)]));
  return { only, data: params.get("data"), spec: params.get("spec"), hide: params.get("hide"), lock: params.get("lock"), asked };
}

/** Keys that are the whole page's, whatever sections there are. */
const WHOLE = ["section", "data", "spec", "hide", "lock", "lang"];

/**
 * What the query asks of sections that have no such key, to be told: `cnns.epoch=5`, and a key of another section
 * where it stands alone, such as `model=cae` beside `section=cnns`. Keys that no section knows are other people's.
 * @param {string} query @param {{name: string, keys?: string[]}[]} sections
 * @returns {{unknown: string|null, keys: {section: string, key: string, has: string[]}[]}} `unknown`: the section
 *   that the query names, where there is none of that name
 */
export function strayIn(query, sections) {
  const params = new URLSearchParams(query);
  const asked = params.get("section") || null;
  const unknown = asked !== null && !sections.some(({ name }) => name === asked) ? asked : null;
  const alone = sections.find(({ name }) => name === (unknown === null ? (asked ?? FIRST) : FIRST));
  const keysOf = (/** @type {{keys?: string[]}|undefined} */ section) => section?.keys ?? [];
  const has = (/** @type {{keys?: string[]}|undefined} */ section, /** @type {string} */ key) => keysOf(section).some((one) => one.toLowerCase() === key.toLowerCase());
  const keys = [...new Set(params.keys())].flatMap((full) => {
    const [name, rest] = full.split(".", 2);
    const section = rest === undefined ? alone : sections.find((one) => one.name === name);
    const key = rest ?? name;
    const ours = rest === undefined ? sections.some((one) => has(one, key)) && !WHOLE.includes(key) : true;
    return section && ours && !has(section, key) ? [{ section: section.name, key: full, has: keysOf(section) }] : [];
  });
  return { unknown, keys };
}

/** The same in sentences. @param {string} query @param {{name: string, keys?: string[]}[]} sections @returns {string[]} */
export function strayWords(query, sections) {
  const words = text.errors;
  const { unknown, keys } = strayIn(query, sections);
  return [
    ...(unknown === null ? [] : [words.unknownSection(shownName(unknown), sections.map(({ name }) => name))]),
    ...keys.map(({ section, key, has }) => words.unknownKey(shownName(key), section, has)),
  ];
}

/**
 * The folder of pictures that an address or an attribute names, as a whole address that ends with a slash.
 * @param {string|null} data  as it was given; null is the page's own folder
 * @param {string} base  what it is relative to
 * @param {string|null} origin  the only one that it may lead to; null where whoever names it may ask any
 * @returns {{folder: string|null, refused: string|null, why: "elsewhere"|"nowhere"|null}} `refused`: the address that
 *   may not be used, because it leads to another site or to no folder at all
 */
export function dataFolder(data, base, origin) {
  if (data === null || data.trim() === "") return { folder: null, refused: null, why: null };
  /** @type {URL} */
  let folder;
  try {
    folder = new URL(data, base);
  } catch {
    return { folder: null, refused: data, why: "nowhere" };
  }
  const isWeb = folder.protocol === "http:" || folder.protocol === "https:";
  if (!isWeb || folder.username !== "" || folder.password !== "") return { folder: null, refused: folder.href, why: "nowhere" };
  if (origin !== null && folder.origin !== origin) return { folder: null, refused: folder.href, why: "elsewhere" };
  folder.search = "";
  folder.hash = "";
  // The name of the manifest is what people copy.
  folder.pathname = folder.pathname.replace(/\/manifest\.json$/, "/").replace(/\/?$/, "/");
  return { folder: folder.href, refused: null, why: null };
}

/**
 * The query with the keys of sections as they are now.
 * @param {string} query @param {{name: string, asked: Asked, keys: string[]}[]} sections
 *   `keys`: all that are theirs, of which those go that do not hold now
 */
export function writeAddress(query, sections) {
  const params = new URLSearchParams(query);
  const only = params.get("section");
  for (const { name, asked, keys } of sections) {
    const full = (/** @type {string} */ key) => (name === (only ?? FIRST) ? key : `${name}.${key}`);
    for (const key of keys) params.delete(full(key));
    for (const [key, value] of Object.entries(asked)) params.set(full(key), value);
  }
  const words = params.toString();
  return words === "" ? "" : `?${words}`;
}
