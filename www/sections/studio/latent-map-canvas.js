// Draws the latent map on a canvas: thumbnails where their codes stand, what is marked, and the
// interpolation between two.

import { putPicture } from "../../components/atlas.js";

/** @import { LatentMap } from "../../protocol.js" */

/** Thumbnails in a row of the canvas that they are copied from. */
const ACROSS = 20;
/** How much of a thumbnail is left where others are marked. */
const FADED = 0.16;

/** All pictures of a map on one canvas, from which thumbnails are copied at any size; `width` and `height`
 * are those of a picture. @typedef {{canvas: HTMLCanvasElement, width: number, height: number}} Thumbs */

/** @param {LatentMap} map @returns {Thumbs} */
export function thumbsOf({ atlas, labels }) {
  const canvas = document.createElement("canvas");
  const { width, height } = atlas ?? { width: 1, height: 1 };
  canvas.width = ACROSS * width;
  canvas.height = Math.ceil(labels.length / ACROSS) * height;
  const context = canvas.getContext("2d");
  if (context && atlas)
    for (let i = 0; i < labels.length; i += 1) putPicture(context, atlas, i, (i % ACROSS) * width, Math.floor(i / ACROSS) * height);
  return { canvas, width, height };
}

/**
 * @typedef {object} Scene
 * @property {Thumbs} thumbs
 * @property {Uint8Array} labels
 * @property {Float32Array} positions  in the canvas's own units, which CSS calls pixels
 * @property {number} width
 * @property {number} height
 * @property {number} ratio  of the screen's pixels to those
 * @property {number} thumb  longer side of a thumbnail
 * @property {Map<number, string>} rings  colours of marked classes
 * @property {number|null} raised  the picture under the pointer or the focus
 * @property {number|null} chosen
 * @property {number|null} begun  where an interpolation begins
 * @property {[number, number]|null} interpolation
 * @property {{from: number, x: number, y: number}|null} drag
 * @property {{line: string, accent: string, paper: string, ink: string}} colours
 */

/** @param {CanvasRenderingContext2D} context @param {Scene} scene */
export function drawMap(context, scene) {
  const { positions, width, height, ratio, thumb, labels, rings, raised, chosen, begun, interpolation, drag, colours } = scene;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  drawAxes(context, scene);
  const at = (/** @type {number} */ i) => /** @type {const} */ ([positions[2 * i], positions[2 * i + 1]]);

  const { canvas, width: columns, height: rows } = scene.thumbs;
  /** @param {number} i @param {number} side  the longer one @param {string|null} ring @param {number} thick */
  function drawThumb(i, side, ring, thick) {
    const [x, y] = at(i);
    const [wide, high] = [columns, rows].map((length) => (side * length) / Math.max(columns, rows));
    if (ring) {
      context.fillStyle = ring;
      context.fillRect(x - wide / 2 - thick, y - high / 2 - thick, wide + 2 * thick, high + 2 * thick);
    }
    context.imageSmoothingEnabled = wide < columns;
    context.drawImage(canvas, (i % ACROSS) * columns, Math.floor(i / ACROSS) * rows, columns, rows, x - wide / 2, y - high / 2, wide, high);
  }

  const all = Array.from(labels, (_, i) => i);
  // Marked classes lie above the others.
  const order = rings.size === 0 ? all : [...all.filter((i) => !rings.has(labels[i])), ...all.filter((i) => rings.has(labels[i]))];
  for (const i of order) {
    const ring = rings.get(labels[i]) ?? null;
    context.globalAlpha = rings.size > 0 && ring === null ? FADED : 1;
    drawThumb(i, thumb, ring, 2.5);
  }
  context.globalAlpha = 1;

  if (interpolation) drawLine(context, at(interpolation[0]), at(interpolation[1]), colours);
  if (drag) drawLine(context, at(drag.from), [drag.x, drag.y], colours);
  for (const i of new Set(interpolation ?? [])) drawThumb(i, thumb * 1.25, colours.accent, 2.5);
  if (chosen !== null) drawThumb(chosen, thumb * 1.25, colours.ink, 2.5);
  if (begun !== null) drawThumb(begun, thumb * 1.25, colours.accent, 4);
  if (raised !== null) {
    context.fillStyle = colours.paper;
    const [x, y] = at(raised);
    const half = thumb + 5;
    context.fillRect(x - half, y - half, 2 * half, 2 * half);
    drawThumb(raised, thumb * 2, colours.accent, 2.5);
  }
}

/** Where either direction is zero. @param {CanvasRenderingContext2D} context @param {Scene} scene */
function drawAxes(context, { width, height, colours }) {
  context.fillStyle = colours.line;
  context.fillRect(Math.round(width / 2), 0, 1, height);
  context.fillRect(0, Math.round(height / 2), width, 1);
}

/** @param {CanvasRenderingContext2D} context @param {readonly [number, number]} from @param {readonly [number, number]} to
 * @param {Scene["colours"]} colours */
function drawLine(context, from, to, { accent, paper }) {
  for (const [style, wide] of /** @type {[string, number][]} */ ([[paper, 6], [accent, 2.5]])) {
    context.strokeStyle = style;
    context.lineWidth = wide;
    context.lineCap = "round";
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  }
}
