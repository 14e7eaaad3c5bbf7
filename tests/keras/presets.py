"""The ten models in Keras, as a notebook has them, and what a run trains one after another.

Written from the models' description, not from the Rust code: what the two have in common is what
the tests find.
"""

from dataclasses import dataclass

from keras import Input, Sequential
from keras.layers import (
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Flatten,
    MaxPooling2D,
    UpSampling2D,
)

CNNS = [f"cnn-{pool}-{blocks}" for blocks in (2, 3, 4) for pool in ("max", "avg")]
AUTOENCODERS = ["cae", "cae-bn", "cae-denoise", "sae"]
PRESETS = CNNS + AUTOENCODERS

CROSS_ENTROPY = "sparse_categorical_crossentropy"
BINARY_CROSS_ENTROPY = "binary_crossentropy"
SQUARED_ERROR = "mean_squared_error"


def classifier(blocks, pool, padding):
    layers = []
    for filters in (32, 64, 64, 64)[:blocks]:
        layers.append(Conv2D(filters, 3, padding=padding, activation="relu"))
        layers.append(MaxPooling2D(2) if pool == "max" else AveragePooling2D(2))
    layers.append(Flatten())
    layers.append(Dense(64, activation="relu"))
    layers.append(Dense(64, activation="relu"))
    layers.append(Dense(10, activation="softmax"))
    return layers


def autoencoder(output):
    layers = []
    for filters in (16, 8, 8):
        layers.append(Conv2D(filters, 3, padding="same", activation="relu"))
        layers.append(MaxPooling2D(2))
    for filters in (8, 8, 16):
        layers.append(Conv2D(filters, 3, padding="same", activation="relu"))
        layers.append(UpSampling2D(2))
    layers.append(Conv2D(3, 3, padding="same", activation=output))
    return layers


def normalised_autoencoder(output):
    return [
        Conv2D(32, 3, padding="same", activation="relu"),
        BatchNormalization(),
        Conv2D(32, 3, strides=2, padding="same", activation="relu"),
        Conv2D(32, 3, padding="same", activation="relu"),
        BatchNormalization(),
        UpSampling2D(2),
        Conv2D(32, 3, padding="same", activation="relu"),
        BatchNormalization(),
        Conv2D(3, 1, activation=output),
    ]


def layers_of(preset, padding=None, output="sigmoid"):
    """The layers of `preset`, with weights once `joined` has put them together."""
    if preset in CNNS:
        _, pool, blocks = preset.split("-")
        blocks = int(blocks)
        return classifier(blocks, pool, padding or ("same" if blocks == 4 else "valid"))
    return normalised_autoencoder(output) if preset == "cae-bn" else autoencoder(output)


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
    """The phases of a run, in order. Those of `sae` share their layers."""
    whole = joined(layers)
    if preset != "sae":
        return [Phase("Training", None, whole, whole, True)]
    # Encoders and decoders of the three stages, outermost first.
    stages = [(0, 2, 11, 13), (2, 4, 9, 11), (4, 6, 6, 9)]
    phases = []
    for number, (begin, code, back, end) in enumerate(stages, start=1):
        frozen = joined(layers[:begin]) if begin else None
        shape = frozen.output_shape[1:] if frozen else (32, 32, 3)
        trained = joined(layers[begin:code] + layers[back:end], shape)
        through = joined(layers[:code] + layers[back:])
        phases.append(Phase(f"Stage {number}", frozen, trained, through, frozen is None))
    phases.append(Phase("Fine-tuning", None, whole, whole, True))
    return phases
