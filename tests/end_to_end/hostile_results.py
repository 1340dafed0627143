#!/usr/bin/python3
"""Results files that were damaged on purpose, through every verb that reads one: an exit code and a message, no signal, no
hang, nothing raw.

    python3 hostile_results.py TRAWL [--mutants 60] [--seed 1] [--keep FOLDER] [--seconds 3600]

`--mutants 10000` takes an hour of two cores, as two processes of 5000 with seeds of their own; `--keep` keeps the files of
findings. For every 20th file the limits of CPU time are the kernel's; for the others they are brought forward. Every 20th is
also watched, for a second.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import h5py

from trawl_runs import ENVIRONMENT, check, job_text, main

sys.path.insert(0, str(Path(__file__).parents[1] / "fuzz"))
from cpu_limits import bring_forward  # noqa: E402
from mutate_results import looping, mutate  # noqa: E402

WATCHED = 1.0  # seconds
PAUSE = 0.1  # seconds between two looks at those that take their time
# What a verb may say of a file, sound or not.
CODES = {"status": (0, 2, 3, 75), "diff": (0, 1, 2), "merge": (0, 2, 3), "repair": (0, 2, 4), "run": (0, 2, 3, 4),
         "watch": (0, 2, 3, 75)}
OTHER_CODES = (0, 2)
RAW = [chr(c) for c in range(32) if chr(c) not in "\n\r\t"]


def verbs(mutant):
    return {
        "status": ["status", mutant],
        "trials": ["trials", mutant],
        "best": ["best", mutant],
        "diff": ["diff", mutant, "base.h5"],
        "export": ["export", mutant, "--csv", "tables"],
        "merge": ["merge", mutant, "shard-1.h5", "-o", "merged.h5"],
        "repair": ["repair", mutant],
        "run": ["run", "job.yaml", "-o", mutant, "--progress", "none", "--set", "search.n_trials=7"],
        "watch": ["status", mutant, "--watch", "--every", "0.1"],
    }


def clean(trawl):
    for path in trawl.folder.glob("m.h5*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name in ("merged.h5", "merged.h5.lock", "merged.h5.tmp", "merged.h5.tmp.final"):
        (trawl.folder / name).unlink(missing_ok=True)
    shutil.rmtree(trawl.folder / "tables", ignore_errors=True)


def longest():
    """Seconds; more where others keep the cores busy, for the readers' limit is one of CPU time."""
    return 30.0 * max(1.0, os.getloadavg()[0] / os.cpu_count())


def output_of(process, seconds, hurry):
    """What it says until its end. hurry: its children's limits are brought forward. Raises TimeoutExpired."""
    end = time.monotonic() + seconds
    while True:
        left = end - time.monotonic()
        try:
            return process.communicate(timeout=min(left, PAUSE) if hurry else left)[0]
        except subprocess.TimeoutExpired:
            if time.monotonic() >= end:
                raise
            bring_forward(process.pid)


def said_by(trawl, verb, arguments, hurry=False):
    """(exit code, what it said, seconds). A watch is ended once it goes on for some time."""
    begin = time.monotonic()
    process = subprocess.Popen(
        trawl.command(*arguments), cwd=trawl.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**ENVIRONMENT, "PATH": "/usr/bin:/bin"}, stdin=subprocess.DEVNULL)
    try:
        output = output_of(process, WATCHED if verb == "watch" else longest(), hurry)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGTERM if verb == "watch" else signal.SIGKILL)
        try:
            output = output_of(process, longest(), hurry)
        except subprocess.TimeoutExpired:
            process.kill()
            output = process.communicate()[0]
    return process.returncode, output.decode(errors="surrogateescape"), time.monotonic() - begin


def fault(verb, code, output, seconds):
    """What is wrong with this end, or None."""
    if seconds >= longest():
        return f"took {seconds:.0f} s"
    if code < 0 or code not in CODES.get(verb, OTHER_CODES):
        return f"exit code {code}"
    if "HDF5-DIAG" in output or "terminate called" in output or "Traceback" in output:
        return "says what is not for users"
    if any(c in output for c in RAW):
        return "prints control characters"
    if code == 2 and "error" not in output:
        return "gives no message"
    return None


def try_mutant(trawl, mutant, at_length):
    """(findings as (verb, what), seconds of the slowest verb)."""
    found, slowest = [], 0.0
    chosen = verbs("m.h5")
    if not at_length:
        del chosen["watch"]  # it waits for what a damaged file will never be
    for verb, arguments in chosen.items():
        clean(trawl)
        (trawl.folder / "m.h5").write_bytes(mutant)
        code, output, seconds = said_by(trawl, verb, arguments, hurry=not at_length)
        slowest = max(slowest, seconds)
        what = fault(verb, code, output, seconds)
        if what:
            found.append((verb, f"{what}: {output[-400:]!r}"))
    return found, slowest


def try_looping(trawl, base):
    """A file on which libhdf5 loops: `status` ends at the kernel's limit of CPU time, the others where that is brought forward."""
    mutant = looping(base.read_bytes())
    for verb, arguments in verbs("m.h5").items():
        clean(trawl)
        (trawl.folder / "m.h5").write_bytes(mutant)
        code, output, seconds = said_by(trawl, verb, arguments, hurry=verb != "status")
        what = fault(verb, code, output, seconds)
        check(not what, f"a file that makes libhdf5 loop: {verb} {what}: {output}")
        check("does not come to an end" in output or verb == "watch", f"a file that makes libhdf5 loop: {verb} says {output}")


def try_renamed(trawl):
    """A parameter's column under another name: what merge writes would lack it."""
    clean(trawl)
    shutil.copy(trawl.folder / "shard-0.h5", trawl.folder / "m.h5")
    with h5py.File(trawl.folder / "m.h5", "r+") as file:
        file["trials/parameters"].move("learning_rate", "other")
    code, output, _ = said_by(trawl, "merge", verbs("m.h5")["merge"])
    check(code == 2 and "is damaged: the trial has no learning_rate" in output, f"merge of a renamed column: {code}: {output}")


def test(trawl, arguments):
    trawl.write("job.yaml", job_text("hostile", n_trials=6, epochs=3, rows=200))
    run = ["run", "job.yaml", "--progress", "none"]
    trawl.run(*run, "-o", "base.h5")
    for shard in range(2):
        trawl.run(*run, "--shard", f"{shard}/2", "-o", f"shard-{shard}.h5")
    trawl.run(*run, "-o", "failed.h5", environment={"TRAWL_TEST_FAULTS": "throw:2"}, expect=(0, 3))
    bases = [trawl.folder / name for name in ("base.h5", "shard-0.h5", "failed.h5")]
    try_looping(trawl, bases[0])
    try_renamed(trawl)
    n_findings, slowest = 0, (0.0, 0)
    seeds = random.Random(arguments.seed)
    end, n_tried = time.monotonic() + arguments.seconds, 0
    for number in range(arguments.mutants):
        if time.monotonic() >= end:
            break
        n_tried += 1
        seed = seeds.randrange(1 << 40)
        base = bases[seed % len(bases)]
        mutant = mutate(base.read_bytes(), seed)
        found, seconds = try_mutant(trawl, mutant, at_length=number % 20 == 0)
        n_findings, slowest = n_findings + len(found), max(slowest, (seconds, seed))
        for verb, what in found:
            print(f"mutant {seed} of {base.name}: {verb} {what}", flush=True)
        if found and arguments.keep:
            arguments.keep.mkdir(parents=True, exist_ok=True)
            (arguments.keep / f"{seed}.h5").write_bytes(mutant)
        if n_tried % 500 == 0:
            print(f"{n_tried} files, {n_findings} findings", flush=True)
    clean(trawl)
    check(n_findings == 0, f"{n_findings} ends that are not as they should be")
    print(f"{n_tried} damaged files through every verb: messages and exit codes only; the slowest verb took "
          f"{slowest[0]:.1f} s (mutant {slowest[1]})")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("trawl")
    parser.add_argument("--mutants", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="try no more files after so long")
    main(test, parser.parse_args())
