// Tells when an element first comes near the part of the page that is in sight, so that nothing is
// asked of the worker that nobody looks at.

/** @param {Element} element @param {() => void} then @param {string} [near]  how far outside the window counts */
export function whenSeen(element, then, near = "300px") {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      then();
    },
    { rootMargin: near },
  );
  observer.observe(element);
}
