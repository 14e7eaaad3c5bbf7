"""Writes fixtures/learn-CASE.json: whole runs in Keras whose optimizers, schedules, losses and weights of
classes are not the presets', in the form of make_fixtures.py's. tests/it/keras.rs repeats them.

    pip install -r requirements.txt
    python3 learning_runs.py
"""

import json

import numpy as np

import learning
import make_fixtures

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

    def batch(self, phase, split, places, draw):
        x, y = super().batch(phase, split, places, draw)
        return x, (np.eye(self.classes, dtype=np.float32)[y] if self.classifies else y)

    def compile(self, phase):
        steps = -(-self.train_count // self.batch_size)
        optimizer = learning.optimizer(self.settings, steps, self.epochs)
        phase.trained.compile(optimizer=optimizer, loss=learning.loss(self.settings), metrics=["accuracy"])
        learning.weigh(phase.trained, learning.class_weights(self.settings))


def main():
    for case, settings in RUNS.items():
        results = LearningRun(settings).results()
        text = json.dumps(results, separators=(",", ":")).replace('],"phases"', '],\n"phases"')
        (make_fixtures.FOLDER / f"{case}.json").write_text(text + "\n")
        first, last = (results["phases"][-1]["steps"][i][0] for i in (0, -1))
        print(f"{case}: {len(text):,} bytes, loss {first:.4f} to {last:.4f}", flush=True)


if __name__ == "__main__":
    main()
