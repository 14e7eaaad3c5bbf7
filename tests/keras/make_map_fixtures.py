"""Writes fixtures/layers-of-maps.json: what Keras makes of single layers with their settings, and of small
networks in ten steps of gradient descent, as tests/it/keras_maps.rs repeats them.

    pip install -r requirements.txt
    python3 make_map_fixtures.py

A case is a layer as it stands in a model's JSON and the shape of a picture. Inputs, weights and what the
gradients are of come from tabgrad's own generator (streams.py), so that a fixture holds nothing but
results: of each tensor its norm, its largest value, and some of its values.
"""

import json
import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

import streams

FILE = pathlib.Path(__file__).parent / "fixtures" / "layers-of-maps.json"
SAMPLES = 4
"""The generator's purpose."""
BATCH = 3
KEPT = 24
"""Values kept of a tensor, evenly spread."""
STEPS = 10
RATE = 0.05
DRAW = 100
"""The index of the inputs; that of what the gradients are of is the next."""
DRAWS = {"a strided encoder with a transposed decoder": 110}
"""Others, at which no sum before a relu comes so near to 0 that rounding decides whether it passes."""
CLEAR = 5e-6


def conv(filters, kernel_size, **settings):
    return {"type": "Conv2D", "filters": filters, "kernel_size": kernel_size, **settings}


def transpose(filters, kernel_size, **settings):
    return {"type": "Conv2DTranspose", "filters": filters, "kernel_size": kernel_size, **settings}


def layer(kind, **settings):
    return {"type": kind, **settings}


def pooling(kind):
    """Either pooling with every kind of window."""
    return [
        (layer(kind), [7, 10, 3]),
        (layer(kind, pool_size=3), [9, 8, 2]),
        (layer(kind, pool_size=[2, 3]), [9, 10, 2]),
        (layer(kind, pool_size=3, strides=1), [5, 7, 2]),
        (layer(kind, pool_size=3, strides=2, padding="same"), [8, 7, 5]),
        (layer(kind, pool_size=2, padding="same"), [7, 9, 3]),
        (layer(kind, pool_size=[4, 2], strides=[3, 1], padding="same"), [10, 6, 4]),
        (layer(kind, pool_size=2, strides=3), [9, 11, 2]),
        (layer(kind, pool_size=1, strides=2, padding="same"), [6, 5, 2]),
    ]


LAYERS = [
    # Square maps and kernels, which other operators compute.
    (conv(4, 3, padding="same", activation="relu"), [8, 8, 3]),
    # Kernels and maps that are not square.
    (conv(5, [5, 3], padding="same"), [9, 12, 3]),
    (conv(5, [5, 3]), [9, 12, 3]),
    (conv(4, 3, padding="same", activation="relu"), [7, 11, 6]),
    (conv(9, [1, 7], padding="same"), [6, 13, 2]),
    (conv(3, [4, 2], padding="same"), [10, 9, 8]),
    (conv(16, 1), [6, 9, 12]),
    (conv(6, 9), [9, 10, 2]),
    # Strides.
    (conv(5, 3, strides=2, padding="same"), [9, 12, 3]),
    (conv(5, 3, strides=[2, 1], padding="same", activation="relu"), [9, 12, 3]),
    (conv(5, [2, 4], strides=[3, 2]), [11, 13, 4]),
    (conv(4, 2, strides=3, padding="same"), [10, 8, 2]),
    (conv(4, 8, strides=8), [16, 24, 3]),
    # Dilation.
    (conv(5, 3, dilation_rate=2, padding="same"), [9, 12, 3]),
    (conv(5, 3, dilation_rate=[1, 3]), [9, 12, 3]),
    (conv(5, [2, 3], dilation_rate=[3, 2], padding="same"), [8, 8, 4]),
    # Groups, up to depthwise, with one filter for each channel or more.
    (conv(6, 3, groups=2, padding="same"), [8, 9, 4]),
    (conv(24, 3, groups=3, padding="same"), [8, 9, 12]),
    (conv(7, 3, groups=7, padding="same"), [9, 8, 7]),
    (conv(12, 3, groups=12, padding="same", strides=2), [9, 8, 12]),
    (conv(12, 5, groups=4, padding="same", activation="relu"), [8, 8, 4]),
    (conv(8, 3, groups=8, dilation_rate=2, padding="same"), [9, 10, 8]),
    # Without a bias.
    (conv(4, 3, use_bias=False, padding="same"), [8, 8, 3]),
    (conv(4, [3, 2], use_bias=False), [8, 8, 3]),
    (transpose(4, 3, use_bias=False), [5, 6, 3]),
    # Transposed.
    (transpose(4, 3), [6, 7, 5]),
    (transpose(4, 3, padding="same"), [6, 7, 5]),
    (transpose(4, 3, strides=2, padding="same", activation="relu"), [6, 7, 5]),
    (transpose(3, 2, strides=2), [8, 8, 6]),
    (transpose(3, 4, strides=2, padding="same"), [5, 8, 12]),
    (transpose(3, [3, 5], strides=[2, 3]), [5, 4, 2]),
    (transpose(3, 2, strides=3), [4, 5, 2]),
    (transpose(3, 2, strides=3, padding="same"), [4, 5, 2]),
    (transpose(9, [5, 2], strides=[1, 2], padding="same"), [6, 5, 3]),
    (transpose(3, 1, strides=2, padding="same"), [5, 4, 4]),
    *pooling("MaxPooling2D"),
    *pooling("AveragePooling2D"),
    (layer("GlobalAveragePooling2D"), [7, 9, 5]),
    (layer("GlobalMaxPooling2D"), [7, 9, 5]),
    (layer("UpSampling2D"), [5, 7, 3]),
    (layer("UpSampling2D", size=3), [5, 5, 3]),
    (layer("UpSampling2D", size=[1, 4]), [5, 6, 2]),
    (layer("UpSampling2D", interpolation="bilinear"), [5, 7, 3]),
    (layer("UpSampling2D", size=[3, 2], interpolation="bilinear"), [4, 6, 2]),
    (layer("UpSampling2D", size=4, interpolation="bilinear"), [1, 3, 2]),
    (layer("ZeroPadding2D"), [5, 7, 3]),
    (layer("ZeroPadding2D", padding=[2, 1]), [5, 7, 3]),
    (layer("ZeroPadding2D", padding=[[0, 2], [3, 1]]), [5, 7, 3]),
    (layer("Cropping2D"), [5, 7, 3]),
    (layer("Cropping2D", cropping=1), [5, 7, 3]),
    (layer("Cropping2D", cropping=[1, 2]), [5, 7, 3]),
    (layer("Cropping2D", cropping=[[0, 2], [3, 1]]), [5, 7, 3]),
]

NETWORKS = {
    "a strided encoder with a transposed decoder": (
        [12, 10, 3],
        [
            conv(6, [3, 5], strides=2, padding="same", activation="relu"),
            conv(8, 3, strides=[2, 1], padding="same", activation="relu"),
            transpose(6, 3, strides=[2, 1], padding="same", activation="relu"),
            transpose(3, 4, strides=2, padding="same"),
        ],
    ),
    "separable convolutions to a mean of each map": (
        [11, 14, 2],
        [
            conv(8, 3, padding="same", activation="relu"),
            conv(8, 3, groups=8, strides=2, use_bias=False),
            conv(12, 1, activation="relu"),
            layer("AveragePooling2D", pool_size=3, strides=2, padding="same"),
            conv(6, 3, groups=2, dilation_rate=[1, 2], padding="same"),
            layer("GlobalAveragePooling2D"),
        ],
    ),
    "poolings that overlap, and borders": (
        [13, 9, 1],
        [
            layer("ZeroPadding2D", padding=[[2, 1], [0, 3]]),
            conv(7, [4, 2], activation="relu"),
            layer("MaxPooling2D", pool_size=3, strides=2, padding="same"),
            layer("Cropping2D", cropping=[[0, 1], [1, 0]]),
            conv(4, 2),
            layer("GlobalMaxPooling2D"),
        ],
    ),
    "bilinear upsampling": (
        [6, 8, 3],
        [
            conv(5, [1, 3], padding="same", activation="relu"),
            layer("AveragePooling2D"),
            layer("UpSampling2D", size=[2, 4], interpolation="bilinear"),
            conv(4, 3, dilation_rate=2, padding="same", activation="relu"),
            layer("UpSampling2D", size=[1, 2]),
            transpose(2, [3, 1]),
        ],
    ),
    "square maps through blocks and others": (
        [16, 16, 3],
        [
            conv(8, 3, padding="same", activation="relu"),
            layer("MaxPooling2D"),
            conv(8, 3, use_bias=False, padding="same", activation="relu"),
            layer("MaxPooling2D", padding="same"),
            layer("UpSampling2D"),
            conv(6, 3, padding="same", activation="relu"),
            conv(6, [3, 2], strides=[1, 2]),
        ],
    ),
}


def drawn(index, shape):
    """Values in -1 to 1."""
    units = streams.Stream(len(shape), SAMPLES, index).units(int(np.prod(shape)))
    return (np.float32(-1) + np.float32(2) * units).reshape(shape)


def number(value):
    return float(f"{float(value):.7g}")


def sketch(tensor):
    flat = np.asarray(tensor, np.float64).ravel()
    kept = min(KEPT, flat.size)
    return {
        "shape": list(tensor.shape),
        "norm": number(np.linalg.norm(flat)),
        "largest": number(np.abs(flat).max()),
        "sample": [number(value) for value in flat[np.arange(kept) * flat.size // kept]],
    }


def made(spec):
    settings = {key: value for key, value in spec.items() if key != "type"}
    if spec["type"] == "AveragePooling2D":
        # Keras has no default here.
        settings = {"pool_size": 2} | settings
    return getattr(keras.layers, spec["type"])(**settings)


def set_weights(network):
    """Small weights, so that sums are of the size of what they are sums of."""
    index = 0
    for one in network.layers:
        values = []
        for weight in one.weights:
            index += 1
            size = np.sqrt(np.float32(3) / np.float32(max(np.prod(weight.shape[:-1]), 1)))
            values.append(drawn(index, tuple(weight.shape)) * size)
        one.set_weights(values)


def network_of(shape, specs):
    keras.backend.clear_session()
    network = keras.Sequential([keras.Input(shape), *map(made, specs)])
    set_weights(network)
    return network


def single(spec, shape):
    network = network_of(shape, [spec])
    x = tf.Variable(drawn(DRAW, (BATCH, *shape)))
    with tf.GradientTape() as tape:
        y = network(x, training=True)
        loss = tf.reduce_sum(y * drawn(DRAW + 1, tuple(y.shape)))
    weights = [weight.value for weight in network.weights]
    by_input, *by_weights = tape.gradient(loss, [x, *weights])
    return {
        "input": shape,
        "layer": spec,
        "name": network.layers[0].name,
        "parameters": network.count_params(),
        "output": sketch(y.numpy()),
        "byInput": sketch(by_input.numpy()),
        "byWeights": [sketch(gradient.numpy()) for gradient in by_weights],
    }


def nearest_to_zero(network, x):
    """The smallest size of what a relu of `network` gets."""
    nearest = np.inf
    for one in network.layers:
        if getattr(one, "activation", None) is keras.activations.relu:
            one.activation = keras.activations.linear
            nearest = min(nearest, np.abs(one(x).numpy()).min())
            one.activation = keras.activations.relu
        x = one(x)
    return nearest


def descent(name, shape, specs):
    network = network_of(shape, specs)
    draw = DRAWS.get(name, DRAW)
    x = drawn(draw, (BATCH, *shape))
    goals = drawn(draw + 1, (BATCH, *network.output_shape[1:]))
    losses = []
    for step in range(STEPS):
        nearest = nearest_to_zero(network, tf.constant(x))
        assert nearest > CLEAR, f"{name}, step {step}: {nearest} before a relu. Give it another draw"
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(network(x, training=True) - goals))
        losses.append(number(loss))
        weights = [weight.value for weight in network.weights]
        for weight, gradient in zip(weights, tape.gradient(loss, weights)):
            weight.assign_sub(RATE * gradient)
    return {
        "name": name,
        "draw": draw,
        "input": shape,
        "layers": specs,
        "names": [one.name for one in network.layers],
        "losses": losses,
        "weights": [sketch(weight.numpy()) for weight in network.weights],
    }


def main():
    results = {
        "keras": keras.__version__,
        "batch": BATCH,
        "rate": RATE,
        "layers": [single(spec, shape) for spec, shape in LAYERS],
        "networks": [descent(name, *network) for name, network in NETWORKS.items()],
    }
    text = json.dumps(results, separators=(",", ":")).replace('{"input"', '\n{"input"')
    FILE.write_text(text + "\n")
    print(f"{len(text):,} bytes, {len(results['layers'])} layers, {len(results['networks'])} networks")
    for one in results["networks"]:
        print(f"  {one['name']}: {one['losses'][0]:.4f} to {one['losses'][-1]:.4f}")


if __name__ == "__main__":
    main()
