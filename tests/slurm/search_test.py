"""slurm/search.sbatch on a real Slurm of two nodes: asked to stop in the middle, it goes
back into the queue, carries on, and the results are those of one process undisturbed.

    python3 search_test.py TRAWL srun|mpirun
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from private_cluster import PrivateCluster, missing_programs

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = 90.0
JOB = """\
study: slurm-test
data: {source: synthetic-digits, train_rows: 1500, test_rows: 100}
model: {hidden: [96]}
training: {epochs: 8, batch_size: 8}
search:
  sampler: random
  n_trials: 24
  seed: 5
  space:
    learning_rate: {low: 1.0e-3, high: 1.0e-1, log: true}
"""


def submit(cluster, launcher, trawl, folder):
    options = ["--parsable", "--ntasks-per-node=2", f"--output={folder}/log", f"--chdir={ROOT}"]
    settings = f"ALL,TRAWL={trawl},LAUNCHER={launcher},SITE_ENV=none"
    command = ["sbatch", *options, f"--export={settings}", "slurm/search.sbatch", f"{folder}/job.yaml", f"{folder}/r.h5"]
    return int(cluster.run(command, cwd=ROOT).stdout)


def wait_until(cluster, number, what, reached):
    end = time.monotonic() + DEADLINE
    while not reached():
        state = cluster.job(number)["JobState"]
        if time.monotonic() > end or state in ("FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL"):
            raise RuntimeError(f"waited for {what}; the job is {state}")
        time.sleep(0.2)


def journal_grows(folder):
    return sum(path.stat().st_size for path in folder.glob("r.h5.journal.*")) > 8192


def disturbed_search(cluster, launcher, trawl, folder):
    number = submit(cluster, launcher, trawl, folder)
    wait_until(cluster, number, "the first epochs", lambda: journal_grows(folder))
    cluster.run(["scancel", "--batch", "--signal=USR1", str(number)])
    wait_until(cluster, number, "the restart", lambda: cluster.job(number)["Restarts"] == "1")
    wait_until(cluster, number, "the end", lambda: cluster.job(number)["JobState"] == "COMPLETED")


def check(condition, what):
    if not condition:
        raise RuntimeError(what)


def test(trawl, launcher, folder):
    (folder / "job.yaml").write_text(JOB)
    alone = subprocess.Popen(
        [trawl, "run", folder / "job.yaml", "-o", folder / "alone.h5"], stdout=subprocess.DEVNULL
    )
    with PrivateCluster(nodes=2) as cluster:
        try:
            disturbed_search(cluster, launcher, trawl, folder)
        except RuntimeError as error:
            raise RuntimeError(f"{error}\n{(folder / 'log').read_text()}{cluster.logs()}") from error
    log = (folder / "log").read_text()
    check(alone.wait() == 0, "the undisturbed search failed")
    check("restart 0" in log and "restart 1" in log, f"not restarted once:\n{log}")
    check("exit code 75" in log, f"the first instance did not stop cleanly:\n{log}")
    check(all(f"trawl{n}" in log or "trawl[1-2]" in log for n in (1, 2)), f"not on both nodes:\n{log}")
    same = subprocess.run([trawl, "diff", folder / "r.h5", folder / "alone.h5"], capture_output=True, text=True)
    check(same.returncode == 0, f"trawl diff: {same.stdout}{same.stderr}")
    print(f"{launcher}: stopped, requeued, complete, the same as one process")


def main():
    if absent := missing_programs():
        print(f"cannot run here, missing: {' '.join(absent)}")
        return 77
    trawl, launcher = Path(sys.argv[1]).resolve(), sys.argv[2]
    with tempfile.TemporaryDirectory(prefix="trawl-") as folder:
        test(trawl, launcher, Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
