// Markup as text: a template that escapes whatever is put into it, but for markup made by itself.
// Pure; the report and its drawings are made with it.

const ESCAPES = /** @type {Record<string, string>} */ ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" });

/** Text that is markup already. Only this file makes it. */
class Markup {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}

/** @typedef {Markup|string|number|null|false|undefined} Piece */

/** @param {Piece|Piece[]} value @returns {string} */
function written(value) {
  if (Array.isArray(value)) return value.map(written).join("");
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Markup) return value.text;
  // A control character has no place in a document, escaped or not.
  return String(value)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/[&<>"']/g, (character) => ESCAPES[character]);
}

/** Markup with values in it, each of them escaped; attributes must stand in quotes.
 * @param {TemplateStringsArray} parts @param {...(Piece|Piece[])} values */
export const html = (parts, ...values) =>
  new Markup(parts.reduce((text, part, i) => text + written(values[i - 1]) + part));

/** @typedef {InstanceType<typeof Markup>} Html */
