"""Writes fixtures/augmentation.json: what Keras' layers make of one picture when what they draw is given, as
the tests of src/step/augment.rs repeat it.

    pip install -r requirements.txt
    python3 make_augmentation_fixtures.py

A layer whose range is one number draws that number. The picture is a formula, so that a fixture holds nothing
but results, in 0 to 1.
"""

import json
import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

FILE = pathlib.Path(__file__).parent / "fixtures" / "augmentation.json"
SHAPE = [8, 12, 3]
FILLS = ["reflect", "constant", "nearest"]


def picture():
    height, width, channels = SHAPE
    y, x, channel = np.ogrid[:height, :width, :channels]
    return ((x * x * 7 + y * 31 + x * y * 5 + channel * 83) % 256).astype(np.float32) / 255


def cases():
    layers = keras.layers
    for fill in FILLS:
        for turn in [0.04, -0.3]:
            rotated = layers.RandomRotation((turn, turn), fill_mode=fill)
            yield {"setting": "rotation", "value": turn, "fill_mode": fill}, rotated
        # Down by two rows and right by three columns, and the other way.
        for shift in [0.25, -0.25]:
            moved = layers.RandomTranslation((shift, shift), (shift, shift), fill_mode=fill)
            yield {"setting": "shift", "value": shift, "fill_mode": fill}, moved
    for delta in [0.2, -0.35]:
        lit = layers.RandomBrightness((delta, delta), value_range=(0, 1))
        yield {"setting": "brightness", "value": delta}, lit
    # Keras draws from 1 - lower to 1 + upper, of which neither may be negative; so its layer is told.
    for factor in [1.4, 0.3]:
        contrast = layers.RandomContrast(0.5, value_range=(0, 1))
        told = {"contrast_factor": np.full((1, 1, 1, 1), factor, np.float32)}
        apply = lambda images, training, layer=contrast, told=told: layer.transform_images(images, told)
        yield {"setting": "contrast", "value": factor - 1}, apply


def main():
    images = picture()[np.newaxis]
    results = []
    for case, layer in cases():
        output = np.asarray(layer(images, training=True))[0]
        results.append(case | {"output": [round(float(value), 7) for value in output.ravel()]})
    told = {"keras": keras.__version__, "shape": SHAPE, "cases": results}
    FILE.write_text(json.dumps(told, separators=(",", ":")) + "\n")
    print(f"{len(results)} cases, {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
