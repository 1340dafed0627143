#!/usr/bin/python3
"""The lab's job files, reduced, from the search to the figures: every model, few rows, few epochs.

    PYTHONPATH=ROOT python3 lab.py TRAWL
"""

import csv
import io
import re
import subprocess
import sys
from pathlib import Path

from trawl_runs import Gates, check, kill_session, main, wait_for

JOBS = Path(__file__).resolve().parents[2] / "jobs"
RANKS = 3
ROWS = ["--set", "data={source: synthetic-digits, train_rows: 1000, test_rows: 100}"]
REDUCED = [*ROWS, "--set", "training.epochs=8", "--set", "search.repeats=2"]
FROM_SEARCH = ["--set", "search.trials.9.from=random.h5"]
SEARCHED = ("batch_size", "dropout", "l2", "learning_rate")
FIGURES = range(1, 30)


def table(trawl, results):
    return list(csv.DictReader(io.StringIO(trawl.run("trials", results, "--format", "csv"))))


def killed_once(trawl, *arguments):
    """Starts the command, kills it in the middle of its trials, and gives it again until it is complete."""
    gates = Gates(range(4, 8), trawl.folder / "gate")
    process = trawl.start(*arguments, ranks=RANKS, environment=gates.environment)
    results = arguments[arguments.index("-o") + 1]

    def is_under_way():
        counts = trawl.journalled(results)
        return (counts and counts["finished"] > 2) or process.poll() is not None

    wait_for(is_under_way, "three finished trials")
    kill_session(process)
    process.stdout.close()
    check(not trawl.is_complete(results), f"{results}: was over before it could be killed")
    trawl.until_complete(*arguments, ranks=RANKS)


def search(trawl):
    """The parameters of the random search's best trial."""
    job = JOBS / "lab-random-search.yaml"
    trawl.run("run", job, "-o", "random.h5", *ROWS, "--set", "training.epochs=2", ranks=RANKS)
    rows = table(trawl, "random.h5")
    check(len(rows) == 24, f"random search: {len(rows)} trials")
    best = max(rows, key=lambda row: float(row["objective"]))
    return {name: best[name] for name in SEARCHED}


def optimizers(trawl):
    job = JOBS / "lab-optimizers.yaml"
    trawl.run("run", job, "-o", "optimizers.h5", *REDUCED, ranks=RANKS)
    rows = table(trawl, "optimizers.h5")
    check(len(rows) == 14, f"optimizers: {len(rows)} trials")
    check({row["state"] for row in rows} == {"complete"}, "optimizers: not all trials are complete")
    check(rows[0]["batch_size"] == "all" and rows[2]["batch_size"] == "1", "the batch sizes of the first two models")


def regularization(trawl, best):
    arguments = ["run", JOBS / "lab-regularization.yaml", *REDUCED, *FROM_SEARCH]
    killed_once(trawl, *arguments, "-o", "regularization.h5")
    trawl.run(*arguments, "-o", "alone.h5")
    trawl.check_same("regularization.h5", "alone.h5")
    rows = {row["name"]: row for row in table(trawl, "regularization.h5")}
    check(len(rows) == 10, f"regularization: the models {sorted(rows)}")
    found = {name: rows["Best of the random search"][name] for name in SEARCHED}
    check(found == best, f"the best of the search is {best}, and was trained with {found}")
    check(rows["Batch normalization"]["batch_normalization"] == "[hidden_1]", "the normalized layer")


def from_names_what_is_missing(trawl):
    job = JOBS / "lab-regularization.yaml"
    for given, expected in (("none.h5", "there is no results file"), ("other.yaml", "not an HDF5 file")):
        trawl.write("other.yaml", "study: a\n")
        setting = f"search.trials.9.from={given}"
        output = trawl.run("run", job, *ROWS, "--set", setting, "-o", "r.h5", expect=2)
        check(f"--set {setting}: search.trials.9.from" in output, f"where it was written is not said:\n{output}")
        check(expected in output, f"from: {given}: {output}")


def figures(trawl):
    """What `analysis lab` draws of them: 29 numbered figures, twice each, and the page."""
    files = ["optimizers.h5", "regularization.h5", "random.h5"]
    command = [sys.executable, "-m", "analysis", "lab", *files, "-o", "lab"]
    done = subprocess.run(command, cwd=trawl.folder, capture_output=True, text=True)
    check(done.returncode == 0, f"analysis lab: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    paths = [path for path in (trawl.folder / "lab").rglob("*") if path.is_file() and path.stat().st_size > 0]
    for kind in (".png", ".svg"):
        stems = [path.stem for path in paths if path.suffix == kind]
        drawn = {int(number) for stem in stems for number in re.findall(r"^figure-(\d+)", stem)}
        missing = sorted(set(FIGURES) - drawn)
        check(not missing, f"analysis lab: no {kind} of the figures {missing}")
    names = {path.name for path in paths}
    check({"lab.html", "lab.md"} <= names, f"analysis lab: no page in {sorted(names)}")


def test(trawl):
    best = search(trawl)
    optimizers(trawl)
    regularization(trawl, best)
    from_names_what_is_missing(trawl)
    figures(trawl)
    print("random search, 7 optimizers, 10 regularized models, killed and resumed once: the same; 29 figures and the page")


main(test)
