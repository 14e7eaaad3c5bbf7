"""The whole experiment: trains every preset, or the models of files, with tabgrad's `train` and with Keras on
one data folder. What came out is made a table by report.py.

    cargo build --release --bin train
    experiment.py --data DIR --out RUNS.jsonl
    experiment.py --data DIR --out RUNS.jsonl --epochs 4 --specs ../../examples/specs/*.json
    report.py --out RESULTS.md runs/*.jsonl

It adds a line to RUNS.jsonl for each finished run and leaves out what is there already, so it can
be stopped and started again, and two of them can share the work by --systems. Both programs get
the same starting weights, order and noise (streams.py): what is left between them is rounding, which
learning amplifies, and what they do differently.
"""

import argparse
import functools
import json
import os
import pathlib
import subprocess
import time

import models
import presets
import streams

SYSTEMS = ["tabgrad", "keras"]


def train_tabgrad(options, model, seed):
    """One run of the `train` command: an entry for each epoch."""
    of = ["--spec", options.files[model]] if model in options.files else ["--model", model]
    command = [options.train, *of, "--data", options.data, "--json"]
    command += ["--epochs", str(options.epochs), "--seed", str(seed)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    events = [json.loads(line) for line in lines]
    names = ["phase", "loss", "accuracy", "valLoss", "valAccuracy", "mse", "seconds"]
    return [
        {name: event.get(name) for name in names} for event in events if event["type"] == "epoch"
    ]


def train_keras(options, model, seed):
    """The same with Keras' `fit`, an entry for each epoch."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras
    import numpy as np

    import shards

    keras.backend.clear_session()
    pictures, labels = shards.split(options.data, "train")
    test_pictures, test_labels = shards.split(options.data, "test")
    path = options.files.get(model)
    spec = json.loads(pathlib.Path(path).read_text()) if path else presets.spec_of(model)
    height, width, _ = spec["input"]
    models.LAYERS["Conv2D"] = convolution
    models.LAYERS["Sampling"] = functools.partial(sampling, seed, height * width)
    classifies = spec["task"]["type"] == "classify"
    layers = models.layers_from_spec(spec)
    phases = models.phases_from_spec(spec, layers)
    streams.draw_weights(layers, seed, models.flattened(spec["layers"]))

    def noisy(clean, places, draw):
        if model != "cae-denoise":
            return clean
        return streams.gaussian(clean, places, seed, draw, 0.1)

    epochs = []
    for place, phase in enumerate(phases):
        loss = presets.CROSS_ENTROPY if classifies else presets.BINARY_CROSS_ENTROPY
        if not phase.answers:
            loss = presets.SQUARED_ERROR
        metrics = ["accuracy"] if classifies else ["accuracy", presets.SQUARED_ERROR]
        phase.trained.compile(optimizer=keras.optimizers.Adam(), loss=loss, metrics=metrics)
        x, test_x = pictures, test_pictures
        if phase.frozen is not None:
            x = phase.frozen.predict(x, verbose=0)
            test_x = phase.frozen.predict(test_x, verbose=0)
        y, test_y = (labels, test_labels) if classifies else (x, test_x)
        keep = keep_epochs(place, phase.answers, epochs)
        validation = (noisy(test_x, np.arange(len(test_x)), 0), test_y)
        for epoch in range(options.epochs):
            # A call of `fit` an epoch, because order and noise are given. (Its own shuffling has
            # the same order in every epoch once Keras' `set_random_seed` was called.)
            drawn = place * options.epochs + epoch
            order = streams.order(seed, drawn, len(x))
            seen = noisy(x[order], order, drawn + 2)
            phase.trained.fit(
                seen,
                y[order],
                batch_size=32,
                shuffle=False,
                initial_epoch=epoch,
                epochs=epoch + 1,
                validation_data=validation,
                validation_batch_size=100,
                callbacks=[keep],
                verbose=0,
            )
    return epochs


def convolution(groups=1, **settings):
    """A convolution. Of one channel and one filter a group it is Keras' depthwise one, which has the same
    weights in the same order: in groups Keras leaves it to a compiler that makes it ten times as slow."""
    import keras

    class Depthwise(keras.layers.DepthwiseConv2D):
        def build(self, shape):
            if shape[-1] != groups:
                raise ValueError(f"{groups} groups of {shape[-1]} channels: only depthwise ones are computed here")
            super().build(shape)

    if groups == 1:
        return keras.layers.Conv2D(**settings)
    if settings.pop("filters") != groups:
        raise ValueError("groups of several filters are not computed here")
    return Depthwise(**settings)


def sampling(seed, pixels, kl_weight=None, **settings):
    """The code of a variational autoencoder, as in Keras' example (https://keras.io/examples/generative/vae/), with
    its divergence by the default weight of tabgrad's `Sampling`. The noise is Keras' own."""
    import keras
    from keras import ops

    weight = 1 / pixels if kl_weight is None else kl_weight

    class Sampling(keras.layers.Layer):
        def call(self, inputs, training=None):
            mean, log_variance = ops.split(inputs, 2, axis=-1)
            kl = -0.5 * ops.sum(1 + log_variance - ops.square(mean) - ops.exp(log_variance), axis=1)
            self.add_loss(weight * ops.mean(kl))
            if not training:
                return mean
            noise = keras.random.normal(ops.shape(mean), seed=self.noise)
            return mean + ops.exp(0.5 * log_variance) * noise

    made = Sampling(**settings)
    made.noise = keras.random.SeedGenerator(seed)
    return made


def keep_epochs(phase, answers, epochs):
    """A callback of Keras that adds each epoch to `epochs`."""
    import keras

    class Keeping(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.began = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            # Codes have neither an accuracy nor an error in pictures.
            about_answers = logs if answers else {}
            epochs.append(
                {
                    "phase": phase,
                    "loss": logs["loss"],
                    "accuracy": about_answers.get("accuracy"),
                    "valLoss": logs["val_loss"],
                    "valAccuracy": about_answers.get("val_accuracy"),
                    "mse": about_answers.get("val_mean_squared_error"),
                    "seconds": time.perf_counter() - self.began,
                }
            )

    return Keeping()


def run(options):
    path = pathlib.Path(options.out)
    finished = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    finished = {(each["system"], each["model"], each["seed"]) for each in finished}
    data = json.loads((pathlib.Path(options.data) / "manifest.json").read_text())
    for seed in options.seeds:
        for model in options.models:
            for system in options.systems:
                if (system, model, seed) in finished:
                    continue
                train = train_tabgrad if system == "tabgrad" else train_keras
                record = {
                    "system": system,
                    "model": model,
                    "seed": seed,
                    "data": data["name"],
                    "pictures": [data[name]["count"] for name in ("train", "test")],
                    "generator": streams.GENERATOR,
                    "epochs": train(options, model, seed),
                }
                with path.open("a") as file:
                    file.write(json.dumps(record) + "\n")
                last = record["epochs"][-1]
                print(system, model, seed, last["valLoss"], last["valAccuracy"], flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="a folder made by data-prep")
    parser.add_argument("--train", default="target/release/train", help="the `train` command")
    parser.add_argument("--out", required=True, help="file that gets a line a run")
    parser.add_argument("--models", nargs="+", choices=presets.PRESETS, help="presets; all if no file is named")
    parser.add_argument("--specs", nargs="+", default=[], help="files of other models")
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=SYSTEMS)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2, 3, 4])
    parser.add_argument("--epochs", type=int, default=10)
    options = parser.parse_args()
    options.files = {pathlib.Path(path).stem: path for path in options.specs}
    options.models = [*(options.models or ([] if options.files else presets.PRESETS)), *options.files]
    run(options)


if __name__ == "__main__":
    main()
