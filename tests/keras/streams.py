"""The generator of src/data/rng.rs and what tabgrad draws from it, again in numpy: starting weights, the
order of an epoch, noise, and the pictures of the tests. All bits are the same, but for the last
ones of noise, where numpy's logarithm and cosine stand for libm's.
"""

import functools

import numpy as np

GENERATOR = "Philox4x32-10"

WEIGHTS, SHUFFLE, NOISE, SYNTHETIC = 1, 2, 3, 5
MASK = 0xFFFFFFFF


def philox(key, counters):
    """The blocks `(n, 4)` of Philox4x32-10 for a key of two words and counters `(n, 4)`."""
    a, b, c, d = np.asarray(counters, np.uint64).T
    for turn in range(10):
        first, third = a * np.uint64(0xD2511F53), c * np.uint64(0xCD9E8D57)
        low, high = ((word + turn * step) & MASK for word, step in zip(key, (0x9E3779B9, 0xBB67AE85)))
        a, b = (third >> 32) ^ b ^ np.uint64(low), third & MASK
        c, d = (first >> 32) ^ d ^ np.uint64(high), first & MASK
    return np.stack([a, b, c, d], axis=-1)


class Stream:
    """The stream of a purpose and an index in the run with `seed`."""

    def __init__(self, seed, purpose, index):
        self.key = (seed & MASK, seed >> 32)
        self.counter = (purpose << 24, index & MASK, index >> 32)
        self.drawn = 0

    def bits(self, count):
        start, end = self.drawn, self.drawn + count
        blocks = np.arange(start // 4, -(-end // 4), dtype=np.uint64)
        upper, *index = (np.full_like(blocks, word) for word in self.counter)
        words = philox(self.key, np.stack([blocks & MASK, upper | blocks >> 32, *index], axis=-1))
        self.drawn = end
        return words.ravel()[start % 4 :][:count]

    def units(self, count):
        """Uniform in [0, 1), as 32-bit floats."""
        return (self.bits(count) >> 8).astype(np.float32) / np.float32(1 << 24)

    def below(self, limits):
        """A number below each of `limits`."""
        limits = np.asarray(limits, np.uint64)
        return ((self.bits(limits.size) * limits) >> 32).astype(np.int64)

    def normals(self, count):
        """Those of a fresh stream: each half of a block makes two."""
        units = self.units(-(-count // 4) * 4)
        radius = np.sqrt(np.float32(-2) * np.log(np.float32(1) - units[0::2]))
        angle = np.float32(2 * np.pi) * units[1::2]
        return (radius * np.stack([np.cos(angle), np.sin(angle)])).T.ravel()[:count]


def order(seed, epoch, count):
    """The order of the pictures in an epoch, counted over the whole run from 0."""
    places = np.arange(count)
    drawn = Stream(seed, SHUFFLE, epoch).below(np.arange(count, 1, -1))
    for i, j in zip(range(count - 1, 0, -1), drawn):
        places[[i, j]] = places[[j, i]]
    return places


CUT_STDDEV = np.float32(0.8796257)
"""The standard deviation of a standard normal that is cut off at -2 and 2."""


def initial(name, seed, index, shape):
    """What the parameter `index` begins with by Keras' initializer `name`, `shape` as in Keras."""
    if name in ("zeros", "ones"):
        return np.full(shape, name == "ones", np.float32)
    # A bias counts as what comes in and what goes out.
    inputs, outputs = (shape[-2:] * 2)[-2:]
    window, size = int(np.prod(shape[:-2])), int(np.prod(shape))
    fans = window * (inputs + outputs if name.startswith("glorot") else inputs)
    stream = Stream(seed, WEIGHTS, index)
    if name.endswith("uniform"):
        limit = np.sqrt(np.float32(6) / np.float32(fans))
        return (-limit + (limit - -limit) * stream.units(size)).reshape(shape)
    stddev = np.sqrt(np.float32(2) / np.float32(fans)) / CUT_STDDEV
    values = np.empty(0, np.float32)
    while values.size < size:
        drawn = stream.normals(64)
        values = np.append(values, drawn[np.abs(drawn) <= 2] * stddev)
    return values[:size].reshape(shape)


def draw_weights(layers, seed, specs=None):
    """Gives Keras `layers` the starting weights that tabgrad's have: kernels are drawn, each from a
    stream of its own, and the rest is as Keras has it. `specs` are the layers' JSON, with their
    initializers; without, every kernel's is Keras' default."""
    index = 0
    for layer, spec in zip(layers, specs or [{}] * len(layers)):
        values = []
        for weight in layer.weights:
            shape = tuple(weight.shape)
            name = spec.get(f"{weight.name}_initializer", "glorot_uniform" if weight.name == "kernel" else None)
            values.append(weight.numpy() if name is None else initial(name, seed, index, shape))
            index += 1
        layer.set_weights(values)


def gaussian(clean, places, seed, draw, level):
    """`clean` pictures, the data's number `places`, with noise. `draw` is 0 for validation, and
    the epoch's number from 1, plus 1, in training."""
    noisy = np.empty_like(clean)
    for row, (picture, place) in enumerate(zip(clean, places)):
        normals = Stream(seed, NOISE, draw << 32 | int(place)).normals(picture.size)
        noisy[row] = np.clip(picture + np.float32(level) * normals.reshape(picture.shape), 0, 1)
    return noisy


@functools.lru_cache(maxsize=2)
def pictures(count, seed, shape=(32, 32, 3), classes=10):
    """Pictures `(count, *shape)` in 0 to 1 whose class is the place of a bright square on a
    noisy ground, and their labels: those of tests/it/support.rs. The squares of a second ten of classes
    are paler."""
    values = np.empty((count, *shape), np.float32)
    labels = np.arange(count, dtype=np.int32) % classes
    # Places in 32nds of a side.
    y, x = (np.arange(side) * 32 // side for side in shape[:2])
    for n, label in enumerate(labels):
        left, top = label % 5 * 6 + 1, label // 5 % 2 * 14 + 4
        inside = np.outer((y >= top) & (y < top + 8), (x >= left) & (x < left + 6))
        ground = np.where(inside, 150 - label // 10 * 60, 20)[..., None]
        noise = Stream(seed, SYNTHETIC, n).below(np.full(np.prod(shape), 60))
        values[n] = (ground + noise.reshape(shape)).astype(np.float32) / np.float32(255)
    return values, labels
