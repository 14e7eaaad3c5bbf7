"""Writes fixtures/CASE.json: what Keras makes of the runs that tests/it/keras.rs repeats.

    pip install -r requirements.txt
    python3 make_fixtures.py [CASE ...]

Weights, pictures, their order and noise come from tabgrad's own generator (streams.py), so that a
fixture holds nothing but results. With --check the same runs are also computed in 64 bits, and
the largest differences are printed: how far Keras' own rounding carries.
"""

import argparse
import json
import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

import models
import presets
import streams

FOLDER = pathlib.Path(__file__).parent / "fixtures"
SEED = 5
BATCH = 16
TRAIN, TEST = 160, 200
EPOCHS = 5
# Pictures of which outputs and gradients are kept.
LOOKED_AT = 8
# Values kept of a tensor, evenly spread.
SAMPLES = 64
NOISE_LEVEL = 0.1
# Pixels that the window of the structural similarity is high and wide.
SSIM_WINDOW = 11
# Learning amplifies rounding. At Keras' default of 1e-3 its own 32 and 64 bits give losses of CNNs
# that differ by up to 150 % after 50 steps (--check prints it), and nothing could be compared.
CNN_RATE = 1e-4

CASES = {
    name: {"model": name} | ({"learningRate": CNN_RATE} if name in presets.CNNS else {})
    for name in presets.PRESETS
}
CASES |= {
    f"cae-{output}-{short}": {"model": "cae", "output": output, "loss": loss}
    for output in ("sigmoid", "relu")
    for short, loss in (("bce", "binary-cross-entropy"), ("mse", "mean-squared-error"))
    if (output, short) != ("sigmoid", "bce")  # that is `cae`
}
# Pictures of other shapes than CIFAR's: height, width, channels.
CASES |= {
    "cnn-max-2-28x28x1": {"model": "cnn-max-2", "learningRate": CNN_RATE, "picture": [28, 28, 1]},
    "cnn-avg-2-20x12x3": {"model": "cnn-avg-2", "learningRate": CNN_RATE, "picture": [20, 12, 3]},
    "cae-24x16x1": {"model": "cae", "picture": [24, 16, 1]},
}
# Other seeds than 5, at which two values of a pooling window come so near to each other that 32 and
# 64 bits, or two programs, disagree on the larger one, and go separate ways from there.
SEEDS = {"cnn-max-4": 15, "cnn-avg-4": 6, "cae-bn": 6, "cae-relu-bce": 8, "sae": 7}
# Starting biases of the last layer other than 0. With a relu output and cross-entropy the gradient is
# one over the output: near 0, where half of them would start, that has no digits in common with
# what other rounding gives.
LAST_BIAS = {"cae-relu-bce": 0.5}
LOSSES = {
    "binary-cross-entropy": presets.BINARY_CROSS_ENTROPY,
    "mean-squared-error": presets.SQUARED_ERROR,
}


def number(value):
    """Nine digits give back any 32-bit float."""
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


def described(layers, tensors):
    """Sketches of `tensors`, which stand for the variables of `layers`."""
    rows = []
    tensors = iter(tensors)
    for place, weight in ((i, w) for i, layer in enumerate(layers) for w in layer.weights):
        tensor = next(tensors)
        if tensor is not None:
            shape = list(weight.shape)
            rows.append({"layer": place, "name": weight.name, "shape": shape, **sketch(tensor)})
    return rows


def summary(network, layers):
    rows = [
        [layer.name, type(layer).__name__, list(layer.output.shape), layer.count_params()]
        for layer in layers
    ]
    trainable = sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)
    return {"rows": rows, "total": network.count_params(), "trainable": trainable}


class Run:
    """A run of `settings`, whose model is a preset's name or any other model's JSON."""

    train_count, test_count, batch_size, classes = TRAIN, TEST, BATCH, models.CLASSES

    def __init__(self, settings, seed=SEED, bias=None, epochs=EPOCHS):
        keras.backend.clear_session()
        self.settings = dict(settings)
        picture = self.settings.pop("picture", None)
        model = settings["model"]
        if isinstance(model, str):
            self.spec = presets.spec_of(model, output=settings.get("output"), picture=picture)
            self.noisy = presets.FILES[model]["run"].get("noise") == "gaussian"
        else:
            self.spec, self.noisy = model, settings.get("noise") == "gaussian"
        self.picture = tuple(self.spec["input"])
        self.classifies = self.spec["task"]["type"] == "classify"
        self.layers = models.layers_from_spec(self.spec, self.classes)
        self.phases = models.phases_from_spec(self.spec, self.layers)
        self.network = self.phases[-1].whole
        self.seed, self.epochs = seed, epochs
        streams.draw_weights(self.layers, self.seed, models.flattened(self.spec["layers"]))
        self.bias = bias
        if self.bias is not None:
            kernel, bias = self.layers[-1].get_weights()
            self.layers[-1].set_weights([kernel, np.full_like(bias, self.bias)])
        self.train = streams.pictures(self.train_count, 1, self.picture, self.classes)
        self.test = streams.pictures(self.test_count, 2, self.picture, self.classes)
        self.epoch = 0

    def seen(self, split, places, draw):
        clean = split[0][places]
        if not self.noisy:
            return clean
        return streams.gaussian(clean, places, self.seed, draw, NOISE_LEVEL)

    def batch(self, phase, split, places, draw):
        """What `phase` sees of pictures, and what it should answer."""
        x = self.seen(split, places, draw)
        if phase.frozen is not None:
            codes = phase.frozen.predict(x, verbose=0)
            return codes, codes
        return x, (split[1] if self.classifies else split[0])[places]

    def compile(self, phase):
        loss = presets.CROSS_ENTROPY
        if not self.classifies:
            loss = LOSSES[self.settings.get("loss", "binary-cross-entropy")]
        if not phase.answers:
            loss = presets.SQUARED_ERROR
        phase.trained.compile(optimizer=keras.optimizers.Adam(self.settings.get("learningRate", 1e-3)), loss=loss, metrics=["accuracy"])

    def gradients(self, phase):
        """The gradient of each variable by the loss of the first training pictures."""
        x, y = self.batch(phase, self.train, np.arange(LOOKED_AT), 0)
        with tf.GradientTape() as tape:
            loss = phase.trained.compute_loss(x=x, y=y, y_pred=phase.trained(x, training=True))
        variables = [weight.value for layer in self.layers for weight in layer.weights]
        found = tape.gradient(loss, variables)
        # Those were moved by the forward pass in training mode.
        return {"loss": number(loss), "tensors": described(self.layers, found)}

    def look(self, phase):
        """Outputs and gradients as the weights are; the weights stay."""
        before = [layer.get_weights() for layer in self.layers]
        places = np.arange(LOOKED_AT)
        outputs = phase.whole.predict(self.seen(self.test, places, 0), verbose=0)
        looked = {"outputs": sketch(outputs), "gradients": self.gradients(phase)}
        for layer, weights in zip(self.layers, before):
            layer.set_weights(weights)
        return looked

    def one_epoch(self, phase, steps):
        places = streams.order(self.seed, self.epoch, self.train_count)
        self.epoch += 1
        for start in range(0, self.train_count, self.batch_size):
            x, y = self.batch(phase, self.train, places[start : start + self.batch_size], self.epoch + 1)
            phase.trained.reset_metrics()
            loss, accuracy = phase.trained.train_on_batch(x, y)
            steps.append([number(loss), number(accuracy) if phase.answers else None])
        return self.evaluate(phase)

    def evaluate(self, phase):
        places = np.arange(self.test_count)
        x, y = self.batch(phase, self.test, places, 0)
        loss, accuracy = phase.trained.evaluate(x, y, batch_size=100, verbose=0)
        scores = {"valLoss": number(loss)}
        if self.classifies:
            return scores | {"valAccuracy": number(accuracy)}
        drawn = phase.whole.predict(self.seen(self.test, places, 0), verbose=0)
        clean = self.test[0]
        if self.picture[-1] == 1:
            # "accuracy" is binary where outputs have one channel.
            scores["valAccuracy"] = number(accuracy)
        else:
            hits = drawn.argmax(-1) == clean.argmax(-1)
            scores["valAccuracy"] = number(hits.mean())
        scores["mse"] = number(np.square(drawn.astype(np.float64) - clean).mean())
        if min(self.picture[:2]) >= SSIM_WINDOW:
            scores["ssim"] = number(tf.reduce_mean(tf.image.ssim(drawn.astype(clean.dtype), clean, 1.0)))
        return scores

    def weights(self, tell):
        return [
            {"layer": place, "name": weight.name, **tell(weight.numpy())}
            for place, layer in enumerate(self.layers)
            for weight in layer.weights
        ]

    def results(self):
        phases = []
        for phase in self.phases:
            self.compile(phase)
            entry = {"name": phase.name, **self.look(phase), "steps": [], "epochs": []}
            if phases:
                # A phase is compared from the same start, whatever the ones before it added up to.
                entry["start"] = self.weights(lambda values: {"values": [number(x) for x in values.ravel()]})
            for _ in range(self.epochs):
                entry["epochs"].append(self.one_epoch(phase, entry["steps"]))
            entry["weights"] = self.weights(
                lambda values: {"norm": number(np.linalg.norm(values.ravel()))}
            )
            phases.append(entry)
        return {
            "keras": keras.__version__,
            "config": self.settings | {"seed": self.seed, "batchSize": self.batch_size, "epochs": self.epochs},
            "lastBias": self.bias,
            "pictures": {"train": self.train_count, "test": self.test_count, "lookedAt": LOOKED_AT}
            | ({"shape": self.picture} if self.picture != (32, 32, 3) else {}),
            "summary": summary(self.network, self.layers),
            "phases": phases,
        }


def compare(results, precise):
    """Prints how far 64 bits are from 32."""
    for ours, exact in zip(results["phases"], precise["phases"]):
        errors = [abs(a[0] - b[0]) / b[0] for a, b in zip(ours["steps"], exact["steps"])]
        slopes = [
            max(abs(a - b) for a, b in zip(x["sample"], y["sample"])) / max(y["largest"], 1e-30)
            for x, y in zip(ours["gradients"]["tensors"], exact["gradients"]["tensors"])
        ]
        norms = [abs(a["norm"] - b["norm"]) / max(b["norm"], 1e-30) for a, b in zip(ours["weights"], exact["weights"])]
        print(
            f"  {ours['name']}: gradients {max(slopes):.1e}, losses of steps 1 to 10 "
            f"{max(errors[:10]):.1e}, of 11 to 50 {max(errors[10:]):.1e}, "
            f"norms of weights {max(norms):.1e}"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", default=list(CASES), help="all if none is named")
    parser.add_argument("--check", action="store_true", help="compute in 64 bits, too")
    options = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    for case in options.cases:
        settings, seed, bias = CASES[case], SEEDS.get(case, SEED), LAST_BIAS.get(case)
        results = Run(settings, seed, bias).results()
        text = json.dumps(results, separators=(",", ":")).replace('],"phases"', '],\n"phases"')
        (FOLDER / f"{case}.json").write_text(text + "\n")
        first, last = (results["phases"][-1]["steps"][i][0] for i in (0, -1))
        print(f"{case}: {len(text):,} bytes, last phase's loss {first:.4f} to {last:.4f}", flush=True)
        if options.check:
            keras.backend.set_floatx("float64")
            compare(results, Run(settings, seed, bias).results())
            keras.backend.set_floatx("float32")


if __name__ == "__main__":
    main()
