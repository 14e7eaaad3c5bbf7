// What is said of numbers that were typed and cannot be taken. Each sentence ends with one that can.

/** @param {string} label @param {string} typed */
const is = (label, typed) => (typed === "" ? `${label} is empty` : `${label} is “${typed}”`);

/** @param {boolean} whole @param {number} min @param {number} max @param {number} example */
const give = (whole, min, max, example) => `give a ${whole ? "whole " : ""}number from ${min} to ${max}, such as ${example}.`;

export const numbers = {
  /** @type {(label: string, typed: string, whole: boolean, min: number, max: number, example: number) => string} */
  outOfRange: (label, typed, whole, min, max, example) => `${is(label, typed)}; ${give(whole, min, max, example)}`,
  /** @type {(label: string, typed: string, whole: boolean, min: number, max: number, example: number) => string} */
  noNumber: (label, typed, whole, min, max, example) => `${is(label, typed)}, which is no number; ${give(whole, min, max, example)}`,
  /** @type {(label: string, typed: string, readings: number[]) => string} */
  twoReadings: (label, typed, [one, other]) => `${is(label, typed)}, which can be read as ${one} or as ${other}; write one of these.`,
  /** @type {(label: string, typed: string, example: number) => string} */
  separators: (label, typed, example) =>
    `${is(label, typed)}; write one point or comma before the decimals and nothing between thousands, such as ${example}.`,
};
