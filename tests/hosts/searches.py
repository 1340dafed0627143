"""One search on the private hosts, and what must hold after it."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from private_hosts import HOSTS, SHARED

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "end_to_end"))
from trawl_runs import Gates, TestFailed, Trawl, check, kill_session, wait_for  # noqa: E402

PROGRAMS = ("trawl", "mpirun", "orted", "trawl-mpirun", "bash")
PLACES = "h1:2,h2:1,h3:1"  # one rank leads on the first host, a worker trains on each
N_TRIALS, STANDS = 14, range(4, 10)  # more stand than there are workers: it cannot be over before it is disturbed
HEARTBEAT_TIMEOUT = 3
FILE_PATIENCE = 3 * HEARTBEAT_TIMEOUT
JOB = f"""\
study: hosts
data: {{source: synthetic-digits, train_rows: 600, test_rows: 100}}
model: {{hidden: [32]}}
training: {{epochs: 6}}
search:
  n_trials: {N_TRIALS}
  seed: 11
  space: {{learning_rate: {{low: 1.0e-3, high: 1.0e-1, log: true}}}}
cluster: {{heartbeat_timeout: {HEARTBEAT_TIMEOUT}, checkpoint_every: 0.01}}
"""


class Cluster:
    """The private hosts with the program and the job on them, and the results of a run that nobody disturbed."""

    def __init__(self, hosts, binary):
        self.hosts = hosts
        self.programs = hosts.folder / "bin"
        self.programs.mkdir()
        # A path that all hosts have, wherever this one was built.
        shutil.copy(binary, self.programs / "trawl")
        shutil.copy(Path(__file__).resolve().parents[2] / "bin" / "trawl-mpirun", self.programs)
        self.server = Trawl(self.programs / "trawl", hosts.server_folder)
        self.server.write("job.yaml", JOB)
        self.server.run("run", "job.yaml", "-o", "undisturbed.h5")

    def settle(self):
        """After a scenario, however it went: the hosts are as they were."""
        for host in HOSTS:
            self.hosts.join(host)
            self.hosts.signal(host, signal.SIGCONT)
        self.hosts.signal("fs", signal.SIGCONT)
        for host in HOSTS:
            for program in PROGRAMS:
                self.hosts.signal(host, signal.SIGKILL, program)

        def is_settled():
            return not any(self.hosts.pids(host, program) for host in HOSTS for program in PROGRAMS)

        wait_for(is_settled, "the end of all programs on all hosts")
        for host in HOSTS:
            self.hosts.mount_again(host)

    def is_same(self, results):
        self.server.check_same("undisturbed.h5", results)

    def finished(self, results):
        counts = self.server.journalled(results)
        return counts["finished"] if counts else 0

    def messages(self, results):
        return "\n".join(self.server.messages(results))


class Search:
    """One start of trawl-mpirun, mpirun or trawl itself on a host. It stands still in the trials `gates` until open()."""

    def __init__(self, cluster, results, host="h1", places=PLACES, launcher="trawl-mpirun", gates=STANDS, folder=SHARED,
                 environment=None, arguments=()):
        self.cluster, self.host, self.results = cluster, host, results
        base = cluster.hosts.folder
        self.log = base / "log" / f"{results}.{host}.{time.monotonic_ns()}"
        self.gates = Gates(gates, f"{self.log}.gate")
        run = ["run", f"{SHARED}/job.yaml", "-o", f"{SHARED}/{results}", *arguments]
        settings = {
            "TRAWL": str(cluster.programs / "trawl"),
            "TRAWL_MPIRUN_OPTIONS": "-x TRAWL_TEST_FAULTS -x TRAWL_TEST_FAULTS_GATE",
            **self.gates.environment,
            **(environment or {}),
        }
        n_ranks = sum(int(place.partition(":")[2]) for place in places.split(","))
        commands = {
            "trawl-mpirun": [cluster.programs / "trawl-mpirun", "-n", n_ranks, "--host", places, *run],
            "mpirun": ["mpirun", "-n", n_ranks, "--host", places, "--bind-to", "none", "-x", "TRAWL_TEST_FAULTS",
                       "-x", "TRAWL_TEST_FAULTS_GATE", "--mca", "btl", "vader,tcp,self", "--mca", "pml", "ob1",
                       cluster.programs / "trawl", *run],
            None: [cluster.programs / "trawl", *run],
        }
        self.began = time.monotonic()
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                cluster.hosts.command(host, commands[launcher], folder), env=cluster.hosts.environment(settings),
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)

    def said(self):
        return self.log.read_text(errors="replace")

    def goes_on(self):
        # nsenter stops itself when what it started is stopped.
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGCONT)
        return self.process.poll() is None

    def wait_until(self, condition, what, timeout=60.0):
        try:
            wait_for(lambda: condition() or not self.goes_on(), what, timeout)
        except TestFailed as failure:
            raise TestFailed(f"{failure}\n{self.said()}") from None
        check(self.goes_on(), f"the search ended too soon, before this: {what}\n{self.said()}")

    def wait_until_it_stands(self):
        """All trials but those that stand still have finished."""
        first = min(self.gates.trials)
        self.wait_until(lambda: self.cluster.finished(self.results) >= first, "trials that stand still")

    def open(self):
        self.gates.open()

    def stop(self, number=signal.SIGTERM):
        """To the launcher alone, as a user or a batch system would."""
        pids = [pid for pid in self.cluster.hosts.pids(self.host) if self._is_launcher(pid)]
        check(pids, f"no launcher on {self.host}")
        os.kill(min(pids), number)

    def _is_launcher(self, pid):
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        return any(Path(word).name in ("trawl-mpirun", "trawl") for word in arguments[:2])

    def end(self, within, expect=0):
        """What was said, once it has ended. `expect`: the exit code, a tuple of them, or None for any."""
        start = time.monotonic()
        while self.goes_on():
            if time.monotonic() - start > within:
                kill_session(self.process)
                raise TestFailed(f"still running after {within:.0f} s\n{self.said()}")
            time.sleep(0.05)
        self.seconds, self.code = time.monotonic() - start, self.process.returncode
        codes = expect if isinstance(expect, tuple) else (expect,)
        check(expect is None or self.code in codes, f"exit code {self.code}, not {expect}\n{self.said()}")
        return self.said()

    def starts(self):
        return 1 + len(re.findall("starting again", self.said()))


def check_said(said, *texts):
    for text in texts:
        check(text in said, f"'{text}' is not said\n{said}")


def check_not_said(said, *texts):
    for text in texts:
        check(text not in said, f"'{text}' is said\n{said}")
