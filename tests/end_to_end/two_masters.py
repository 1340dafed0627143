#!/usr/bin/python3
"""Two runs on one results file: the second waits, says who writes, and ends; where files cannot be locked,
exactly one of them goes on. And all verbs where the file system refuses locks, as HDF5's own.

    python3 two_masters.py TRAWL
"""

import os
import re
import subprocess
import time
from pathlib import Path

from disturbed_run import SOME_BYTES, DisturbedRun, standing_job
from trawl_runs import check, job_text, main, wait_for

NO_LOCKS, NOT_SUPPORTED, CRAY = 37, 95, 524  # ENOLCK, EOPNOTSUPP, and what DVS and some NFS answer


def without_locks(trawl, code):
    """An environment in which flock(2) fails."""
    library = trawl.folder / "flock_fails.so"
    if not library.exists():
        source = Path(__file__).with_name("flock_fails.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
    return {"LD_PRELOAD": str(library), "TRAWL_TEST_FLOCK_ERRNO": str(code)}


def begun(trawl, results, **options):
    run = DisturbedRun(trawl, "job.yaml", "-o", results, **options)
    run.wait_until(lambda: trawl.journal_bytes(results) > SOME_BYTES, "results")
    return run


def second_is_kept_out(trawl):
    first = begun(trawl, "r.h5", ranks=3)
    begin = time.monotonic()
    said = trawl.run("run", "job.yaml", "-o", "r.h5", expect=4)
    waited = time.monotonic() - begin
    check(re.search(r"another run writes r\.h5: host \S+, pid \d+, since \S+", said), f"not clear:\n{said}")
    check(waited > 4.0, f"waited only {waited:.1f} s")
    pid = int(re.search(r"pid (\d+)", said).group(1))
    check(os.getsid(pid) == first.process.pid, f"{pid} is not the first run's")
    repair = trawl.run("repair", "r.h5", expect=4)
    check("another run writes" in repair, f"repaired under a run:\n{repair}")
    first.open()
    first.end()
    trawl.check_same("undisturbed.h5", "r.h5")


def second_takes_over(trawl, code):
    results = f"later{code}.h5"
    environment = without_locks(trawl, code)
    first = begun(trawl, results, environment=environment)
    said = trawl.run("run", "job.yaml", "-o", results, ranks=3, environment=environment)
    check("cannot be locked" in said and "is resumed" in said, f"not warned:\n{said}")
    first.open()
    said = first.end(expect=4)
    check("another run has taken over" in said, f"the first one did not see it:\n{said}")
    trawl.check_same("undisturbed.h5", results)


def one_of_two_wins(trawl, code):
    results = f"both{code}.h5"
    environment = without_locks(trawl, code)
    runs = [DisturbedRun(trawl, "job.yaml", "-o", results, gates=(0,), environment=environment) for _ in range(2)]
    for run in runs:
        wait_for(lambda: re.search("to go on|another run", run.said()) or not run.goes_on(), "a start")
    for run in runs:
        run.open(0)
    said = [run.end(expect=None) for run in runs]
    codes = sorted(run.process.returncode for run in runs)
    check(codes == [0, 4], f"exit codes {codes}:\n" + "\n".join(said))
    check("another run has taken over" in "".join(said), f"not said why:\n{said}")
    trawl.check_same("undisturbed.h5", results)
    left = [p.name for p in trawl.folder.glob(f"{results}.*") if not p.name.endswith(".lock")]
    check(not left, f"left behind: {left}")


def verbs_without_locks(trawl, code):
    """HDF5 locks with flock too: where that fails, all that trawl does with a file works all the same."""
    environment = without_locks(trawl, code)
    for shard in range(2):
        part = f"{code}-shard-{shard}.h5"
        trawl.run("run", "short.yaml", "--shard", f"{shard}/2", "-o", part, environment=environment)
    trawl.run("merge", f"{code}-shard-0.h5", f"{code}-shard-1.h5", "-o", f"{code}.h5", environment=environment)
    trawl.run("run", "short.yaml", "-o", "short.h5", environment=environment)
    for verb in (["diff", f"{code}.h5", "short.h5"], ["status", f"{code}.h5"], ["trials", "short.h5"],
                 ["best", "short.h5"], ["repair", "short.h5"],
                 ["run", "short.yaml", "-o", f"{code}.h5", "--set", "search.n_trials=6"]):
        trawl.run(*verb, environment=environment)
    # What README tells users of h5py.
    reads = "import h5py; h5py.File('short.h5')['trials/state'][:]"
    settings = {**os.environ, **environment, "HDF5_USE_FILE_LOCKING": "FALSE"}
    subprocess.run(["/usr/bin/python3", "-c", reads], cwd=trawl.folder, env=settings, check=True)


def test(trawl):
    trawl.write("job.yaml", standing_job())
    trawl.write("short.yaml", job_text("short", n_trials=4, epochs=2))
    trawl.run("run", "job.yaml", "-o", "undisturbed.h5", ranks=3)
    second_is_kept_out(trawl)
    print("a second run is told who writes the file; the first is unharmed", flush=True)
    for code in (NO_LOCKS, NOT_SUPPORTED, CRAY):
        second_takes_over(trawl, code)
        one_of_two_wins(trawl, code)
        print(f"flock fails with {code}: exactly one of two runs goes on, the same", flush=True)
    verbs_without_locks(trawl, CRAY)
    print(f"flock fails with {CRAY}, for HDF5 too: all verbs work")


main(test)
