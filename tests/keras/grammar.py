"""Draws models out of the grammar of specs: layer lists that fit one another, classifiers and autoencoders,
of any layer that the table has.

    python3 grammar.py --count 3 --seed 1

prints models, one a line.
"""

import argparse
import json
import random

import models

PICTURE = [32, 32, 3]
# Layers of one network, beside those that its task needs.
MOST_LAYERS = 6
# Values that a layer may give for a picture: Keras' ten steps are to take seconds.
MOST_VALUES = 40_000


def conv(rng, shape):
    side = min(shape[0], shape[1])
    settings = {
        "filters": rng.choice([2, 3, 4, 6, 8]),
        "kernel_size": rng.choice([1, 2, 3, 5]),
        "strides": rng.choice([1, 1, 1, 2]),
        "padding": rng.choice(["same", "valid"]),
        "activation": rng.choice(["relu", "linear"]),
    }
    if settings["padding"] == "valid" and settings["kernel_size"] > side:
        return None
    return settings


def pool(rng, shape):
    return {} if min(shape[0], shape[1]) >= 2 else None


def always(rng, shape):
    return {}


def dense(rng, shape):
    return {"units": rng.choice([8, 12, 20]), "activation": rng.choice(["relu", "linear"])}


# What may come after maps, and after a vector: the layer, how often, and a function of a generator and the
# shape that reaches it, which gives settings, or None where the layer does not fit. A new layer is a line
# here, and in `models.LAYERS` where Keras has it otherwise.
ON_MAPS = [
    ("Conv2D", 5, conv),
    ("MaxPooling2D", 2, pool),
    ("AveragePooling2D", 2, pool),
    ("UpSampling2D", 1, always),
    ("BatchNormalization", 2, always),
]
ON_VECTORS = [("Dense", 1, dense)]


def shape_after(layers):
    return list(models.model_from_spec({"layers": layers, "input": PICTURE}).output_shape[1:]) if layers else PICTURE


def drawn_layer(rng, shape, table):
    """One layer that fits `shape` and what it gives, or None."""
    kinds, weights, draws = zip(*table)
    index = rng.choices(range(len(kinds)), weights)[0]
    settings = draws[index](rng, shape)
    return None if settings is None else {"type": kinds[index], **settings}


def grown(rng, layers, count, table):
    """`layers` with so many more."""
    shape = shape_after(layers)
    while count:
        layer = drawn_layer(rng, shape, table)
        if layer is None:
            continue
        after = shape_after([*layers, layer])
        size = 1
        for side in after:
            size *= side
        if size > MOST_VALUES:
            continue
        layers, shape, count = [*layers, layer], after, count - 1
    return layers


def classifier(rng):
    layers = grown(rng, [], rng.randint(1, MOST_LAYERS), ON_MAPS)
    # A wide map gives more weights than a fixture needs.
    while shape_after(layers)[0] > 8:
        layers = [*layers, {"type": "MaxPooling2D"}]
    layers = grown(rng, [*layers, {"type": "Flatten"}], rng.randint(0, 2), ON_VECTORS)
    last = {"type": "Dense", "units": "classes", "activation": "softmax"}
    return {"input": PICTURE, "layers": [*layers, last], "task": {"type": "classify"}}


def autoencoder(rng):
    halves = rng.randint(0, 2)
    table = [line for line in ON_MAPS if line[0] in ("Conv2D", "BatchNormalization")]

    def kept(layers):
        """One more layer, which keeps height and width."""
        before = shape_after(layers)
        while True:
            more = grown(rng, layers, 1, table)
            if shape_after(more)[:2] == before[:2]:
                return more

    layers = []
    for _ in range(halves):
        layers = [*kept(layers), {"type": rng.choice(["MaxPooling2D", "AveragePooling2D"])}]
    layers = kept(layers)
    layers[-1] = {**layers[-1], "name": "code"}
    for _ in range(halves):
        layers = [*kept(layers), {"type": "UpSampling2D"}]
    last = {"type": "Conv2D", "filters": 3, "kernel_size": rng.choice([1, 3]), "padding": "same", "activation": rng.choice(["sigmoid", "sigmoid", "relu"])}
    return {"input": PICTURE, "layers": [*layers, last], "task": {"type": "reconstruct", "code": "code"}}


def spec(rng):
    """A model, of either task."""
    return rng.choice([classifier, autoencoder])(rng)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    for _ in range(options.count):
        print(json.dumps(spec(rng)))


if __name__ == "__main__":
    main()
