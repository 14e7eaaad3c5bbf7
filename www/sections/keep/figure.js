// A figure for paper: panels of lines with axes, a title and a legend, as a list of marks. Whoever
// draws it, on a canvas or as SVG, decides nothing. Pure.

/** One line of a panel. @typedef {{x: number[], y: (number|null)[], colour: string, width: number, dashed?: boolean, dots?: boolean}} Trace */

/** @typedef {{title: string, traces: Trace[], range?: [number, number], ticks?: (y: number) => string}} Panel */

/** @typedef {{name: string, colour: string, width: number, dashed?: boolean}} Entry */

/**
 * @typedef {(
 *   | {kind: "line", points: [number, number][], colour: string, width: number, dashed: boolean}
 *   | {kind: "dot", x: number, y: number, radius: number, colour: string}
 *   | {kind: "words", x: number, y: number, words: string, size: number, colour: string, anchor: "start"|"middle"|"end", strong: boolean}
 * )} Mark
 */

/** @typedef {{width: number, height: number, title: string, marks: Mark[]}} Figure */

/** The tones of the page in the light: runs are told apart on paper as on the screen. */
export const TONES = ["#0b6b63", "#b4541a", "#4a5fb0", "#8a6d00", "#a03a73", "#4d4a43"];
const INK = "#1d1c19";
const SOFT = "#625f57";
const LINE = "#e3dfd4";
export const PAPER = "#ffffff";
export const TRACE = "#a29d90";

const PANEL = { height: 230, gap: 36, left: 48, bottom: 40, top: 26, right: 8 };
const LETTER = 0.55;
/** A line of more points than the figure has pixels only makes the file larger. */
const MOST_POINTS = 400;

/** Round numbers from `low` to `high`, some `wanted` of them. @param {number} low @param {number} high @param {number} [wanted] */
export function ticksOf(low, high, wanted = 5) {
  const rough = (high - low) / wanted;
  if (!(rough > 0) || !Number.isFinite(rough)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = /** @type {number} */ ([1, 2, 5, 10].find((n) => n * power >= rough * 0.999)) * power;
  const ticks = [];
  // Counted in whole numbers, so that rounding does not add up.
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n += 1) ticks.push(Number((n * step).toPrecision(12)));
  return ticks;
}

/** @param {Trace[]} traces @returns {[number, number]} */
function rangeOf(traces) {
  const values = traces.flatMap(({ y }) => y.flatMap((value) => (value !== null && Number.isFinite(value) ? [value] : [])));
  if (values.length === 0) return [0, 1];
  const low = values.reduce((least, y) => Math.min(least, y), Infinity);
  const high = values.reduce((most, y) => Math.max(most, y), -Infinity);
  // Never so narrow that the noise of a few steps fills the panel.
  const span = Math.max(high - low, Math.abs(high) * 0.1) || 1;
  const room = (span - (high - low)) / 2 + span * 0.08;
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

/** At most `MOST_POINTS` of the points, with the last. @param {Trace} trace @returns {[number, number|null][]} */
function thinned({ x, y }) {
  const every = Math.ceil(x.length / MOST_POINTS);
  return x.flatMap((at, i) => ((x.length - 1 - i) % every === 0 ? [/** @type {[number, number|null]} */ ([at, y[i] ?? null])] : []));
}

/** @param {Panel} panel @param {{left: number, top: number, width: number, xMax: number, xTitle: string}} place @returns {Mark[]} */
function panelMarks({ title, traces, range, ticks = String }, { left, top, width, xMax, xTitle }) {
  const [low, high] = range ?? rangeOf(traces);
  const from = left + PANEL.left;
  const to = left + width - PANEL.right;
  const ceiling = top + PANEL.top;
  const floor = top + PANEL.height - PANEL.bottom;
  const atX = (/** @type {number} */ x) => from + (x / xMax) * (to - from);
  const atY = (/** @type {number} */ y) => floor - ((y - low) / (high - low)) * (floor - ceiling);
  /** @type {(x: number, y: number, words: string, more?: Partial<Extract<Mark, {kind: "words"}>>) => Mark} */
  const words = (x, y, said, more) => ({ kind: "words", x, y, words: said, size: 11, colour: SOFT, anchor: "middle", strong: false, ...more });
  /** @type {Mark[]} */
  const marks = [words(left, top + 12, title, { anchor: "start", size: 13, colour: INK, strong: true })];
  for (const y of ticksOf(low, high)) {
    marks.push({ kind: "line", points: [[from, atY(y)], [to, atY(y)]], colour: LINE, width: 1, dashed: false });
    marks.push(words(from - 8, atY(y) + 4, ticks(y), { anchor: "end" }));
  }
  marks.push({ kind: "line", points: [[from, floor], [to, floor]], colour: TRACE, width: 1, dashed: false });
  for (const x of ticksOf(0, xMax, 6).filter(Number.isInteger)) marks.push(words(atX(x), floor + 16, String(x)));
  marks.push(words((from + to) / 2, floor + 33, xTitle));
  for (const trace of traces) {
    /** @type {[number, number][][]} */
    const pieces = [[]];
    for (const [x, y] of thinned(trace)) {
      if (y === null || !Number.isFinite(y)) pieces.push([]);
      else pieces[pieces.length - 1].push([atX(x), atY(Math.min(high, Math.max(low, y)))]);
    }
    const { colour, width: thick, dashed = false, dots = false } = trace;
    for (const points of pieces) {
      if (points.length > 1) marks.push({ kind: "line", points, colour, width: thick, dashed });
      if (dots || points.length === 1) for (const [x, y] of points) marks.push({ kind: "dot", x, y, radius: 2.5, colour });
    }
  }
  return marks;
}

/** @param {string} words @param {number} most  letters */
function shortened(words, most) {
  const letters = Array.from(words);
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : words;
}

/**
 * @param {object} given
 * @param {string} given.title
 * @param {string} [given.subtitle]
 * @param {Panel[]} given.panels  side by side
 * @param {Entry[]} given.legend
 * @param {number} given.xMax
 * @param {string} given.xTitle
 * @param {number} [given.width]
 * @param {number} [given.margin]
 * @returns {Figure}
 */
export function figureOf({ title, subtitle = "", panels, legend, xMax, xTitle, width = 900, margin = 24 }) {
  /** @type {Mark[]} */
  const marks = [];
  let y = margin;
  const inside = width - 2 * margin;
  /** @type {(words: string, size: number, colour: string, strong: boolean) => void} */
  const head = (words, size, colour, strong) => {
    if (words === "") return;
    y += size;
    marks.push({ kind: "words", x: margin, y, words: shortened(words, Math.floor(inside / (size * LETTER))), size, colour, anchor: "start", strong });
    y += size * 0.5;
  };
  head(title, 17, INK, true);
  head(subtitle, 12, SOFT, false);
  y += 10;
  // The legend runs on like text, for however many runs there are.
  let x = margin;
  for (const { name, colour, width: thick, dashed = false } of legend) {
    const said = shortened(name, 60);
    const wide = 28 + said.length * 12 * LETTER + 20;
    if (x > margin && x + wide > width - margin) {
      x = margin;
      y += 20;
    }
    marks.push({ kind: "line", points: [[x, y + 8], [x + 20, y + 8]], colour, width: thick, dashed });
    marks.push({ kind: "words", x: x + 28, y: y + 12, words: said, size: 12, colour: INK, anchor: "start", strong: false });
    x += wide;
  }
  y += legend.length > 0 ? 36 : 0;
  const each = (inside - PANEL.gap * (panels.length - 1)) / panels.length;
  panels.forEach((panel, i) =>
    marks.push(...panelMarks(panel, { left: margin + i * (each + PANEL.gap), top: y, width: each, xMax: xMax || 1, xTitle })),
  );
  return { width, height: Math.ceil(y + PANEL.height + margin / 2), title, marks };
}
