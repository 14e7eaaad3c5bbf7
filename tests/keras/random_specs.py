"""Writes fixtures/random.json: what Keras makes of ten steps of random models with random settings, which
tests/it/keras_random.rs takes beside it.

    python3 random_specs.py [--count N] [--seed S]

A run whose own rounding carries too far in Keras, at 32 bits beside 64, says nothing of another program: it
is left out, and told.
"""

import argparse
import json
import pathlib

import make_fixtures
from make_fixtures import keras, np, sketch, tf

import grammar
import grammar_of_runs
import layer_fixtures
import learning_runs
import models

# Values kept of a tensor: there are many tensors.
SAMPLES = 6
# How far Keras in 32 bits may be from itself in 64: a third of what the test allows.
STEADY = {"outputs": 3e-6, "gradients": 3e-5, "losses": 3e-5, "validation": 3e-5, "similarity": 3e-5, "weights": 3e-5, "trained": 3e-5}


class Drawing(keras.layers.Layer):
    """A layer that draws, with the numbers of tabgrad's streams, which it is given before each step."""

    def __init__(self, name=None, **settings):
        super().__init__(name=name)
        self.settings, self.index, self.drawn = settings, None, None

    def build(self, shape):
        self.shape = shape[1:]
        # A plain variable of TensorFlow: it is no weight.
        self.drawn = tf.Variable(tf.zeros([0] + [1] * len(self.shape)), shape=[None] * len(shape), trainable=False)

    def draw(self, seed, epoch, pictures):
        kind = type(self).__name__
        self.drawn.assign(layer_fixtures.drawn(kind, self.settings, self.shape, seed, self.index, epoch, pictures))

    def call(self, x, training=False):
        if not training:
            return x
        drawn = tf.cast(self.drawn, x.dtype)
        return tf.ensure_shape(x + drawn if "stddev" in self.settings else x * drawn, x.shape)

    def compute_output_spec(self, x, training=False):
        return keras.KerasTensor(x.shape, x.dtype)


class GroupsApart(keras.layers.Conv2D):
    """The same, group by group: Keras compiles a convolution in groups anew in every step."""

    def convolution_op(self, inputs, kernel):
        pairs = zip(tf.split(inputs, self.groups, -1), tf.split(kernel, self.groups, -1))
        return tf.concat([super(GroupsApart, self).convolution_op(*pair) for pair in pairs], -1)


def convolution(groups=1, **settings):
    kind = keras.layers.Conv2D if groups == 1 else type("Conv2D", (GroupsApart,), {})
    return kind(groups=groups, **settings)


models.LAYERS |= {"Conv2D": convolution}
models.LAYERS |= {kind: type(kind, (Drawing,), {}) for kind in layer_fixtures.DRAWING}


class RandomRun(learning_runs.LearningRun):
    """A run of any settings, on so many pictures of so many classes."""

    def __init__(self, config, pictures):
        self.train_count, self.test_count, self.classes = (pictures[key] for key in ("train", "test", "classes"))
        self.batch_size = config["batchSize"]
        super().__init__(config, config["seed"], epochs=config["epochs"])
        for index, layer in enumerate(self.layers):
            if isinstance(layer, Drawing):
                layer.index = index

    def compile(self, phase):
        super().compile(phase)
        # Ten steps take less than to compile them.
        phase.trained.run_eagerly = True

    def batch(self, phase, split, places, draw):
        for layer in self.layers:
            if isinstance(layer, Drawing):
                layer.draw(self.seed, max(draw - 1, 0), places)
        return super().batch(phase, split, places, draw)

    def results(self):
        results = super().results()
        [phase] = results["phases"]
        results["pictures"]["classes"] = self.classes
        phase["weights"] = self.weights(sketch)
        places = np.arange(make_fixtures.LOOKED_AT)
        phase["trained"] = sketch(self.network.predict(self.test[0][places], verbose=0))
        return results


def apart(ours, exact, beside=None):
    """How far apart two sketches are, as a part of the largest value and the norm of all of `beside`."""
    beside = beside or [exact]
    largest, norm = (max(one[key] for one in beside) or 1e-30 for key in ("largest", "norm"))
    values = max(abs(a - b) for a, b in zip(ours["sample"], exact["sample"]))
    return max(values / largest, abs(ours["norm"] - exact["norm"]) / norm)


def all_apart(ours, exact):
    """The same of the tensors of layers: a bias counts beside its kernel."""
    beside = lambda row: [other for other in exact if other["layer"] == row["layer"]]
    return max(apart(a, b, beside(b)) for a, b in zip(ours, exact))


def carried(results, precise):
    """How far 32 bits are from 64, by what is compared."""
    ours, exact = results["phases"][0], precise["phases"][0]
    relative = lambda a, b: abs(a - b) / max(abs(b), 1e-30)
    means = ("valLoss", "mse")
    found = {
        "outputs": apart(ours["outputs"], exact["outputs"]),
        "gradients": all_apart(ours["gradients"]["tensors"], exact["gradients"]["tensors"]),
        "losses": max(relative(a[0], b[0]) for a, b in zip(ours["steps"], exact["steps"])),
        "validation": max(
            relative(a[key], b[key]) for a, b in zip(ours["epochs"], exact["epochs"]) for key in means if key in b
        ),
        "similarity": max([abs(a["ssim"] - b["ssim"]) for a, b in zip(ours["epochs"], exact["epochs"]) if "ssim" in b], default=0),
        "weights": all_apart(ours["weights"], exact["weights"]),
        "trained": apart(ours["trained"], exact["trained"]),
    }
    accuracies = [(a[1], b[1]) for a, b in zip(ours["steps"], exact["steps"])]
    accuracies += [(a["valAccuracy"], b["valAccuracy"]) for a, b in zip(ours["epochs"], exact["epochs"])]
    return found, all(abs(a - b) < 1e-6 for a, b in accuracies)


def both(config, pictures):
    """The run in 32 and in 64 bits."""
    results = RandomRun(config, pictures).results()
    keras.backend.set_floatx("float64")
    try:
        return results, RandomRun(config, pictures).results()
    finally:
        keras.backend.set_floatx("float32")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--out", default=make_fixtures.FOLDER / "random.json")
    options = parser.parse_args()
    make_fixtures.SAMPLES = SAMPLES
    rng = grammar.Draws(options.seed)
    kept, left_out = [], 0
    while len(kept) < options.count:
        config, pictures = grammar_of_runs.run(rng)
        kinds = " ".join(layer["type"] for layer in models.flattened(config["model"]["layers"]))
        results, precise = both(config, pictures)
        found, same = carried(results, precise)
        unsteady = [what for what, most in STEADY.items() if not found[what] <= most] + ([] if same else ["accuracies"])
        told = " ".join(f"{what} {error:.0e}" for what, error in found.items())
        print(f"{'left out for ' + ', '.join(unsteady) + ': ' if unsteady else ''}{kinds}: {told}", flush=True)
        if unsteady:
            left_out += 1
            continue
        grammar_of_runs.keep(rng, config)
        results["config"]["model"] = {"name": f"random-{len(kept) + 1}", **config["model"]}
        kept.append(json.dumps(results, separators=(",", ":")))
        pathlib.Path(options.out).write_text("[\n" + ",\n".join(kept) + "\n]\n")
    print(f"{len(kept)} runs, {left_out} left out, {sum(map(len, kept)):,} bytes")
    print(", ".join(f"{what} {one} {count}" for (what, one), count in sorted(rng.used.items(), key=str)))


if __name__ == "__main__":
    main()
