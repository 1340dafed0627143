"""What must hold after a round of chaos.py."""

import os
import signal
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import h5py
from trawl_runs import TestFailed, check, session_members, wait_for

LONGEST_END = 15.0  # of the processes of a run whose launcher was killed


@dataclass
class Counts:
    lost: int = 0
    doubled: int = 0
    different: int = 0

    def add(self, other):
        self.lost, self.doubled, self.different = self.lost + other.lost, self.doubled + other.doubled, self.different + other.different

    def __str__(self):
        return f"{self.lost} lost, {self.doubled} doubled, {self.different} different"


def rows(path):
    """(complete, numbers of trials, their states, (trial, epoch) pairs)."""
    with h5py.File(path, "r") as file:
        trials, epochs = file["trials"], file["epochs"]
        names = {code: name for name, code in h5py.check_enum_dtype(trials["state"].dtype).items()}
        states = [names[code] for code in trials["state"][:].tolist()]
        pairs = list(zip(epochs["trial"][:].tolist(), epochs["epoch"][:].tolist()))
        return bool(file.attrs["complete"]), trials["number"][:].tolist(), states, pairs


def n_epochs(path):
    return len(rows(path)[3])


def compare(trawl, results, job, counts):
    """Counts what is wrong with the results, and raises TestFailed if anything is."""
    complete, numbers, states, pairs = rows(trawl.folder / results)
    _, _, _, wanted = rows(trawl.folder / "reference.h5")
    finished = [number for number, state in zip(numbers, states) if state in ("complete", "pruned", "failed")]
    counts.lost += len(set(range(job.n_trials)) - set(finished)) + len(set(wanted) - set(pairs))
    counts.doubled += sum(n - 1 for n in Counter(numbers).values()) + sum(n - 1 for n in Counter(pairs).values())
    try:
        trawl.check_same("reference.h5", results)
    except TestFailed:
        counts.different += 1
        raise
    check(complete and counts.lost == counts.doubled == 0, f"complete: {complete}, {counts}")


compare.n_epochs = n_epochs


def processes(scene, sees_all):
    if not sees_all:
        return [(pid, "") for pid in session_members(scene.run.process.pid)]
    return all_processes()


def all_processes():
    """Of this namespace, but for its first one and this script."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            state = (path / "stat").read_text().rpartition(")")[2].split()[0]
            if state != "Z" and int(path.name) not in (1, os.getpid()):
                found.append((int(path.name), (path / "cmdline").read_text().replace("\0", " ")[:80]))
        except OSError:
            pass
    return found


def end_all(sees_all):
    """What a round left that failed shall not disturb the next one."""
    if not sees_all:
        return
    for _ in range(100):
        for pid, _ in all_processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if not all_processes():
            break
        time.sleep(0.02)
    for path in Path("/dev/shm").iterdir():
        path.unlink()


def check_nothing_left(trawl, scene, sees_all):
    wait_for(lambda: not processes(scene, sees_all), f"the end of all processes ({processes(scene, sees_all)})", LONGEST_END)
    folder = scene.results.parent
    allowed = {scene.results.name, "filler"}
    left = [path.name for path in folder.iterdir() if path.name not in allowed]
    if scene.set_aside:
        left = [name for name in left if ".foreign" not in name]
    check(not left, f"left behind beside the results: {left}")
    check_temporary(trawl, scene, sees_all)


def check_temporary(trawl, scene, sees_all):
    """After processes that could not clean up: the next run has to, or nobody can."""
    left = [path for path in (trawl.folder / "tmp").rglob("*") if not path.is_dir()]
    left += trawl.folder.glob(".trawl-mpirun.*")
    if sees_all:
        left += Path("/dev/shm").iterdir()
    if scene.killed_outright:
        for path in left:
            path.unlink()
        left = []
    check(not left, f"temporary files are left: {[str(path) for path in left]}")
