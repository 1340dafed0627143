#!/usr/bin/python3
"""Results files of version 1 of the format: every verb and the analysis read them, `run` leaves them as they are and goes on
with what `merge` makes of them.

    python3 version_1.py TRAWL
"""

import shutil
import subprocess
import sys
from pathlib import Path

from trawl_runs import check, main

DATA = Path(__file__).resolve().parents[1] / "results" / "data"
# name: (a metric of its curves, trials). schema-1-custom was written by the example of a custom program.
FILES = {"schema-1": ("val_accuracy", 3), "schema-1-custom": ("val_accuracy", 2), "drawn-with-repeats": ("val_accuracy", 6)}


def every_verb(trawl, name, metric, n_trials):
    path = f"{name}.h5"
    check(f"{n_trials} trials" in trawl.run("status", path), f"{name}: status")
    check(len(trawl.run("trials", path, "--format", "csv").splitlines()) == n_trials + 1, f"{name}: trials")
    check("best of" in trawl.run("best", path), f"{name}: best")
    check("sound and complete" in trawl.run("repair", path), f"{name}: repair")
    trawl.run("diff", path, path)
    trawl.run("export", path, "--csv", f"{name}-csv")
    head, *rows = (trawl.folder / f"{name}-csv" / "epochs.csv").read_text().splitlines()
    check(metric in head.split(",") and len(rows) >= n_trials, f"{name}: export: {head}")
    if name != "schema-1-custom":  # merge knows the jobs of its own program
        trawl.run("merge", path, "-o", f"{name}-merged.h5")
        trawl.check_same(path, f"{name}-merged.h5")


def analysis(trawl, name):
    for verb in (["report", f"{name}.h5", "-o", f"{name}-report"], ["curves", f"{name}.h5", "-o", f"{name}.png"]):
        done = subprocess.run([sys.executable, "-m", "analysis", *verb], cwd=trawl.folder, capture_output=True, text=True)
        check(done.returncode == 0, f"{name}: {verb[0]}: {done.stderr}")


def run_refuses(trawl, name):
    journal = trawl.write(f"{name}.h5.journal.000", "what an older build wrote")
    before = (trawl.folder / f"{name}.h5").read_bytes()
    for more in ([], ["--set", "search.n_trials=10"], ["--retry-failed"]):
        said = trawl.run("run", f"{name}.yaml", "-o", f"{name}.h5", *more, expect=2)
        for word in (f"{name}.h5 has version 1", "is left as it is", "status", f"`trawl merge {name}.h5 -o NEW.h5`"):
            check(word in said, f"{name}: the refusal does not say {word}: {said}")
    check((trawl.folder / f"{name}.h5").read_bytes() == before, f"{name}: the file was touched")
    check(journal.read_text() == "what an older build wrote", f"{name}: the journal was touched")


def run_goes_on_with_what_merge_makes(trawl, name, points):
    """As the study began: drawn-with-repeats may try a point twice, which today's searches of its space never do."""
    trawl.run("run", f"{name}.yaml", "-o", f"{name}-merged.h5")
    said = trawl.run("run", f"{name}.yaml", "-o", f"{name}-merged.h5", "--set", "search.n_trials=9")
    check(f"{name} is extended: {9 - points} of 9 trials to go" in said, f"{name}: merged and extended: {said}")
    old, new = (trawl.run("trials", file, "--format", "csv").splitlines() for file in (f"{name}.h5", f"{name}-merged.h5"))
    check(len(new) == 10 and new[: points + 1] == old, f"{name}: the old trials are not those of the merged file")


def test(trawl):
    for name, (metric, n_trials) in FILES.items():
        shutil.copy(DATA / f"{name}.h5", trawl.folder)
        shutil.copy(DATA / f"{name}.yaml", trawl.folder)
        every_verb(trawl, name, metric, n_trials)
        analysis(trawl, name)
    for name in ("schema-1", "drawn-with-repeats"):
        run_refuses(trawl, name)
        run_goes_on_with_what_merge_makes(trawl, name, FILES[name][1])
    said = trawl.run("run", "drawn-with-repeats.yaml", "-o", "anew.h5", expect=2)
    check("tries none twice" in said, f"a new search with more trials than points: {said}")
    trawl.run("run", "schema-1.yaml", "-o", "new.h5")
    print(f"{len(FILES)} files of version 1 are read by every verb and the analysis; run refuses them and touches nothing")


main(test)
