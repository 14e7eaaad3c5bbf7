// Sections as places: the page shows one at a time, the one that the address names after `#`.

/** @typedef {{name: string, frame: HTMLElement}} Place */

/**
 * @param {Place[]} places @param {string} first  the name of the one that is shown where the address names none
 * @param {(name: string) => void} onShow
 */
export function create(places, first, onShow) {
  /** What the address names: a place, or something in one. @returns {{place: Place|undefined, target: HTMLElement|null}} */
  function named() {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id === "" ? null : document.getElementById(id);
    return { place: places.find(({ frame }) => frame.contains(target)), target };
  }

  /** @param {Place} place */
  function show(place) {
    for (const { name, frame } of places) frame.hidden = name !== place.name;
    onShow(place.name);
  }

  function follow() {
    const { place, target } = named();
    // What lies outside all places, such as the page's main part, is no way to another.
    if (!place && target && target.id !== "top") return;
    const next = place ?? places.find(({ name }) => name === first) ?? places[0];
    show(next);
    next.frame.focus({ preventScroll: true });
    if (target && target !== next.frame && place) target.scrollIntoView();
    else scrollTo({ top: 0, behavior: "instant" });
  }

  addEventListener("hashchange", follow);
  const at = named().place ?? places.find(({ name }) => name === first) ?? places[0];
  if (at) show(at);
}
