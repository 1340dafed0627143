"""The faults of chaos.py. A fault is done to a Scene and says whether it landed: what it is aimed at may not be there."""

import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

import h5py
from chaos_watch import Journal
from launched_run import Run, stat
from trawl_runs import size_of

KILLS = {"kill -9": signal.SIGKILL, "segfault": signal.SIGSEGV, "abort": signal.SIGABRT}
MPIRUN_PATIENCE = 20.0
STOPS = {"USR1": signal.SIGUSR1, "TERM": signal.SIGTERM, "INT": signal.SIGINT}


@dataclass
class Scene:
    """What a fault may touch. `run` and `watch` are None between runs."""

    trawl: object
    results: Path
    command: list
    run: Run = None
    watch: object = None
    beside: list = field(default_factory=list)  # second masters
    later: list = field(default_factory=list)  # (when, what to do then)
    killed_outright: bool = False  # something died that should have cleaned up
    journal_cut: bool = False
    two_masters: bool = False
    disk_was_full: bool = False
    set_aside: bool = False

    def do_what_is_due(self, all_of_it=False):
        for entry in list(self.later):
            if all_of_it or time.monotonic() >= entry[0]:
                self.later.remove(entry)
                entry[1]()


@dataclass
class Fault:
    kind: str
    phase: str
    fraction: float  # of the study's epochs that are trained before; in "start", of half a second
    draw: object  # random numbers of its own
    landed_in: str = None
    at: float = None
    seconds: float = None  # until the study went on

    def is_due(self, watch, n_epochs):
        phase = watch.phase()
        if self.phase == "start":
            return watch.seconds() >= 0.5 * self.fraction
        if self.phase == "training":
            return watch.begun and watch.journal.n_epochs >= self.fraction * n_epochs
        if self.phase == "publishing":
            return phase == self.phase and watch.journal.n_epochs >= 0.4 * self.fraction * n_epochs
        return phase == self.phase

    def do(self, scene):
        self.landed_in = scene.watch.phase() if scene.watch else "between runs"
        landed = FAULTS[self.kind](scene, self.draw)
        self.at = time.monotonic()
        return landed


def send(pid, number):
    try:
        os.kill(pid, number)
    except (ProcessLookupError, TypeError):
        return False
    return True


# Processes: each finder gives a pid or None.


def find_worker(scene, draw):
    workers = [pid for rank, pid in sorted(scene.run.ranks().items()) if rank > 0]
    return draw.choice(workers) if workers else None


def find_master(scene, draw):
    return scene.run.ranks().get(0)


def find_launcher(scene, draw):
    ranks = sorted(scene.run.ranks().values())
    children = [child for child in map(scene.run.child, ranks) if child]
    return draw.choice(children) if children else None


def find_trial(scene, draw):
    for _ in range(20):
        launcher = find_launcher(scene, draw)
        trial = scene.run.child(launcher) if launcher else None
        if trial:
            return trial
        time.sleep(0.005)
    return None


def find_mpirun(scene, draw):
    return scene.run.mpirun()


def find_trawl_mpirun(scene, draw):
    entry = stat(scene.run.process.pid)
    return scene.run.process.pid if entry and entry[0] == "trawl-mpirun" else None


TARGETS = {
    "worker": find_worker,
    "master": find_master,
    "launcher": find_launcher,
    "trial": find_trial,
    "mpirun": find_mpirun,
    "trawl-mpirun": find_trawl_mpirun,
}


def kill(target, number):
    def do(scene, draw):
        # A trial's or a launcher's end is noticed by its rank; others may be the one to clean up.
        scene.killed_outright = scene.killed_outright or target not in ("trial", "launcher", "worker") or not has_wrapper(scene)
        return send(TARGETS[target](scene, draw), number)

    return do


def has_wrapper(scene):
    return Path(scene.command[0]).name == "trawl-mpirun"


def stop_and(target, after):
    """SIGSTOP, and after some seconds SIGCONT or SIGKILL; after None nothing."""

    def do(scene, draw):
        pid = TARGETS[target](scene, draw)
        if not send(pid, signal.SIGSTOP):
            return False
        if after is None and not has_wrapper(scene):
            # Whoever is stopped between its goodbye and its end keeps mpirun, which trawl-mpirun alone ends then.
            scene.later.append((time.monotonic() + MPIRUN_PATIENCE, lambda: send(pid, signal.SIGCONT)))
        elif after is not None:
            scene.later.append((time.monotonic() + draw.uniform(0.3, 5.0), lambda: send(pid, after)))
        if after == signal.SIGKILL:
            scene.killed_outright = True
        return True

    return do


def ask_to_stop(number, times=1):
    def do(scene, draw):
        landed = all([send(scene.run.process.pid, number) for _ in range(times)])
        # The second one ends it at once; a start without its handlers ends by the first.
        if times > 1 or scene.watch.phase() in ("start", "preparing data") or not has_wrapper(scene):
            scene.killed_outright = True
        return landed

    return do


# Files.


def newest_version(scene):
    """False where the file is the only copy."""
    return scene.results.exists() and any(Journal(scene.results).segments())


def delete_file(scene, draw):
    if not newest_version(scene):
        return False
    scene.results.unlink(missing_ok=True)
    return True


def truncate_file(scene, draw):
    if not newest_version(scene):
        return False
    scene.set_aside = True
    os.truncate(scene.results, int(draw.random() * size_of(scene.results)))
    return True


def garbage_file(scene, draw):
    if not newest_version(scene):
        return False
    scene.set_aside = True
    scene.results.with_name("garbage").write_bytes(draw.randbytes(draw.randrange(0, 5000)))
    scene.results.with_name("garbage").rename(scene.results)
    return True


def damaged_checkpoint(scene, draw):
    paths = sorted(scene.results.with_name(scene.results.name + ".checkpoints").glob("*.checkpoint"))
    if not paths:
        return False
    path = draw.choice(paths)
    try:
        content = bytearray(path.read_bytes())
    except FileNotFoundError:
        return False
    how = draw.choice(("cut", "flip", "garbage"))
    if how == "flip" and content:
        content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    content = content[: draw.randrange(len(content) + 1)] if how == "cut" else content
    path.write_bytes(draw.randbytes(300) if how == "garbage" else content)
    return True


def lost_checkpoints(scene, draw):
    """All of them: of trials that train, and of those that are paused."""
    paths = list(scene.results.with_name(scene.results.name + ".checkpoints").glob("*.checkpoint"))
    for path in paths:
        path.unlink(missing_ok=True)
    return bool(paths)


def torn_tail(scene, draw):
    segments = Journal(scene.results).segments()
    if not segments:
        return False
    content = segments[-1].read_bytes()
    start = draw.randrange(len(content) + 1)
    tail = draw.choice((draw.randbytes(draw.randrange(1, 2000)), content[start : start + 500], bytes(100)))
    segments[-1].write_bytes(content + tail)
    return bool(tail)


def published_bytes(results, segment):
    """So much of this segment is on the disk, as the published file holds it."""
    try:
        with h5py.File(results, "r") as file:
            number, offset = int(file.attrs["journal_segment"]), int(file.attrs["journal_offset"])
    except (OSError, KeyError):
        return 0
    own = int(segment.name.rpartition(".")[2])
    return offset if number == own else size_of(segment) if number > own else 0


def cut_tail(scene, draw):
    """As after a power failure: the last records never reached the disk."""
    journal = Journal(scene.results)
    journal.look()
    segments = journal.segments()
    if not segments:
        return False
    size = size_of(segments[-1])
    least = journal.first_event.get(segments[-1], size) if len(segments) == 1 else 0
    least = max(least, published_bytes(scene.results, segments[-1]))
    keep = draw.randrange(least, size) if draw.random() < 0.5 and least < size else max(least, size - draw.randrange(1, 3000))
    if keep >= size:
        return False
    os.truncate(segments[-1], keep)
    scene.journal_cut = True
    return True


# A second run, and the disk.


def second_master(without_lock):
    def do(scene, draw):
        lock = scene.results.with_name(scene.results.name + ".lock")
        if not lock.exists():
            return False
        if without_lock:
            lock.unlink(missing_ok=True)
            scene.two_masters = True
        alone = [str(scene.trawl.binary), *scene.command[scene.command.index("run") :]]
        scene.beside.append(Run(scene.trawl, alone, log=f"beside{len(scene.beside)}.log"))
        return True

    return do


def fill_disk(scene, draw):
    """The folder is a small file system of its own: see chaos.py."""
    if not os.path.ismount(scene.results.parent):
        return False
    filler = scene.results.with_name("filler")
    try:
        with open(filler, "wb", buffering=0) as file:
            while file.write(bytes(1 << 16)):
                pass
    except OSError:
        pass
    if not filler.exists():
        return False  # it was full before
    free = draw.choice((0, 0, 4096, 50_000, 300_000))
    os.truncate(filler, max(0, size_of(filler) - free))
    scene.disk_was_full = True
    scene.later.append((time.monotonic() + draw.uniform(0.2, 4.0), lambda: filler.unlink(missing_ok=True)))
    return True


TIME_LIMIT, TEST_FAULTS = "--time-limit", "TRAWL_TEST_FAULTS"
FAULTS = {
    **{f"{name} of a {target}": kill(target, number) for target in ("worker", "trial") for name, number in KILLS.items()},
    **{f"{name} of the master": kill("master", number) for name, number in KILLS.items()},
    "kill -9 of a launcher": kill("launcher", signal.SIGKILL),
    "kill -9 of mpirun": kill("mpirun", signal.SIGKILL),
    "kill -9 of trawl-mpirun": kill("trawl-mpirun", signal.SIGKILL),
    "a stopped worker": stop_and("worker", None),
    "a stopped launcher": stop_and("launcher", None),
    "a stopped trial": stop_and("trial", None),
    **{f"a stopped, later continued {target}": stop_and(target, signal.SIGCONT) for target in TARGETS},
    "a stopped, later killed master": stop_and("master", signal.SIGKILL),
    "a stopped, later killed mpirun": stop_and("mpirun", signal.SIGKILL),
    **{f"SIG{name}": ask_to_stop(number) for name, number in STOPS.items()},
    "SIGINT twice": ask_to_stop(signal.SIGINT, 2),
    "SIGTERM twice": ask_to_stop(signal.SIGTERM, 2),
    "the file deleted": delete_file,
    "the file truncated": truncate_file,
    "the file replaced by garbage": garbage_file,
    "a checkpoint damaged": damaged_checkpoint,
    "all checkpoints lost": lost_checkpoints,
    "a second master": second_master(False),
    "a second master, the lock removed": second_master(True),
    "a full disk": fill_disk,
    "the journal's tail torn": torn_tail,
    "the journal's tail cut": cut_tail,
}
BETWEEN_RUNS = (
    "the file deleted",
    "the file truncated",
    "the file replaced by garbage",
    "a checkpoint damaged",
    "all checkpoints lost",
    "the journal's tail torn",
    "the journal's tail cut",
)
