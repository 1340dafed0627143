#!/usr/bin/python3
"""`trawl export --csv` against the HDF5 file it comes from and the pandas tables of the analysis.

    python3 export.py TRAWL
"""

import csv
import math
import signal

import h5py
from trawl_runs import INTERRUPTED, check, job_text, main

from analysis import schema
from disturbed_run import DisturbedRun

FILES = ["epochs.csv", "legs.csv", "messages.csv", "provenance.csv", "study.csv", "trials.csv", "workers.csv"]
JOB = """\
study: "ex,\\"port"
data: {source: synthetic-digits, train_rows: 300, test_rows: 50}
model: {hidden: [8, 8]}
training: {epochs: 3}
search:
  n_trials: 6
  seed: 4
  space:
    dropout:       {choices: [0.1, [0.2, 0.5]]}
    learning_rate: {low: 1.0e-3, high: 1.0e-1, log: true}
cluster: {max_attempts: 1}
"""


def table(path):
    """The columns of a CSV file by name, in its order."""
    with path.open(newline="") as file:
        names, *rows = csv.reader(file)
    check(all(len(row) == len(names) for row in rows), f"{path}: ragged")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def check_column(where, cells, dataset):
    """Every cell stands for the value in the HDF5 file, bit for bit."""
    values = list(schema.column(dataset))
    check(len(cells) == len(values), f"{where}: {len(cells)} rows, the HDF5 file has {len(values)}")
    for cell, value in zip(cells, values):
        if isinstance(value, float):
            same = cell == "" if math.isnan(value) else float(cell) == value
        elif isinstance(value, str):
            same = cell == value
        else:
            same = schema.choice(cell) == value
        check(same, f"{where}: {cell!r} for {value!r}")


def equal_to_its_source(trawl):
    trawl.run("run", "job.yaml", "-o", "r.h5", expect=3, environment={"TRAWL_TEST_FAULTS": "throw:2"})
    said = trawl.run("export", "r.h5", "--csv", "new/r")
    check("6 trials and 15 epochs" in said, f"export says: {said}")
    folder = trawl.folder / "new/r"
    check(sorted(path.name for path in folder.iterdir()) == FILES, f"{sorted(folder.iterdir())}")
    trials, epochs = schema.read(trawl.folder / "r.h5")
    check(list(table(folder / "trials.csv")) == list(trials.columns), "trials.csv has other columns than pandas")
    check(list(table(folder / "epochs.csv")) == list(epochs.columns), "epochs.csv has other columns than pandas")
    check(list(table(folder / "provenance.csv")) == schema.START_COLUMNS, "provenance.csv has other columns")
    check(list(table(folder / "workers.csv")) == schema.WORKER_COLUMNS, "workers.csv has other columns")
    with h5py.File(trawl.folder / "r.h5") as file:
        for name in ("trials", "epochs", "legs", "provenance", "workers", "messages"):
            for column, cells in table(folder / f"{name}.csv").items():
                group = file[name] if column in file[name] else file["trials/parameters"]
                check_column(f"{name}.csv, {column}", cells, group[column])
        study = {name: cells[0] for name, cells in table(folder / "study.csv").items()}
        check(study["study"] == 'ex,"port' and study["complete"] == "true", f"study.csv: {study}")
        check(study["job_text"] == JOB, "study.csv: the job is not what it was")
        check(float(study["test_accuracy"]) == file["best"].attrs["test_accuracy"], "study.csv: test_accuracy")
        check(int(study["best_trial"]) == file["best"].attrs["trial"], "study.csv: best_trial")


def where_legs_come_from(trawl):
    """Only where a timetable decided."""
    learns = ("--set", "search.sampler=tpe", "--set", "search.n_startup_trials=3", "--set", "search.max_concurrent_trials=1")
    trawl.run("run", "job.yaml", *learns, "-o", "tpe.h5")
    trawl.run("export", "tpe.h5", "--csv", "tpe")
    legs = table(trawl.folder / "tpe/legs.csv")
    check(legs["proposed_by"][:3] == ["random"] * 3 and "tpe" in legs["proposed_by"], f"legs.csv: {legs['proposed_by']}")
    with h5py.File(trawl.folder / "tpe.h5") as file:
        for column, cells in legs.items():
            check_column(f"legs.csv, {column}", cells, file["legs"][column])
    check("proposed_by" not in table(trawl.folder / "new/r/legs.csv"), "a column without values")


def while_it_runs(trawl):
    trawl.write("long.yaml", job_text(study="long", n_trials=40, epochs=30))
    search = DisturbedRun(trawl, "long.yaml", "-o", "long.h5", gates=(30,))
    search.wait_until(lambda: trawl.journal_bytes("long.h5") > 6000 and (trawl.folder / "long.h5").exists(), "the first epochs")
    check("unfinished" in trawl.run("export", "long.h5", "--csv", "long"), "it does not say that it is unfinished")
    trials = table(trawl.folder / "long/trials.csv")
    check(len(trials["number"]) == 40 and "waiting" in trials["state"], "not a row for each trial")
    check("learning_rate" in trials, "no column for a parameter")
    search.process.send_signal(signal.SIGTERM)
    search.end(expect=INTERRUPTED)
    trawl.run("export", "long.h5", "--csv", "long")
    trawl.run("run", "long.yaml", "-o", "long.h5", "--set", "search.n_trials=41")
    trawl.run("export", "long.h5", "--csv", "long")
    trials = table(trawl.folder / "long/trials.csv")
    check(set(trials["state"]) == {"complete"} and len(trials["state"]) == 41, "the export was not replaced")
    check(sorted(path.name for path in (trawl.folder / "long").iterdir()) == FILES, "something was left behind")


def refusals(trawl):
    before = {path.name: path.read_bytes() for path in (trawl.folder / "long").iterdir()}
    said = trawl.run("export", "r.h5", "--csv", "long", expect=2)
    check("study.csv" in said and "another" in said, f"another study's export: {said}")
    after = {path.name: path.read_bytes() for path in (trawl.folder / "long").iterdir()}
    check(before == after, "another study's export was touched")
    for shard in ("0/2", "1/2"):
        trawl.run("run", "long.yaml", "--shard", shard, "-o", f"shard-{shard[0]}.h5", "--set", "training.epochs=1")
    trawl.run("export", "shard-0.h5", "--csv", "shard")
    trawl.run("export", "shard-1.h5", "--csv", "shard", expect=2)
    numbers = table(trawl.folder / "shard/trials.csv")["number"]
    check(numbers == [str(i) for i in range(0, 40, 2)], f"a shard's export holds other trials: {numbers}")
    trawl.write("own/trials.csv", "mine\n")
    trawl.run("export", "r.h5", "--csv", "own", expect=2)
    check((trawl.folder / "own/trials.csv").read_text() == "mine\n", "somebody's table was overwritten")
    check([path.name for path in (trawl.folder / "own").iterdir()] == ["trials.csv"], "left something behind")
    for arguments in (["none.h5", "--csv", "x"], ["job.yaml", "--csv", "x"], ["r.h5"], ["r.h5", "--csv", "job.yaml"]):
        trawl.run("export", *arguments, expect=2)
    check(not (trawl.folder / "x").exists(), "a folder was made for nothing")


def test(trawl):
    trawl.write("job.yaml", JOB)
    for part in (equal_to_its_source, where_legs_come_from, while_it_runs, refusals):
        part(trawl)
        print(f"{part.__name__.replace('_', ' ')}: as documented", flush=True)


main(test)
