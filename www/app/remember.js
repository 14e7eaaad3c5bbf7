// The last answer again while what it was computed from stays the same, so that views see the same
// object and are not drawn anew. Knows nothing of what is computed.

/**
 * @template {unknown[]} A, R
 * @param {(...given: A) => R} compute  pure
 * @returns {(...given: A) => R}
 */
export function remember(compute) {
  /** @type {{given: A, answer: R}|null} */
  let last = null;
  return (...given) => {
    if (!last || given.length !== last.given.length || given.some((value, i) => !Object.is(value, last?.given[i])))
      last = { given, answer: compute(...given) };
    return last.answer;
  };
}
