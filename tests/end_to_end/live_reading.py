#!/usr/bin/python3
"""Opens FILE.h5 again and again with plain h5py and h5dump while searches publish it, and checks all rows: columns
of equal length, each (trial, epoch) once, never fewer rows than before.

    python3 live_reading.py TRAWL [--opens 300]
"""

import argparse
import subprocess
import time

import h5py
import numpy as np
from disturbed_run import DisturbedRun
from trawl_runs import check, job_text, main

# h5dump takes longer: one of so many opens is its.
H5DUMP_SHARE = 5
SMALL_TABLES = ("best", "messages", "provenance", "workers")
SMALL_TABLES_SHARE = 10
PROGRESS_SECONDS = 60.0


class Reader:
    def __init__(self, path):
        self.path = path
        self.opens = self.dumps = self.versions = 0
        self.run_id, self.last, self.rows = None, 0.0, 0

    def read(self):
        """Everything that stands in the file, as its reader would."""
        with h5py.File(self.path) as file:
            trials = {name: d[:] for name, d in file["trials"].items() if isinstance(d, h5py.Dataset)}
            trials |= {name: d[:] for name, d in file["trials/parameters"].items()}
            epochs = {name: d[:] for name, d in file["epochs"].items()}
            for name in SMALL_TABLES if self.opens % SMALL_TABLES_SHARE == 0 else ():
                file[name].visititems(self.load)
            self.check_rows(file.attrs, trials, epochs)
        self.opens += 1

    @staticmethod
    def load(_, item):
        if isinstance(item, h5py.Dataset):
            item[()]

    def check_rows(self, attributes, trials, epochs):
        for what, table in (("trials", trials), ("epochs", epochs)):
            lengths = {name: len(column) for name, column in table.items()}
            check(len(set(lengths.values())) == 1, f"/{what}: {lengths}")
        pairs = (epochs["trial"] << 32) + epochs["epoch"]
        check(len(np.unique(pairs)) == len(pairs), "an epoch stands in the file twice")
        counted = np.bincount(epochs["trial"], minlength=len(trials["n_epochs"]))
        check(np.array_equal(counted, trials["n_epochs"]), "n_epochs does not count the rows of /epochs")
        same_run = attributes["run_id"] == self.run_id
        check(not same_run or len(pairs) >= self.rows, f"{len(pairs)} rows after {self.rows}")
        check(not same_run or attributes["published_at"] >= self.last, "an older version came back")
        self.versions += not same_run or attributes["published_at"] > self.last
        self.run_id, self.last, self.rows = attributes["run_id"], attributes["published_at"], len(pairs)

    def dump(self):
        done = subprocess.run(["h5dump", "-d", "/epochs/epoch", str(self.path)], capture_output=True, text=True)
        check(done.returncode == 0 and not done.stderr, f"h5dump: {done.returncode} {done.stderr}")
        self.dumps += 1

    def figures(self, seconds):
        return (f"{self.opens} opens by h5py and {self.dumps} by h5dump of {self.versions} versions in {seconds:.0f} s, "
                f"{self.rows} epochs at the end: 0 errors")


def test(trawl, opens):
    # Longer than the reading takes: what is left is killed.
    trawl.write("job.yaml", job_text(n_trials=max(400, opens // 4), epochs=200, rows=6000))
    run = DisturbedRun(trawl, "job.yaml", "-o", "r.h5", gates=(), ranks=3)
    path = trawl.folder / "r.h5"
    run.wait_until(path.exists, "a first version")
    reader = Reader(path)
    begin = time.monotonic()
    next_line = begin + PROGRESS_SECONDS
    while reader.opens + reader.dumps < opens or reader.versions <= 2:
        reader.read()
        if reader.opens % H5DUMP_SHARE == 0:
            reader.dump()
        check(run.goes_on(), f"the run ended:\n{run.said()}")
        if time.monotonic() > next_line:
            next_line += PROGRESS_SECONDS
            print(reader.figures(time.monotonic() - begin), flush=True)
    figures = reader.figures(time.monotonic() - begin)
    run.kill()
    reader.read()
    check(reader.versions > 2, f"{reader.versions} versions are too few to say something")
    print(figures)


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("trawl")
parser.add_argument("--opens", type=int, default=300)
main(test, parser.parse_args().opens)
