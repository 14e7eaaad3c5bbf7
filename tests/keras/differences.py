"""Makes DIFFERENCES.md, the table of how far tabgrad is from Keras, out of what the tests of its fixtures print:

    cargo test --release --features ndarray,gpu --test it -- --nocapture keras learning > cpu.log
    TABGRAD_TEST_BACKEND=wgpu cargo test ... -- --nocapture --test-threads=1 keras learning > wgpu.log
    differences.py --out DIFFERENCES.md cpu.log wgpu.log
"""

import argparse
import json
import pathlib

BACKENDS = ["flex", "ndarray", "wgpu"]
KINDS = {
    "layer": ("Layers", "alone, each with all its settings: outputs, and gradients by inputs and weights."),
    "network": ("Small networks", "outputs, gradients, and ten steps of gradient descent."),
    "random run": (
        "Random runs",
        "networks of any layers, drawn with any optimizer, schedule and loss: outputs, gradients, ten steps, "
        "validations, and weights and outputs after them.",
    ),
    "optimizer": ("Optimizers", "weights after ten steps against drawn gradients; schedules with sgd."),
    "schedule": ("Schedules", "the rates of 24 steps, which no backend computes."),
    "loss": ("Losses", "values and gradients."),
    "reduce on plateau": ("Callbacks", "rates, which no backend computes."),
}

INTRODUCTION = """# How far tabgrad is from Keras

Written by `differences.py` from what the tests of the fixtures print; its head says how to make it again.
A number is the largest difference of anything that is compared, as a part of the tensor's largest value, of its norm, of the loss or of the rate. Both programs compute in 32 bits, whose last digit is 6e-8 of a value; ten steps amplify it.
Whole runs of the presets, which `tests/it/keras.rs` repeats, are not here.
"""


def rows(paths):
    """The differences `{kind: {which: {backend: {what: number}}}}` of test outputs."""
    found = {}
    for path in paths:
        for line in pathlib.Path(path).read_text().splitlines():
            # The harness may have begun the line.
            _, mark, line = line.partition("differences\t")
            if not mark:
                continue
            kind, which, backend, *numbers = line.split("\t")
            each = found.setdefault(kind, {}).setdefault(which, {}).setdefault(backend, {})
            for one in numbers:
                what, number = one.rsplit(" ", 1)
                each[what] = max(each.get(what, 0.0), float(number))
    return found


def random_runs():
    """What each random run consists of, by its name."""
    name = lambda choice: choice if isinstance(choice, str) else choice["type"]
    kinds = lambda layers: ", ".join(
        f"{one['type']} ({kinds(one['layers'])})" if "layers" in one else one["type"] for one in layers
    )
    found = {}
    for run in json.loads((pathlib.Path(__file__).parent / "fixtures" / "random.json").read_text()):
        config = run["config"]
        model, shape = config["model"], "x".join(map(str, run["pictures"].get("shape", [32, 32, 3])))
        learning = ", ".join(name(config[key]) for key in ("optimizer", "schedule", "loss"))
        found[model["name"]] = f"{model['name']}, {shape}: {kinds(model['layers'])}; {learning}"
    return found


def tell(number):
    return f"{number:.0e}" if number is not None else ""


def table(found, backends):
    lines = [f"| | {' | '.join(backends)} |", "|---" * (len(backends) + 1) + "|"]
    most = lambda numbers: max(numbers.values()) if numbers else None
    for which, by_backend in found.items():
        cells = [tell(most(by_backend.get(backend))) for backend in backends]
        name = f"`{which}`" if which.startswith("{") else which
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def largest(found):
    """The largest of each thing compared, a row each."""
    all_rows = {}
    for kind, (title, _) in KINDS.items():
        for by_backend in found.get(kind, {}).values():
            for backend, numbers in by_backend.items():
                for what, number in numbers.items():
                    row = all_rows.setdefault(f"{title}: {what}", {}).setdefault(backend, {what: 0.0})
                    row[what] = max(row[what], number)
    return all_rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("logs", nargs="+", help="what the tests printed")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    found = rows(options.logs)
    missing = [kind for kind in KINDS if kind not in found]
    if missing:
        parser.error(f"the logs have no differences of {', '.join(missing)}: run all the tests of the first lines")
    random = random_runs()
    found["random run"] = {random[name]: each for name, each in found["random run"].items()}
    lines = [INTRODUCTION, "## The largest", "", *table(largest(found), [*BACKENDS, "all"]), ""]
    for kind, (title, about) in KINDS.items():
        backends = BACKENDS if any(backend in each for each in found[kind].values() for backend in BACKENDS) else ["all"]
        lines += [f"## {title}", "", about[0].upper() + about[1:], "", *table(found[kind], backends), ""]
    pathlib.Path(options.out).write_text("\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    main()
