#!/usr/bin/python3
"""Two runs on one results file: the second waits, says who writes, and ends, also where locks are local to a host or there are
none, for the first one shows that it lives. One that stood still is taken over from, and takes nothing back. And all verbs where
the file system refuses locks, as HDF5's own.

    python3 two_masters.py TRAWL
"""

import fcntl
import os
import re
import signal
import subprocess
import time
from pathlib import Path

from disturbed_run import SOME_BYTES, DisturbedRun, standing_job
from trawl_runs import check, job_text, main, session_members, wait_for

NO_LOCKS, NOT_SUPPORTED, CRAY = 37, 95, 524  # ENOLCK, EOPNOTSUPP, and what DVS and some NFS answer


LOCAL = "local"  # granted to everybody


def without_locks(trawl, code):
    """An environment in which flock(2) fails, or is granted to everybody."""
    library = built(trawl, "flock_is_local" if code == LOCAL else "flock_fails")
    return {"LD_PRELOAD": library, "TRAWL_TEST_FLOCK_ERRNO": str(code)}


def built(trawl, name):
    library = trawl.folder / f"{name}.so"
    if not library.exists():
        source = Path(__file__).with_name(f"{name}.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return str(library)


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


def dead_holders_lock_is_replaced(trawl):
    """Somebody who may read the lock of a run that was killed holds it for ever."""
    first = begun(trawl, "dead.h5")
    lock = trawl.folder / "dead.h5.lock"
    check(lock.stat().st_mode & 0o077 == 0, f"others may open the lock: mode {lock.stat().st_mode:o}")
    with open(lock) as file:
        stand_still(first, signal.SIGKILL)
        first.process.wait()
        fcntl.flock(file, fcntl.LOCK_EX)
        said = trawl.run("run", "job.yaml", "-o", "dead.h5")
    check("although its run is dead" in said and "is resumed" in said, f"not resumed:\n{said}")
    trawl.check_same("undisturbed.h5", "dead.h5")


def second_sees_a_sign_of_life(trawl, code):
    results = f"lives{code}.h5"
    environment = without_locks(trawl, code)
    first = begun(trawl, results, environment=environment)
    said = trawl.run("run", "job.yaml", "-o", results, environment=environment, expect=4)
    check(f"another run writes {results}: host" in said, f"not clear:\n{said}")
    check(("cannot be locked" in said) == (code != LOCAL), f"locks:\n{said}")
    repair = trawl.run("repair", results, environment=environment, expect=4)
    check("another run writes" in repair, f"repaired under a run:\n{repair}")
    first.open()
    first.end()
    trawl.check_same("undisturbed.h5", results)


def stand_still(run, how):
    for pid in session_members(run.process.pid):
        os.kill(pid, how)


def second_takes_over(trawl, code):
    """From one whose host is cut off: it stands still, and goes on when the second one is under way, or at its end."""
    results = f"later{code}.h5"
    environment = without_locks(trawl, code)
    for second_ends_first in (False, True):
        first = begun(trawl, results, environment=environment)
        stand_still(first, signal.SIGSTOP)
        second = DisturbedRun(trawl, "job.yaml", "-o", results, gates=() if second_ends_first else (6,),
                              environment=environment)
        second.wait_until_said("is resumed") if not second_ends_first else second.process.wait()
        stand_still(first, signal.SIGCONT)
        first.open()
        said = first.end(expect=4)
        check("another run has taken over" in said, f"the first one did not see it:\n{said}")
        again = trawl.run("run", "job.yaml", "-o", results, environment=environment, expect=(0, 4))
        check("another run writes" in again or second_ends_first, f"what starts again takes it back:\n{again}")
        second.open(6)
        said = second.end()
        check("gave no sign of life" in said, f"not said that it takes over:\n{said}")
        trawl.check_same("undisturbed.h5", results)
        left = [p.name for p in trawl.folder.glob(f"{results}.*")]
        check(not left, f"left behind: {left}")
        (trawl.folder / results).unlink()


def second_ended_unseen(trawl):
    """Where the first one is told that its journal is there still, which the second has removed."""
    environment = without_locks(trawl, LOCAL)
    remembers = {**environment, "LD_PRELOAD": f"{environment['LD_PRELOAD']}:{built(trawl, 'names_are_remembered')}"}
    first = begun(trawl, "unseen.h5", environment=remembers)
    stand_still(first, signal.SIGSTOP)
    trawl.run("run", "job.yaml", "-o", "unseen.h5", environment=environment)
    stand_still(first, signal.SIGCONT)
    first.open()
    said = first.end(expect=4)
    check("another run has taken over" in said and "changed" not in said, f"the first one did not see it:\n{said}")
    trawl.check_same("undisturbed.h5", "unseen.h5")
    left = [p.name for p in trawl.folder.glob("unseen.h5.*") if not p.name.endswith(".checkpoints")]
    check(not left, f"left behind: {left}")
    print("a network file system's memory of names: what has been completed is left alone", flush=True)


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
    check(re.search("another run (has taken over|writes)", "".join(said)), f"not said why:\n{said}")
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
    dead_holders_lock_is_replaced(trawl)
    print("a second run is told who writes the file; the first is unharmed", flush=True)
    for code in (NO_LOCKS, LOCAL):
        second_sees_a_sign_of_life(trawl, code)
        second_takes_over(trawl, code)
        print(f"flock: {code}: a run that lives is noticed, one that stood still takes nothing back", flush=True)
    second_ended_unseen(trawl)
    for code in (NO_LOCKS, NOT_SUPPORTED, CRAY, LOCAL):
        one_of_two_wins(trawl, code)
        print(f"flock: {code}: exactly one of two runs goes on, the same", flush=True)
    verbs_without_locks(trawl, CRAY)
    print(f"flock fails with {CRAY}, for HDF5 too: all verbs work")


main(test)
