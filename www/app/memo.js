// Memoization of the last answer: while what it was computed from stays the same, views are given the
// same object and are not drawn anew.

/**
 * @template {unknown[]} A, R
 * @param {(...given: A) => unknown[]} keyOf  what the answer depends on, where that is not the arguments themselves
 * @param {(...given: A) => R} compute  pure
 * @returns {(...given: A) => R}
 */
export function memoBy(keyOf, compute) {
  /** @type {{key: unknown[], answer: R}|null} */
  let last = null;
  return (...given) => {
    const key = keyOf(...given);
    if (!last || key.length !== last.key.length || key.some((value, i) => !Object.is(value, last?.key[i])))
      last = { key, answer: compute(...given) };
    return last.answer;
  };
}

/**
 * @template {unknown[]} A, R
 * @param {(...given: A) => R} compute  pure
 */
export const memo = (compute) => memoBy((/** @type {A} */ ...given) => given, compute);
