"""The presets of src/spec/presets in Keras, and what a run of one trains, phase by phase."""

import copy
import json
from pathlib import Path

import models

FOLDER = Path(__file__).resolve().parents[2] / "src" / "spec" / "presets"
FILES = {path.stem: json.loads(path.read_text()) for path in FOLDER.glob("*.json")}

CROSS_ENTROPY = "sparse_categorical_crossentropy"
BINARY_CROSS_ENTROPY = "binary_crossentropy"
SQUARED_ERROR = "mean_squared_error"


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


def spec_of(preset, padding=None, output=None, picture=None):
    """The model of `preset`. `padding` replaces that of all convolutions, `output` the last activation,
    `picture` the height, width and channels of the pictures."""
    spec = copy.deepcopy(FILES[preset]["model"])
    for layer in spec["layers"]:
        if padding and "padding" in layer:
            layer["padding"] = padding
    if output:
        spec["layers"][-1]["activation"] = output
    if picture:
        spec["input"] = list(picture)
    return spec


def layers_of(preset, padding=None, output=None):
    """The layers of `preset`, as `models.layers_from_spec` gives them."""
    return models.layers_from_spec(spec_of(preset, padding, output))


def phases_of(preset, layers):
    """The phases of a run of `preset`, in order."""
    return models.phases_from_spec(FILES[preset]["model"], layers)
