#!/usr/bin/python3
"""Searches with a pruner, on any number of ranks, killed at random moments, without the checkpoints of what is paused, and
extended: the same decisions, the same curves.

    python3 halving.py TRAWL [--points 27] [--kills 4] [--seed 1]

`--points 81 --kills 30` for a long look.
"""

import argparse
import random
import sys
import time
from collections import Counter

import h5py
from journal_events import Journal
from trawl_runs import check, finish, kill_session, main

RANKS = (1, 2, 4)
JOB = """\
study: halving
data: {{source: synthetic-digits, train_rows: 400, test_rows: 40}}
model: {{hidden: [16]}}
training: {{epochs: 27, optimizer: momentum}}
search:
  sampler: random
  n_trials: {points}
  seed: 11
  space:
    learning_rate: {{low: 1.0e-4, high: 1.0, log: true}}
    batch_size: {{choices: [8, 16, 32]}}
objective: {{metric: val_cross_entropy}}
pruner: {{{pruner}: {{min_resource: 1, reduction_factor: 3}}}}
cluster: {{checkpoint_every: 0.05, max_attempts: 1000}}
"""


def job(trawl, pruner, points):
    trawl.write("job.yaml", JOB.format(pruner=pruner, points=points))


def states(trawl, results):
    with h5py.File(trawl.folder / results, "r") as file:
        names = {code: name for name, code in h5py.check_enum_dtype(file["trials/state"].dtype).items()}
        return Counter(names[code] for code in file["trials/state"][:].tolist()), len(file["epochs/epoch"]), len(file["legs/trial"])


def remove_checkpoints(trawl, results):
    paths = list(trawl.folder.glob(f"{results}.checkpoints/*.checkpoint"))
    for path in paths:
        path.unlink()
    return len(paths)


def killed_run(trawl, results, ranks, n_events):
    """Kills it once so many events more are in the journal. What was the last of them; None: it was over before."""
    process = trawl.start("run", "job.yaml", "-o", results, ranks=ranks)
    journal = Journal(trawl.folder / results)
    journal.look()
    before, pauses = journal.n_events + journal.n_pauses, journal.n_pauses
    while process.poll() is None:
        journal.look()
        if journal.n_events + journal.n_pauses >= before + n_events:
            kill_session(process)
            process.stdout.close()
            return "a pause" if journal.n_pauses > pauses else "training"
        time.sleep(0.002)
    output = finish(process)
    check(process.returncode == 0, f"exit code {process.returncode}\n{output}")
    return None


def killed(trawl, pruner, n_kills, n_events):
    """Until so many kills have landed, in as many studies as that takes."""
    landed, n_lost, number = Counter(), 0, 0
    while sum(landed.values()) < n_kills:
        results, place = f"{pruner}-killed-{number}.h5", ""
        number += 1
        while place is not None and sum(landed.values()) < n_kills:
            place = killed_run(trawl, results, random.choice((None, 2, 4)), random.randrange(max(2, n_events // 3)))
            if place:
                landed[place] += 1
            if place and n_lost == 0:
                n_lost += remove_checkpoints(trawl, results)
        trawl.until_complete("run", "job.yaml", "-o", results, ranks=random.choice(RANKS))
        trawl.check_same(f"{pruner}.h5", results)
    check(n_lost > 0 or n_kills < 4, "there was never a checkpoint to lose")
    said = ", ".join(f"{count} with {place} behind them" for place, count in landed.items())
    print(f"{pruner}: {n_kills} kills ({said}), {n_lost} checkpoints of one moment removed: the same", flush=True)


def extended(trawl, pruner, points):
    """Half as many points first: who goes that way has the same answer on any cluster."""
    for results, ranks in (("alone", None), ("cluster", 3)):
        job(trawl, pruner, points // 2)
        trawl.run("run", "job.yaml", "-o", f"{pruner}-{results}.h5", ranks=ranks)
        job(trawl, pruner, points)
        said = trawl.run("run", "job.yaml", "-o", f"{pruner}-{results}.h5", ranks=ranks)
        check("is extended" in said, f"not extended:\n{said}")
    trawl.check_same(f"{pruner}-alone.h5", f"{pruner}-cluster.h5")
    print(f"{pruner}: {points // 2} points, then {points}, alone and on 3 ranks: the same", flush=True)


def one_pruner(trawl, pruner, options):
    points = options.points if pruner == "successive_halving" else 2 * options.points  # brackets of several kinds
    job(trawl, pruner, points)
    trawl.run("run", "job.yaml", "-o", f"{pruner}.h5")
    counts, n_epochs, n_legs = states(trawl, f"{pruner}.h5")
    check(counts["pruned"] > 0 and set(counts) == {"complete", "pruned"}, f"{counts}")
    check(f" {n_epochs} in all" in trawl.run("check", "job.yaml"), f"check does not say {n_epochs} epochs in all")
    print(f"{pruner}: {counts['complete']} of {points} complete, {n_epochs} epochs, {n_legs} legs", flush=True)
    for ranks in RANKS:
        trawl.run("run", "job.yaml", "-o", f"{pruner}-{ranks}.h5", ranks=ranks)
        trawl.check_same(f"{pruner}.h5", f"{pruner}-{ranks}.h5")
    print(f"{pruner}: on {', '.join(map(str, RANKS))} ranks: the same", flush=True)
    killed(trawl, pruner, options.kills, 2 * n_legs)
    extended(trawl, pruner, points)


def test(trawl, options):
    for pruner in ("successive_halving", "hyperband"):
        one_pruner(trawl, pruner, options)


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("trawl")
parser.add_argument("--points", type=int, default=27)
parser.add_argument("--kills", type=int, default=4)
parser.add_argument("--seed", type=int, default=random.randrange(10**6))
given = parser.parse_args()
random.seed(given.seed)
print(f"halving.py --points {given.points} --kills {given.kills} --seed {given.seed}", file=sys.stderr)
main(test, given)
