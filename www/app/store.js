// Holds a state and tells those who subscribed when it changed. What one of them throws keeps nobody else from
// hearing of it; it surfaces as an error of its own.

/**
 * @template S, E
 * @param {S} initial
 * @param {(state: S, event: E) => S} update
 */
export function createStore(initial, update) {
  let state = initial;
  /** @type {Set<() => void>} */
  const listeners = new Set();
  return {
    get: () => state,
    /** @param {E} event */
    dispatch(event) {
      const next = update(state, event);
      if (next === state) return;
      state = next;
      for (const listener of listeners)
        try {
          listener();
        } catch (thrown) {
          queueMicrotask(() => {
            throw thrown;
          });
        }
    },
    /** @param {() => void} listener */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
