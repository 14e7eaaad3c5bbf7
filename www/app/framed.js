// The page in a frame of another: it tells its height, so that the frame can grow with it, and its runs' news.

import { followNews } from "./run-news.js";

/** @import { Lab } from "./lab.js" */

/** What such a page tells, beside the news. @typedef {{type: "tabgrad-height", height: number}} Height */

/** @param {Lab} lab */
export function tellParent(lab) {
  if (parent === self) return;
  document.documentElement.toggleAttribute("data-framed", true);
  // Whoever frames the page may know how tall it is and how well a network learned; nothing else is told.
  const tell = (/** @type {object} */ message) => parent.postMessage(message, "*");
  let told = 0;
  new ResizeObserver(() => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height === told) return;
    told = height;
    tell(/** @type {Height} */ ({ type: "tabgrad-height", height }));
  }).observe(document.body);
  followNews(lab, tell);
}
