// What the figures of a stage show, from a trace's numbers. Pure.

import { figure as number, fixed, integer, local, percent, significant } from "../../format.js";
import { text } from "../../strings.js";
import { agrees, kernelOf, unravel, work } from "./chain-rule.js";
import { census, examples, firstChange, into } from "./adam-step.js";
import { classes, reconstructionLoss } from "./losses.js";
import { channelOf, largest, limit, norm, sheetShape, spread, strengths } from "./statistics.js";
import { layersWithWeights, placeOf } from "./stages.js";

/** @import { StepTrace } from "../../protocol.js" */
/** @import { Sheet } from "./canvas.js" */
/** @import { Seen } from "./stages.js" */
/** @import { About } from "./state.js" */

const words = text.lesson;

/** What red, green and blue look like at their most. @type {import("./colours.js").Colour[]} */
const TINTS = [[255, 110, 100], [110, 220, 120], [120, 160, 255]];

/** Channels of the map that a flat layer was, or 0. @param {StepTrace} trace @param {number} at */
const mapBefore = ({ layers }, at) => (layers[at].kind === "Flatten" && at > 0 ? (layers[at - 1].shape[2] ?? 0) : 0);

/** The names of a picture's channels. @param {number} channels */
const coloursOf = (channels) => (channels === 1 ? [words.sheet.grey] : words.sheet.colours);

/** The names of a layer's maps, where they are more than numbered: those of a reconstruction.
 * @param {StepTrace} trace @param {number} at */
const namesOf = ({ layers, probabilities }, at) => (at === layers.length - 1 && probabilities === null && layers[at].shape.length === 3 ? coloursOf(layers[at].shape[2]) : null);

/** @param {ArrayLike<number>} values @param {[number, number, number]} shape @param {number} [most] @returns {Sheet} */
function sheet(values, shape, most = limit(Float32Array.from(values))) {
  return { shape, values, limit: most, signed: Array.prototype.some.call(values, (value) => value < 0) };
}

/** The strongest channel of a layer's values, from 0. @param {ArrayLike<number>} values @param {number} channels */
export const strongest = (values, channels) => largest(strengths(Float32Array.from(values), channels), 1)[0] ?? 0;

/** The maps of the picture, of a layer, or of the gradient at a layer.
 * @param {StepTrace} trace @param {number} at  -1 for the picture @param {boolean} back @param {Seen} picture */
export function maps(trace, at, back, picture) {
  if (at < 0) {
    const { shape, values } = picture;
    const tints = shape[2] === 1 ? undefined : TINTS;
    return { ...sheet(values, shape, 1), tints, title: words.rail.picture, names: coloursOf(shape[2]), spread: spread(values), norm: null };
  }
  const layer = trace.layers[at];
  const values = back ? layer.gradient : layer.values;
  const drawn = sheet(values, sheetShape(layer.shape, mapBefore(trace, at)));
  return {
    ...drawn,
    signed: drawn.signed || back,
    title: layer.name,
    names: namesOf(trace, at),
    spread: spread(values),
    norm: back ? norm(values) : null,
  };
}

/** A layer's strongest map alone, for the rail. @param {StepTrace} trace @param {number} at @param {boolean} back @returns {Sheet} */
function thumb(trace, at, back) {
  const { shape, ...layer } = trace.layers[at];
  const values = back ? layer.gradient : layer.values;
  if (shape.length === 3) {
    const one = sheet(channelOf(values, shape[2], strongest(values, shape[2])), [shape[0], shape[1], 1]);
    return { ...one, signed: one.signed || back };
  }
  // As square as it goes: a long row would be a hair.
  const side = Math.ceil(Math.sqrt(shape[0]));
  const square = new Float32Array(side * side);
  square.set(values);
  const one = sheet(square, [side, side, 1]);
  return { ...one, signed: one.signed || back };
}

/** @param {StepTrace} trace @param {About} about */
export function rail(trace, about) {
  const count = trace.layers.length;
  const norms = trace.layers.map(({ gradient }) => norm(gradient));
  const most = Math.max(...norms) || 1;
  const rows = trace.layers.map(({ name }, at) => ({
    name,
    forward: thumb(trace, at, false),
    backward: thumb(trace, at, true),
    forwardStage: placeOf(count, "forward", at),
    backwardStage: placeOf(count, "backward", at),
    norm: norms[at],
    share: norms[at] / most,
  }));
  const stages = { loss: placeOf(count, "loss"), update: placeOf(count, "update"), again: placeOf(count, "again") };
  return { image: about.picture.image, rows, loss: number(trace.loss), stages };
}

/** What the classifier's last layer says, how it becomes a loss, or what comes back to it.
 * @param {StepTrace} trace @param {number} label @param {string[]} names @param {"forward"|"loss"|"backward"} kind */
export function classRows(trace, label, names, kind) {
  const last = trace.layers[trace.layers.length - 1];
  const { rows, total, probability, loss } = classes(last.values, label, last.gradient);
  const shared = { rows, names, label, lines: /** @type {string[]} */ ([]), verdict: null };
  if (kind === "forward") return { ...shared, columns: /** @type {const} */ (["sum"]), bar: /** @type {const} */ ("sum") };
  if (kind === "loss") {
    const right = rows[label];
    const p = significant(probability);
    const lines = [words.classes.powers(significant(right.power), significant(total), p), words.classes.loss(p, significant(loss))];
    return { ...shared, lines, columns: /** @type {const} */ (["sum", "power", "probability"]), bar: /** @type {const} */ ("probability") };
  }
  const same = rows.every(({ difference, library }) => agrees(difference, library, 1));
  const columns = /** @type {const} */ (["probability", "target", "difference", "library"]);
  return { ...shared, columns, bar: /** @type {const} */ ("difference"), verdict: same ? words.classes.same : words.classes.notSame };
}

/** What an autoencoder drew, and the loss of it. @param {StepTrace} trace @param {About} about @param {Seen} picture */
export function reconstruction(trace, { config, picture: { image } }, picture) {
  const last = trace.layers[trace.layers.length - 1];
  const { drawn, errors, loss, count, example } = reconstructionLoss(last.values, picture, last.gradient, { output: trace.output, loss: config.loss, huberDelta: config.huberDelta });
  const [height, width, channels] = picture.shape;
  const output = new ImageData(image.width, image.height);
  output.data.fill(255);
  const places = new Float32Array(errors.length / channels);
  drawn.forEach((value, i) => {
    const pixel = Math.floor(i / channels);
    const byte = Math.round(Math.min(1, Math.max(0, value)) * 255);
    if (channels === 1) output.data.fill(byte, pixel * 4, pixel * 4 + 3);
    else output.data[pixel * 4 + (i % channels)] = byte;
    places[pixel] += errors[i] / channels;
  });
  const says = words.reconstruction;
  const [n, ours] = [integer(count), significant(example.ours)];
  const lines = [
    says.where(example.y + 1, example.x + 1, coloursOf(channels)[example.channel]),
    says.values(significant(example.target), significant(example.drawn)),
    says.error1(says.options[config.loss] ?? "", significant(example.error)),
    says.mean(n, significant(loss), significant(trace.loss)),
  ];
  const derivativeLines = [lines[0], lines[1], says.derivative(significant(example.derivative), n, ours)];
  // A mean over places hides how little each adds; the scale ends where most lie.
  const verdict = agrees(example.ours, example.library) ? says.same(significant(example.library)) : says.differs(significant(example.library));
  return { image, output, errors: { ...sheet(places, [height, width, 1]), signed: false }, lines, derivativeLines, verdict };
}

/** @param {StepTrace} trace */
export function norms({ layers }) {
  const rows = layers.map((layer, at) => ({ layer: at, name: layer.name, outputs: norm(layer.gradient), weights: kernelOf(layer)?.norms.gradient ?? null })).reverse();
  const factor = rows[rows.length - 1].outputs / (rows[0].outputs || 1);
  const says = words.norms;
  const sentence = factor > 1.25 ? says.grows(fixed(factor, 1)) : factor < 0.8 && factor > 0 ? says.shrinks(fixed(1 / factor, 1)) : says.keeps;
  return { rows, sentence };
}

/** @param {StepTrace} trace @param {number} at @param {number} rank @param {Seen} picture @param {string[]} names  of the classes */
export function product(trace, at, rank, picture, names) {
  const worked = work(trace, at, rank, picture);
  if (!worked) return null;
  const says = words.chain;
  const isMap = worked.at.length === 4;
  const [row, column] = worked.at;
  const last = at === trace.layers.length - 1;
  const from = worked.at[worked.at.length - 2];
  const to = worked.at[worked.at.length - 1];
  const input = at === 0 ? coloursOf(picture.shape[2])[from] : words.sheet.map(from + 1);
  const sentence = isMap
    ? says.conv(says.kernel(row + 1, column + 1, input, to + 1), worked.count)
    : says.dense(from + 1, last ? (names[to] ?? says.unit(to + 1)) : says.unit(to + 1));
  const library = significant(worked.library);
  return { worked, isMap, sentence, verdict: agrees(worked.sum, worked.library, worked.scale) ? says.same(library) : says.differs(library) };
}

/** What the step did to one layer's weights. @param {StepTrace} trace @param {number|null} chosen @param {number|null} unit @param {string[]} names */
export function update(trace, chosen, unit, names) {
  const all = layersWithWeights(trace);
  const updatedLayer = chosen !== null && all.includes(chosen) ? chosen : all[all.length - 1];
  const layer = trace.layers[updatedLayer];
  const kernel = kernelOf(layer);
  if (!kernel) return null;
  const count = kernel.shape[kernel.shape.length - 1];
  const wanted = unit !== null && unit < count ? unit : unravel(largest(kernel.gradient, 1)[0], kernel.shape).at(-1);
  const shown = wanted ?? 0;
  const isMap = kernel.shape.length === 4;
  const parts = into(kernel, shown);
  const shape = isMap
    ? /** @type {[number, number, number]} */ ([kernel.shape[0], kernel.shape[1], kernel.shape[2]])
    : sheetShape([kernel.shape[0]], updatedLayer > 0 ? mapBefore(trace, updatedLayer - 1) : 0);
  const weights = Math.max(limit(parts.before), limit(parts.after));
  const signed = (/** @type {Float32Array} */ values, /** @type {number} */ most) => ({ ...sheet(values, shape, most), signed: true });
  const { learningRate: rate } = trace;
  const rows = examples(kernel, rate);
  const first = trace.step === 1 && rows.length > 0;
  const last = updatedLayer === trace.layers.length - 1;
  const unitOf = (/** @type {number} */ i) => (last ? ((isMap ? coloursOf(count) : names)[i] ?? words.chain.unit(i + 1)) : isMap ? words.sheet.map(i + 1) : words.chain.unit(i + 1));
  const { full, idle, count: total } = census(trace.layers.flatMap(({ parameters }) => parameters), rate);
  const says = words.update;
  return {
    layers: all.map((at) => ({ layer: at, name: trace.layers[at].name })),
    updatedLayer,
    unit: shown,
    units: Array.from({ length: count }, (_, i) => unitOf(i)),
    unitName: unitOf(shown),
    isMap,
    sheets: {
      before: signed(parts.before, weights),
      gradient: signed(parts.gradient, limit(parts.gradient)),
      change: signed(parts.change, rate),
      after: signed(parts.after, weights),
    },
    rows,
    formula: first ? says.formula(local(String(rate)), significant(rows[0].gradient), significant(Math.abs(rows[0].gradient)), significant(firstChange(rows[0].gradient, rate))) : null,
    prose: [
      `${says.rate(local(String(rate)))} ${says.census(percent(full / total), percent(idle / total))}`,
      says.norms(significant(kernel.norms.before), significant(kernel.norms.change)),
    ],
  };
}

/** What a stage of a layer says. @param {StepTrace} trace @param {number} at @param {boolean} back */
export function prose(trace, at, back) {
  const { layers, probabilities } = trace;
  const layer = layers[at];
  const says = words.says;
  const last = at === layers.length - 1;
  if (back) {
    if (last) return probabilities ? says.backwardClasses : says.backwardReconstructed;
    const behind = text.layers.backward[layers[at + 1].kind]?.(layers[at + 1]) ?? "";
    return `${behind} ${text.layers.ownFunction(layer.settings, percent(spread(layer.values).zeros))}`.trim();
  }
  if (last && layer.kind === "Dense" && probabilities) return says.lastDense;
  if (last && layer.kind === "Conv2D" && !probabilities) return says.lastConv(layer.shape[2]);
  const shape = layer.kind === "Flatten" && at > 0 ? layers[at - 1].shape : layer.shape;
  return text.layers.forward[layer.kind]?.({ settings: layer.settings, shape, kernel: kernelOf(layer)?.shape ?? [] }) ?? "";
}

/** How many weights there are in all, and how many the step moved. @param {StepTrace} trace */
export function moved({ layers, learningRate }) {
  const { count, still } = census(layers.flatMap(({ parameters }) => parameters), learningRate);
  return { count, moved: count - still };
}

