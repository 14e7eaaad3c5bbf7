// A roving tabindex: many buttons that are one stop of the Tab key, with the arrow keys among them,
// such as a grid of pictures or the cells of a table.

/** The next index in a direction: up and down go to the nearest button of another row.
 * @param {HTMLElement[]} buttons @param {number} at @param {string} key */
function next(buttons, at, key) {
  const here = buttons[at].getBoundingClientRect();
  const rows = (/** @type {number} */ sign) => {
    const others = buttons
      .map((button, index) => ({ index, box: button.getBoundingClientRect() }))
      .map(({ index, box }) => ({ index, down: (box.top - here.top) * sign, aside: Math.abs(box.left - here.left) }))
      .filter(({ down }) => down > 1);
    return others.sort((a, b) => a.down - b.down || a.aside - b.aside)[0]?.index ?? at;
  };
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, at - 1);
    case "ArrowRight":
      return Math.min(buttons.length - 1, at + 1);
    case "ArrowUp":
      return rows(-1);
    case "ArrowDown":
      return rows(1);
    case "Home":
      return 0;
    case "End":
      return buttons.length - 1;
    default:
      return null;
  }
}

/** @param {HTMLElement} container  of the buttons, however deep they lie */
export function rovingTabindex(container) {
  const all = () => [...container.querySelectorAll("button")];
  const usable = () => all().filter((button) => !button.disabled && !button.hidden);
  /** @param {HTMLElement|undefined} chosen */
  const stopAt = (chosen) => {
    for (const button of all()) button.tabIndex = button === chosen ? 0 : -1;
  };
  container.addEventListener("keydown", (event) => {
    const buttons = usable();
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const to = at < 0 || event.ctrlKey || event.metaKey || event.altKey ? null : next(buttons, at, event.key);
    if (to === null) return;
    event.preventDefault();
    buttons[to].focus();
  });
  container.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLButtonElement) stopAt(target);
  });
  /** To be called when the buttons are new; Tab leads to the one at `index`. */
  return (index = 0) => stopAt(all()[index]);
}
