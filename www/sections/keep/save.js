// How something leaves the page: as a file, on paper, or through the clipboard.

/** The address of the whole page with a query, wherever this section is shown.
 * @param {string} query @param {string|null} data  the folder of the pictures, where it is not the page's own */
export function pageAddress(query, data) {
  const address = new URL(`../../${query}`, import.meta.url);
  if (data !== null) address.searchParams.set("data", data);
  return address.href;
}

/** A browser begins a download at its leisure; its bytes must be there until then. */
const KEEP_MS = 60_000;

/** @param {string} name @param {Blob} blob */
export function download(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEEP_MS);
}

/** Prints a document of its own, in a frame that nobody sees. Its style comes as a sheet, because
 * a page may forbid styles in markup. @param {string} markup @param {string} css @returns {Promise<void>} */
export function printDocument(markup, css) {
  const frame = document.createElement("iframe");
  // Of the width of paper, and laid out: what is not shown at all is not printed.
  Object.assign(frame.style, { position: "fixed", left: "-100rem", top: "0", width: "60rem", height: "80rem", border: "0" });
  frame.setAttribute("aria-hidden", "true");
  frame.tabIndex = -1;
  return new Promise((resolve) => {
    frame.addEventListener("load", () => {
      const inside = /** @type {(Window & typeof globalThis)|null} */ (frame.contentWindow);
      if (inside) {
        const sheet = new inside.CSSStyleSheet();
        sheet.replaceSync(css);
        inside.document.adoptedStyleSheets = [sheet];
        inside.addEventListener("afterprint", () => setTimeout(() => {
          frame.remove();
          URL.revokeObjectURL(frame.src);
        }));
        inside.focus();
        inside.print();
      }
      resolve();
    }, { once: true });
    // As a file of its own: a page with Trusted Types lets nobody put markup into a frame.
    frame.src = URL.createObjectURL(new Blob([markup], { type: "text/html" }));
    document.body.append(frame);
  });
}

/** Whether the words could be put on the clipboard. @param {string} words */
export const copy = (words) =>
  navigator.clipboard?.writeText(words).then(
    () => true,
    () => false,
  ) ?? Promise.resolve(false);
