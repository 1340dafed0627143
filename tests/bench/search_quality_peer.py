"""Optuna's samplers and pruners on a table of trainings, as search_quality.py counts them.

    search_quality_peer.py --table FILE.npz --seeds N --out FILE.json [--pairs tpe+median ...]

One process, one trial after the other: the most that these samplers can know. A study ends when it has completed a
trial of the smallest class, or at the cap. Results are kept after every pair, so that a slow one can be left out."""

import argparse
import json
import math
import platform
import sys
import time
import warnings
from pathlib import Path

import numpy
import optuna

import search_counts
import search_table

SAMPLERS = {
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "tpe": lambda seed: optuna.samplers.TPESampler(multivariate=True, seed=seed),
}
# Successive halving by its defaults (auto, 4) needs more epochs to the best 1 % (README.md).
PRUNERS = {
    "none": lambda epochs: optuna.pruners.NopPruner(),
    "median": lambda epochs: optuna.pruners.MedianPruner(),
    "successive_halving": lambda epochs: optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3),
    "hyperband": lambda epochs: optuna.pruners.HyperbandPruner(min_resource=1, max_resource=epochs, reduction_factor=3),
}


def suggest(trial, axis, snapped):
    if axis.is_number and snapped:
        return axis.place(trial.suggest_float(axis.name, axis.values[0], axis.values[-1], log=axis.is_log))
    if axis.is_number:
        return trial.suggest_int(axis.name, 0, len(axis.values) - 1)
    return axis.words.index(trial.suggest_categorical(axis.name, axis.words))


def study_of(table, pair, seed, cap, limits):
    """[(epochs that were trained until then, value)] of the trials that were trained to the end."""
    sampler, pruner = pair.split("+")
    # Hyperband draws a trial's bracket by the name of the study.
    study = optuna.create_study(
        sampler=SAMPLERS[sampler](seed), pruner=PRUNERS[pruner](table.epochs), study_name=f"study{seed}"
    )
    trained, complete = 0, []

    def objective(trial):
        nonlocal trained
        curve = table.curve([suggest(trial, axis, table.snapped) for axis in table.axes])
        for epoch, value in enumerate(curve.tolist(), start=1):
            trained += 1
            trial.report(value, epoch)
            if epoch < table.epochs and pruner != "none" and trial.should_prune():
                raise optuna.TrialPruned()
        complete.append((trained, float(curve[-1])))
        return float(curve[-1]) if math.isfinite(curve[-1]) else float("nan")

    while trained < cap and not any(value <= min(limits) for _, value in complete):
        study.optimize(objective, n_trials=1)
    return complete


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    search_counts.add_table_options(parser)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    table = search_counts.table_of(options)
    limits = search_counts.limits_of(table)
    cap = search_counts.CAP_TRAININGS * table.epochs
    kept = {
        "command": "search_quality_peer.py " + " ".join(argument.rsplit("/", 1)[-1] for argument in sys.argv[1:]),
        "versions": {"optuna": optuna.__version__, "numpy": numpy.__version__, "python": platform.python_version()},
        "table": table.digest(),
        "space": options.space,
        "cap": cap,
        "pairs": {},
    }
    if options.out.exists():
        before = json.loads(options.out.read_text())
        if all(before[key] == kept[key] for key in ("versions", "table", "space", "cap")):
            kept["pairs"] = before["pairs"]
    for pair in options.pairs or search_counts.PAIRS:
        start = time.monotonic()
        studies = [study_of(table, pair, seed, cap, limits) for seed in range(options.seeds)]
        kept["pairs"][pair] = search_counts.hits(studies, limits, cap)
        options.out.write_text(json.dumps(kept, indent=1).replace("\n    ", " ").replace("\n   ]", "]") + "\n")
        print(f"{pair}: {options.seeds} studies in {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
