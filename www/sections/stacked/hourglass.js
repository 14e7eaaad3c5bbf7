// Two drawings of a rung as SVG: the network as an hourglass, and its loss as a small line.

import { svg } from "../../components/svg.js";

/** Width of what lies between two codes, and the height of the drawing. */
const STEP = 100;
const HEIGHT = 100;

/** @param {string} name @param {number} width @param {number} height */
const canvas = (name, width, height) =>
  svg("svg", { class: name, viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" });

/** Channels of a picture. */
const CHANNELS = 3;

/** The side of a code: of a map, or of the picture that has as many numbers as a vector.
 * @param {number[]} code */
const sideOf = (code) => Math.max(1.2, Math.sqrt(code.length === 1 ? code[0] / CHANNELS : code[0] * code[1]));

/** How high a map of this side stands: by its logarithm, so that the smallest is still seen.
 * @param {number} side @param {number} most */
const heightOf = (side, most) => (HEIGHT - 8) * (Math.log2(side) / Math.log2(most));

/**
 * The network of one rung. Codes are bars, and the halves of stages lie between them.
 * @param {import("./ladder.js").Role[]} roles @param {number[][]} codes
 */
export function hourglass(roles, codes) {
  const drawing = canvas("hourglass", STEP * codes.length, HEIGHT);
  const most = Math.max(...codes.map(sideOf));
  const half = codes.map((code) => heightOf(sideOf(code), most) / 2);
  const x = (/** @type {number} */ i) => STEP * (i + 0.5);
  const middle = HEIGHT / 2;
  roles.forEach((role, i) => {
    if (role === "absent") return;
    const points = [[x(i), -half[i]], [x(i + 1), -half[i + 1]], [x(i + 1), half[i + 1]], [x(i), half[i]]];
    drawing.append(svg("polygon", { class: role, points: points.map(([at, y]) => `${at},${middle + y}`).join(" ") }));
  });
  const first = roles.indexOf("absent");
  // The code goes straight to its decoder where the inner stages are missing.
  if (first >= 0) drawing.append(svg("line", { class: "through", x1: x(first), x2: x(roles.lastIndexOf("absent") + 1), y1: middle, y2: middle }));
  codes.forEach((_, i) => {
    if (roles[i - 1] === "absent" && roles[i] === "absent") return;
    drawing.append(svg("line", { class: "code-bar", x1: x(i), x2: x(i), y1: middle - half[i], y2: middle + half[i] }));
  });
  return drawing;
}

/** A small line of the loss over the epochs of a phase, with dots where it was validated. */
export function createCurve() {
  const width = 200;
  const height = 60;
  const drawing = canvas("rung-curve", width, height);
  const line = svg("polyline", { class: "training" });
  const base = svg("line", { class: "base", x1: 0, x2: width, y1: height - 1, y2: height - 1 });
  drawing.append(base, line);

  /** @param {import("./ladder.js").Rung} rung */
  function render({ training, validation, epochs }) {
    const all = [...training.y, ...validation.y];
    let low = Infinity;
    let high = -Infinity;
    for (const y of all) {
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
    const span = high - low || 1;
    /** @param {{x: number[], y: number[]}} some */
    const points = ({ x, y }) => x.map((at, i) => `${((at / epochs) * width).toFixed(1)},${(4 + (height - 10) * (1 - (y[i] - low) / span)).toFixed(1)}`).join(" ");
    line.setAttribute("points", points(training));
    // A line of no length with a round end is a dot, and stays round however the drawing is stretched.
    while (drawing.children.length > 2) drawing.lastElementChild?.remove();
    for (const place of points(validation).split(" ").filter(Boolean)) drawing.append(svg("path", { class: "dot", d: `M${place} l0.01,0` }));
  }
  return { drawing, render };
}
