"""Writes results files of schema 1 with h5py, as `trawl run` would."""

import json

import h5py
import numpy as np

STATES = {"waiting": 0, "running": 1, "complete": 2, "pruned": 3, "failed": 4}
CURVES = "train_loss train_cross_entropy train_accuracy val_loss val_cross_entropy val_accuracy learning_rate seconds".split()


def write_results(path, n_trials=6, n_epochs=5, states=None, seed=0, repeats=1, best=None, **attributes):
    """Trial i is complete unless states = {i: "failed"} says otherwise; a failed trial's last
    epoch is NaN, a waiting one has none. Larger learning rates learn faster here. `best`: the
    best trial's number; None: that of the best objective."""
    draw = np.random.default_rng(seed)
    states = {i: (states or {}).get(i, "complete") for i in range(n_trials)}
    rates = 10 ** draw.uniform(-3, -0.5, n_trials)
    batches = draw.integers(0, 3, n_trials)
    rows = [row for i in range(n_trials) for row in curve(i, states[i], n_epochs, rates[i], draw)]
    last = {row["trial"]: row for row in rows}
    with h5py.File(path, "w") as file:
        file.attrs.update(
            {"format": "trawl-results", "format_version": 1, "study": "fixture", "run_id": "0123"}
            | {"objective_metric": "val_accuracy", "objective_direction": "maximize", "objective_at": "last"}
            | {"repeats": repeats, "complete": True, "published_at": 1.7e9, **attributes}
        )
        space = [{"name": "learning_rate", "kind": "float"}, {"name": "batch_size", "kind": "categorical"}]
        file["study/space"] = json.dumps(space)
        write_trials(file.create_group("trials"), states, last, repeats)
        write_best(file, best)
        parameters = file.create_group("trials/parameters")
        parameters["learning_rate"] = rates
        parameters.create_dataset("batch_size", data=batches, dtype=h5py.enum_dtype({"16": 0, "32": 1, "all": 2}, "u1"))
        epochs = file.create_group("epochs")
        for name in ("trial", "epoch"):
            epochs[name] = np.array([row[name] for row in rows], "i8")
        for name in CURVES:
            epochs[name] = np.array([row[name] for row in rows], "f8")
    return path


def write_trials(group, states, last, repeats):
    n = len(states)
    number = np.arange(n)
    complete = [states[i] == "complete" for i in range(n)]
    group["number"], group["point"], group["repeat"] = number, number // repeats, number % repeats
    group.create_dataset("state", data=[STATES[states[i]] for i in range(n)], dtype=h5py.enum_dtype(STATES, "u1"))
    for name in ("attempt", "rank"):
        group[name] = np.ones(n, "i8")
    group["seed"] = np.arange(n, dtype="u8") + 2**63
    group.create_dataset("host", data=["node7"] * n, dtype=h5py.string_dtype())
    group["n_epochs"] = np.array([last[i]["epoch"] + 1 if i in last else 0 for i in range(n)], "i8")
    group["best_epoch"] = np.array([last[i]["epoch"] if complete[i] else -1 for i in range(n)], "i8")
    group["objective"] = np.array([last[i]["val_accuracy"] if complete[i] else np.nan for i in range(n)])
    for name in ("started_at", "finished_at"):
        group[name] = 1.7e9 + number
    group["seconds"] = np.full(n, 1.5)
    errors = ["the loss is not finite" if states[i] == "failed" else "" for i in range(n)]
    group.create_dataset("error", data=errors, dtype=h5py.string_dtype())


def write_best(file, best):
    objective = file["trials/objective"][:]
    group = file.create_group("best")
    if best is None and not np.isnan(objective).all():
        smaller = file.attrs["objective_direction"] == "minimize"
        best = np.nanargmin(objective) if smaller else np.nanargmax(objective)
    if best is not None:
        group.attrs["trial"] = int(best)


def curve(trial, state, n_epochs, rate, draw):
    if state == "waiting":
        return
    ceiling = 0.97 - 0.25 * abs(np.log10(rate) + 1.5) / 1.5 + draw.normal(0, 0.01)
    for epoch in range(n_epochs):
        accuracy = ceiling - 0.6 * np.exp(-(epoch + 1) * (0.15 + 2 * rate)) + draw.normal(0, 0.006)
        loss = max(2.5 * (1 - accuracy), 0.02)
        row = dict.fromkeys(CURVES, loss) | {"train_accuracy": accuracy, "val_accuracy": accuracy, "seconds": 0.25}
        if state == "failed" and epoch == n_epochs - 1:
            row = dict.fromkeys(CURVES, np.nan)
        yield row | {"trial": trial, "epoch": epoch, "learning_rate": rate}
