"""Turns the runs of experiment.py into RESULTS.md, whose every number is computed from the runs.

    report.py --out RESULTS.md RUNS.jsonl ...
"""

import argparse
import collections
import json
import pathlib
import statistics

import presets

SYSTEMS = ["tabgrad", "keras"]

INTRODUCTION = """# tabgrad beside Keras

Written by `report.py` from the runs of `experiment.py` in `runs/`.
Both programs trained on the same pictures with batches of 32 and Adam at 0.001.
Both had the same starting weights, order and noise in each run, drawn from the seed. Learning amplifies the last bits, so single runs part ways; means over seeds should not.
Entries are means over seeds, with the standard deviation where there are several seeds.
Accuracy and loss are those on the test pictures, after an epoch; for autoencoders accuracy is Keras' (the share of pixels whose largest channel is right).
Seconds are those of an epoch with its validation: the median of a run, of the quickest run. Other work ran on the machine, so they are upper bounds and compare nothing.
tabgrad is `train` built for the machine's processor (`RUSTFLAGS="-C target-cpu=native"`, which changes no result), on one thread; Keras 3.15.1 on TensorFlow 2.21 uses both cores of the same machine.
"""

OTHERS = """Networks that no preset resembles, of `examples/specs`, after fewer epochs, which are below, on one thread.
"""


def spread(values, digits):
    """Mean and deviation as text."""
    values = [value for value in values if value is not None]
    if not values:
        return ""
    mean = f"{statistics.mean(values):.{digits}f}"
    return mean + (f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else "")


def mean_of(runs, key):
    values = [run["epochs"][-1][key] for run in runs]
    return statistics.mean(values)


def seconds(runs):
    quickest = min(statistics.median(epoch["seconds"] for epoch in run["epochs"]) for run in runs)
    return f"{quickest:.1f}"


def overview(names, runs, what="preset", timed=True):
    """A row a model: where it ends, and how long it took."""
    heads = [what, "seeds", "accuracy, tabgrad", "Keras", "difference", "loss, tabgrad", "Keras"]
    heads += ["seconds an epoch, tabgrad", "Keras"] if timed else []
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for model in names:
        ours, theirs = (runs.get((model, system), []) for system in SYSTEMS)
        if not (ours and theirs):
            continue
        last = lambda runs, key, digits: spread([run["epochs"][-1][key] for run in runs], digits)
        gap = 100 * (mean_of(ours, "valAccuracy") - mean_of(theirs, "valAccuracy"))
        counts = f"{len(ours)}" if len(ours) == len(theirs) else f"{len(ours)}, {len(theirs)}"
        cells = [f"`{model}`", counts]
        cells += [last(ours, "valAccuracy", 4), last(theirs, "valAccuracy", 4), f"{gap:+.1f} points"]
        cells += [last(ours, "valLoss", 4), last(theirs, "valLoss", 4)]
        cells += [seconds(ours), seconds(theirs)] if timed else []
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def details(model, runs):
    """A row an epoch."""
    both = [runs.get((model, system), []) for system in SYSTEMS]
    length = min((len(run["epochs"]) for group in both for run in group), default=0)
    if not all(both) or not length:
        return []
    lines = [f"### `{model}`", ""]
    lines.append("| epoch | accuracy, tabgrad | Keras | loss, tabgrad | Keras | training loss, tabgrad | Keras |")
    lines.append("|---|---|---|---|---|---|---|")
    for place in range(length):
        phase = both[0][0]["epochs"][place]["phase"]
        begun = sum(epoch["phase"] < phase for epoch in both[0][0]["epochs"])
        name = f"{place - begun + 1}"
        if both[0][0]["epochs"][-1]["phase"]:
            last = phase == both[0][0]["epochs"][-1]["phase"]
            name = ("fine-tuning" if last else f"stage {phase + 1}") + f", {name}"
        cells = [name]
        for key, digits in (("valAccuracy", 4), ("valLoss", 4), ("loss", 4)):
            for group in both:
                cells.append(spread([run["epochs"][place][key] for run in group], digits))
        lines.append("| " + " | ".join(cells) + " |")
    return [*lines, ""]


# Until 28 November 2026 runs did not say which generator both programs drew with.
BEFORE = "tabgrad's 32-bit generator of before 28 November 2026"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", help="files written by experiment.py")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    data = collections.defaultdict(lambda: collections.defaultdict(list))
    for path in options.runs:
        for line in pathlib.Path(path).read_text().splitlines():
            run = json.loads(line)
            set_of = (run["data"], *run["pictures"], run.get("generator", BEFORE))
            data[set_of][run["model"], run["system"]].append(run)
    lines = [INTRODUCTION]
    for (name, train, test, generator), runs in data.items():
        lines += [f"## {name}: {train:,} training and {test:,} test pictures, drawn with {generator}", ""]
        others = sorted({model for model, _ in runs} - set(presets.FILES))
        if any(model in presets.FILES for model, _ in runs):
            lines += [*overview(presets.PRESETS, runs), ""]
        if others:
            lines += [OTHERS, *overview(others, runs, "model", timed=False), ""]
        for model in [*presets.PRESETS, *others]:
            lines += details(model, runs)
    pathlib.Path(options.out).write_text("\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    main()
