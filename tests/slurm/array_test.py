#!/usr/bin/python3
"""The other batch scripts on a real Slurm of two nodes: of four shards one is cancelled, one crashes and comes back, and
one crashes too often; given again, merged and reported they are the results of one process undisturbed.

    python3 array_test.py TRAWL
"""

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from batch_jobs import ROOT, Batch, TestFailed, check, wait_until
from private_cluster import PrivateCluster, why_not

N = 4
FINE, CANCELLED, CRASHED, FAILED = range(N)  # the elements
N_TRIALS = 16
JOB = f"""\
study: slurm-array
data: {{source: synthetic-digits, train_rows: 1500, test_rows: 100}}
model: {{hidden: [64]}}
training: {{epochs: 40, batch_size: 16}}
search:
  sampler: random
  n_trials: {N_TRIALS}
  seed: 5
  space:
    learning_rate: {{low: 1.0e-3, high: 1.0e-1, log: true}}
"""


def submit_array(batch, elements, options=(), **settings):
    options = [f"--array={elements}", "--ntasks-per-node=2", *options]
    files = batch.folder / "job.yaml", batch.folder / "r.h5"
    return batch.submit("slurm/array.sbatch", *files, options=options, **settings)


def installed(trawl, folder):
    """The program where `cmake --install` puts it and the scripts: they need no checkout then."""
    targets = {"bin/trawl": trawl, "share/trawl/slurm": ROOT / "slurm", "share/trawl/analysis": ROOT / "analysis"}
    for place, target in targets.items():
        (folder / "prefix" / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / "prefix" / place).symlink_to(target)
    return folder / "prefix/bin/trawl"


def check_accepted(cluster):
    """Slurm would take every script as it is."""
    for script in sorted((ROOT / "slurm").glob("*.sbatch")):
        cluster.run(["sbatch", "--test-only", "--ntasks-per-node=1", str(script)])


def disturb(batch, array):
    """Each element once it trains, all at a time. They stand still until that is done."""

    def trains(element, restart=0):
        name = f"{array}_{element}"
        results = f"r-shard-{element}.h5"
        log = f"log-{array}-{element}"
        wait_until(
            f"element {element} to train",
            lambda: batch.journal_bytes(results) > 4096 and batch.log(log).count(" is resumed") == restart,
        )
        return name

    def cancel():
        batch.cluster.run(["scancel", trains(CANCELLED)])

    def crash(element, times):
        for restart in range(times):
            batch.kill_rank(trains(element, restart), 1)

    with ThreadPoolExecutor() as threads:
        faults = [threads.submit(cancel), threads.submit(crash, CRASHED, 1), threads.submit(crash, FAILED, 2)]
    for fault in faults:
        fault.result()
    batch.gates.open()
    batch.wait_for_state(f"{array}_{CANCELLED}", "CANCELLED")
    batch.wait_for_state(f"{array}_{FAILED}", "FAILED")
    for element in FINE, CRASHED:
        batch.wait_for_state(f"{array}_{element}", "COMPLETED")
    check(batch.restarts(f"{array}_{CRASHED}") == 1, "the element that crashed was not requeued once")


def merge_and_report(batch, after):
    """From the folder of the results, with an installed program."""
    elsewhere = {"submitted_from": batch.folder, "TRAWL": installed(batch.trawl, batch.folder)}
    elsewhere["PYTHON"] = sys.executable
    merge = batch.submit("slurm/merge.sbatch", "r.h5", options=[f"--dependency=afterok:{after}"], **elsewhere)
    report = batch.submit("slurm/report.sbatch", "r.h5", options=[f"--dependency=afterok:{merge}"], **elsewhere)
    batch.wait_for_state(merge, "COMPLETED")
    batch.wait_for_state(report, "COMPLETED")


def try_array(batch):
    check_accepted(batch.cluster)
    array = submit_array(batch, f"0-{N - 1}", MAX_RESTARTS=1)
    disturb(batch, array)

    early = batch.submit("slurm/merge.sbatch", batch.folder / "r.h5")
    batch.wait_for_state(early, "FAILED")
    check(not (batch.folder / "r.h5").exists(), "merged though a shard was not complete")
    wrong = submit_array(batch, CANCELLED)
    batch.wait_for_state(f"{wrong}_{CANCELLED}", "FAILED")

    again = submit_array(batch, f"{CANCELLED},{FAILED}", SHARDS=N)
    merge_and_report(batch, again)


def logs(batch):
    return "\n".join(f"--- {path.name}\n{path.read_text()}" for path in sorted(batch.folder.glob("log-*")))


def test(trawl, folder):
    (folder / "job.yaml").write_text(JOB)
    command = [trawl, "run", folder / "job.yaml", "-o", folder / "alone.h5"]
    alone = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    with PrivateCluster(nodes=2) as cluster:
        batch = Batch(cluster, trawl, folder, gates=range(N_TRIALS - N, N_TRIALS))  # the last one of each shard
        try:
            try_array(batch)
        except TestFailed as failure:
            raise TestFailed(f"{failure}\n{logs(batch)}{cluster.logs()}") from failure
    log = logs(batch)
    check(alone.wait() == 0, "the undisturbed search failed")
    check("cancelled, preempted or out of time" in log, f"no element was cancelled while it ran:\n{log}")
    check("after 1 restarts" in log and "giving up" in log, f"the failing element did not give up:\n{log}")
    check("trials are missing" in log and "r-shard-1.h5" in log, f"the early merge does not say what is missing:\n{log}")
    check("say how many shards there are in all" in log, f"a part of an array took itself for the whole:\n{log}")
    check("is resumed" in log, f"the shard did not carry on:\n{log}")
    page = folder / "r-report" / "report.html"
    check(page.exists() and "slurm-array" in page.read_text(), f"there is no report:\n{log}")
    difference = batch.differs("r.h5", folder / "alone.h5")
    check(not difference, difference)
    print(f"{N} shards: one cancelled, one crashed, one failed; given again, merged, reported: the same as one process")


def main():
    if reason := why_not():
        print(f"skipped: {reason}")
        return 77
    try:
        with tempfile.TemporaryDirectory(prefix="trawl-") as folder:
            test(Path(sys.argv[1]).resolve(), Path(folder))
    except TestFailed as failure:
        print(f"FAILED: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
