"""A model's JSON in Keras: its layers, and the phases of a run of it.

The JSON is read, not the Rust code: that both make the same network of it is what the tests find.
"""

import re
from dataclasses import dataclass

from keras import Input, Model, Sequential, layers as keras_layers, regularizers

CLASSES = 10
"""Of CIFAR-10, and of the pictures of the tests."""


def stride(before, after):
    """The step of a 1x1 convolution that makes `after` pixels of `before`; None where there is none."""
    return next((step for step in range(1, before + 1) if -(-before // step) == after), None)


class Residual(keras_layers.Layer):
    """The sum of what the `span` layers before it give and of their input, brought to its shape by a 1x1
    convolution, or a kernel, where the two differ."""

    def __init__(self, span, **more):
        super().__init__(**more)
        self.span, self.shortcut = span, None

    def build(self, shapes):
        before, after = (shape[1:] for shape in shapes)
        if before == after:
            return
        if len(after) == 1:
            self.shortcut = keras_layers.Dense(after[0], name="shortcut")
        else:
            steps = [stride(*pair) for pair in zip(before[:2], after[:2])]
            self.shortcut = keras_layers.Conv2D(after[2], 1, strides=steps, name="shortcut")
        self.shortcut.build(shapes[0])

    def call(self, both):
        before, after = both
        return after + (before if self.shortcut is None else self.shortcut(before))


# Layers are Keras' by name and settings, so that most need no line here. One that does has a function of
# its settings: where Keras has no such layer, or calls something otherwise.
LAYERS = {
    "AveragePooling2D": lambda pool_size=2, **more: keras_layers.AveragePooling2D(pool_size, **more),
    "MaxPooling2D": lambda pool_size=2, **more: keras_layers.MaxPooling2D(pool_size, **more),
    "Residual": Residual,
}


def layer_from_spec(spec, classes=CLASSES, channels=3):
    """The layer that `spec` is, for data of so many classes and channels; without weights yet."""
    settings = {key: value for key, value in spec.items() if key != "type"}
    for name in ("units", "filters"):
        if settings.get(name) in ("classes", "channels"):
            settings[name] = classes if settings[name] == "classes" else channels
    if "kernel_regularizer" in settings:
        settings["kernel_regularizer"] = regularizers.L1L2(**settings["kernel_regularizer"])
    make = LAYERS.get(spec["type"]) or getattr(keras_layers, spec["type"])
    return make(**settings)


def flattened(specs):
    """A list of layers in which the layers of a residual block stand before it, as tabgrad numbers them."""
    flat = []
    for one in specs:
        if one["type"] == "Residual":
            inner = flattened(one["layers"])
            flat += inner
            one = {key: value for key, value in one.items() if key != "layers"} | {"span": len(inner)}
        flat.append(one)
    return flat


def layers_from_spec(spec, classes=CLASSES):
    """The layers of a model, with weights once `joined` has put them together."""
    return [layer_from_spec(layer, classes, spec["input"][-1]) for layer in flattened(spec["layers"])]


def model_from_spec(spec, classes=CLASSES):
    """The whole network of a model's JSON."""
    return joined(layers_from_spec(spec, classes), spec["input"])


def names_of(spec):
    """The names by which a model's stages name its layers: their own, or those that Keras gives in a new
    session."""
    count = {}
    names = []
    for layer in flattened(spec["layers"]):
        if "name" in layer:
            names.append(layer["name"])
            continue
        word = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", layer["type"]).lower()
        names.append(word if word not in count else f"{word}_{count[word]}")
        count[word] = count.get(word, 0) + 1
    return names


def joined(layers, shape):
    """The network of `layers`, which may be shared with others."""
    if not any(isinstance(layer, Residual) for layer in layers):
        return Sequential([Input(tuple(shape)), *layers])
    before = [x := Input(tuple(shape))]
    for layer in layers:
        x = layer([before[-1 - layer.span], x]) if isinstance(layer, Residual) else layer(x)
        before.append(x)
    return Model(before[0], x)


@dataclass
class Phase:
    """One thing to train: `trained` learns to give its own input back (or the run's answer), on
    what `frozen` makes of the pictures."""

    name: str
    frozen: Sequential | None
    trained: Sequential
    """From picture to picture, through the stages so far."""
    whole: Sequential
    """Whether it is the run's loss that is minimised, and not the squared error of codes."""
    answers: bool


def phases_from_spec(spec, layers):
    """The phases of a run, in order. Those of a stacked autoencoder share their layers."""
    shape = tuple(spec["input"])
    whole = joined(layers, shape)
    stages = spec.get("stages", [])
    if not stages:
        return [Phase("Training", None, whole, whole, True)]
    names = names_of(spec)
    phases = []
    for number, stage in enumerate(stages, start=1):
        encoder = [names.index(name) for name in stage["encoder"]]
        decoder = [names.index(name) for name in stage["decoder"]]
        begin, code, back = encoder[0], encoder[-1] + 1, decoder[0]
        frozen = joined(layers[:begin], shape) if begin else None
        inner = frozen.output_shape[1:] if frozen else shape
        trained = joined([layers[index] for index in encoder + decoder], inner)
        through = joined(layers[:code] + layers[back:], shape)
        phases.append(Phase(f"Stage {number}", frozen, trained, through, frozen is None))
    phases.append(Phase("Fine-tuning", None, whole, whole, True))
    return phases
