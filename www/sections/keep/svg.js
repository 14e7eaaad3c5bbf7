// A figure as inline SVG: attributes only, no styles and no scripts. Pure.

import { PAPER } from "./figure.js";
import { html } from "./html.js";

/** @import { Figure, Mark } from "./figure.js" */

/** @param {number} n */
const short = (n) => String(Math.round(n * 10) / 10);

/** @param {Mark} mark */
function element(mark) {
  switch (mark.kind) {
    case "line":
      return html`<polyline points="${mark.points.map(([x, y]) => `${short(x)},${short(y)}`).join(" ")}" fill="none" stroke="${mark.colour}" stroke-width="${mark.width}" stroke-linejoin="round"${mark.dashed && html` stroke-dasharray="6 4"`}/>`;
    case "dot":
      return html`<circle cx="${short(mark.x)}" cy="${short(mark.y)}" r="${mark.radius}" fill="${mark.colour}"/>`;
    case "words":
      return html`<text x="${short(mark.x)}" y="${short(mark.y)}" font-size="${mark.size}" fill="${mark.colour}" text-anchor="${mark.anchor}"${mark.strong && html` font-weight="600"`}>${mark.words}</text>`;
  }
}

/** @param {Figure} figure @param {string} label  what it shows, for those who do not see it */
export const toSvg = ({ width, height, marks }, label) =>
  html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}" font-family="Helvetica, Arial, sans-serif"><rect width="${width}" height="${height}" fill="${PAPER}"/>${marks.map(element)}</svg>`;
