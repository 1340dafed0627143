#!/usr/bin/python3
"""A file system that fails for a while (EIO, ESTALE and the like), or for good: waited for like a full disk.

    python3 failing_disk.py TRAWL
"""

import errno
import os
import subprocess
import time
from pathlib import Path

from disturbed_run import SOME_BYTES, DisturbedRun, check_said, standing_job
from trawl_runs import check, job_text, main

RANKS = 3
WAITS = "wait in memory for the file system"


class FailingDisk:
    def __init__(self, trawl, code):
        library = trawl.folder / "disk_fails.so"
        if not library.exists():
            source = Path(__file__).with_name("disk_fails.c")
            subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source], check=True)
        self.switch = trawl.folder / "disk-fails"
        self.environment = {"LD_PRELOAD": str(library), "TRAWL_TEST_DISK_FAILS": str(self.switch),
                            "TRAWL_TEST_DISK_ERRNO": str(code)}

    def fail(self):
        self.switch.touch()

    def work(self):
        self.switch.unlink(missing_ok=True)


def begun(trawl, results, disk, *more, gates, ranks=None):
    run = DisturbedRun(trawl, "job.yaml", "-o", results, *more, gates=gates, ranks=ranks, environment=disk.environment)
    run.wait_until(lambda: trawl.journal_bytes(results) > SOME_BYTES, "results")
    return run


def fails_for_a_while(trawl, code, ranks):
    results = f"while{code}.h5"
    disk = FailingDisk(trawl, code)
    run = begun(trawl, results, disk, gates=(3, 6), ranks=ranks)
    disk.fail()
    run.open(3)
    run.wait_until_said(WAITS)
    time.sleep(1.0)
    check(run.goes_on(), f"the search stopped:\n{run.said()}")
    disk.work()
    run.wait_until_said("works again: nothing was lost")
    run.open(6)
    check_said(run.end(), WAITS)
    trawl.check_same("undisturbed.h5", results)
    left = [path.name for path in trawl.folder.glob(f"{results}.*")]
    check(not left, f"left behind: {left}")


def fails_at_the_end(trawl, code):
    results = f"end{code}.h5"
    disk = FailingDisk(trawl, code)
    run = begun(trawl, results, disk, gates=(7,))
    run.open(7)
    disk.fail()
    run.wait_until(lambda: WAITS in run.said() or "waiting for it" in run.said(), "waits")
    time.sleep(1.5)
    disk.work()
    run.end()
    trawl.check_same("undisturbed.h5", results)


def fails_for_good(trawl, code):
    results = f"good{code}.h5"
    disk = FailingDisk(trawl, code)
    run = begun(trawl, results, disk, "--set", "cluster.full_disk_timeout=1", gates=(3,))
    disk.fail()
    run.open(3)
    said = run.end(expect=4)
    check("is not stored" in said and "the same command carries on" in said, f"not clear:\n{said}")
    disk.work()
    said = trawl.run("run", "job.yaml", "-o", results, ranks=RANKS)
    check("is resumed" in said, f"not resumed:\n{said}")
    trawl.check_same("undisturbed.h5", results)


def cannot_be_opened(trawl, code):
    """FILE.h5 is there and good, and opening it fails: it is not judged, and not moved away."""
    disk = FailingDisk(trawl, code)
    opens = {**disk.environment, "TRAWL_TEST_DISK_OPENS": "1"}
    for results, unfinished in ((f"open{code}.h5", False), (f"journal{code}.h5", True)):
        stop = ("--time-limit", "0.01") if unfinished else ()
        trawl.run("run", "short.yaml", "-o", results, *stop, expect=(0, 75))
        for verb in ("run", "status", "repair"):
            disk.fail()
            what = ("short.yaml", "-o", results) if verb == "run" else (results,)
            process = subprocess.Popen(trawl.command(verb, *what), cwd=trawl.folder, text=True, stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, env={**os.environ, **opens})
            if verb == "run" and may_pass(code):
                time.sleep(1.0)
                check(process.poll() is None, "it does not wait")
                disk.work()
            said = process.communicate()[0]
            disk.work()
            waited = verb == "run" and may_pass(code)
            check((process.returncode == 0) == waited, f"{verb}: exit code {process.returncode}:\n{said}")
            check("not an HDF5 file" not in said and "damaged" not in said, f"{verb}: it was judged:\n{said}")
            check(waited or os.strerror(code) in said, f"{verb}: not clear:\n{said}")
        left = [path.name for path in trawl.folder.glob(f"{results}.foreign*")]
        check(not left, f"moved away: {left}")


def may_pass(code):
    return code in (errno.EIO, errno.ESTALE, errno.ENOTCONN, errno.EMFILE)


def test(trawl):
    trawl.write("short.yaml", job_text("short", n_trials=4, epochs=2, rows=200))
    for code in (errno.EIO, errno.ESTALE, errno.EACCES, errno.EMFILE):
        cannot_be_opened(trawl, code)
        print(f"{errno.errorcode[code]} at opening: waited for, or told", flush=True)
    trawl.write("job.yaml", standing_job())
    trawl.run("run", "job.yaml", "-o", "undisturbed.h5", ranks=RANKS)
    for code, ranks in ((errno.EIO, RANKS), (errno.ESTALE, None), (errno.ENOTCONN, None)):
        fails_for_a_while(trawl, code, ranks)
        print(f"{errno.errorcode[code]} for a while: the same", flush=True)
    fails_at_the_end(trawl, errno.EIO)
    fails_for_good(trawl, errno.EIO)
    fails_for_good(trawl, errno.ETIMEDOUT)
    print("at the end: waited for; for good: exit code 4, and the same command carries on")


main(test)
