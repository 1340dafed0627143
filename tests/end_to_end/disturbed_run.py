"""A run that is disturbed while it goes on, on a small disk of its own where that is wanted.

Disks need a mount namespace: `in_own_mounts()` starts the script again in one, or ends it with 77 (skipped).
"""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from trawl_runs import RUN_TIMEOUT, Gates, check, finish, job_text, kill_session, wait_for

IN_OWN_MOUNTS = "TRAWL_TEST_IN_OWN_MOUNTS"
SKIPPED = 77


N_TRIALS = 8
# Some trials' results make this, and the journal of all is longer.
SOME_BYTES = 4000


def standing_job(study="end-to-end"):
    return job_text(study, n_trials=N_TRIALS, epochs=40)


class DisturbedRun:
    """One run whose output can be read while it goes on. It stands still in the trials `gates` until open(trial)."""

    def __init__(self, trawl, *arguments, gates=(3,), ranks=None, environment=None):
        self.log = Path(tempfile.mkstemp(prefix="trawl-test-", suffix=".log")[1])
        self.gates = Gates(gates, f"{self.log}.gate")
        environment = {**(environment or {}), **self.gates.environment}
        with self.log.open("w") as output:
            self.process = trawl.start("run", *arguments, ranks=ranks, environment=environment, output=output)

    def open(self, trial=3):
        self.gates.open(trial)

    def said(self):
        return self.log.read_text()

    def goes_on(self):
        return self.process.poll() is None

    def wait_until(self, condition, what):
        wait_for(lambda: condition() or not self.goes_on(), what)
        check(self.goes_on(), f"the run ended too soon, before this: {what}\n{self.said()}")

    def wait_until_said(self, text):
        self.wait_until(lambda: text in self.said(), f"says '{text}'")

    def kill(self):
        kill_session(self.process)
        return self.end(expect=-signal.SIGKILL)

    def end(self, expect=0):
        """What was said, once it has ended. `expect`: the exit code; None: any."""
        finish(self.process, RUN_TIMEOUT)
        said = self.said()
        for path in self.log.parent.glob(f"{self.log.name}*"):
            path.unlink()
        check(expect in (None, self.process.returncode), f"exit code {self.process.returncode}, not {expect}\n{said}")
        check("HDF5-DIAG" not in said, f"HDF5 complains:\n{said}")
        return said


def is_settled(path):
    """Of a run that stands still: no next version is under way, all that it reported is in this one."""
    try:
        return time.time() - path.stat().st_mtime > 1.5
    except FileNotFoundError:
        return False


def check_said(said, text, times=1):
    check(said.count(text) == times, f"'{text}' was said {said.count(text)} times, not {times}:\n{said}")


def mounting_command():
    """What a command is started by that may mount; None: this machine does not allow it."""
    own = ["unshare", "-m" if os.geteuid() == 0 else "-rm"]
    # In a chroot whose root is no mount, what is mounted cannot be made private first.
    for command in (own, [*own, "--propagation", "unchanged"]):
        mounts = ["sh", "-c", "mount -t tmpfs none /mnt && umount /mnt"]
        if shutil.which("unshare") and subprocess.run([*command, *mounts], capture_output=True).returncode == 0:
            return command
    return None


def in_own_mounts():
    """Goes on in a process where disks can be mounted and nobody else sees them. An ordinary user is root there by
    name, so it has a TMPDIR of its own: Open MPI's folder in /tmp for root may be that of the true one."""
    if folder := os.environ.get(IN_OWN_MOUNTS):
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        return
    unshare = mounting_command()
    if not unshare:
        who = "" if os.geteuid() == 0 else "needs root, as "
        print(f"skipped: {who}nothing can be mounted here, not even in a namespace")
        sys.exit(SKIPPED)
    os.environ["TMPDIR"] = os.environ[IN_OWN_MOUNTS] = tempfile.mkdtemp(prefix="trawl-test-")
    os.execvp("unshare", [*unshare, sys.executable, *sys.argv])


@contextmanager
def disk(folder, kilobytes):
    """A disk of its own under `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


class Ballast:
    """A file that takes the room of a disk."""

    def __init__(self, folder):
        self.path = folder / "ballast"

    def fill(self, leave_kilobytes=0):
        """All that is free but so much."""
        status = os.statvfs(self.path.parent)
        free = status.f_bavail * status.f_frsize - leave_kilobytes * 1024
        with self.path.open("ab", buffering=0) as file:
            if leave_kilobytes:
                file.write(bytes(max(0, free)))
                return
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass

    def remove(self):
        self.path.unlink()
