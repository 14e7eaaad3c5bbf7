"""Draws models out of the grammar of specs: layer lists that fit one another, classifiers and autoencoders,
of every layer with every setting that tabgrad has.

    python3 grammar.py --count 3 --seed 1

prints models, one a line.
"""

import argparse
import collections
import json
import math
import random

import models

# Layers of one network, beside those that its task needs.
MOST_LAYERS = 6
# Values that a layer may give for a picture, and weights of one: Keras' ten steps are to take seconds, and a
# test's few more.
MOST_VALUES, MOST_WEIGHTS = 5_000, 30_000
SIDES = [8, 9, 10, 12, 13, 16, 17, 20, 24, 28, 32]
FUNCTIONS = ["linear", "relu", "leaky_relu", "elu", "gelu", "silu", "tanh", "sigmoid", "softmax"]
KERNEL_INITIALIZERS = ["glorot_uniform", "glorot_normal", "he_uniform", "he_normal"]


class Draws(random.Random):
    """Random choices, in which what was seldom chosen comes first, so that few networks have everything."""

    def __init__(self, seed):
        super().__init__(seed)
        self.used = collections.Counter()

    def seldom(self, what, options, weights=None):
        """One of `options` for `what`, as often as their weights say. It counts once `keep` is told of the
        network that it is in."""
        pairs = zip(options, weights or [1] * len(options))
        return self.choices(options, [weight / (1 + self.used[what, one] / weight) ** 2 for one, weight in pairs])[0]

    def keep(self, what, options):
        self.used.update((what, one) for one in options)

    def happens(self, share):
        return self.random() < share

    def pair(self, sizes):
        """One size for both axes, or one for each."""
        return self.choice(sizes) if self.happens(0.6) else [self.choice(sizes), self.choice(sizes)]


def both(size):
    return size if isinstance(size, list) else [size, size]


def divisors(number):
    return [one for one in range(1, number + 1) if number % one == 0]


def activation(rng, shape):
    # One channel's softmax is 1, whatever it is of.
    functions = FUNCTIONS if shape[-1] > 1 else FUNCTIONS[:-1]
    return rng.seldom("activation", functions, [3, 6] + [1] * (len(functions) - 2))


def of_kernel(rng):
    """The settings of every layer with a kernel, as far as they are not left out."""
    settings = {}
    if rng.happens(0.5):
        settings["kernel_initializer"] = rng.seldom("initializer", KERNEL_INITIALIZERS)
    if rng.happens(0.1):
        settings["bias_initializer"] = rng.choice([*KERNEL_INITIALIZERS, "ones"])
    if rng.happens(0.2):
        kind = rng.seldom("regularizer", ["l1", "l2", "both"])
        settings["kernel_regularizer"] = {one: rng.choice([0.001, 0.01]) for one in ("l1", "l2") if kind in (one, "both")}
    return settings


def conv(rng, shape):
    *sides, channels = shape
    settings = {"filters": rng.choice([2, 3, 4, 6, 8, 12]), "kernel_size": rng.pair([1, 2, 3, 3, 4, 5])}
    settings["padding"] = rng.choice(["same", "same", "valid"])
    steps = rng.choice(["", "", "strides", "dilation_rate"])
    if steps:
        settings[steps] = rng.pair([1, 2, 3])
    if channels > 1 and rng.happens(0.3):
        settings["groups"] = rng.choice(divisors(channels)[1:])
        settings["filters"] = settings["groups"] * rng.choice([1, 2])
    if rng.happens(0.2):
        settings["use_bias"] = False
    dilation = both(settings.get("dilation_rate", 1))
    reach = [(size - 1) * rate + 1 for size, rate in zip(both(settings["kernel_size"]), dilation)]
    if settings["padding"] == "valid" and any(size > side for size, side in zip(reach, sides)):
        return None
    return settings | {"activation": activation(rng, [settings["filters"]])} | of_kernel(rng)


def transpose(rng, shape):
    settings = {"filters": rng.choice([2, 3, 4, 6]), "kernel_size": rng.pair([1, 2, 3, 4])}
    settings |= {"strides": rng.pair([1, 2, 2, 3]), "padding": rng.choice(["same", "valid"])}
    if rng.happens(0.2):
        settings["use_bias"] = False
    return settings | {"activation": activation(rng, [settings["filters"]])} | of_kernel(rng)


def pool(rng, shape):
    settings = {}
    if rng.happens(0.7):
        settings["pool_size"] = rng.pair([1, 2, 2, 3])
    if rng.happens(0.4):
        settings["strides"] = rng.pair([1, 2, 3])
    if rng.happens(0.4):
        settings["padding"] = "same"
    fits = all(size <= side for size, side in zip(both(settings.get("pool_size", 2)), shape))
    return settings if fits or "padding" in settings else None


def enlarge(rng, shape):
    settings = {"size": rng.pair([1, 2, 2, 3])} if rng.happens(0.7) else {}
    return settings | ({"interpolation": "bilinear"} if rng.happens(0.5) else {})


def affine(rng):
    return {name: False for name in ("center", "scale") if rng.happens(0.2)}


def batch_norm(rng, shape):
    settings = {"momentum": rng.choice([0.5, 0.9])} if rng.happens(0.5) else {}
    return settings | ({"epsilon": 0.01} if rng.happens(0.3) else {}) | affine(rng)


def layer_norm(rng, shape):
    # That of one value is 0, whatever it is of.
    if shape[-1] < 3:
        return None
    return ({"epsilon": rng.choice([1e-4, 0.01])} if rng.happens(0.3) else {}) | affine(rng)


def group_norm(rng, shape):
    fitting = [groups for groups in divisors(shape[-1]) if math.prod(shape) // groups > 2]
    if not fitting:
        return None
    settings = {"groups": rng.choice(fitting)}
    return settings | ({"epsilon": 0.01} if rng.happens(0.3) else {}) | affine(rng)


def function(rng, shape):
    return {"activation": activation(rng, shape)}


def leaky_relu(rng, shape):
    return {"negative_slope": rng.choice([0.01, 0.1, 0.5])} if rng.happens(0.7) else {}


def dropout(rng, shape):
    return {"rate": rng.choice([0.0, 0.1, 0.25, 0.5])}


def noise(rng, shape):
    return {"stddev": rng.choice([0.05, 0.2])}


def borders(rng, setting, most):
    """In each of the forms that Keras has, at most so many rows and columns."""
    high, wide = ([rng.randint(0, most) for _ in range(2)] for _ in range(2))
    return {setting: rng.choice([rng.randint(0, most), [high[0], wide[0]], [high, wide]])}


def padding(rng, shape):
    return borders(rng, "padding", 2)


def cropping(rng, shape):
    return borders(rng, "cropping", 1) if min(shape[:2]) > 2 else None


def reshape(rng, shape):
    """Maps of the same values with other sides."""
    size = math.prod(shape)
    height = rng.choice([side for side in divisors(size) if side <= 32])
    width = rng.choice([side for side in divisors(size // height) if side <= 32])
    target = [height, width, size // height // width]
    if target[2] > 64:
        return None
    if rng.happens(0.4):
        target[rng.randrange(3)] = -1
    return {"target_shape": target}


def residual(rng, shape):
    table = ON_MAPS if len(shape) == 3 else ON_VECTORS
    layers = grown(rng, [], rng.randint(1, 3), table, shape)
    after = shape_after(layers, shape)
    if len(shape) == 3 and not all(models.stride(*pair) for pair in zip(shape[:2], after[:2])):
        return None
    return {"layers": layers}


def dense(rng, shape):
    return {"units": rng.choice([5, 8, 12, 20]), "activation": activation(rng, [8])} | of_kernel(rng)


# What may come after maps, and after a vector: the layer, how often, and a function of a generator and the
# shape that reaches it, which gives settings, or None where the layer does not fit. A new layer is a line
# here, and in `models.LAYERS` where Keras has it otherwise.
ON_BOTH = [
    ("BatchNormalization", 1, batch_norm),
    ("LayerNormalization", 1, layer_norm),
    ("GroupNormalization", 1, group_norm),
    ("Activation", 1, function),
    ("LeakyReLU", 1, leaky_relu),
    ("Dropout", 1, dropout),
    ("GaussianNoise", 1, noise),
    ("Residual", 1, residual),
]
ON_MAPS = [
    ("Conv2D", 8, conv),
    ("Conv2DTranspose", 2, transpose),
    ("MaxPooling2D", 1, pool),
    ("AveragePooling2D", 1, pool),
    ("UpSampling2D", 1, enlarge),
    ("SpatialDropout2D", 1, dropout),
    ("ZeroPadding2D", 1, padding),
    ("Cropping2D", 1, cropping),
    ("Reshape", 1, reshape),
    *ON_BOTH,
]
ON_VECTORS = [("Dense", 4, dense), *ON_BOTH]


def shape_after(layers, shape):
    """The shape that `layers` make of `shape`, by Keras."""
    if not layers:
        return shape
    spec = {"layers": layers, "input": shape}
    return list(models.joined(models.layers_from_spec(spec), shape).output_shape[1:])


def weights_of(layers, shape):
    return models.joined(models.layers_from_spec({"layers": layers, "input": shape}), shape).count_params()


def drawn_layer(rng, shape, table):
    """One layer that fits `shape`, or None."""
    kinds, weights, draws = zip(*table)
    kind = rng.seldom("layer", kinds, weights)
    settings = draws[kinds.index(kind)](rng, shape)
    return None if settings is None else {"type": kind, **settings}


def grown(rng, layers, count, table, shape):
    """`layers`, which `shape` reaches, with so many more."""
    before = shape_after(layers, shape)
    while count:
        layer = drawn_layer(rng, before, table)
        if layer is None:
            continue
        after = shape_after([layer], before)
        if math.prod(after) > MOST_VALUES or weights_of([layer], before) > MOST_WEIGHTS:
            continue
        layers, before, count = [*layers, layer], after, count - 1
    return layers


def picture(rng):
    side = rng.choice(SIDES)
    return [side, side if rng.happens(0.5) else rng.choice(SIDES), rng.choice([1, 3])]


def to_vector(rng, shape):
    kind = rng.seldom("layer", ["Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D", "Reshape"])
    if math.prod(shape) > 1000 and kind in ("Flatten", "Reshape"):
        return {"type": "GlobalAveragePooling2D"}
    return {"type": kind} | ({"target_shape": [-1]} if kind == "Reshape" else {})


def classifier(rng):
    shape = picture(rng)
    layers = grown(rng, [], rng.randint(2, MOST_LAYERS), ON_MAPS, shape)
    after = shape_after(layers, shape)
    if rng.happens(0.2):
        # A map for each class.
        last = {"type": "Conv2D", "filters": "classes", "kernel_size": 1}
        layers += [last, {"type": "GlobalAveragePooling2D"}, {"type": "Activation", "activation": "softmax"}]
    else:
        layers = grown(rng, [*layers, to_vector(rng, after)], rng.randint(0, 3), ON_VECTORS, shape)
        last = {"type": "Dense", "units": "classes"} | of_kernel(rng)
        alone = rng.happens(0.3)
        layers += [last, {"type": "Activation", "activation": "softmax"}] if alone else [last | {"activation": "softmax"}]
    return {"input": shape, "layers": layers, "task": {"type": "classify"}}


def to_size(rng, after, shape):
    """Layers that bring maps of the height and width `after` to those of `shape`."""
    layers, sizes = [], [max(-(-side // now), 1) for now, side in zip(after, shape)]
    if sizes != [1, 1]:
        if rng.happens(0.5):
            layers.append({"type": "UpSampling2D", "size": sizes})
        else:
            filters = rng.choice([2, 3, 4])
            layers.append(
                {"type": "Conv2DTranspose", "filters": filters, "kernel_size": rng.choice([2, 3]), "strides": sizes}
                | {"padding": "same", "activation": activation(rng, [filters])}
                | of_kernel(rng)
            )
    over = [now * size - side for now, size, side in zip(after, sizes, shape)]
    if any(over):
        layers.append({"type": "Cropping2D", "cropping": [[more // 2, more - more // 2] for more in over]})
    return layers


def output(rng, shape):
    """The layers that end an autoencoder, from maps of the picture's height and width."""
    name = rng.seldom("output", ["sigmoid", "relu", "linear", "tanh", "elu"], [3, 1, 1, 1, 1])
    last = {"type": "Conv2D", "filters": "channels", "kernel_size": rng.choice([1, 2, 3]), "padding": "same"}
    if rng.happens(0.3):
        return [last, {"type": "Activation", "activation": name}]
    return [last | {"activation": name}]


def autoencoder(rng):
    shape = picture(rng)
    layers = grown(rng, [], rng.randint(1, 3), ON_MAPS, shape)
    while math.prod(shape_after(layers, shape)) > 1500:
        layers = grown(rng, [*layers, {"type": "AveragePooling2D", "padding": "same"}], 1, ON_MAPS, shape)
    after = shape_after(layers, shape)
    if rng.happens(0.3) and math.prod(after) <= 600:
        # Through a vector.
        layers = [*layers, to_vector(rng, after), {"type": "Dense", "units": rng.choice([6, 10])}]
        layers[-1]["name"] = "code"
        small = [-(-side // 4) for side in shape[:2]]
        channels = rng.choice([1, 2])
        layers += [
            {"type": "Dense", "units": math.prod(small) * channels, "activation": activation(rng, [8])},
            {"type": "Reshape", "target_shape": [*small, channels]},
        ]
    else:
        layers[-1] = {**layers[-1], "name": "code"}
        layers = grown(rng, layers, rng.randint(0, 2), ON_MAPS, shape)
    layers = layers + to_size(rng, shape_after(layers, shape)[:2], shape)
    layers += output(rng, shape)
    return {"input": shape, "layers": layers, "task": {"type": "reconstruct", "code": "code"}}


def spec(rng):
    """A model, of either task."""
    return classifier(rng) if rng.seldom("task", ["classify", "reconstruct"]) == "classify" else autoencoder(rng)


def keep(rng, spec):
    """Tells `rng` what a network has, so that the next ones have what it lacks."""
    for layer in models.flattened(spec["layers"]):
        rng.keep("layer", [layer["type"]])
        rng.keep("activation", [layer["activation"]] if "activation" in layer else [])
        rng.keep("initializer", [layer["kernel_initializer"]] if "kernel_initializer" in layer else [])
        penalties = list(layer.get("kernel_regularizer", {}))
        rng.keep("regularizer", ["both"] if len(penalties) == 2 else penalties)
    rng.keep("task", [spec["task"]["type"]])
    rng.keep("output", [spec["layers"][-1]["activation"]])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = Draws(options.seed)
    for _ in range(options.count):
        made = spec(rng)
        keep(rng, made)
        print(json.dumps(made))


if __name__ == "__main__":
    main()
