// Tells when an element first comes near the part of the page that is in sight. Knows no section.

/** How far below the window counts as near. */
const NEAR = "300px";

/** @param {Element} element @param {() => void} then */
export function whenSeen(element, then) {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      then();
    },
    { rootMargin: NEAR },
  );
  observer.observe(element);
}
