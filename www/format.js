// Formatting of numbers, sizes, durations and moments, as people read them in the page's language.

import { language, locale } from "./language.js";

/** The few words that numbers need. @type {Record<import("./language.js").Language, {or: string, and: string, points: string, under: string, infinite: string, none: string}>} */
const wordsOf = {
  en: { or: "or", and: "and", points: "points", under: "under 1 s", infinite: "not finite", none: "not a number" },
  de: { or: "oder", and: "und", points: "Prozentpunkte", under: "unter 1 s", infinite: "nicht endlich", none: "keine Zahl" },
};
const words = wordsOf[language];
const grouped = new Intl.NumberFormat(locale);
const mark = new Intl.NumberFormat(locale).format(0.5).at(1) ?? ".";

/** Digits of a number with the language's decimal mark. @param {string} digits */
export const local = (digits) => digits.replace(".", mark);

/** @param {number} x @param {number} places  behind the decimal mark */
export const fixed = (x, places) => local(x.toFixed(places));

/** @param {number} n */
export const integer = (n) => (Number.isFinite(n) ? grouped.format(Math.round(n)) : "–");

/** Four figures that matter, so that a loss of 0.01543 and one of 2.303 are both told.
 * @param {number|null|undefined} x */
export function figure(x) {
  if (x === null || x === undefined) return "–";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : words.infinite;
  if (x !== 0 && (Math.abs(x) < 0.001 || Math.abs(x) >= 1e6)) return local(x.toExponential(1));
  return local(Math.abs(x) >= 1 ? x.toFixed(3) : x.toFixed(4));
}

/** @param {number|null|undefined} share */
export const percent = (share) =>
  share === null || share === undefined || !Number.isFinite(share) ? "–" : `${local((share * 100).toFixed(1))} %`;

/** @param {number} share */
export const wholePercent = (share) => !Number.isFinite(share) ? "–" : `${Math.round(share * 100)} %`;

/** @param {number|null|undefined} x */
export const decibel = (x) => (x === null || x === undefined || !Number.isFinite(x) ? "–" : `${local(x.toFixed(2))} dB`);

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  return `${local((bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0))} MB`;
}

/** @param {number} seconds */
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 1) return words.under;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A tensor's shape as Keras prints it. @param {(number|null)[]} shape */
export const shape = (shape) => `(${shape.map((n) => n ?? "N").join(", ")})`;

/** A small number as a power of ten, `1.2e-7`; a number that is none as such. @param {number} value */
export const scientific = (value) => {
  if (value === 0) return "0";
  return Number.isFinite(value) ? local(value.toExponential(1)) : words.none;
};

/** Four figures that matter however small the number is, with a true minus sign, so that a product
 * can be checked by hand. @param {number} value */
export const significant = (value) => {
  const size = Math.abs(value);
  const digits = size === 0 ? "0" : size < 1e-4 || size >= 1e5 ? value.toExponential(3) : value.toPrecision(4);
  return local(digits).replaceAll("-", "\u2212");
};

/** A difference of two shares; `size` leaves its sign out. @param {number} share */
export function points(share, size = false) {
  const digits = Math.abs(share * 100).toFixed(1);
  const sign = size || Number(digits) === 0 ? "" : share < 0 ? "\u2212" : "+";
  return `${sign}${local(digits)} ${words.points}`;
}

const moments = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });

/** A moment where the reader is. @param {number} milliseconds  since 1970 */
export const moment = (milliseconds) => moments.format(milliseconds);

const instants = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** A moment to the second, where several of one minute have to be told apart. @param {number} milliseconds  since 1970 */
export const instant = (milliseconds) => instants.format(milliseconds);

/** `a, b or c`. @param {string[]} all */
export const either = (all) => (all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} ${words.or} ${all.at(-1)}`);

/** `a, b and c`. @param {string[]} all */
export const together = (all) => (all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} ${words.and} ${all.at(-1)}`);
