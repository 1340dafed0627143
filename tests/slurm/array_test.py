"""slurm/array.sbatch and slurm/merge.sbatch on a real Slurm of two nodes: three shards, one of them cancelled in
the middle and submitted again, merge to the results of one process undisturbed.

    python3 array_test.py TRAWL
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from private_cluster import PrivateCluster, missing_programs

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 60.0
N = 3
CANCELLED = 1  # the element
JOB = """\
study: slurm-array
data: {source: synthetic-digits, train_rows: 1500, test_rows: 100}
model: {hidden: [64]}
training: {epochs: 8, batch_size: 16}
search:
  sampler: random
  n_trials: 14
  seed: 5
  space:
    learning_rate: {low: 1.0e-3, high: 1.0e-1, log: true}
"""


def submit(cluster, trawl, folder, script, *arguments, options=(), shards=None, submitted_from=ROOT):
    settings = f"ALL,TRAWL={trawl},SITE_ENV=none" + (f",SHARDS={shards}" if shards else "")
    common = ["--parsable", f"--output={folder}/log-%A-%a", f"--chdir={submitted_from}", f"--export={settings}"]
    return cluster.run(["sbatch", *common, *options, str(ROOT / script), *map(str, arguments)], cwd=submitted_from).stdout.strip()


def submit_array(cluster, trawl, folder, elements, shards=None):
    options = [f"--array={elements}", "--ntasks-per-node=2"]
    files = folder / "job.yaml", folder / "r.h5"
    return submit(cluster, trawl, folder, "slurm/array.sbatch", *files, options=options, shards=shards)


def wait_until(what, reached):
    end = time.monotonic() + DEADLINE
    while not reached():
        if time.monotonic() > end:
            raise RuntimeError(f"waited for {what}")
        time.sleep(0.2)


def wait_for_state(cluster, number, *states):
    wait_until(f"job {number} to be {' or '.join(states)}", lambda: cluster.job(number)["JobState"] in states)


def journal_grows(folder):
    return sum(path.stat().st_size for path in folder.glob(f"r-shard-{CANCELLED}.h5.journal.*")) > 8192


def check(condition, what):
    if not condition:
        raise RuntimeError(what)


def installed(trawl, folder):
    """The program where `cmake --install` puts it and the scripts: they need no checkout then."""
    for place, target in (("bin/trawl", trawl), ("share/trawl/slurm", ROOT / "slurm")):
        (folder / "prefix" / place).parent.mkdir(parents=True)
        (folder / "prefix" / place).symlink_to(target)
    return folder / "prefix/bin/trawl"


def disturbed_array(cluster, trawl, folder):
    array = submit_array(cluster, trawl, folder, f"0-{N - 1}")
    wait_until("the first epochs", lambda: journal_grows(folder))
    cluster.run(["scancel", f"{array}_{CANCELLED}"])
    wait_for_state(cluster, f"{array}_{CANCELLED}", "CANCELLED")
    for element in set(range(N)) - {CANCELLED}:
        wait_for_state(cluster, f"{array}_{element}", "COMPLETED")

    early = submit(cluster, trawl, folder, "slurm/merge.sbatch", folder / "r.h5")
    wait_for_state(cluster, early, "FAILED")
    check(not (folder / "r.h5").exists(), "merged though a shard was not complete")
    wrong = submit_array(cluster, trawl, folder, CANCELLED)
    wait_for_state(cluster, f"{wrong}_{CANCELLED}", "FAILED")

    again = submit_array(cluster, trawl, folder, CANCELLED, shards=N)
    after = [f"--dependency=afterok:{again}"]
    merge = submit(
        cluster, installed(trawl, folder), folder, "slurm/merge.sbatch", "r.h5", options=after, submitted_from=folder
    )
    wait_for_state(cluster, merge, "COMPLETED")


def logs(folder):
    return "\n".join(f"--- {path.name}\n{path.read_text()}" for path in sorted(folder.glob("log-*")))


def test(trawl, folder):
    (folder / "job.yaml").write_text(JOB)
    command = [trawl, "run", folder / "job.yaml", "-o", folder / "alone.h5"]
    alone = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    with PrivateCluster(nodes=2) as cluster:
        try:
            disturbed_array(cluster, trawl, folder)
        except RuntimeError as error:
            raise RuntimeError(f"{error}\n{logs(folder)}{cluster.logs()}") from error
    log = logs(folder)
    check(alone.wait() == 0, "the undisturbed search failed")
    check("cancelled, preempted or out of time" in log, f"no element was cancelled while it ran:\n{log}")
    check("trials are missing" in log and "r-shard-1.h5" in log, f"the early merge does not say what is missing:\n{log}")
    check("say how many shards there are in all" in log, f"a part of an array took itself for the whole:\n{log}")
    check("is resumed" in log, f"the shard did not carry on:\n{log}")
    same = subprocess.run([trawl, "diff", folder / "r.h5", folder / "alone.h5"], capture_output=True, text=True)
    check(same.returncode == 0, f"trawl diff: {same.stdout}{same.stderr}")
    print(f"{N} shards, one cancelled and submitted again, merged: the same as one process")


def main():
    if absent := missing_programs():
        print(f"cannot run here, missing: {' '.join(absent)}")
        return 77
    with tempfile.TemporaryDirectory(prefix="trawl-") as folder:
        test(Path(sys.argv[1]).resolve(), Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
