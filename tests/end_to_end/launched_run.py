"""One start of trawl, mpirun or trawl-mpirun whose processes can be found, for the scripts beside this file."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from trawl_runs import ENVIRONMENT, Gates, check, kill_session, session_members, wait_for


def stat(pid):
    """(name, state, parent); None if there is no such process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    name, fields = text[text.index("(") + 1 : text.rindex(")")], text[text.rindex(")") + 2 :].split()
    return name, fields[0], int(fields[1])


def environment_of(pid):
    try:
        entries = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    except OSError:
        return {}
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


class Run:
    """One start of trawl-mpirun or mpirun, whose processes can be found. It stands still in the trials `gates` until
    gates.open()."""

    def __init__(self, trawl, command, environment=None, log="log.txt", gates=()):
        self.trawl, self.namespaces, self.command = trawl, set(), command
        self.temporary = trawl.folder / "tmp"
        self.temporary.mkdir(exist_ok=True)
        self.log = trawl.folder / log
        self.gates = Gates(gates, tempfile.mktemp(prefix="gate-", dir=trawl.folder))
        environment = {**(environment or {}), **self.gates.environment}
        with open(self.log, "w") as output:
            self.process = subprocess.Popen(
                command,
                cwd=trawl.folder,
                env={**os.environ, **ENVIRONMENT, "TMPDIR": str(self.temporary), "TRAWL": str(trawl.binary), **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def tree(self):
        """{pid: (name, state, parent)} of the whole session."""
        found = {pid: stat(pid) for pid in session_members(self.process.pid)}
        return {pid: entry for pid, entry in found.items() if entry}

    def mpirun(self):
        return next((pid for pid, (name, _, _) in self.tree().items() if name == "mpirun"), None)

    def ranks(self):
        """{rank: pid}."""
        tree, ranks = self.tree(), {}
        program = self.trawl.binary.name[:15]  # what the kernel keeps of a name
        if tree.get(self.process.pid, ("",))[0] == program:
            return {0: self.process.pid}
        for pid, (name, _, parent) in tree.items():
            if name == program and tree.get(parent, ("",))[0] == "mpirun":
                variables = environment_of(pid)
                if "OMPI_COMM_WORLD_RANK" in variables:
                    ranks[int(variables["OMPI_COMM_WORLD_RANK"])] = pid
                    self.namespaces.add(int(variables["PMIX_NAMESPACE"]))
        return ranks

    def child(self, pid):
        """Of a rank: its launcher of trials; of that one: its trial."""
        return next((child for child, (_, _, parent) in self.tree().items() if parent == pid), None)

    def wait_until_it_trains(self, results, n_ranks, finished=3):
        def trains():
            check(self.process.poll() is None, f"ended too soon:\n{self.log.read_text()}")
            counts = self.trawl.journalled(results)
            return counts and counts["finished"] >= finished and len(self.ranks()) == n_ranks

        wait_for(trains, "the first trials")

    def finish(self, timeout=100.0):
        """(exit code, output)."""
        end = time.monotonic() + timeout
        while self.process.poll() is None:
            self.ranks()
            if time.monotonic() > end:
                tree = self.tree()
                kill_session(self.process)
                check(False, f"{self.command}: still running after {timeout:.0f} s: {tree}\n{self.log.read_text()}")
            time.sleep(0.05)
        return self.process.returncode, self.log.read_text()

    def check_nothing_left(self, results):
        wait_for(lambda: not self.tree(), f"the end of all processes ({self.tree()})", 5.0)
        jobs = {f"{number:x}" for number in self.namespaces}
        segments = [p.name for p in Path("/dev/shm").glob("vader_segment.*") if p.name.split(".")[-2] in jobs]
        check(not segments, f"left in /dev/shm: {segments}")
        temporary = [str(p) for p in self.temporary.rglob("*") if not p.is_dir()]
        check(not temporary, f"temporary files are left: {temporary}")
        names = [p.name for p in self.trawl.folder.glob(".trawl-mpirun.*")]
        names += [p.name for p in self.trawl.folder.glob(f"{results}.*") if not p.name.endswith(".lock")]
        check(not names, f"left behind: {names}")
