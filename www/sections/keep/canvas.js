// A figure on a canvas, and rows of pictures as PNG.

import { countOf, putPicture } from "../../components/atlas.js";
import { text } from "../../strings.js";
import { PAPER } from "./figure.js";

/** @import { Sheet } from "../../protocol.js" */
/** @import { Figure } from "./figure.js" */

const FAMILY = "Helvetica, Arial, sans-serif";
/** Pixels of paper to one of the figure: sharp in print. */
const SCALE = 2;

/** @param {number} width @param {number} height */
function paper(width, height) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  if (!context) throw new Error(text.keep.noCanvas);
  return { canvas, context };
}

/** @param {Figure} figure @returns {Promise<Blob>} */
export function toPng({ width, height, marks }) {
  const { canvas, context } = paper(width * SCALE, height * SCALE);
  context.scale(SCALE, SCALE);
  context.fillStyle = PAPER;
  context.fillRect(0, 0, width, height);
  context.lineJoin = "round";
  for (const mark of marks) {
    context.fillStyle = context.strokeStyle = mark.colour;
    switch (mark.kind) {
      case "line":
        context.lineWidth = mark.width;
        context.setLineDash(mark.dashed ? [6, 4] : []);
        context.beginPath();
        for (const [x, y] of mark.points) context.lineTo(x, y);
        context.stroke();
        break;
      case "dot":
        context.beginPath();
        context.arc(mark.x, mark.y, mark.radius, 0, 2 * Math.PI);
        context.fill();
        break;
      case "words":
        context.font = `${mark.strong ? "600 " : ""}${mark.size}px ${FAMILY}`;
        context.textAlign = mark.anchor === "middle" ? "center" : mark.anchor;
        context.fillText(mark.words, mark.x, mark.y);
        break;
    }
  }
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(text.keep.noPicture))), "image/png"),
  );
}

/** The pictures of an atlas side by side, as one PNG in a data: address. @param {Sheet} atlas */
export function stripAddress(atlas) {
  const { width, height } = atlas;
  const count = countOf(atlas);
  const { canvas, context } = paper(count * (width + 2) - 2, height);
  for (let i = 0; i < count; i += 1) putPicture(context, atlas, i, i * (width + 2), 0);
  return canvas.toDataURL("image/png");
}
