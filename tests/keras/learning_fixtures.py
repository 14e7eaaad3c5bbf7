"""Writes fixtures/learning.json: what Keras makes of every optimizer, schedule, loss and callback with every
setting, one entry each, which tests/it/learning.rs repeats. Whole runs are learning_runs.py's.

    pip install -r requirements.txt
    python3 learning_fixtures.py

An entry has tabgrad's settings as a run's JSON has them, and what Keras gives; what both compute with is
drawn by tabgrad's generator (streams.py).
"""

import json
import math
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

from learning import (
    CLASSES,
    Defined,
    one_cycle_definition,
    schedules,
    step_definition,
    triangular_definition,
    warmed,
)
from make_fixtures import FOLDER, number
from streams import SYNTHETIC, Stream

SEED = 19
SIZES = (16, 5)
STEPS = 10
TOLD = (1, 10)
RATE = 0.05
STEPS_PER_EPOCH, EPOCHS = 4, 5


def drawn(index, count, scale=1.0):
    """Numbers from -scale to scale."""
    units = Stream(SEED, SYNTHETIC, index).units(count)
    return (units * np.float32(2) - np.float32(1)) * np.float32(scale)


def numbers(values):
    return [number(x) for x in np.asarray(values).ravel()]


# Schedules.

ALL_STEPS = STEPS_PER_EPOCH * EPOCHS
SCHEDULES = {
    "constant": ({}, RATE),
    "exponential": (
        {"schedule": {"type": "exponential", "decay_steps": 7, "decay_rate": 0.6}},
        schedules.ExponentialDecay(RATE, 7, 0.6),
    ),
    "exponential, staircase": (
        {"schedule": {"type": "exponential", "decay_steps": 3, "decay_rate": 0.96, "staircase": True}},
        schedules.ExponentialDecay(RATE, 3, 0.96, staircase=True),
    ),
    "exponential over the run": (
        {"schedule": {"type": "exponential", "decay_rate": 0.2}},
        schedules.ExponentialDecay(RATE, ALL_STEPS, 0.2),
    ),
    "piecewise": (
        {"schedule": {"type": "piecewise", "boundaries": [2, 5], "values": [0.1, 0.02, 0.003]}},
        schedules.PiecewiseConstantDecay([2, 5], [0.1, 0.02, 0.003]),
    ),
    "cosine": ({"schedule": {"type": "cosine", "decay_steps": 8}}, schedules.CosineDecay(RATE, 8)),
    "cosine, alpha": (
        {"schedule": {"type": "cosine", "decay_steps": 12, "alpha": 0.2}},
        schedules.CosineDecay(RATE, 12, alpha=0.2),
    ),
    "cosine over the run": ({"schedule": "cosine"}, schedules.CosineDecay(RATE, ALL_STEPS)),
    "cosine, warm-up": (
        {"schedule": {"type": "cosine", "decay_steps": 12}, "warmupSteps": 4},
        schedules.CosineDecay(0.0, 12, warmup_target=RATE, warmup_steps=4),
    ),
    "cosine, warm-up from above 0": (
        {"schedule": "cosine", "warmupSteps": 5, "warmupFrom": 0.01},
        schedules.CosineDecay(0.01, ALL_STEPS - 5, warmup_target=RATE, warmup_steps=5),
    ),
    "warm-up alone": ({"warmupSteps": 6}, Defined(warmed(lambda _: RATE, 6))),
    "step": (
        {"schedule": {"type": "step", "every": 1, "factor": 0.5}},
        Defined(step_definition(1, 0.5, RATE, STEPS_PER_EPOCH)),
    ),
    "step, warm-up": (
        {"schedule": {"type": "step", "every": 2}, "warmupSteps": 3},
        Defined(warmed(step_definition(2, 0.1, RATE, STEPS_PER_EPOCH), 3)),
    ),
    "one-cycle": ({"schedule": "one-cycle"}, Defined(one_cycle_definition(RATE, ALL_STEPS))),
    "one-cycle, linear": (
        {
            "schedule": {
                "type": "one-cycle",
                "total_steps": 9,
                "pct_start": 0.4,
                "div_factor": 5,
                "final_div_factor": 20,
                "linear": True,
            }
        },
        Defined(one_cycle_definition(RATE, 9, 0.4, 5.0, 20.0, True)),
    ),
    "triangular": ({"schedule": "triangular"}, Defined(triangular_definition(RATE, ALL_STEPS))),
    "triangular, short cycles": (
        {"schedule": {"type": "triangular", "cycle_steps": 6, "alpha": 0.5}},
        Defined(triangular_definition(RATE, 6, 0.5)),
    ),
}


def rates_of(schedule):
    steps = range(0, ALL_STEPS + 4)
    return [number(schedule(step) if callable(schedule) else schedule) for step in steps]


# Optimizers.

SETTINGS = {
    "adam": [{}, {"beta_1": 0.7, "beta_2": 0.95}, {"epsilon": 0.1}, {"amsgrad": True, "beta_2": 0.6}],
    "sgd": [{}, {"momentum": 0.9}, {"momentum": 0.8, "nesterov": True}],
    "adamw": [{}, {"weight_decay": 0.3}, {"amsgrad": True, "beta_2": 0.7, "beta_1": 0.5, "epsilon": 1e-3}],
    "rmsprop": [
        {},
        {"rho": 0.7, "epsilon": 0.01},
        {"momentum": 0.6},
        {"centered": True},
        {"centered": True, "momentum": 0.5, "rho": 0.8},
    ],
    "adagrad": [{}, {"initial_accumulator_value": 0.0}, {"initial_accumulator_value": 2.0, "epsilon": 0.1}],
    "lion": [{}, {"beta_1": 0.5, "beta_2": 0.8}, {"beta_1": 1.0}],
}
SHARED = [
    {"weight_decay": 0.2},
    {"clipnorm": 1.0},
    {"clipvalue": 0.25},
    {"global_clipnorm": 1.5},
    # Above every norm: nothing is cut.
    {"global_clipnorm": 100.0},
    {"clipnorm": 0.5, "weight_decay": 0.1},
]


def optimizers():
    for name, own in SETTINGS.items():
        for settings in own + SHARED:
            if settings == {"weight_decay": 0.2} and name == "adamw":
                continue
            yield name, settings


def ten_steps(optimizer):
    """Two variables, stepped against drawn gradients, whose sizes differ from step to step."""
    variables = [
        keras.Variable(drawn(at, size), name=f"variable_{at}") for at, size in enumerate(SIZES)
    ]
    optimizer.build(variables)
    told = {}
    for step in range(1, STEPS + 1):
        gradients = [
            tf.constant(drawn(100 * step + at, size, (0.1, 1.0, 3.0)[step % 3])) for at, size in enumerate(SIZES)
        ]
        optimizer.apply(gradients, variables)
        if step in TOLD:
            told[step] = [numbers(variable.numpy()) for variable in variables]
    return told


def optimizer_entries():
    entries = []
    for name, settings in optimizers():
        keras.backend.clear_session()
        optimizer = CLASSES[name](learning_rate=RATE, **settings)
        entries.append({"settings": {"optimizer": {"type": name, **settings}}, "values": ten_steps(optimizer)})
    for settings, schedule in SCHEDULES.values():
        optimizer = keras.optimizers.SGD(learning_rate=schedule, momentum=0.5)
        own = {"optimizer": {"type": "sgd", "momentum": 0.5}}
        entries.append({"settings": own | settings, "values": ten_steps(optimizer)})
    # Decay follows the rate of the step.
    settings, schedule = SCHEDULES["cosine, warm-up"]
    optimizer = keras.optimizers.AdamW(learning_rate=schedule, weight_decay=0.5)
    own = {"optimizer": {"type": "adamw", "weight_decay": 0.5}}
    entries.append({"settings": own | settings, "values": ten_steps(optimizer)})
    return entries


# Losses.

ROWS, LABELS = 6, 5
MAP = (2, 4, 4, 3)
WEIGHTS = [0.5, 2.0, 0.0, 1.5, 3.0]
OF_CLASSES = [
    ({"loss": "cross-entropy"}, keras.losses.CategoricalCrossentropy(from_logits=True)),
    (
        {"loss": "cross-entropy", "labelSmoothing": 0.1},
        keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
    ),
    (
        {"loss": "cross-entropy", "labelSmoothing": 0.5},
        keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.5),
    ),
    ({"loss": "categorical-hinge"}, keras.losses.CategoricalHinge()),
]
OF_PICTURES = [
    ({"loss": "binary-cross-entropy"}, keras.losses.BinaryCrossentropy()),
    ({"loss": "mean-squared-error"}, keras.losses.MeanSquaredError()),
    ({"loss": "mean-absolute-error"}, keras.losses.MeanAbsoluteError()),
    ({"loss": "huber", "huberDelta": 0.25}, keras.losses.Huber(delta=0.25)),
    ({"loss": "huber"}, keras.losses.Huber()),
]


def with_gradient(loss_of, logits):
    logits = tf.Variable(logits)
    with tf.GradientTape() as tape:
        loss = loss_of(logits)
    return {"loss": number(loss), "gradient": numbers(tape.gradient(loss, logits))}


def loss_entries():
    entries = []
    labels = np.arange(ROWS) * 2 % LABELS
    one_hot = np.eye(LABELS, dtype=np.float32)[labels]
    weights = {"classWeights": WEIGHTS}
    by_index = {"classWeights": {"1": 2.0, "4": 0.0}}
    sample_weights = {
        None: None,
        "list": np.float32(WEIGHTS)[labels],
        "index": np.float32([2.0 if x == 1 else 0.0 if x == 4 else 1.0 for x in labels]),
    }
    for settings, loss in OF_CLASSES:
        hinge = settings["loss"] == "categorical-hinge"
        for kind, more in ((None, {}), ("list", weights), ("index", by_index)):
            found = with_gradient(
                lambda x: loss(one_hot, tf.nn.softmax(x) if hinge else x, sample_weight=sample_weights[kind]),
                drawn(900, ROWS * LABELS, 3.0).reshape(ROWS, LABELS),
            )
            entries.append({"settings": settings | more, "labels": labels.tolist(), **found})
    goals = (drawn(902, math.prod(MAP)).reshape(MAP) + 1) / 2
    for settings, loss in OF_PICTURES:
        for output, activate in (("sigmoid", tf.sigmoid), ("relu", tf.nn.relu)):
            # A relu's outputs stay within 0 to 1 for the most part, as pictures do.
            found = with_gradient(lambda x: loss(goals, activate(x)), drawn(901, math.prod(MAP), 1.2).reshape(MAP))
            entries.append({"settings": settings | {"output": output}, "shape": MAP, **found})
    return entries


# Callbacks.

LOSSES = [1.0, 0.9, 0.95, 0.91, 0.89995, 0.93, 0.8, 0.81, 0.82, 0.83, 0.84, 0.85, 0.79, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9]
PLATEAUS = [
    {},
    {"patience": 2},
    {"patience": 2, "factor": 0.5, "cooldown": 3},
    {"patience": 1, "factor": 0.3, "min_lr": 0.004},
    {"patience": 2, "min_delta": 0.05},
    {"patience": 2, "min_delta": 0.0, "cooldown": 1},
]


def plateau_entries():
    entries = []
    for settings in PLATEAUS:
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        model.compile(optimizer=keras.optimizers.SGD(RATE), loss="mse")
        callback = keras.callbacks.ReduceLROnPlateau(**settings)
        callback.set_model(model)
        callback.on_train_begin()
        rates = []
        for epoch, loss in enumerate(LOSSES):
            callback.on_epoch_end(epoch, {"val_loss": loss})
            rates.append(number(model.optimizer.learning_rate))
        entries.append({"settings": settings, "rates": rates})
    return entries


def main():
    learning = {
        "keras": keras.__version__,
        "rate": RATE,
        "sizes": SIZES,
        "stepsPerEpoch": STEPS_PER_EPOCH,
        "epochs": EPOCHS,
        "optimizers": optimizer_entries(),
        "schedules": [
            {"name": name, "settings": settings, "rates": rates_of(schedule)}
            for name, (settings, schedule) in SCHEDULES.items()
        ],
        "losses": loss_entries(),
        "plateaus": {"losses": LOSSES, "entries": plateau_entries()},
    }
    text = json.dumps(learning, separators=(",", ":")).replace('{"settings"', '\n{"settings"')
    (FOLDER / "learning.json").write_text(text + "\n")
    print(f"learning: {len(text):,} bytes")


if __name__ == "__main__":
    main()
