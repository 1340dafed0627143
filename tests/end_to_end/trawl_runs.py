"""Starts, disturbs and compares whole runs of `trawl`, for the scripts beside this file.

A script takes the binary as its first argument, works in a folder of its own that it removes,
says what it saw, and fails by an exception. Standard library and h5py only.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import h5py

from journal_events import Journal

# For those that import `analysis` after this, and the programs that they start.
ROOT = str(Path(__file__).resolve().parents[2])
sys.path.insert(0, ROOT)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (ROOT, os.environ.get("PYTHONPATH"))))

RUN_TIMEOUT = 120.0
INTERRUPTED = 75
ENVIRONMENT = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_btl_vader_single_copy_mechanism": "none",  # containers may forbid it
    # Open MPI keeps memory to the end; only the sanitizer builds look at this.
    "ASAN_OPTIONS": "detect_leaks=0",
}

JOB = """\
study: {study}
data: {{source: synthetic-digits, train_rows: {rows}, test_rows: 100}}
model: {{hidden: [32]}}
training: {{epochs: {epochs}}}
search:
  sampler: random
  n_trials: {n_trials}
  seed: 11
  space:
    batch_size:    {{choices: [8, 16, 32]}}
    learning_rate: {{low: 1.0e-3, high: 1.0e-1, log: true}}
"""


def job_text(study="end-to-end", n_trials=8, epochs=4, rows=600):
    return JOB.format(study=study, n_trials=n_trials, epochs=epochs, rows=rows)


class TestFailed(Exception):
    pass


def check(condition, what):
    if not condition:
        raise TestFailed(what)


class Trawl:
    """One folder with runs of one binary in it."""

    def __init__(self, binary, folder):
        self.binary, self.folder = Path(binary).resolve(), Path(folder)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def command(self, *arguments, ranks=None):
        """ranks: under mpirun; None: without a launcher."""
        launcher = ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(ranks)] if ranks else []
        return [*launcher, str(self.binary), *map(str, arguments)]

    def start(self, *arguments, ranks=None, environment=None, output=subprocess.PIPE):
        """In a session of its own, so that everything it starts can be found and killed."""
        return subprocess.Popen(
            self.command(*arguments, ranks=ranks),
            cwd=self.folder,
            env={**os.environ, **ENVIRONMENT, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments, ranks=None, environment=None, expect=0):
        """The output. `expect`: the exit code, a tuple of them, or None for any."""
        process = self.start(*arguments, ranks=ranks, environment=environment)
        output = finish(process)
        codes = expect if isinstance(expect, tuple) else (expect,)
        shown = " ".join(map(str, process.args))
        check(expect is None or process.returncode in codes, f"{shown}: exit code {process.returncode}\n{output}")
        check("HDF5-DIAG" not in output, f"{shown}: HDF5 complains\n{output}")
        return output

    def is_complete(self, results):
        code = subprocess.run(self.command("status", results), cwd=self.folder, capture_output=True).returncode
        return code in (0, 3)

    def until_complete(self, *arguments, ranks=None, environment=None, attempts=10):
        """Gives the same command until the results are complete: a launcher's exit code can lie."""
        results = arguments[arguments.index("-o") + 1]
        for _ in range(attempts):
            output = self.run(*arguments, ranks=ranks, environment=environment, expect=None)
            if self.is_complete(results):
                return
        raise TestFailed(f"{results}: not complete after {attempts} runs; the last one said:\n{output}")

    def check_same(self, a, b):
        done = subprocess.run(self.command("diff", a, b), cwd=self.folder, capture_output=True, text=True)
        check(done.returncode == 0, f"{a} and {b} differ: {done.stdout}{done.stderr}")

    def messages(self, results):
        with h5py.File(self.folder / results, "r") as file:
            return list(file["messages/text"].asstr()[:])

    def journal_bytes(self, results):
        """Of what trials have reported."""
        journal = Journal(self.folder / results)
        journal.look()
        return journal.n_bytes

    def journalled(self, results):
        """{"trials", "finished", "epochs"} as the journal has them; None: not even a study yet.
        Asks `trawl repair` about a copy: the published file is always a little older."""
        for path in self.folder.glob(f"{results}*"):
            if path.name == results or ".journal." in path.name:
                shutil.copy(path, self.folder / path.name.replace(results, "copy.h5"))
        command = self.command("repair", "copy.h5")
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        for path in self.folder.glob("copy.h5*"):
            path.unlink()
        counts = re.search(r"(\d+) trials, (\d+) of them finished, (\d+) epochs", done.stdout)
        return dict(zip(("trials", "finished", "epochs"), map(int, counts.groups()))) if counts else None


def size_of(path):
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def finish(process, timeout=RUN_TIMEOUT):
    try:
        return process.communicate(timeout=timeout)[0]
    except subprocess.TimeoutExpired:
        kill_session(process)
        raise TestFailed(f"{' '.join(process.args)}: still running after {timeout:.0f} s\n{process.communicate()[0]}")


def session_members(session):
    for path in Path("/proc").glob("[0-9]*"):
        try:
            fields = (path / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            yield int(path.name)


def kill_session(process):
    """SIGKILL to the launcher, the ranks, their launchers and their trials: ranks and trials
    have process groups of their own, the session holds them all."""
    for _ in range(50):
        members = list(session_members(process.pid))
        if not members:
            break
        for pid in members:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.01)
    process.wait()


def wait_for(condition, what, timeout=30.0):
    end = time.monotonic() + timeout
    while not condition():
        check(time.monotonic() < end, f"{what}: not within {timeout:.0f} s")
        time.sleep(0.01)


class Gates:
    """These trials stand still until their gate is opened: what is done meanwhile meets the run, however fast the machine
    is. `prefix`: of the files that open them. `epoch`: they stand behind this one, which they have reported."""

    def __init__(self, trials, prefix, epoch=None):
        self.trials, self.prefix = tuple(trials), str(prefix)
        waits = ",".join(f"wait:{trial}" if epoch is None else f"wait:{trial}/{epoch}" for trial in self.trials)
        self.environment = {"TRAWL_TEST_FAULTS": waits, "TRAWL_TEST_FAULTS_GATE": self.prefix} if self.trials else {}

    def n_standing(self):
        """How many of them stand still, or did."""
        return sum(Path(f"{self.prefix}.{trial}.stands").exists() for trial in self.trials)

    def open(self, *trials):
        """All of them if none is named."""
        for trial in trials or self.trials:
            Path(f"{self.prefix}.{trial}").touch()


@contextmanager
def workspace(binary):
    folder = Path(tempfile.mkdtemp(prefix="trawl-test-"))
    try:
        yield Trawl(binary, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(test, *arguments):
    """Runs test(trawl, *arguments) in a workspace; the exit code is the verdict."""
    try:
        with workspace(sys.argv[1]) as trawl:
            test(trawl, *arguments)
    except TestFailed as failure:
        sys.exit(f"FAILED: {failure}")
