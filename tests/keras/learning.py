"""How a run learns, in Keras: the optimizer, the learning rates, the loss and the weights of classes that a
run's JSON asks for. `one-cycle`, `triangular` and `step` are not in Keras: their definitions stand here, in 64
bits.
"""

import math
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

schedules = keras.optimizers.schedules

CLASSES = {
    "adam": keras.optimizers.Adam,
    "sgd": keras.optimizers.SGD,
    "adamw": keras.optimizers.AdamW,
    "rmsprop": keras.optimizers.RMSprop,
    "adagrad": keras.optimizers.Adagrad,
    "lion": keras.optimizers.Lion,
}


class Defined(schedules.LearningRateSchedule):
    """A schedule by the definition of the rate of a step."""

    def __init__(self, rate_of):
        self.rate_of = rate_of

    def __call__(self, step):
        rate = tf.py_function(lambda s: np.float32(self.rate_of(int(s))), [step], tf.float32)
        rate.set_shape([])
        return rate

    def get_config(self):
        return {}


def step_definition(every, factor, rate, per_epoch):
    return lambda step: rate * factor ** (step // per_epoch // every)


def one_cycle_definition(rate, steps, pct_start=0.3, div_factor=25.0, final_div_factor=1e4, linear=False):
    """As torch.optim.lr_scheduler.OneCycleLR has it."""
    first, up = rate / div_factor, pct_start * steps - 1

    def anneal(a, b, part):
        return a + (b - a) * part if linear else b + (a - b) / 2 * (1 + math.cos(math.pi * part))

    def rate_of(step):
        if step <= up:
            return anneal(first, rate, step / up)
        return anneal(rate, first / final_div_factor, min((step - up) / (steps - 1 - up), 1))

    return rate_of


def triangular_definition(rate, cycle, alpha=0.1):
    """As Smith 2017 and TensorFlow Addons have it."""
    half = cycle / 2

    def rate_of(step):
        number_of_cycle = math.floor(1 + step / (2 * half))
        x = abs(step / half - 2 * number_of_cycle + 1)
        return alpha * rate + (rate - alpha * rate) * max(0, 1 - x)

    return rate_of


def warmed(rate_of, steps, start=0.0):
    """A linear rise before another schedule, as Keras' CosineDecay has it."""
    target = rate_of(0)
    return lambda step: rate_of(step - steps) if step >= steps else start + (target - start) * step / steps


def typed(choice):
    """The name and the settings of what a run's JSON has by its name or as an object."""
    settings = {"type": choice} if isinstance(choice, str) else dict(choice)
    return settings.pop("type"), settings


def rates(settings, per_epoch, epochs):
    """The learning rates of a run's only phase, of so many steps an epoch."""
    rate, warm = settings["learningRate"], settings.get("warmupSteps", 0)
    start = settings.get("warmupFrom", 0.0)
    name, own = typed(settings.get("schedule", "constant"))
    horizon = max(per_epoch * epochs - warm, 1)
    match name:
        case "constant":
            found = rate
        case "step":
            found = Defined(step_definition(own.get("every", 10), own.get("factor", 0.1), rate, per_epoch))
        case "piecewise":
            found = schedules.PiecewiseConstantDecay(own["boundaries"], own["values"])
        case "exponential":
            steps, decay = own.pop("decay_steps", horizon), own.pop("decay_rate", 0.1)
            found = schedules.ExponentialDecay(rate, steps, decay, **own)
        case "cosine":
            steps = own.pop("decay_steps", horizon)
            if warm:
                return schedules.CosineDecay(start, steps, warmup_target=rate, warmup_steps=warm, **own)
            return schedules.CosineDecay(rate, steps, **own)
        case "one-cycle":
            found = Defined(one_cycle_definition(rate, own.pop("total_steps", horizon), **own))
        case "triangular":
            found = Defined(triangular_definition(rate, own.pop("cycle_steps", horizon), **own))
        case _:
            raise ValueError(f"there is no schedule {name}")
    if not warm:
        return found
    by_step = found.rate_of if isinstance(found, Defined) else lambda step: float(found(step)) if callable(found) else found
    return Defined(warmed(by_step, warm, start))


def optimizer(settings, per_epoch, epochs):
    name, own = typed(settings.get("optimizer", "adam"))
    return CLASSES[name](learning_rate=rates(settings, per_epoch, epochs), **own)


def loss(settings):
    """The loss of a run; labels are one-hot."""
    match settings.get("loss", "cross-entropy"):
        case "cross-entropy":
            return keras.losses.CategoricalCrossentropy(label_smoothing=settings.get("labelSmoothing", 0.0))
        case "categorical-hinge":
            return keras.losses.CategoricalHinge()
        case "binary-cross-entropy":
            return keras.losses.BinaryCrossentropy()
        case "mean-squared-error":
            return keras.losses.MeanSquaredError()
        case "mean-absolute-error":
            return keras.losses.MeanAbsoluteError()
        case "huber":
            return keras.losses.Huber(delta=settings.get("huberDelta", 1.0))
        case other:
            raise ValueError(f"there is no loss {other}")


def class_weights(settings):
    """The weights of classes by their index; None for 1."""
    given = settings.get("classWeights")
    if given is None:
        return None
    return dict(enumerate(given)) if isinstance(given, list) else {int(k): v for k, v in given.items()}


def weigh(network, weights):
    """Lets the pictures of each class count by `weights` in training."""
    if weights is None:
        return
    step, loss_of = network.train_on_batch, network.compute_loss
    network.train_on_batch = lambda x, y: step(x, y, class_weight=weights)

    def weighted(x=None, y=None, y_pred=None, sample_weight=None, training=True):
        # Asked for gradients as a step would have them, outside of one.
        if training and sample_weight is None and not tf.is_symbolic_tensor(y_pred):
            sample_weight = np.float32([weights.get(int(label), 1.0) for label in np.argmax(y, -1)])
        return loss_of(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=training)

    network.compute_loss = weighted
