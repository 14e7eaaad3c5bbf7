// A clock that a test moves: timers are called in their order, and everything that waits for a promise gets
// its turn between two of them.

/** Lets what was settled be heard. */
export const turns = async (count = 20) => {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve));
};

export function fakeClock() {
  let at = 0;
  /** @type {Set<{due: number, call: () => void}>} */
  const timers = new Set();
  return {
    now: () => at,
    after(call, milliseconds) {
      const timer = { due: at + milliseconds, call };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    /** So many milliseconds pass, and every timer is called when it is due. */
    async pass(milliseconds) {
      const end = at + milliseconds;
      for (;;) {
        await turns(3);
        const [next] = [...timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
        if (!next) break;
        timers.delete(next);
        at = Math.max(at, next.due);
        next.call();
      }
      at = end;
      await turns(3);
    },
    /** The machine sleeps: the clock goes on, and nothing is called until it wakes. */
    sleep(milliseconds) {
      at += milliseconds;
    },
    waiting: () => timers.size,
  };
}
