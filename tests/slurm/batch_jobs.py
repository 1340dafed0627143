"""The project's batch scripts as jobs of a private cluster: submit them, watch them, disturb their processes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "end_to_end"))

from journal_events import Journal  # noqa: E402
from trawl_runs import Gates, TestFailed, check  # noqa: E402

DEADLINE = 240.0
ENDED = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY")


def wait_until(what, reached, deadline=DEADLINE):
    end = time.monotonic() + deadline
    while not reached():
        check(time.monotonic() < end, f"waited {deadline:.0f} s for {what}")
        time.sleep(0.2)


def environment_of(process):
    """Of one that has ended, or just ends: {}."""
    try:
        entries = (process / "environ").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return {}
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


def name_and_parent(process):
    try:
        name, _, rest = (process / "stat").read_text().partition("(")[2].rpartition(")")
        return name, rest.split()[1]
    except OSError:
        return "", "0"


def checkout(folder):
    """A folder that looks like the top folder of a checkout, to submit from."""
    folder.mkdir()
    for name in ("slurm", "bin", "analysis", "jobs"):
        (folder / name).symlink_to(ROOT / name)
    return folder


class Batch:
    """Submits the scripts with results and logs in one folder. They stand still in the trials `gates` until
    gates.open()."""

    def __init__(self, cluster, trawl, folder, gates, **settings):
        self.cluster, self.trawl, self.folder = cluster, trawl, folder
        self.gates = Gates(gates, folder / "gate")
        self.settings = {"TRAWL": trawl, "SITE_ENV": "none", **settings}

    def submit(self, script, *arguments, options=(), submitted_from=ROOT, log="log-%A-%a", **settings):
        """The job's number."""
        command = ["sbatch", "--parsable", f"--output={self.folder}/{log}", f"--chdir={submitted_from}"]
        command += [*options, str(ROOT / script), *map(str, arguments)]
        # Not by --export=ALL,...: then Slurm asks a login shell of the user for its variables, which may take a minute.
        variables = {k: str(v) for k, v in {**self.settings, **settings}.items()}
        return self.cluster.run(command, environment={**variables, **self.gates.environment}, cwd=submitted_from).stdout.strip()

    def state(self, number):
        return self.cluster.job(number)["JobState"]

    def restarts(self, number):
        return int(self.cluster.job(number)["Restarts"])

    def wait_for_state(self, number, *states):
        def reached():
            state = self.state(number)
            check(state in states or state not in ENDED, f"job {number} is {state}, not {' or '.join(states)}")
            return state in states

        wait_until(f"job {number} to be {' or '.join(states)}", reached)

    def log(self, pattern="log*"):
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob(pattern)))

    def journal_bytes(self, results="r.h5"):
        """Of what trials have reported."""
        journal = Journal(self.folder / results)
        journal.look()
        return journal.n_bytes

    def processes(self, number):
        """A job's processes of the program as (process, depth, environment): 0 is a rank, 1 its launcher of trials, 2 a
        trial. They all have their rank's environment."""
        job = self.cluster.job(number)["JobId"]
        for process in Path("/proc").glob("[0-9]*"):
            depth, (name, parent) = 0, name_and_parent(process)
            if name != "trawl":
                continue
            variables = environment_of(process)
            if variables.get("SLURM_CONF") != self.cluster.environment["SLURM_CONF"] or variables.get("SLURM_JOB_ID") != job:
                continue
            while (above := name_and_parent(Path("/proc", parent)))[0] == "trawl":
                depth, parent = depth + 1, above[1]
            yield int(process.name), depth, variables

    def rank(self, number, rank):
        """The process number of a job's rank; None: there is none now."""
        for process, depth, variables in self.processes(number):
            if depth == 0 and variables.get("PMIX_RANK") == str(rank):
                return process
        return None

    def kill_rank(self, number, rank, number_of_signal=signal.SIGKILL):
        found = []
        wait_until(f"rank {rank} of job {number}", lambda: found.append(self.rank(number, rank)) or found[-1])
        os.kill(found[-1], number_of_signal)

    def differs(self, results, expected):
        """What `trawl diff` says; nothing: they are the same."""
        command = [self.trawl, "diff", self.folder / results, expected]
        done = subprocess.run(command, capture_output=True, text=True)
        return "" if done.returncode == 0 else f"trawl diff: {done.stdout}{done.stderr}"
