"""Writes fixtures/layers.json: what Keras makes of small networks of the layers that work value by value,
normalise or hold other layers, which tests/it/keras_layers.rs repeats.

    pip install -r requirements.txt
    python3 layer_fixtures.py

A case is a list of layers as a model's JSON has them. Weights, pictures and what layers draw come from
tabgrad's own generator (streams.py): Keras cannot draw our numbers, so that here a dropped value is
multiplied by the factor that tabgrad draws for it.
"""

import json
import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

import streams

FILE = pathlib.Path(__file__).parent / "fixtures" / "layers.json"
SEED = 5
BATCH = 8
BATCHES = 3
STEPS = 10
RATE = 0.05
LAYER = 7  # the purpose of a stream
# Values kept of a tensor, evenly spread.
SAMPLES = 12


def conv(filters=6, **settings):
    return {"type": "Conv2D", "filters": filters, "kernel_size": 3, "padding": "same", **settings}


def dense(units, **settings):
    return {"type": "Dense", "units": units, **settings}


def layer(kind, **settings):
    return {"type": kind, **settings}


SMALL = conv(strides=4, activation="relu")
HEAD = [layer("Flatten"), dense(10, activation="softmax")]
FUNCTIONS = ["linear", "relu", "leaky_relu", "elu", "gelu", "silu", "tanh", "sigmoid", "softmax"]


def residual(*layers):
    return {"type": "Residual", "layers": list(layers)}


CASES = {
    f"activation-{name}": [
        conv(strides=4, activation=name), layer("AveragePooling2D"), layer("Flatten"),
        dense(12, activation=name), dense(10, activation="softmax"),
    ]
    for name in FUNCTIONS
}
CASES |= {
    f"layer-{name}": [
        conv(strides=4), layer("Activation", activation=name), layer("Flatten"), dense(12),
        layer("Activation", activation=name), dense(10), layer("Activation", activation="softmax"),
    ]
    for name in ("relu", "gelu", "softmax")
}
CASES |= {
    "leaky-relu": [conv(strides=4), layer("LeakyReLU"), layer("MaxPooling2D"), *HEAD],
    "leaky-relu-slope": [conv(strides=4), layer("LeakyReLU", negative_slope=0.05), *HEAD],
    "upsampled-elu": [conv(strides=8), layer("UpSampling2D"), conv(4, activation="elu"), layer("MaxPooling2D"), *HEAD],
    "dropout": [SMALL, layer("Dropout", rate=0.3), layer("Flatten"), dense(12, activation="relu"),
                layer("Dropout", rate=0.5), dense(10, activation="softmax")],
    "spatial-dropout": [SMALL, layer("SpatialDropout2D", rate=0.4), *HEAD],
    "gaussian-noise": [SMALL, layer("GaussianNoise", stddev=0.2), layer("Flatten"), layer("GaussianNoise", stddev=0.1),
                       dense(10, activation="softmax")],
    "batch-norm": [SMALL, layer("BatchNormalization"), *HEAD],
    "batch-norm-settings": [SMALL, layer("BatchNormalization", momentum=0.8, epsilon=1e-4), *HEAD],
    "batch-norm-no-center": [SMALL, layer("BatchNormalization", center=False), *HEAD],
    "batch-norm-no-scale": [SMALL, layer("BatchNormalization", scale=False), *HEAD],
    "batch-norm-plain": [SMALL, layer("BatchNormalization", scale=False, center=False), *HEAD],
    "batch-norm-vector": [SMALL, layer("Flatten"), dense(12), layer("BatchNormalization", momentum=0.9),
                          layer("Activation", activation="relu"), dense(10, activation="softmax")],
    "layer-norm": [SMALL, layer("LayerNormalization"), *HEAD],
    "layer-norm-settings": [SMALL, layer("LayerNormalization", epsilon=1e-2, center=False), *HEAD],
    "layer-norm-no-scale": [SMALL, layer("LayerNormalization", scale=False), *HEAD],
    "layer-norm-vector": [SMALL, layer("Flatten"), dense(13), layer("LayerNormalization"),
                          layer("Activation", activation="gelu"), dense(10, activation="softmax")],
    "group-norm": [SMALL, layer("GroupNormalization", groups=2), *HEAD],
    "group-norm-settings": [conv(8, strides=4), layer("GroupNormalization", groups=4, epsilon=1e-2, scale=False), *HEAD],
    "instance-norm": [SMALL, layer("GroupNormalization", groups=6), *HEAD],
    "group-norm-vector": [SMALL, layer("Flatten"), dense(12), layer("GroupNormalization", groups=3),
                          layer("Activation", activation="tanh"), dense(10, activation="softmax")],
    "reshape": [conv(strides=4, activation="tanh"), layer("Reshape", target_shape=[4, 4, 24]), conv(5, activation="relu"),
                layer("Reshape", target_shape=[-1]), dense(10, activation="softmax")],
    "reshape-vector": [SMALL, layer("Flatten"), dense(24, activation="tanh"), layer("Reshape", target_shape=[2, -1, 6]),
                       conv(4), *HEAD],
    "residual": [SMALL, residual(conv(activation="relu"), conv()), layer("Activation", activation="relu"), *HEAD],
    "residual-filters": [SMALL, residual(conv(9, activation="relu"), conv(7)), *HEAD],
    "residual-strides": [SMALL, residual(conv(8, strides=2, activation="relu"), conv(8)), *HEAD],
    "residual-pooled": [SMALL, residual(conv(activation="relu"), layer("MaxPooling2D")), *HEAD],
    "residual-first": [conv(strides=4), residual(layer("BatchNormalization", momentum=0.9), layer("Activation", activation="relu"),
                       conv()), layer("MaxPooling2D"), *HEAD],
    "residual-norm": [SMALL, residual(conv(), layer("BatchNormalization"), layer("Activation", activation="relu"), conv(),
                      layer("BatchNormalization")), layer("Activation", activation="relu"), *HEAD],
    "residual-nested": [SMALL, residual(residual(conv(activation="silu")), conv(8, strides=2), residual(conv(8), layer("Dropout", rate=0.2))),
                        *HEAD],
    "residual-vector": [SMALL, layer("Flatten"), residual(dense(16, activation="gelu"), dense(16)),
                        residual(dense(16, activation="tanh")), dense(10, activation="softmax")],
    "l2": [conv(strides=4, activation="relu", kernel_regularizer={"l2": 0.01}), layer("Flatten"),
           dense(10, activation="softmax", kernel_regularizer={"l1": 0.002, "l2": 0.003})],
    "l1": [conv(strides=4, activation="tanh", kernel_regularizer={"l1": 0.01}), *HEAD],
    "zeros-and-ones": [conv(strides=4, activation="tanh", bias_initializer="ones"), layer("Flatten"),
                       dense(10, activation="softmax", kernel_initializer="zeros")],
}
DRAWING = ("Dropout", "SpatialDropout2D", "GaussianNoise")


def number(value):
    return float(f"{float(value):.9g}")


def sketch(tensor):
    """A tensor by its norm and some of its values."""
    flat = np.asarray(tensor, np.float64).ravel()
    places = np.arange(min(SAMPLES, flat.size)) * flat.size // min(SAMPLES, flat.size)
    return {
        "norm": number(np.linalg.norm(flat)),
        "largest": number(np.abs(flat).max()),
        "sample": [number(value) for value in flat[places]],
    }


def drawn(kind, settings, shape, seed, index, epoch, pictures):
    """What a layer that draws multiplies the values of `pictures` by, or adds to them: layer `index` of a
    network, whose inputs have this `shape`."""
    count = shape[-1] if kind == "SpatialDropout2D" else int(np.prod(shape))
    rows = []
    for picture in pictures:
        stream = streams.Stream(seed, LAYER, epoch << 40 | index << 32 | int(picture))
        if kind == "GaussianNoise":
            rows.append(np.float32(settings["stddev"]) * stream.normals(count))
            continue
        rate = np.float32(settings["rate"])
        kept = np.float32(1) / (np.float32(1) - rate)
        rows.append(np.where(stream.units(count) < rate, np.float32(0), kept))
    ones = [1] * (len(shape) - 1)
    return np.stack(rows).reshape(-1, *([*ones, count] if kind == "SpatialDropout2D" else shape))


class Drawing:
    """A layer that draws, with the numbers of tabgrad's streams: `pictures` and `epoch` say which."""

    def __init__(self, kind, settings, index):
        self.kind, self.settings, self.index = kind, settings, index

    def __call__(self, x, pictures, epoch):
        numbers = drawn(self.kind, self.settings, x.shape[1:], SEED, self.index, epoch, pictures)
        numbers = numbers.astype(x.dtype.as_numpy_dtype)
        return x + numbers if self.kind == "GaussianNoise" else x * numbers


class Network:
    """Layers of a case, built by Keras one by one and run one after another."""

    def __init__(self, specs):
        keras.backend.clear_session()
        self.layers = []
        self.flat = 0
        self.root = [self.made(spec, at + 1 == len(specs)) for at, spec in enumerate(specs)]
        self.run(tf.zeros((1, 32, 32, 3), keras.config.floatx()), None, None)
        # In the order of the network: a layer of a residual block stands before the block.
        self.layers.sort(key=lambda pair: pair[0])
        self.draw_weights()

    def made(self, spec, last=False):
        settings = dict(spec)
        kind = settings.pop("type")
        if kind == "Residual":
            inner = [self.made(one) for one in settings["layers"]]
            block = {"inner": inner, "index": self.flat, "shortcut": None}
            self.flat += 1
            return block
        index = self.flat
        self.flat += 1
        if kind in DRAWING:
            return Drawing(kind, settings, index)
        if last:
            # The loss works on logits.
            settings["activation"] = "linear"
        if "kernel_regularizer" in settings:
            settings["kernel_regularizer"] = keras.regularizers.L1L2(**settings["kernel_regularizer"])
        if kind.endswith("Pooling2D"):
            settings.setdefault("pool_size", 2)
        made = getattr(keras.layers, kind)(**settings)
        self.layers.append((index, made))
        return made

    def run(self, x, pictures, epoch, layers=None):
        """Of what network inputs `x`; in training with the `pictures` of the data in an `epoch`."""
        for one in self.root if layers is None else layers:
            if isinstance(one, dict):
                y = self.run(x, pictures, epoch, one["inner"])
                x = y + self.shortcut(one, x, y)
            elif isinstance(one, Drawing):
                x = x if pictures is None else one(x, pictures, epoch)
            else:
                x = one(x, training=pictures is not None)
        return x

    def shortcut(self, block, x, y):
        if x.shape[1:] == y.shape[1:]:
            return x
        if block["shortcut"] is None:
            if len(x.shape) == 2:
                made = keras.layers.Dense(y.shape[-1])
            else:
                made = keras.layers.Conv2D(y.shape[-1], 1, strides=x.shape[1] // y.shape[1])
            block["shortcut"] = made
            self.layers.append((block["index"], made))
        return block["shortcut"](x)

    def draw_weights(self):
        place = 0
        for _, one in self.layers:
            values = []
            for weight in one.weights:
                given = weight.numpy()
                drawn = weight.name == "kernel" and np.any(given != given.ravel()[0])
                values.append(streams.initial("glorot_uniform", SEED, place, tuple(weight.shape)) if drawn else given)
                place += 1
            one.set_weights(values)

    def loss(self, x, labels, pictures, epoch):
        logits = self.run(x, pictures, epoch)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
        return loss + sum((penalty for _, one in self.layers for penalty in one.losses), 0.0)

    def gradients(self, x, labels, pictures, epoch):
        variables = [weight.value for _, one in self.layers for weight in one.trainable_weights]
        with tf.GradientTape() as tape:
            loss = self.loss(x, labels, pictures, epoch)
        return loss, list(zip(variables, tape.gradient(loss, variables)))

    def named(self, trainable):
        for index, one in self.layers:
            for weight in one.trainable_weights if trainable else one.weights:
                yield index, weight


def results(specs):
    network = Network(specs)
    values, labels = streams.pictures(BATCH * BATCHES, 1)
    values = values.astype(keras.config.floatx())
    batches = [np.arange(start, start + BATCH) for start in range(0, BATCH * BATCHES, BATCH)]
    first = batches[0]
    outputs = network.run(tf.constant(values[first]), None, None)
    before = [one.get_weights() for _, one in network.layers]
    loss, gradients = network.gradients(tf.constant(values[first]), labels[first], first, 0)
    found = {
        "layers": specs,
        "outputs": sketch(outputs),
        "loss": number(loss),
        "gradients": [
            {"layer": index, "name": weight.name, **sketch(gradient)}
            for (index, weight), (_, gradient) in zip(network.named(True), gradients)
        ],
    }
    # The pass in training moved moving statistics.
    for (_, one), weights in zip(network.layers, before):
        one.set_weights(weights)
    losses = []
    for step in range(STEPS):
        pictures, epoch = batches[step % BATCHES], step // BATCHES
        loss, gradients = network.gradients(tf.constant(values[pictures]), labels[pictures], pictures, epoch)
        for variable, gradient in gradients:
            variable.assign_sub(RATE * gradient)
        losses.append(number(loss))
    found["losses"] = losses
    found["weights"] = [
        {"layer": index, "name": weight.name, **sketch(weight.numpy())} for index, weight in network.named(False)
    ]
    found["trained"] = sketch(network.run(tf.constant(values[first]), None, None))
    return found


def initializers():
    """Variance and largest value of what Keras draws for a kernel of 3x3x40x60."""
    found = {}
    for name in ("glorot_uniform", "glorot_normal", "he_uniform", "he_normal"):
        values = np.asarray(keras.initializers.get(name)((3, 3, 40, 60)), np.float64)
        found[name] = {"variance": number(values.var()), "largest": number(np.abs(values).max())}
    return found


def main():
    cases = {}
    for name, specs in CASES.items():
        cases[name] = results(specs)
        losses = cases[name]["losses"]
        print(f"{name}: loss {losses[0]:.4f} to {losses[-1]:.4f}", flush=True)
    settings = {"seed": SEED, "batch": BATCH, "batches": BATCHES, "steps": STEPS, "rate": RATE}
    whole = {"keras": keras.__version__, **settings, "initializers": initializers(), "cases": cases}
    text = json.dumps(whole, separators=(",", ":")).replace('"layers":[{"type"', '\n"layers":[{"type"')
    FILE.write_text(text + "\n")
    print(f"{len(text):,} bytes")


if __name__ == "__main__":
    main()
