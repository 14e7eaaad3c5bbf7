"""Draws how a model is trained: the optimizer, the learning rates, the loss and the batches of a run, each out
of all that tabgrad has."""

import grammar

# Learning rates at which ten steps move weights, and rounding does not grow much faster than they do.
RATES = {"adam": 1e-3, "adamw": 1e-3, "sgd": 0.02, "rmsprop": 3e-4, "adagrad": 3e-3, "lion": 1e-4}
SETTINGS = {
    "adam": [{"beta_1": 0.7, "beta_2": 0.95}, {"epsilon": 1e-3}, {"amsgrad": True}],
    "adamw": [{"weight_decay": 0.1}, {"amsgrad": True, "epsilon": 1e-3}],
    "sgd": [{"momentum": 0.9}, {"momentum": 0.8, "nesterov": True}],
    "rmsprop": [{"rho": 0.7}, {"momentum": 0.6, "epsilon": 1e-4}, {"centered": True, "epsilon": 1e-3}],
    "adagrad": [{"initial_accumulator_value": 0.5}, {"epsilon": 1e-3}],
    "lion": [{"beta_1": 0.5, "beta_2": 0.8}],
}
CLIPPING = [{}, {"clipnorm": 0.5}, {"clipvalue": 0.05}, {"global_clipnorm": 0.5}]
SCHEDULES = ["constant", "step", "piecewise", "exponential", "cosine", "one-cycle", "triangular"]
OF_CLASSES = ["cross-entropy", "categorical-hinge"]
OF_PICTURES = ["binary-cross-entropy", "mean-squared-error", "mean-absolute-error", "huber"]
# Epochs, and the steps of each.
EPOCHS = [(1, 10), (2, 5), (5, 2)]


def optimizer(rng):
    name = rng.seldom("optimizer", list(SETTINGS))
    own = rng.choice([{}, *SETTINGS[name]])
    more = rng.seldom("clipping", range(len(CLIPPING)), [3, 1, 1, 1])
    own = own | CLIPPING[more]
    if "weight_decay" not in own and rng.happens(0.3):
        own = own | {"weight_decay": 0.05}
    return name, ({"type": name, **own} if own else name)


def schedule(rng, rate):
    name = rng.seldom("schedule", SCHEDULES)
    match name:
        case "step":
            own = {"every": 1, "factor": rng.choice([0.3, 0.5])}
        case "piecewise":
            own = {"boundaries": [3, 6], "values": [rate, rate / 2, rate / 5]}
        case "exponential":
            own = rng.choice([{"decay_rate": 0.3}, {"decay_steps": 4, "decay_rate": 0.5, "staircase": True}])
        case "cosine":
            own = rng.choice([{}, {"alpha": 0.2, "decay_steps": 8}])
        case "one-cycle":
            own = rng.choice([{"div_factor": 5.0}, {"pct_start": 0.5, "div_factor": 4.0, "linear": True}])
        case "triangular":
            own = rng.choice([{}, {"cycle_steps": 6, "alpha": 0.5}])
        case _:
            own = {}
    found = {"schedule": {"type": name, **own} if own else name}
    if rng.happens(0.25):
        found |= {"warmupSteps": rng.choice([2, 3])}
        found |= {"warmupFrom": rate / 10} if rng.happens(0.5) else {}
    return found


def loss(rng, spec, classes):
    if spec["task"]["type"] == "classify":
        name = rng.seldom("loss", OF_CLASSES, [2, 1])
        own = {"loss": name}
        if name == "cross-entropy" and rng.happens(0.4):
            own["labelSmoothing"] = rng.choice([0.1, 0.3])
        if rng.happens(0.3):
            weights = [rng.choice([0.5, 1.0, 2.0]) for _ in range(classes)]
            own["classWeights"] = weights if rng.happens(0.5) else {"0": 2.0, str(classes - 1): 0.0}
        return own
    # Only a sigmoid keeps between 0 and 1, where a cross-entropy has a slope.
    bounded = spec["layers"][-1]["activation"] == "sigmoid"
    name = rng.seldom("loss", OF_PICTURES if bounded else OF_PICTURES[1:])
    return {"loss": name} | ({"huberDelta": rng.choice([0.1, 0.3])} if name == "huber" else {})


def run(rng):
    """The settings of a run of a drawn model, and what data it takes: classes, and pictures."""
    spec = grammar.spec(rng)
    classes = rng.randint(2, 20) if spec["task"]["type"] == "classify" else 10
    name, settings = optimizer(rng)
    epochs, steps = rng.choice(EPOCHS)
    batch = rng.randint(5, 16)
    # The last batch of an epoch may be smaller.
    train = batch * steps - (rng.randint(1, batch - 2) if rng.happens(0.5) else 0)
    config = {
        "model": spec,
        "optimizer": settings,
        "learningRate": RATES[name],
        "batchSize": batch,
        "epochs": epochs,
        "seed": rng.randrange(1 << 32),
        **schedule(rng, RATES[name]),
        **loss(rng, spec, classes),
    }
    return config, {"train": train, "test": max(classes, 20), "classes": classes}


def keep(rng, config):
    """Tells `rng` what a run has, so that the next ones have what it lacks."""
    grammar.keep(rng, config["model"])
    of = lambda key: config[key] if isinstance(config[key], str) else config[key]["type"]
    rng.keep("optimizer", [of("optimizer")])
    rng.keep("schedule", [of("schedule")])
    rng.keep("loss", [config["loss"]])
    settings = config["optimizer"]
    clips = [at for at, clip in enumerate(CLIPPING) if clip and next(iter(clip)) in settings]
    rng.keep("clipping", clips or [0])

