"""Writes fixtures/random.json: what Keras makes of ten steps of random models, which tests/it/keras.rs takes
beside it.

    python3 random_specs.py [--count N] [--seed S]

A model whose own rounding carries too far in Keras, at 32 bits beside 64, says nothing of another program: it
is left out, and told.
"""

import argparse
import json
import random

import make_fixtures
from make_fixtures import keras

import grammar

EPOCHS = 1
# Values kept of a tensor: there are many tensors.
SAMPLES = 8
# How far losses of Keras in 32 bits may be from those in 64, a third of what the test allows.
STEADY = 3e-5
# Gradients of the first pictures, by the largest of each tensor: as for losses.
STEADY_GRADIENTS = 3e-5


def settings_of(spec):
    reconstructs = spec["task"]["type"] == "reconstruct"
    loss = "cross-entropy"
    if reconstructs:
        sigmoid = spec["layers"][-1]["activation"] == "sigmoid"
        loss = "binary-cross-entropy" if sigmoid else "mean-squared-error"
    return {"model": spec, "loss": loss, "learningRate": make_fixtures.CNN_RATE}


def carried(results, precise):
    """How far 32 bits are from 64: losses, and gradients."""
    ours, exact = results["phases"][0], precise["phases"][0]
    losses = [abs(a[0] - b[0]) / abs(b[0]) for a, b in zip(ours["steps"], exact["steps"])]
    accuracies = [abs(a[1] - b[1]) for a, b in zip(ours["steps"], exact["steps"]) if a[1] is not None]
    gradients = [
        max(abs(a - b) for a, b in zip(x["sample"], y["sample"])) / max(y["largest"], 1e-30)
        for x, y in zip(ours["gradients"]["tensors"], exact["gradients"]["tensors"])
    ]
    return max(losses), max(gradients), max(accuracies)


def both(settings):
    """The run in 32 and in 64 bits."""
    results = make_fixtures.Run(settings, epochs=EPOCHS).results()
    keras.backend.set_floatx("float64")
    try:
        return results, make_fixtures.Run(settings, epochs=EPOCHS).results()
    finally:
        keras.backend.set_floatx("float32")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    make_fixtures.SAMPLES = SAMPLES
    rng = random.Random(options.seed)
    found = []
    while len(found) < options.count:
        spec = grammar.spec(rng)
        kinds = " ".join(layer["type"] for layer in spec["layers"])
        results, precise = both(settings_of(spec))
        losses, gradients, accuracies = carried(results, precise)
        steady = losses <= STEADY and gradients <= STEADY_GRADIENTS and accuracies == 0
        print(f"{'' if steady else 'left out: '}{kinds}: losses {losses:.1e}, gradients {gradients:.1e}", flush=True)
        if steady:
            results["config"]["model"] = {"name": f"random-{len(found) + 1}", **spec}
            found.append(results)
    text = "[\n" + ",\n".join(json.dumps(one, separators=(",", ":")) for one in found) + "\n]\n"
    (make_fixtures.FOLDER / "random.json").write_text(text)
    print(f"{len(found)} models, {len(text):,} bytes")


if __name__ == "__main__":
    main()
