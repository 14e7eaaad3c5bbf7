// The language of the page: what the address asks for, else the first that the reader's browser prefers and that there
// is. An element in another page follows the language of that page. A worker is told in its address.

/** In the order in which they are offered; the first is the one where nothing else fits. */
export const languages = /** @type {const} */ (["en", "de"]);

/** @typedef {typeof languages[number]} Language */

/** How numbers and dates are written. @type {Record<Language, string>} */
const locales = { en: "en-GB", de: "de-DE" };

/**
 * @param {string|null} asked  by the address @param {readonly string[]} preferred  language tags, the best first
 * @returns {Language}
 */
export function chooseLanguage(asked, preferred) {
  const wanted = [...(asked === null ? [] : [asked]), ...preferred].map((tag) => tag.toLowerCase().split("-")[0]);
  return languages.find((one) => one === wanted.find((tag) => /** @type {readonly string[]} */ (languages).includes(tag))) ?? languages[0];
}

const { location, navigator, document } = /** @type {Partial<Pick<Window, "location"|"navigator"|"document">>} */ (globalThis);
/** The page that an element is in has a language of its own; ours has one that fits the reader. */
const around = document && !document.documentElement.hasAttribute("data-tabgrad") ? [document.documentElement.lang] : [];

export const language = chooseLanguage(new URLSearchParams(location?.search).get("lang"), [...around.filter((tag) => tag !== ""), ...(location ? (navigator?.languages ?? []) : [])]);
export const locale = locales[language];
