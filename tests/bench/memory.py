"""Memory of runs of 2, 3 and 5 ranks on one node while all their workers train: the proportional set size (PSS) of all
their processes, mpirun's included; a page that N processes share counts 1/N in each, so the sum counts it once."""

import re
import statistics
import time
from pathlib import Path
from typing import NamedTuple

import h5py

from bench_part import check, main
from trawl_runs import kill_session, session_members, wait_for

RANKS = (2, 3, 5)
SAMPLES, PAUSE = 5, 0.2
MEGABYTE = 1e6
# A rank more is three processes (rank, launcher, trial) with a model, and no data.
GOAL_RANK = "<= 0.1"
GOAL_DATA = "<= 1.05"


class Memory(NamedTuple):
    """In MB."""

    total: float
    data: float  # what of the total is the prepared file
    data_size: float


def megabytes(text, name):
    return 1024 * sum(map(int, re.findall(rf"^{name}: +(\d+) kB", text, re.M))) / MEGABYTE


def total_pss(session):
    return sum(megabytes(Path(f"/proc/{pid}/smaps_rollup").read_text(), "Pss") for pid in session_members(session))


def data_in_memory(session):
    """(PSS of all mappings of the prepared file, its size)"""
    pss, size = 0.0, 0.0
    for pid in session_members(session):
        mappings = re.split(r"^(?=[0-9a-f]+-[0-9a-f]+ )", Path(f"/proc/{pid}/smaps").read_text(), flags=re.M)
        for mapping in mappings:
            if re.search(r"/trawl-\S*/data", mapping.partition("\n")[0]):
                pss += megabytes(mapping, "Pss")
                size = max(size, megabytes(mapping, "Size"))
    return pss, size


def all_train(results, workers):
    """Each has finished an epoch, so it has been over all the data."""
    try:
        with h5py.File(results) as file:
            return len(set(file["epochs/trial"][:])) >= workers
    except (OSError, KeyError):  # not yet published
        return False


def measure_run(part, ranks):
    results = part.folder / f"ranks{ranks}.h5"
    process = part.trawl.start(*part.study(results, search__n_trials=ranks, training__epochs=1000000), ranks=ranks)
    try:
        wait_for(lambda: process.poll() is not None or all_train(results, ranks - 1), "a first epoch", timeout=300)
        check(process.poll() is None, f"the run has ended: {process.stdout.read() if process.poll() else ''}")
        sums = []
        for _ in range(SAMPLES):
            sums.append(total_pss(process.pid))
            time.sleep(PAUSE)
        return Memory(statistics.median(sums), *data_in_memory(process.pid))
    finally:
        kill_session(process)
        process.stdout.close()
        for path in part.folder.glob(f"{results.name}*"):
            path.unlink()


def measure(part):
    runs = {ranks: [measure_run(part, ranks) for _ in range(part.repeats)] for ranks in RANKS}
    for ranks in RANKS:
        part.row(f"MB of a run of {ranks} ranks", [run.total for run in runs[ranks]], [], [])
    fewest, most = runs[RANKS[0]], runs[RANKS[-1]]
    more = [(b.total - a.total) / (RANKS[-1] - RANKS[0]) for a, b in zip(fewest, most)]
    sizes = [run.data_size for run in most]
    part.row("MB of one more rank | of the prepared data", more, sizes, [a / b for a, b in zip(more, sizes)], GOAL_RANK)
    once, held = [run.data for run in fewest], [run.data for run in most]
    what = f"MB of the data in use by {RANKS[-1]} ranks | by {RANKS[0]}"
    part.row(what, held, once, [a / b for a, b in zip(held, once)], GOAL_DATA)


main(measure, __doc__)
