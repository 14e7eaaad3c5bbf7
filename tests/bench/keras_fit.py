"""Keras' `fit` on a preset, a round whenever it is asked for one: what tests/bench/beside.mjs puts
beside the page.

    keras_fit.py --data DIR --model cae --batch 32 --pictures 2048 --threads 2

Each line that comes in is the number of a phase (0, but for `sae`); the answer is a JSON line with the
pictures and the seconds of one epoch. A phase is compiled and warmed up when it is first asked for.
Models, losses and starting weights are those of tests/keras; noise is drawn before the clock runs,
and so are the codes of stages that are trained already.
"""

import argparse
import json
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "keras"))

WARM_UP_BATCHES = 4
SEED = 0
NOISE_LEVEL = 0.1


def say(what):
    print(json.dumps(what), flush=True)


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--pictures", type=int, default=2048)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def main(asked):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import keras
    import numpy as np
    import presets
    import shards
    import streams
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(asked.threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(asked.threads)
    pictures, labels = shards.split(asked.data, "train")
    pictures, labels = pictures[: asked.pictures], labels[: asked.pictures]
    classifies = asked.model in presets.CNNS
    layers = presets.layers_of(asked.model)
    phases = presets.phases_of(asked.model, layers)
    streams.draw_weights(layers, SEED)

    def prepared(phase):
        """What a round needs: the network, its inputs and what it should give."""
        loss = presets.CROSS_ENTROPY if classifies else presets.BINARY_CROSS_ENTROPY
        if not phase.answers:
            loss = presets.SQUARED_ERROR
        # Without accuracy, which the page tells, too: that is faster.
        phase.trained.compile(optimizer=keras.optimizers.Adam(), loss=loss)
        x = pictures
        if phase.frozen is not None:
            x = phase.frozen.predict(x, verbose=0)
        y = labels if classifies else x
        if asked.model == "cae-denoise":
            x = streams.gaussian(x, np.arange(len(x)), SEED, 2, NOISE_LEVEL)
        warm = WARM_UP_BATCHES * asked.batch
        phase.trained.fit(x[:warm], y[:warm], batch_size=asked.batch, verbose=0)
        return phase.trained, x, y

    ready = {}
    say({"library": f"keras {keras.__version__} on tensorflow {tensorflow.__version__}"})
    for line in sys.stdin:
        place = int(line)
        if place not in ready:
            ready[place] = prepared(phases[place])
        network, x, y = ready[place]
        began = time.perf_counter()
        told = network.fit(x, y, batch_size=asked.batch, verbose=0)
        seconds = time.perf_counter() - began
        say({"pictures": len(x), "seconds": seconds, "loss": told.history["loss"][0]})


if __name__ == "__main__":
    main(options())
