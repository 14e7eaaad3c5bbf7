"""Writes fixtures/variational.json: what Keras makes of short runs of variational autoencoders, which
tests/it/variational.rs repeats.

    pip install -r requirements.txt
    python3 variational_fixtures.py

The sampling layer and the loss are those of Keras' example (https://keras.io/examples/generative/vae/), but
for three things: the mean and the logarithm of the variance come out of one Dense; the normal numbers come
from tabgrad's own generator (streams.py); and the reconstruction's loss is a mean over all values, so that the
divergence has a weight. With the weight 1 / (height * width) the example's loss is height * width times as
large, which is checked here.
"""

import json
import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from keras import ops

import models
import streams
from layer_fixtures import LAYER, conv, dense, layer, number, sketch

FILE = pathlib.Path(__file__).parent / "fixtures" / "variational.json"
SEED = 5
BATCH = 8
TRAIN, TEST = 20, 12
EPOCHS = 4
RATE = 0.1
PICTURE = [16, 16, 1]
# Pictures whose gradients and codes are kept.
LOOKED_AT = 8


def sampling(**settings):
    return layer("Sampling", **settings)


SIGMOID = layer("Activation", activation="sigmoid")
CASES = {
    "dense": [
        layer("Flatten"), dense(16, activation="tanh"), dense(8), sampling(), dense(16, activation="relu"), dense(256),
        layer("Reshape", target_shape=PICTURE), SIGMOID,
    ],
    "convolutions": [
        conv(4, strides=2, activation="relu"), layer("Flatten"), dense(12), sampling(kl_weight=0.05),
        dense(256, activation="relu"), layer("Reshape", target_shape=[8, 8, 4]),
        layer("Conv2DTranspose", filters=1, kernel_size=3, strides=2, padding="same", activation="sigmoid"),
    ],
    "batch-norm": [
        conv(4, strides=4), layer("BatchNormalization", momentum=0.9), layer("Flatten"),
        dense(10, kernel_regularizer={"l2": 0.01}), layer("BatchNormalization"), sampling(kl_weight=0.1), dense(64),
        layer("BatchNormalization"), layer("Activation", activation="relu"), layer("Reshape", target_shape=[4, 4, 4]),
        layer("UpSampling2D", size=4), conv(1, activation="sigmoid"),
    ],
    "divergence-alone": [
        layer("Flatten"), dense(6), sampling(kl_weight=0.3), dense(256, kernel_initializer="zeros"),
        layer("Reshape", target_shape=PICTURE), SIGMOID,
    ],
}


class Sampling:
    """The layer `index` of a network."""

    weights = trainable_weights = losses = ()

    def __init__(self, index, kl_weight=None):
        self.index = index
        self.kl_weight = 1 / (PICTURE[0] * PICTURE[1]) if kl_weight is None else kl_weight

    def noise(self, pictures, epoch, n):
        drawn = [streams.Stream(SEED, LAYER, epoch << 40 | self.index << 32 | int(one)).normals(n) for one in pictures]
        return np.stack(drawn)

    def __call__(self, x, pictures, epoch):
        z_mean, z_log_var = ops.split(x, 2, axis=-1)
        kl_loss = -0.5 * (1 + z_log_var - ops.square(z_mean) - ops.exp(z_log_var))
        self.kl_loss = ops.mean(ops.sum(kl_loss, axis=1))
        if pictures is None:
            return z_mean
        epsilon = self.noise(pictures, epoch, z_mean.shape[-1])
        return z_mean + ops.exp(0.5 * z_log_var) * epsilon


class Network:
    def __init__(self, specs):
        keras.backend.clear_session()
        self.layers = []
        for index, spec in enumerate(specs):
            settings = dict(spec)
            if settings["type"] == "Sampling":
                settings.pop("type")
                self.code = Sampling(index, **settings)
                self.layers.append(self.code)
                continue
            if index + 1 == len(specs):
                # The loss works on logits.
                settings["activation"] = "linear"
            if "kernel_regularizer" in settings:
                settings["kernel_regularizer"] = keras.regularizers.L1L2(**settings["kernel_regularizer"])
            self.layers.append(models.layer_from_spec(settings))
        self.run(tf.zeros((1, *PICTURE)))
        place = 0
        for one in self.layers:
            for weight in one.weights:
                given = weight.numpy()
                if weight.name == "kernel" and np.any(given != given.ravel()[0]):
                    weight.assign(streams.glorot(SEED, place, tuple(weight.shape)))
                place += 1

    def run(self, x, pictures=None, epoch=None):
        """Logits of `x`; in training with the `pictures` of the data in an `epoch`."""
        for one in self.layers:
            x = one(x, pictures, epoch) if one is self.code else one(x, training=pictures is not None)
            if one is self.code:
                self.codes = x
        return x

    def losses(self, x, pictures=None, epoch=None):
        """The total, that of the reconstruction, and the divergence."""
        logits = self.run(x, pictures, epoch)
        each = keras.losses.binary_crossentropy(x, logits, from_logits=True)
        reconstruction, kl = ops.mean(each), self.code.kl_loss
        if self.code.kl_weight == 1 / (PICTURE[0] * PICTURE[1]):
            example = ops.mean(ops.sum(each, axis=(1, 2))) + kl
            ours = (reconstruction + self.code.kl_weight * kl) * PICTURE[0] * PICTURE[1]
            assert abs(float(example - ours)) < 1e-4 * abs(float(example)), (example, ours)
        penalties = sum((penalty for one in self.layers for penalty in one.losses), 0.0)
        return reconstruction + self.code.kl_weight * kl + penalties, reconstruction, kl

    def variables(self, trainable):
        """With the index of the layer."""
        for index, one in enumerate(self.layers):
            for weight in one.trainable_weights if trainable else one.weights:
                yield index, weight

    def gradients(self, x, pictures, epoch):
        variables = [weight.value for _, weight in self.variables(True)]
        with tf.GradientTape() as tape:
            losses = self.losses(x, pictures, epoch)
        return losses, variables, tape.gradient(losses[0], variables)


def named(pairs, tensors):
    return [{"layer": index, "name": weight.name, **sketch(tensor)} for (index, weight), tensor in zip(pairs, tensors)]


def results(specs):
    network = Network(specs)
    train, test = (tf.constant(streams.pictures(count, seed, tuple(PICTURE))[0]) for count, seed in ((TRAIN, 1), (TEST, 2)))
    before = [weight.numpy() for _, weight in network.variables(False)]
    looked_at = np.arange(LOOKED_AT)
    losses, _, gradients = network.gradients(tf.gather(train, looked_at), looked_at, 0)
    found = {"loss": number(losses[0]), "gradients": named(network.variables(True), gradients)}
    for (_, weight), value in zip(network.variables(False), before):
        # The pass in training moved moving statistics.
        weight.assign(value)
    found["outputs"] = sketch(ops.sigmoid(network.run(test[:LOOKED_AT])))
    found["steps"], found["epochs"] = [], []
    for epoch in range(EPOCHS):
        order = streams.order(SEED, epoch, TRAIN)
        for start in range(0, TRAIN, BATCH):
            pictures = order[start : start + BATCH]
            # Epochs of a run are counted from 1.
            losses, variables, gradients = network.gradients(tf.gather(train, pictures), pictures, epoch + 1)
            for variable, gradient in zip(variables, gradients):
                variable.assign_sub(RATE * gradient)
            found["steps"].append([number(loss) for loss in losses])
        found["epochs"].append([number(loss) for loss in network.losses(test)])
    network.run(test[:LOOKED_AT])
    found["codes"] = sketch(network.codes)
    found["weights"] = named(network.variables(False), [weight.numpy() for _, weight in network.variables(False)])
    return found


def main():
    cases = []
    for name, specs in CASES.items():
        code = "sampling"
        model = {"name": name, "input": PICTURE, "task": {"type": "reconstruct", "code": code}, "layers": specs}
        run = {"model": model, "optimizer": "sgd", "learningRate": RATE, "batchSize": BATCH, "epochs": EPOCHS, "seed": SEED, "loss": "binary-cross-entropy"}
        case = {"run": run, **results(specs)}
        cases.append(case)
        print(f"{name}: {case['steps'][0]} to {case['steps'][-1]}, {case['epochs'][-1]}", flush=True)
    settings = {"keras": keras.__version__, "train": TRAIN, "test": TEST, "lookedAt": LOOKED_AT}
    text = json.dumps({**settings, "cases": cases}, separators=(",", ":")).replace('{"run"', '\n{"run"')
    FILE.write_text(text + "\n")
    print(f"{len(text):,} bytes")


if __name__ == "__main__":
    main()
