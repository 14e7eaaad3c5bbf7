// Work that belongs to the next frame of the screen, once however often it is asked for.

/** @param {() => void} work @returns {() => void} to be called whenever the work is due */
export function oncePerFrame(work) {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      work();
    });
  };
}
