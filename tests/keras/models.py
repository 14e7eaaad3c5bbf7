"""A model's JSON in Keras: its layers, and the phases of a run of it.

The JSON is read, not the Rust code: that both make the same network of it is what the tests find.
"""

import re
from dataclasses import dataclass

from keras import Input, Sequential, layers as keras_layers

CLASSES = 10
"""Of CIFAR-10, and of the pictures of the tests."""

# Layers are Keras' by name and settings, so that most need no line here. One that does has a function of
# its settings: where Keras has no such layer, or calls something otherwise.
LAYERS = {
    "AveragePooling2D": lambda pool_size=2, **more: keras_layers.AveragePooling2D(pool_size, **more),
    "MaxPooling2D": lambda pool_size=2, **more: keras_layers.MaxPooling2D(pool_size, **more),
}


def layer_from_spec(spec, classes=CLASSES, channels=3):
    """The layer that `spec` is, for data of so many classes and channels; without weights yet."""
    settings = {key: value for key, value in spec.items() if key != "type"}
    for name in ("units", "filters"):
        if settings.get(name) in ("classes", "channels"):
            settings[name] = classes if settings[name] == "classes" else channels
    make = LAYERS.get(spec["type"]) or getattr(keras_layers, spec["type"])
    return make(**settings)


def layers_from_spec(spec, classes=CLASSES):
    """The layers of a model, with weights once `joined` has put them together."""
    return [layer_from_spec(layer, classes, spec["input"][2]) for layer in spec["layers"]]


def model_from_spec(spec, classes=CLASSES):
    """The whole network of a model's JSON."""
    return joined(layers_from_spec(spec, classes), spec["input"])


def names_of(spec):
    """The names by which a model's stages name its layers: their own, or those that Keras gives in a new
    session."""
    count = {}
    names = []
    for layer in spec["layers"]:
        if "name" in layer:
            names.append(layer["name"])
            continue
        word = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", layer["type"]).lower()
        names.append(word if word not in count else f"{word}_{count[word]}")
        count[word] = count.get(word, 0) + 1
    return names


def joined(layers, shape):
    """The network of `layers`, which may be shared with others."""
    return Sequential([Input(tuple(shape)), *layers])


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
