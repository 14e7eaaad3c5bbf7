// The models of the stand-in for the wasm module: presets with invented layers, and any other model that has
// no layer of a class that there is not.

export const CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

/** A preset's record, as the wasm module tells of it. */
const preset = (name, title, kind, more) => ({
  name, title, about: `${title}.`, kind, listed: true, config: defaultsOf(name, kind), options: kind === "classifier" ? ["padding"] : ["output"], stages: [], pooling: "max", convolutions: 3,
  ...more,
});
const cnn = (convolutions, pooling, title) => preset(`cnn-${pooling === "max" ? "max" : "avg"}-${convolutions}`, title, "classifier", { family: "cnn", pooling, convolutions });
const autoencoder = (name, title, more) => preset(name, title, "autoencoder", { family: "autoencoder", ...more });
/** The stages of the stacked autoencoder, by the names of its layers. */
export const SAE = [
  { encoder: ["conv2d", "max_pooling2d"], decoder: ["up_sampling2d_2", "conv2d_6"] },
  { encoder: ["conv2d_1", "max_pooling2d_1"], decoder: ["up_sampling2d_1", "conv2d_5"] },
  { encoder: ["conv2d_2", "max_pooling2d_2"], decoder: ["conv2d_3", "up_sampling2d", "conv2d_4"] },
];
const MODELS = [
  cnn(2, "max", "Two blocks, max pooling"),
  cnn(2, "average", "Two blocks, average pooling"),
  cnn(3, "max", "Three blocks, max pooling"),
  cnn(3, "average", "Three blocks, average pooling"),
  cnn(4, "max", "Four blocks, max pooling"),
  cnn(4, "average", "Four blocks, average pooling"),
  autoencoder("cae", "Convolutional autoencoder"),
  autoencoder("cae-bn", "Wider, with batch normalisation"),
  autoencoder("cae-denoise", "Denoising autoencoder", { options: ["output", "noise"] }),
  autoencoder("sae", "Stacked, trained stage by stage", { stages: SAE }),
  preset("cae-classifier", "The encoder with a classifier on it", "classifier", { family: "encoder-classifier", listed: false, options: [] }),
];

export const kindOf = (model) => {
  if (typeof model === "object") return model.task.type === "classify" ? "classifier" : "autoencoder";
  const found = MODELS.find(({ name }) => name === model);
  if (!found) throw fail("ConfigError", `There is no model named “${model}”.`);
  return found.kind;
};

export function fail(name, message) {
  return Object.assign(new Error(message), { name });
}

export const presets = () => MODELS;

/** Knows one layer, and refuses every other. */
export function read_model(text) {
  const spec = JSON.parse(text);
  const unknown = spec.layers.find(({ type }) => type === "Conv");
  if (unknown) throw fail("ConfigError", "This model cannot be read: `layers[0].type` is \"Conv\", which there is not. Do you mean `Conv2D`?");
  const model = { name: "model", ...spec };
  const kind = kindOf(model);
  return {
    ...preset(model.name, model.title ?? model.name, kind), about: "", family: null, options: [],
    stages: model.stages ?? [], config: { ...defaultsOf("", kind), model, padding: null, output: null },
  };
}

export const defaults = (model) => typeof model === "object" ? read_model(JSON.stringify(model)).config : defaultsOf(model, kindOf(model));

function defaultsOf(model, kind) {
  const draws = kind === "autoencoder";
  return {
    model,
    padding: draws ? null : model.endsWith("4") ? "same" : "valid",
    output: draws ? "sigmoid" : null,
    loss: draws ? "binary-cross-entropy" : "cross-entropy",
    noise: model === "cae-denoise" ? "gaussian" : "none",
    noiseLevel: model === "cae-denoise" ? 0.1 : 0,
    learningRate: 0.001,
    batchSize: 32,
    epochs: draws ? 50 : 10,
    patience: null,
    seed: 0,
  };
}

export function summary(config) {
  kindOf(config.model);
  if (typeof config.model === "object") {
    const layers = config.model.layers.map(({ type }, i) => ({ name: `layer_${i}`, kind: type, outputShape: [null, 32, 32, 3], parameters: 1, multiplyAdds: 1 }));
    return { model: config.model.name, layers, total: 1, trainable: 1, nonTrainable: 0, multiplyAdds: 1 };
  }
  if (!(config.batchSize >= 1)) throw fail("ConfigError", `The batch size is ${config.batchSize}; it must be at least 1.`);
  if (config.model.endsWith("4") && config.padding === "valid")
    throw fail("ConfigError", "Layer 7 (`conv2d_3`, 3x3, valid) gets a 2x2 map of 64 channels, and needs at least 3x3: use `same` padding or take away a pooling before it.");
  const blocks = Number(config.model.at(-1)) || 3;
  const layers = [{ name: "input", kind: "Input", outputShape: [null, 32, 32, 3], parameters: 0 }];
  let side = 32;
  let channels = 3;
  for (let b = 1; b <= blocks; b += 1) {
    const out = b === 1 ? 32 : 64;
    side -= 2;
    layers.push({ name: `conv2d_${b}`, kind: "Conv 3x3 valid, relu", outputShape: [null, side, side, out], parameters: (9 * channels + 1) * out });
    side = Math.floor(side / 2);
    layers.push({ name: `pool_${b}`, kind: "MaxPool 2", outputShape: [null, side, side, out], parameters: 0 });
    channels = out;
  }
  if (config.model === "cae-bn") layers.push({ name: "batch_normalization", kind: "BatchNormalization", outputShape: layers.at(-1).outputShape, parameters: 4 * channels });
  const total = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  return { model: config.model, layers, total, trainable: total, nonTrainable: 0, multiplyAdds: 1e6, largestMap: 30 * 30 * 32 };
}
