#!/usr/bin/python3
"""Conditional parameters and enqueued points, through everything that writes and reads results.

    PYTHONPATH=ROOT python3 conditional.py TRAWL
"""

import json
import signal

import h5py
import numpy as np
import pandas as pd

from trawl_runs import INTERRUPTED, check, main

import analysis
from disturbed_run import SOME_BYTES, DisturbedRun

HEAD = """\
study: conditional
data: {source: synthetic-digits, train_rows: 300, test_rows: 50}
model: {hidden: [16]}
training: {epochs: 2, momentum: 0.8, learning_rate: 0.05}
cluster: {isolation: none}
search:
"""
SPACE = """\
  space:
    momentum:   {low: 0.5, high: 0.9, STEP when: {optimizer: [momentum, nesterov]}}
    batch_size: {choices: [16, all], when: {optimizer: sgd}}
    epochs:     {choices: [1, 3], when: {batch_size: 16}}
    optimizer:  {choices: [sgd, momentum, nesterov]}
"""
RANDOM = HEAD + "  n_trials: 24\n  enqueue:\n    - {optimizer: nesterov, momentum: 0.75}\n" + SPACE.replace("STEP", "")
GRID = HEAD + "  sampler: grid\n" + SPACE.replace("STEP", "step: 0.1,")
POINTS = 2 * 5 + 1 + 2  # momentum and nesterov with 5 momenta each, sgd with all rows, sgd at 16 with two epochs


def active_in(row):
    """What of the space is active, by the job file's words."""
    names = ["optimizer", "batch_size" if row["optimizer"] == "sgd" else "momentum"]
    return names + (["epochs"] if row.get("batch_size") == 16 else [])


def check_file(path, n_trials):
    trials, _ = analysis.load(path)
    check(len(trials) == n_trials, f"{len(trials)} trials")
    study = analysis.to_optuna(path)
    for row, trial in zip(trials.to_dict("records"), study.trials):
        shown = {name: row[name] for name in trials.attrs["parameters"] if not pd.isna(row[name])}
        check(sorted(shown) == sorted(active_in(row)), f"trial {row['number']}: {shown}")
        check(trial.params == shown, f"trial {row['number']} of Optuna: {trial.params}, not {shown}")
    with h5py.File(path) as file:
        check(sorted(file["trials/active"]) == ["batch_size", "epochs", "momentum"], "columns of /trials/active")
        active = file["trials/active/momentum"][:].astype(bool)
        values = file["trials/parameters/momentum"][:]
        check(np.array_equal(np.isnan(values), ~active), "NaN where momentum is inactive")
        space = {dimension["name"]: dimension for dimension in json.loads(file["study/space"][()])}
        check(space["momentum"]["when"] == {"optimizer": ["momentum", "nesterov"]}, f"{space['momentum']}")
    return trials


def test_random(trawl):
    trawl.write("random.yaml", RANDOM)
    trawl.run("run", "random.yaml", "-o", "one.h5")
    trials = check_file(trawl.folder / "one.h5", 24)
    check((trials.optimizer[0], trials.momentum[0]) == ("nesterov", 0.75), "trial 0 is the enqueued one")
    check(trials.batch_size.isna().any() and trials.epochs.notna().any(), "some of each kind")
    trawl.until_complete("run", "random.yaml", "-o", "three.h5", ranks=3)
    trawl.check_same("one.h5", "three.h5")
    printed = json.loads(trawl.run("trials", "one.h5", "--format", "json"))
    for row, expected in zip(trials.to_dict("records"), printed):
        inactive = [name for name in trials.attrs["parameters"] if expected[name] in ("", None)]
        check(not set(inactive) & set(active_in(row)) and len(inactive) + len(active_in(row)) == 4, f"{expected}")
    trawl.run("best", "one.h5")


def test_shards_and_repair(trawl):
    for i in range(3):
        trawl.run("run", "random.yaml", "--shard", f"{i}/3", "-o", f"part-{i}.h5")
    trawl.run("merge", *(f"part-{i}.h5" for i in range(3)), "-o", "merged.h5")
    trawl.check_same("one.h5", "merged.h5")
    cut = DisturbedRun(trawl, "random.yaml", "-o", "cut.h5", gates=(20,))
    cut.wait_until(lambda: trawl.journal_bytes("cut.h5") > SOME_BYTES, "results")
    cut.process.send_signal(signal.SIGTERM)
    cut.end(expect=INTERRUPTED)
    trawl.run("run", "random.yaml", "--set", "search.n_trials=12", "-o", "short.h5")
    trawl.run("run", "random.yaml", "-o", "short.h5")  # extends it
    trawl.check_same("one.h5", "short.h5")
    (trawl.folder / "cut.h5").unlink()
    trawl.run("repair", "cut.h5")
    trials, _ = analysis.load(trawl.folder / "cut.h5")
    whole, _ = analysis.load(trawl.folder / "one.h5")
    n = min(24, int((trials.attempt > 0).sum()))
    check(n > 0, "the repaired file holds trials")
    check(trials.momentum[:n].equals(whole.momentum[:n]), "the same parameters after a repair")
    changed = trawl.run("run", "random.yaml", "--set", "search.enqueue.0.momentum=0.8", "-o", "one.h5", expect=2)
    check("search.enqueue.0" in changed, changed)


def test_grid(trawl):
    trawl.write("grid.yaml", GRID)
    said = trawl.run("check", "grid.yaml")
    check(f"{POINTS} points" in said, said)
    check("only with optimizer momentum or nesterov" in said, said)
    trawl.run("run", "grid.yaml", "-o", "grid.h5")
    trials = check_file(trawl.folder / "grid.h5", POINTS)
    points = trials[trials.attrs["parameters"]].astype(str).apply(tuple, axis=1)
    check(points.is_unique, "each point once")


def test_list_takes_the_best(trawl):
    best = "  sampler: list\n  trials:\n    - {from: one.h5}\n"
    trawl.write("list.yaml", HEAD.replace("momentum: 0.8, ", "") + best)
    trawl.run("run", "list.yaml", "-o", "list.h5")
    searched, _ = analysis.load(trawl.folder / "one.h5")
    listed, _ = analysis.load(trawl.folder / "list.h5")
    winner = searched.loc[searched.attrs["best_trial"]]
    expected = 0.8 if pd.isna(winner.momentum) else winner.momentum
    check(listed.momentum[0] == expected, f"momentum {listed.momentum[0]}, not {expected}")


def test(trawl):
    test_random(trawl)
    test_shards_and_repair(trawl)
    test_grid(trawl)
    test_list_takes_the_best(trawl)
    print(f"24 random trials and a grid of {POINTS} points: written, resumed, merged, repaired and read as one")


main(test)
