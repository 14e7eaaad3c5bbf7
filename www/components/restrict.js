// What a teacher takes away (`hide`) or fixes (`lock`) in a page or an element: whole sections, or parts of one by
// their names, such as `settings`, or `cnns.settings` for those of one section only.

/** The names that an address or an attribute lists, with commas or blanks between them. @param {string|null} words */
export const namesIn = (words) => (words ?? "").split(/[\s,+]+/).filter((name) => name !== "");

/** The parts of a section by their names: the boxes that its views fill. @param {HTMLElement} frame */
function partsOf(frame) {
  const boxes = frame.querySelectorAll(":is(.telling, .controls, .fold-content, .showing) > div[id]");
  return [...boxes].map((box) => ({ name: box.id.replace(`${frame.id}-`, ""), box: /** @type {HTMLElement} */ (box) }));
}

/**
 * @param {{name: string, frame: HTMLElement}[]} sections
 * @param {{hide: string[], lock: string[]}} asked
 * @returns {{name: string, has: string[]}[]} names that nothing here has, and those that there are
 */
export function restrict(sections, { hide, lock }) {
  const parts = sections.flatMap(({ name: section, frame }) => [
    { names: [section], box: frame },
    ...partsOf(frame).map(({ name, box }) => ({ names: [name, `${section}.${name}`], box })),
  ]);
  const has = [...new Set(parts.map(({ names }) => names[0]))].sort();
  /** @param {string[]} asked @param {(box: HTMLElement) => void} apply */
  const each = (asked, apply) =>
    asked.flatMap((name) => {
      const found = parts.filter(({ names }) => names.includes(name));
      for (const { box } of found) apply(box);
      return found.length === 0 ? [{ name, has }] : [];
    });
  return [
    ...each(hide, (box) => box.toggleAttribute("data-withheld", true)),
    ...each(lock, (box) => {
      box.inert = true;
      box.toggleAttribute("data-locked", true);
    }),
  ];
}
