"""The presets of src/spec/presets in Keras, and what a run of one trains, phase by phase.

The JSON files are read, not the Rust code: that both make the same network of them is what the tests
find.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from keras import Input, Sequential, layers as keras_layers

FOLDER = Path(__file__).resolve().parents[2] / "src" / "spec" / "presets"
FILES = {path.stem: json.loads(path.read_text()) for path in FOLDER.glob("*.json")}

CROSS_ENTROPY = "sparse_categorical_crossentropy"
BINARY_CROSS_ENTROPY = "binary_crossentropy"
SQUARED_ERROR = "mean_squared_error"
CLASSES = 10
"""Of CIFAR-10."""


def place(name):
    """Where a preset stands in a table: the CNNs first, from few blocks to many."""
    layers = FILES[name]["model"]["layers"]
    average = any(layer["type"] == "AveragePooling2D" for layer in layers)
    if FILES[name]["family"] == "cnn":
        return (0, len(layers), average, name)
    return (1, 0, False, name)


PRESETS = sorted((name for name, file in FILES.items() if file["listed"]), key=place)
CNNS = [name for name in PRESETS if FILES[name]["family"] == "cnn"]
AUTOENCODERS = [name for name in PRESETS if name not in CNNS]


def layers_of(preset, padding=None, output=None):
    """The layers of `preset`, with weights once `joined` has put them together. `padding` replaces that
    of all convolutions, `output` the last activation."""
    specs = FILES[preset]["model"]["layers"]
    made = []
    for spec in specs:
        settings = {key: value for key, value in spec.items() if key != "type"}
        if "Pooling" in spec["type"]:
            settings["pool_size"] = 2
        if padding and "padding" in settings:
            settings["padding"] = padding
        if output and spec is specs[-1]:
            settings["activation"] = output
        if settings.get("units") == "classes":
            settings["units"] = CLASSES
        made.append(getattr(keras_layers, spec["type"])(**settings))
    return made


def names_of(preset):
    """The names by which a preset's stages name its layers: those that Keras gives in a new session."""
    count = {}
    names = []
    for spec in FILES[preset]["model"]["layers"]:
        word = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", spec["type"]).lower()
        names.append(word if word not in count else f"{word}_{count[word]}")
        count[word] = count.get(word, 0) + 1
    return names


def joined(layers, shape=(32, 32, 3)):
    """The network of `layers`, which may be shared with others."""
    return Sequential([Input(shape), *layers])


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


def phases_of(preset, layers):
    """The phases of a run, in order. Those of a stacked autoencoder share their layers."""
    whole = joined(layers)
    stages = FILES[preset]["model"].get("stages", [])
    if not stages:
        return [Phase("Training", None, whole, whole, True)]
    names = names_of(preset)
    phases = []
    for number, stage in enumerate(stages, start=1):
        encoder = [names.index(name) for name in stage["encoder"]]
        decoder = [names.index(name) for name in stage["decoder"]]
        begin, code, back = encoder[0], encoder[-1] + 1, decoder[0]
        frozen = joined(layers[:begin]) if begin else None
        shape = frozen.output_shape[1:] if frozen else (32, 32, 3)
        trained = joined([layers[index] for index in encoder + decoder], shape)
        through = joined(layers[:code] + layers[back:])
        phases.append(Phase(f"Stage {number}", frozen, trained, through, frozen is None))
    phases.append(Phase("Fine-tuning", None, whole, whole, True))
    return phases
