#!/usr/bin/python3
"""A grid of 4 x 3 x 3 x 3 = 108 points, killed on the way twice: every point exactly once.

    python3 grid_exactly_once.py TRAWL
"""

import itertools

import h5py
import numpy as np
from disturbed_run import DisturbedRun
from trawl_runs import check, main

AXES = {
    "batch_size": [16, 32, 64, 128],
    "dropout": [0.0, 0.2, 0.4],
    "l2": [0.0, 0.0001, 0.01],
    "learning_rate": [0.01, 0.03, 0.1],
}
EPOCHS = 2
JOB = f"""\
study: grid
data: {{source: synthetic-digits, train_rows: 500, test_rows: 50}}
model: {{hidden: [24]}}
training: {{epochs: {EPOCHS}}}
search:
  sampler: grid
  space:
""" + "".join(f"    {name}: {{choices: {values}}}\n" for name, values in AXES.items())


def killed_after(trawl, journal_bytes, stands):
    run = DisturbedRun(trawl, "grid.yaml", "-o", "r.h5", gates=range(stands, stands + 4), ranks=3)
    run.wait_until(lambda: trawl.journal_bytes("r.h5") > journal_bytes, "progress")
    run.kill()


def values(dataset):
    """A column of /trials/parameters as numbers; choices are an enum of their texts."""
    names = h5py.check_enum_dtype(dataset.dtype)
    texts = {code: float(name) for name, code in names.items()} if names else None
    return [texts[code] if texts else float(code) for code in dataset[:].tolist()]


def check_file(path):
    points = list(itertools.product(*AXES.values()))
    with h5py.File(path, "r") as file:
        trials, epochs = file["trials"], file["epochs"]
        check(bool(file.attrs["complete"]), "not complete")
        for name in ("number", "point"):
            check(trials[name][:].tolist() == list(range(len(points))), f"/trials/{name} is not 0..107")
        states = h5py.check_enum_dtype(trials["state"].dtype)
        check((trials["state"][:] == states["complete"]).all(), "not every trial is complete")
        found = list(zip(*(values(trials[f"parameters/{name}"]) for name in AXES)))
        check(np.allclose(found, points, rtol=1e-12, atol=0), "the points are not the grid's, last key fastest")
        pairs = list(zip(epochs["trial"][:].tolist(), epochs["epoch"][:].tolist()))
        expected = list(itertools.product(range(len(points)), range(EPOCHS)))
        check(sorted(pairs) == expected, f"{len(pairs)} epochs, or not each one once")


def test(trawl):
    trawl.write("grid.yaml", JOB)
    killed_after(trawl, 4_000, stands=50)
    killed_after(trawl, 14_000, stands=100)
    trawl.until_complete("run", "grid.yaml", "-o", "r.h5", ranks=3)
    check_file(trawl.folder / "r.h5")
    print(f"108 points, each exactly once, after two kills")


main(test)
