// Where things stand on the page: a section is shown when the address names it, and some parts are folded.

/** In the page: goes to the section of what `selector` finds, and unfolds what hides it. @param {string} selector */
function reveal(selector) {
  const element = document.querySelector(selector);
  const section = element?.closest("main > section");
  if (section?.hidden) location.hash = `#${section.id}`;
  for (let fold = element?.closest("details"); fold; fold = fold.parentElement.closest("details"))
    if (!(element.tagName === "SUMMARY" && element.parentElement === fold)) fold.open = true;
}

/** In the page. @param {string} selector */
const isShown = (selector) => !document.querySelector(selector)?.closest("main > section")?.hidden;

/** Brings what `selector` finds into sight, as a visitor does who looks for it.
 * @param {{evaluate: (fn: any, arg: any) => Promise<any>}} page  of either driver @param {string} selector */
export async function goTo(page, selector) {
  await page.evaluate(reveal, selector);
  for (let looks = 0; looks < 100 && !(await page.evaluate(isShown, selector)); looks += 1) await new Promise((done) => setTimeout(done, 20));
  await page.evaluate((s) => document.querySelector(s)?.scrollIntoView({ block: "center", behavior: "instant" }), selector);
}

/** In the page: what elements say to who sees them, or would where their section were shown. Nothing is drawn meanwhile.
 * @param {string} selector */
function read(selector) {
  return [...document.querySelectorAll(selector)].map((element) => {
    const section = element.closest("main > section[hidden]");
    if (section) section.hidden = false;
    // What is folded is read as it stands there.
    const words = element.innerText || element.textContent;
    if (section) section.hidden = true;
    return words;
  });
}

/** What all elements say that a selector finds, shown or not.
 * @param {{evaluate: (fn: any, arg: any) => Promise<any>}} page @param {string} selector @returns {Promise<string[]>} */
export const wordsOf = (page, selector) => page.evaluate(read, selector);
