// The lesson: the chain rule, losses and Adam in numbers, checked on networks small enough to be
// computed here by differences; the walk; and what events make of the section's state.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { atlas } from "./image-data.mjs";
import { agrees, preactivationGradient, unravel, work } from "../../www/sections/lesson/chain-rule.js";
import { census, examples, firstChange, into } from "../../www/sections/lesson/adam-step.js";
import { backward, forward } from "../../www/strings/lesson-layers.js";
import { activated, classes, reconstructionLoss, errorOf, derivativeOf } from "../../www/sections/lesson/losses.js";
import { channelOf, largest, limit, norm, sheetShape, spread, strengths } from "../../www/sections/lesson/statistics.js";
import { byChannel, cornerOf, layout, locate, paint } from "../../www/sections/lesson/colours.js";
import { asSeen, layersWithWeights, placeOf, stagesOf } from "../../www/sections/lesson/stages.js";
import { address, initial as before, isTraceable, pictureOf, stageOf, update } from "../../www/sections/lesson/state.js";
import * as fake from "./fake-session.mjs";

/** Which presets can be traced, as their descriptions say. */
const offered = fake.presets().filter(({ listed, stages }) => listed && stages.length === 0).map(({ name }) => name)
  .filter((name) => isTraceable({ config: fake.defaults(name), layers: fake.summary(fake.defaults(name)).layers, phases: 1 }));
/** The section once they are known. */
const initial = (asked) => update(before(asked), { type: "models-known", offered });

const floats = (...values) => Float32Array.from(values);
const close = (a, b, within = 1e-6) => assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);
/** Numbers that look drawn, the same ones every time. */
const noise = (count, seed) => Float32Array.from({ length: count }, (_, i) => Math.sin(seed + i * 12.9898) * 0.7);

/** One convolution on a 32x32x3 picture with a relu, then a last layer whose gradient
 * by the convolution's values is given: the loss is their sum of products. */
function convolved(padding, stride = 1) {
  const values = noise(32 * 32 * 3, 1).map(Math.abs);
  const picture = { shape: [32, 32, 3], values };
  const kernel = noise(3 * 3 * 3 * 2, 2);
  // With stride 2 all the padding lies after the map.
  const before = stride === 1 ? padding : 0;
  const side = Math.floor((32 + 2 * padding - 3) / stride) + 1;
  const back = noise(side * side * 2, 3);
  const forward = (weights) => {
    const out = new Float64Array(side * side * 2);
    for (let y = 0; y < side; y += 1)
      for (let x = 0; x < side; x += 1)
        for (let to = 0; to < 2; to += 1) {
          let sum = 0;
          for (let row = 0; row < 3; row += 1)
            for (let column = 0; column < 3; column += 1)
              for (let from = 0; from < 3; from += 1) {
                const [inY, inX] = [y * stride + row - before, x * stride + column - before];
                if (inY >= 0 && inX >= 0 && inY < 32 && inX < 32)
                  sum += values[(inY * 32 + inX) * 3 + from] * weights[((row * 3 + column) * 3 + from) * 2 + to];
              }
          out[(y * side + x) * 2 + to] = Math.max(0, sum);
        }
    return out;
  };
  const loss = (weights) => forward(weights).reduce((sum, value, i) => sum + value * back[i], 0);
  const gradient = Float32Array.from(kernel, (_, i) => {
    const moved = (by) => Float64Array.from(kernel, (value, j) => (i === j ? value + by : value));
    return (loss(moved(1e-5)) - loss(moved(-1e-5))) / 2e-5;
  });
  const layer = {
    name: "conv2d", kind: "Conv2D", settings: { kernel_size: 3, strides: stride, activation: "relu" }, shape: [side, side, 2], values: Float32Array.from(forward(kernel)), gradient: back,
    parameters: [{ name: "kernel", shape: [3, 3, 3, 2], before: kernel, gradient, after: kernel }],
  };
  const last = { name: "flatten", kind: "Flatten", settings: {}, shape: [side * side * 2], values: layer.values, gradient: back, parameters: [] };
  return { picture, trace: { layers: [layer, last] } };
}

test("a convolution's weight is put together from its products, with and without a border, in steps of one and of two", () => {
  for (const [padding, stride] of [[0, 1], [1, 1], [0, 2], [1, 2]]) {
    const { picture, trace } = convolved(padding, stride);
    for (const rank of [0, 1, 7, 9]) {
      const { sum, library, terms, rest, count, scale } = work(trace, 0, rank, picture);
      assert.ok(Math.abs(sum - library) <= 1e-4 * scale, `${sum} and ${library}`);
      close(terms.reduce((total, { product }) => total + product, rest), sum, 1e-9);
      const side = trace.layers[0].shape[0];
      assert.ok(count <= side * side && count >= (padding ? side - 1 : side) ** 2);
    }
  }
});

test("a dense weight's gradient is what went in times what came back, and nothing passes a shut relu", () => {
  const first = { kind: "Dense", settings: { units: 2, activation: "relu" }, shape: [2], values: floats(0.5, 0), gradient: floats(3, 4), parameters: [{ name: "kernel" }] };
  const second = { kind: "Dense", settings: { units: 2 }, shape: [2], values: floats(1, 2), gradient: floats(-0.9, 0.25), parameters: [{ name: "kernel", shape: [2, 2], gradient: floats(-0.45, 0.125, 0, 0) }] };
  const trace = { layers: [first, second] };
  assert.deepEqual([...preactivationGradient(trace, 0)], [3, 0]);
  assert.deepEqual([...preactivationGradient(trace, 1)], [...second.gradient]);
  const { at, terms, sum, library, count } = work(trace, 1, 1, { shape: [1, 1, 1], values: floats() });
  assert.deepEqual([at, count], [[0, 1], 1]);
  assert.deepEqual([terms[0].input, terms[0].gradient, sum, library], [0.5, 0.25, 0.125, 0.125]);
  const picture = { shape: [1, 1, 1], values: floats() };
  assert.equal(work({ layers: [{ kind: "Flatten", settings: {}, parameters: [] }] }, 0, 0, picture), null);
  for (const settings of [{ activation: "tanh" }, { dilation_rate: [1, 2] }, { groups: 2 }])
    assert.equal(work({ layers: [{ ...second, kind: "Conv2D", settings }] }, 0, 0, picture), null, "more than one sum");
});

test("agreement allows rounding and nothing more", () => {
  assert.ok(agrees(0.1, 0.1 + 1e-8));
  assert.ok(!agrees(0.1, 0.1001));
  assert.ok(agrees(1e-6, 0, 1));
  assert.deepEqual(unravel(17, [2, 3, 4]), [1, 1, 1]);
});

test("softmax and cross-entropy: shares add up to one, and the gradient is p minus y", () => {
  const sums = floats(1, -0.5, 2, 0);
  const { rows, loss, probability } = classes(sums, 2, floats(0, 0, 0, 0));
  close(rows.reduce((sum, row) => sum + row.probability, 0), 1);
  close(loss, -Math.log(probability));
  for (const { label, difference } of rows) {
    const moved = (by) => classes(sums.map((value, i) => (i === label ? value + by : value)), 2, sums).loss;
    close((moved(1e-3) - moved(-1e-3)) / 2e-3, difference, 1e-3);
  }
  const large = classes(floats(500, 0), 1, floats(0, 0));
  close(large.loss, 500, 1e-9);
});

test("slopes of the reconstruction losses are those of the losses", () => {
  for (const output of ["sigmoid", "relu", "linear"])
    for (const loss of ["binary-cross-entropy", "mean-squared-error", "mean-absolute-error", "huber"])
      for (const [sum, target] of [[0.3, 0.8], [0.7, 0.1], [-0.4, 0.5]]) {
        const at = (value) => errorOf(activated(value, output), target, { loss, huberDelta: 0.25 });
        close((at(sum + 1e-6) - at(sum - 1e-6)) / 2e-6, derivativeOf(sum, target, { output, loss, huberDelta: 0.25 }), 1e-4);
      }
  const sums = noise(3072, 4);
  const picture = noise(3072, 5).map(Math.abs);
  const config = { output: "sigmoid", loss: "binary-cross-entropy" };
  const gradient = sums.map((sum, i) => derivativeOf(sum, picture[i], config) / 3072);
  for (const shape of [[32, 32, 3], [48, 64, 1]]) {
    const { example, loss } = reconstructionLoss(sums, { shape, values: picture }, gradient, config);
    assert.ok(agrees(example.ours, example.library));
    assert.ok(loss > 0);
    const [, width, channels] = shape;
    const index = (example.y * width + example.x) * channels + example.channel;
    assert.equal(example.library, gradient[index], "its place");
  }
});

test("Adam's first step moves large and small gradients alike, and the tiniest less", () => {
  close(firstChange(0.2, 1e-3), -1e-3, 1e-7);
  close(firstChange(-2e-3, 1e-3), 1e-3, 3e-6);
  close(firstChange(3.162e-6, 1e-3), -5e-4, 1e-6);
  const gradient = floats(0.1, -0.01, 0.0011, 0, 0.00009);
  const before = floats(1, 1, 1, 1, 1);
  const after = before.map((value, i) => value + firstChange(gradient[i], 1e-3));
  const rows = examples({ gradient, before, after }, 1e-3);
  assert.deepEqual(rows.map(({ index }) => index), [0, 1, 2, 4]);
  for (const { share } of rows) close(share, 1, 0.05);
  assert.deepEqual(census([{ gradient, before, after }], 1e-3), { count: 5, full: 4, still: 1, idle: 1 });
  assert.deepEqual(examples({ gradient: floats(0), before, after }, 1e-3), []);
  const { before: was, change, units } = into({ shape: [2, 2], before: floats(1, 2, 3, 4), gradient: floats(0, 0, 0, 0), after: floats(1, 3, 3, 6) }, 1);
  assert.deepEqual([[...was], [...change], units], [[2, 4], [1, 2], 2]);
});

test("many numbers in few: norm, spread, limit, the strongest", () => {
  close(norm([3, 4]), 5);
  assert.deepEqual(spread([0, -1, 3, 0]), { least: -1, most: 3, mean: 0.5, zeros: 0.5 });
  assert.deepEqual(spread([]), { least: 0, most: 0, mean: 0, zeros: 0 });
  assert.equal(limit([0, 0]), 1);
  assert.equal(limit([...Array.from({ length: 999 }, () => 1), -500]), 1);
  assert.deepEqual([...strengths([1, -4, 3, 0], 2)], [2, 2]);
  assert.deepEqual(largest([1, -5, 3, 5], 3), [1, 3, 2]);
  assert.deepEqual([...channelOf([1, 2, 3, 4], 2, 1)], [2, 4]);
  assert.deepEqual(sheetShape([6, 6, 64], 0), [6, 6, 64]);
  assert.deepEqual(sheetShape([2304], 64), [36, 64, 1]);
  assert.deepEqual(sheetShape([64], 0), [4, 16, 1]);
  assert.deepEqual(sheetShape([10], 0), [1, 10, 1]);
});

test("colours: zero, both ends, and what lies beyond", () => {
  const scale = { zero: [100, 100, 100], more: [0, 0, 200], less: [200, 0, 0] };
  const bytes = paint([0, 1, -1, 9, 0.5], 1, scale);
  const colour = (i) => [...bytes.subarray(i * 4, i * 4 + 3)];
  assert.deepEqual([colour(0), colour(1), colour(2), colour(3), colour(4)], [[100, 100, 100], [0, 0, 200], [200, 0, 0], [0, 0, 200], [50, 50, 150]]);
  assert.deepEqual([...byChannel([1, 2, 3, 4], 2)], [1, 3, 2, 4]);
});

test("every value of a sheet is found where it is drawn, and the gaps are nothing's", () => {
  for (const shape of [[30, 30, 32], [13, 13, 64], [2, 2, 64], [32, 32, 3], [36, 64, 1]]) {
    const places = layout(shape);
    const channel = shape[2] - 1;
    const { x, y } = cornerOf(places, channel);
    assert.deepEqual(locate(places, x + 0.5 * places.size, y + 1.5 * places.size), { channel, row: 1, column: 0 });
    assert.equal(locate(places, places.sheetWidth + 20, 0), null);
    if (shape[2] > 1) assert.equal(locate(places, shape[1] * places.size + 1, 0), null);
    assert.equal(places.size, Math.floor(places.size));
  }
});

test("the walk goes forward, to the loss, and back the same way", () => {
  const stages = stagesOf(2);
  assert.deepEqual(stages.map(({ kind, layer }) => `${kind} ${layer}`), ["picture -1", "forward 0", "forward 1", "loss -1", "backward 1", "backward 0", "update -1", "again -1"]);
  assert.equal(placeOf(2, "backward", 0), 5);
  const image = new ImageData(Uint8ClampedArray.of(255, 0, 51, 255, 102, 102, 102, 255), 2, 1);
  const tenths = ({ shape, values }) => [shape, Array.from(values, (value) => Math.round(value * 10))];
  assert.deepEqual(tenths(asSeen(image, 3)), [[1, 2, 3], [10, 0, 2, 4, 4, 4]]);
  assert.deepEqual(tenths(asSeen(image, 1)), [[1, 2, 1], [10, 4]], "a grey picture is one number a pixel");
  assert.deepEqual(layersWithWeights({ layers: [{ parameters: [{ name: "kernel" }] }, { parameters: [] }] }), [0]);
});

const page = { total: 20, indices: Uint32Array.of(10, 11), labels: Uint8Array.of(3, 4), atlas: atlas(2) };
const traceOf = (layers, loss, lossAfter) => ({ loss, lossAfter, layers: Array.from({ length: layers }, () => ({ parameters: [] })) });
const about = (model) => ({ config: { model }, picture: pictureOf(page, "test", 0), channels: 3 });

test("the address leads to a network, a rate and a picture, and back", () => {
  const local = initial({ model: "cae", rate: "0.01", picture: "test:11" });
  assert.deepEqual([local.model, local.rate, local.split, local.offset, local.errors], ["cae", 0.01, "test", 10, []]);
  const shown = update(local, { type: "strip-shown", split: "test", offset: 10, page });
  assert.equal(shown.picture.index, 11);
  assert.deepEqual(address(null, shown), { model: "cae", rate: "0.01", picture: "test:11" });
  assert.deepEqual(address(null, initial({})), {});
  const wrong = initial({ model: "sae", rate: "7", picture: "cat" });
  assert.deepEqual([wrong.model, wrong.rate, wrong.errors], ["cnn-max-2", 1e-3, ["sae", "7", "cat"]]);
});

test("a step can be traced of the networks whose layers all learn at once and keep no statistics", () => {
  assert.deepEqual(offered, ["cnn-max-2", "cnn-avg-2", "cnn-max-3", "cnn-avg-3", "cnn-max-4", "cnn-avg-4", "cae"]);
  assert.deepEqual(address(null, before({ model: "cae" })), { model: "cae" }, "the address waits for them");
});

test("a lesson begins, is walked, goes on, and keeps its place for another picture", () => {
  const asked = update(initial({}), { type: "asked" });
  const begun = update(asked, { type: "traced", about: about("cae"), trace: traceOf(2, 2, 1.5) });
  assert.deepEqual([begun.status, begun.stage, begun.losses], ["ready", 0, [2, 1.5]]);
  const walked = update(begun, { type: "gone-to", stage: 4 });
  assert.deepEqual(stageOf(walked), { kind: "backward", layer: 1 });
  assert.equal(update(walked, { type: "gone-to", stage: 99 }).stage, 7);
  assert.equal(update(walked, { type: "gone-to", stage: -1 }).stage, 0);
  assert.deepEqual(update(walked, { type: "stepped", trace: traceOf(2, 1.5, 1) }).losses, [2, 1.5, 1]);
  assert.equal(update(walked, { type: "traced", about: about("cae"), trace: traceOf(2, 2, 1.9) }).stage, 4);
  assert.equal(update(walked, { type: "traced", about: about("cnn-max-2"), trace: traceOf(2, 2, 1.9) }).stage, 0);
  const refused = update(walked, { type: "refused", message: "No." });
  assert.deepEqual([refused.status, refused.error, refused.trace], ["ready", "No.", walked.trace]);
  const gone = update(walked, { type: "pictures-gone" });
  assert.deepEqual([gone.trace, gone.picture, gone.status], [null, null, "none"]);
});

test("every layer has words for the way forward and for the way back", () => {
  const declared = readFileSync(new URL("../../src/nn/mod.rs", import.meta.url), "utf8");
  const kinds = Array.from(/^layers! \{([^}]*)\}/m.exec(declared)[1].matchAll(/::(\w+)/g), ([, kind]) => kind);
  assert.ok(kinds.length > 15);
  assert.deepEqual(Object.keys(forward).sort(), [...kinds].sort());
  assert.deepEqual(Object.keys(backward).sort(), [...kinds].sort());
  const settings = { activation: "gelu", rate: 0.5, stddev: 0.1, negative_slope: 0.3 };
  for (const kind of kinds) {
    for (const words of [forward[kind]({ settings, shape: [4, 4, 2], kernel: [3, 3, 2, 8] }), backward[kind]({ settings })]) {
      assert.match(words, /^[A-Z].*\.$/, kind);
      assert.doesNotMatch(words, /undefined|NaN|null/, kind);
    }
  }
  // Of other windows than two by two nothing is said that holds for those alone.
  for (const kind of ["MaxPooling2D", "AveragePooling2D"]) assert.match(forward[kind]({ settings: { pool_size: [3, 2] }, shape: [4, 4, 2], kernel: [] }), /3 × 2/);
  assert.match(forward.UpSampling2D({ settings: { size: 3 }, shape: [6, 6, 2], kernel: [] }), /3 × 3/);
});
