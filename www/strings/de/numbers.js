// What is said in German of numbers that were typed and cannot be taken. Each sentence ends with one that can.

import { local } from "../../format.js";

/** A number as it is typed in German. @param {number} n */
const typedAs = (n) => local(String(n));

/** @param {string} label @param {string} typed @param {string} trouble */
const said = (label, typed, trouble) => (typed === "" ? `${label}: Das Feld ist leer` : `${label}: „${typed}“ ${trouble}`);

/** @param {boolean} whole @param {number} min @param {number} max @param {number} example */
const give = (whole, min, max, example) =>
  `eine ${whole ? "ganze " : ""}Zahl von ${typedAs(min)} bis ${typedAs(max)} eingeben, zum Beispiel ${typedAs(example)}.`;

/** @type {typeof import("../numbers.js").numbers} */
export const numbers = {
  outOfRange: (label, typed, whole, min, max, example) => `${said(label, typed, "passt nicht")}; ${give(whole, min, max, example)}`,
  noNumber: (label, typed, whole, min, max, example) => `${said(label, typed, "ist keine Zahl")}; ${give(whole, min, max, example)}`,
  twoReadings: (label, typed, [one, other]) => `${said(label, typed, "lässt sich")} als ${typedAs(one)} oder als ${typedAs(other)} lesen; eines davon eingeben.`,
  separators: (label, typed, example) =>
    `${said(label, typed, "ist nicht eindeutig")}; ein einziges Komma oder einen Punkt vor die Nachkommastellen setzen und nichts zwischen die Tausender, zum Beispiel ${typedAs(example)}.`,
};
