"""Writes fixtures/learn-CASE.json: whole runs in Keras whose optimizers, schedules, losses and weights of
classes are not the presets', in the form of make_fixtures.py's. tests/it/keras.rs repeats them.

    pip install -r requirements.txt
    python3 learning_runs.py
"""

import json

import keras
import numpy as np
import tensorflow as tf

import make_fixtures
from learning_fixtures import CLASSES, Defined, schedules, step_definition

RUNS = {
    "learn-classes": {
        "model": "cnn-max-2",
        "learningRate": 1e-4,
        "optimizer": {"type": "adamw", "weight_decay": 0.1, "global_clipnorm": 1.0},
        "schedule": {"type": "cosine", "alpha": 0.1},
        "warmupSteps": 5,
        "labelSmoothing": 0.1,
        "classWeights": {"0": 2.0, "7": 0.25},
    },
    "learn-hinge": {
        "model": "cnn-avg-2",
        "learningRate": 1e-4,
        "loss": "categorical-hinge",
        "optimizer": {"type": "rmsprop", "momentum": 0.5, "clipvalue": 0.01},
        "schedule": {"type": "exponential", "decay_rate": 0.5},
        "classWeights": [1.0, 1.0, 0.5, 1.0, 1.0, 2.0, 1.0, 1.0, 1.0, 0.0],
    },
    "learn-absolute": {
        "model": "cae",
        "learningRate": 0.1,
        "loss": "mean-absolute-error",
        "optimizer": {"type": "sgd", "momentum": 0.9, "nesterov": True, "clipnorm": 0.5},
    },
    "learn-huber": {
        "model": "cae",
        "learningRate": 0.02,
        "loss": "huber",
        "huberDelta": 0.1,
        "optimizer": {"type": "adagrad", "initial_accumulator_value": 1e-4},
        "schedule": {"type": "step", "every": 2, "factor": 0.5},
    },
}


class LearningRun(make_fixtures.Run):
    """A run with more settings than the presets'."""

    def class_weights(self):
        given = self.settings.get("classWeights")
        if given is None:
            return None
        return dict(enumerate(given)) if isinstance(given, list) else {int(k): v for k, v in given.items()}

    def rates(self):
        rate = self.settings["learningRate"]
        per_epoch = make_fixtures.TRAIN // make_fixtures.BATCH
        steps = per_epoch * make_fixtures.EPOCHS
        schedule = self.settings.get("schedule", {"type": "constant"})
        match schedule["type"]:
            case "cosine":
                warm = self.settings["warmupSteps"]
                alpha = schedule["alpha"]
                return schedules.CosineDecay(0.0, steps - warm, alpha=alpha, warmup_target=rate, warmup_steps=warm)
            case "exponential":
                return schedules.ExponentialDecay(rate, steps, schedule["decay_rate"])
            case "step":
                return Defined(step_definition(schedule["every"], schedule["factor"], rate, per_epoch))
        return rate

    def loss(self):
        match self.settings.get("loss", "cross-entropy"):
            case "cross-entropy":
                return keras.losses.CategoricalCrossentropy(label_smoothing=self.settings["labelSmoothing"])
            case "categorical-hinge":
                return keras.losses.CategoricalHinge()
            case "mean-absolute-error":
                return keras.losses.MeanAbsoluteError()
            case "huber":
                return keras.losses.Huber(delta=self.settings["huberDelta"])

    def batch(self, phase, split, places, draw):
        x, y = super().batch(phase, split, places, draw)
        return x, (np.eye(10, dtype=np.float32)[y] if self.classifies else y)

    def compile(self, phase):
        optimizer = self.settings["optimizer"]
        settings = {} if isinstance(optimizer, str) else dict(optimizer)
        name = settings.pop("type", optimizer)
        optimizer = CLASSES[name](learning_rate=self.rates(), **settings)
        phase.trained.compile(optimizer=optimizer, loss=self.loss(), metrics=["accuracy"])
        weights = self.class_weights()
        if weights is None:
            return
        step = phase.trained.train_on_batch
        phase.trained.train_on_batch = lambda x, y: step(x, y, class_weight=weights)
        loss_of = phase.trained.compute_loss

        def weighted(x=None, y=None, y_pred=None, sample_weight=None, training=True):
            # Asked for gradients as a step would have them, outside of one.
            if sample_weight is None and not tf.is_symbolic_tensor(y_pred):
                sample_weight = np.float32([weights.get(int(label), 1.0) for label in np.argmax(y, -1)])
            return loss_of(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=training)

        phase.trained.compute_loss = weighted


def main():
    make_fixtures.CASES |= RUNS
    for case in RUNS:
        results = LearningRun(case).results()
        text = json.dumps(results, separators=(",", ":")).replace('],"phases"', '],\n"phases"')
        (make_fixtures.FOLDER / f"{case}.json").write_text(text + "\n")
        first, last = (results["phases"][-1]["steps"][i][0] for i in (0, -1))
        print(f"{case}: {len(text):,} bytes, loss {first:.4f} to {last:.4f}", flush=True)


if __name__ == "__main__":
    main()
