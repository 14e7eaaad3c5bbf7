// Numbers as people type them: with the digits of their keyboard, a point or a comma before the
// decimals, spaces between thousands, an exponent, a fraction or a percent sign. What can be read in
// one way only is taken; what can be read in two is asked about. Pure.

import { text } from "../strings.js";

/**
 * What a number is for.
 * @typedef {object} NumberField
 * @property {string} label  what it is called
 * @property {boolean} whole
 * @property {number} min
 * @property {number} max
 * @property {number} example  one that would be right
 */

/** The zeros of the scripts whose digits are on keyboards; nine more follow each. */
const ZEROS = [
  0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0, 0x0f20, 0x1040,
  0x17e0, 0x1810, 0xff10,
];
/** Characters that say the same as one of ASCII. @type {Record<string, string>} */
const ALIKE = {
  "\u066b": ".", "\uff0e": ".", "\uff0c": ",", "\u3001": ",", "\u060c": ",", "\u2212": "-", "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\uff0d": "-",
  "\uff0b": "+", "\u2044": "/", "\u2215": "/", "\uff0f": "/", "\u066a": "%", "\uff05": "%", "\uff45": "e", "\uff25": "e",
};
/** They show which way the writing runs, and are no part of the number. */
const DIRECTION = /[\u200e\u200f\u061c\u2066-\u2069\u202a-\u202e\ufeff]/g;
/** Between thousands: spaces of all widths, apostrophes, and the Arabic sign for it. */
const BETWEEN_THOUSANDS = /(?<=\d)[\s'\u2019\u066c](?=\d{3}(?!\d))/g;

/** In ASCII. @param {string} typed */
function plain(typed) {
  const digit = (/** @type {string} */ letter) => {
    const code = /** @type {number} */ (letter.codePointAt(0));
    const zero = ZEROS.find((at) => code >= at && code < at + 10);
    return zero === undefined ? (ALIKE[letter] ?? letter) : String(code - zero);
  };
  const ascii = Array.from(typed.replace(DIRECTION, ""), digit).join("").trim();
  return ascii.replace(BETWEEN_THOUSANDS, "").replace(/\s*([/%])\s*/g, "$1");
}

/** Every value that a number without sign, fraction and percent can have. @param {string} part */
function decimal(part) {
  const [, digits, exponent] = /^([\d.,]+)(?:e([+-]?\d{1,3}))?$/i.exec(part) ?? [];
  if (digits === undefined) return [];
  const times = exponent === undefined ? "" : `e${exponent}`;
  const separators = digits.match(/[.,]/g) ?? [];
  /** @type {Set<number>} */
  const found = new Set();
  if (separators.length <= 1 && /\d/.test(digits)) found.add(Number(digits.replace(",", ".") + times));
  // A thousand has no nought before it.
  if (new Set(separators).size === 1 && /^[1-9]\d{0,2}([.,]\d{3})+$/.test(digits)) found.add(Number(digits.replace(/[.,]/g, "") + times));
  return [...found];
}

/** Every value that what was typed can have: none where it is no number. @param {string} typed @returns {number[]} */
export function readings(typed) {
  const [, sign, first, second, percent] = /^([+-]?)([^/%]+)(?:\/([^/%]+))?(%?)$/.exec(plain(typed)) ?? [];
  if (first === undefined) return [];
  const above = decimal(first);
  const below = second === undefined ? [1] : decimal(second);
  const all = above.flatMap((a) => below.map((b) => ((sign === "-" ? -1 : 1) * a) / b / (percent ? 100 : 1)));
  return [...new Set(all)].filter(Number.isFinite);
}

/** @typedef {{value: number, error?: undefined}|{value?: undefined, error: string}} Read */

/** What was typed as a number of the field, or a sentence about what is wrong with it.
 * @param {string} typed @param {NumberField} field @returns {Read} */
export function readNumber(typed, { label, whole, min, max, example }) {
  const words = text.numbers;
  const trimmed = typed.trim();
  const shown = Array.from(trimmed).slice(0, 40).join("");
  const all = readings(trimmed);
  const fitting = all.filter((value) => value >= min && value <= max && (!whole || Number.isInteger(value)));
  if (fitting.length === 1) return { value: fitting[0] };
  if (fitting.length > 1) return { error: words.twoReadings(label, shown, fitting) };
  if (/[.,].*[.,]/.test(plain(trimmed)) && all.length === 0) return { error: words.separators(label, shown, example) };
  return { error: all.length > 0 || trimmed === "" ? words.outOfRange(label, shown, whole, min, max, example) : words.noNumber(label, shown, whole, min, max, example) };
}
