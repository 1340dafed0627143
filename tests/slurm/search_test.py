#!/usr/bin/python3
"""slurm/search.sbatch on a real Slurm of several nodes: whatever happens to it, it carries on by itself, and the
results are those of one process undisturbed.

    python3 search_test.py TRAWL [--table] [--all] [--only WORDS] [--launcher srun|mpirun]

--all: also the events that take minutes. --table: print what was measured as a table of Markdown.
"""

import argparse
import concurrent.futures
import dataclasses
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py
from batch_jobs import DEADLINE, Batch, TestFailed, check, checkout, wait_until
from private_cluster import PrivateCluster, why_not

JOB = """\
study: slurm-test
data: {source: synthetic-digits, train_rows: 1500, test_rows: 100}
model: {hidden: [96]}
training: {epochs: 16, batch_size: 8}
search:
  sampler: random
  n_trials: 24
  seed: 5
  space:
    learning_rate: {low: 1.0e-3, high: 1.0e-1, log: true}
"""
# Two nodes that most jobs share, two for each that must make room, and one for each that loses one.
STANDS = range(16, 24)  # all workers at last stand still, until what was done to the search has reached it
SHARED, PREEMPTED = ["trawl1", "trawl2"], {"srun": ["trawl3", "trawl4"], "mpirun": ["trawl5", "trawl6"]}
LOST = {"srun": "trawl7", "mpirun": "trawl8"}
RESUMED, LOST_RANK = " is resumed", " is lost: "


class Search(Batch):
    """One submitted search."""

    def __init__(self, cluster, trawl, folder, launcher, job=JOB):
        super().__init__(cluster, trawl, folder, STANDS, LAUNCHER=launcher)
        self.launcher = launcher
        checkout(folder)
        (folder / "job.yaml").write_text(job)

    def start(self, nodes=SHARED, options=(), **settings):
        options = ["--ntasks-per-node=2", f"--nodelist={','.join(nodes)}", *options]
        files = self.folder / "job.yaml", self.folder / "r.h5"
        self.number = self.submit("slurm/search.sbatch", *files, options=options, submitted_from=self.folder, log="log", **settings)

    def start_and_wait(self, *arguments, **options):
        self.start(*arguments, **options)
        self.wait_until_it_trains()

    def wait_until_it_trains(self):
        def trains():
            state = self.state(self.number)
            check(state in ("PENDING", "CONFIGURING", "RUNNING"), f"waited for the first epochs; it is {state}")
            return self.journal_bytes() > 8192

        wait_until("the first epochs", trains)

    def signal(self, name, *options):
        self.cluster.run(["scancel", *options, f"--signal={name}", self.number])

    def disturb(self, event):
        """event() happens; takes the time until the search goes on, here or in another start of the job."""
        resumed = self.log().count(RESUMED)
        start, self.started = time.monotonic(), self.starts()
        event()
        size = []

        def goes_on():
            log = self.log()
            if self.launcher == "mpirun" and LOST_RANK in log and not size:
                size.append(self.journal_bytes())
                self.gates.open()
            return log.count(RESUMED) > resumed or (size and self.journal_bytes() > size[0])

        wait_until("the search to go on", goes_on)
        self.seconds = time.monotonic() - start
        self.gates.open()

    def finish(self):
        self.wait_for_state(self.number, "COMPLETED")

    def starts(self):
        """Of the job's script. Slurm's own count is higher where it, too, puts a job back that has just put itself back."""
        return len(set(re.findall(rf"job {self.number}, restart (\d+): on ", self.log())))

    def check_restarts(self, expected):
        restarts = self.starts() - self.started
        check(restarts == expected, f"restarted {restarts} times, not {expected}")

    def failed_attempts(self):
        with h5py.File(self.folder / "r.h5") as file:
            return [text for text in file["messages/text"].asstr() if "failed: " in text]


def usr1(search):
    search.start_and_wait()
    search.disturb(lambda: search.signal("USR1", "--batch"))
    search.finish()
    search.check_restarts(1)


def usr1_to_all(search):
    """Slurm signals script, launcher, ranks, launchers of trials and trials, each by itself."""
    search.start_and_wait()
    search.disturb(lambda: search.signal("USR1", "--full"))
    search.finish()
    search.check_restarts(1)


def usr1_to_steps(search):
    """Without B: in --signal: under srun the ranks and all below them, under mpirun those of the other nodes."""
    search.start_and_wait()
    search.disturb(lambda: search.signal("USR1"))
    search.finish()
    search.check_restarts(1)


def term_to_all(search):
    """What scancel does. The same sbatch line carries on."""
    search.start_and_wait()

    def again():
        search.signal("TERM", "--full")
        search.wait_for_state(search.number, "FAILED")
        check("the same sbatch command carries on" in search.log(), f"does not say how to carry on:\n{search.log()}")
        search.start()

    search.disturb(again)
    search.finish()


def requeued(search):
    search.start_and_wait()
    search.disturb(lambda: search.cluster.run(["scontrol", "requeue", search.number]))
    search.finish()
    search.check_restarts(1)


def not_requeued(search):
    """Where a site forbids it: the script submits the same again, to start after it."""
    search.start_and_wait(options=["--no-requeue"])

    def another():
        submitted = re.search(r"submitting the same again, to start after it\nSubmitted batch job (\d+)", search.log())
        if submitted:
            search.number = submitted[1]
        return bool(submitted)

    def stop():
        search.signal("USR1", "--batch")
        wait_until("a job that starts after this one", another)

    search.disturb(stop)
    search.finish()


def preempted(search):
    nodes = PREEMPTED[search.launcher]
    search.start_and_wait(nodes, options=["--partition=low", "--exclusive"])

    def submit_high():
        options = ["--partition=high", "--exclusive", f"--nodelist={','.join(nodes)}", "--nodes=2", "--time=1"]
        command = ["sbatch", "--parsable", "--output=/dev/null", *options, "--wrap=true"]
        search.high = search.cluster.run(command).stdout.strip()

    search.disturb(submit_high)
    search.finish()
    check(search.state(search.high) == "COMPLETED", "the job that made it go did not run")
    search.check_restarts(1)


def rank_killed(search):
    """Under srun the job starts again; trawl-mpirun goes on with the other ranks."""
    search.start_and_wait()
    search.disturb(lambda: search.kill_rank(search.number, 1))
    search.finish()
    search.check_restarts(1 if search.launcher == "srun" else 0)


def remote_rank_killed(search):
    search.start_and_wait()
    search.disturb(lambda: search.kill_rank(search.number, 3))
    search.finish()
    search.check_restarts(1 if search.launcher == "srun" else 0)


def master_killed(search):
    search.start_and_wait()
    search.disturb(lambda: search.kill_rank(search.number, 0))
    search.finish()
    search.check_restarts(1 if search.launcher == "srun" else 0)


def node_off_and_on(search):
    """The other worker stands still until Slurm has noticed (it sends CONT): it could finish the search alone. What
    Slurm and PMIx leave on the node's disk is still there when it comes back."""
    lost = LOST[search.launcher]
    search.start_and_wait([SHARED[0], lost])

    def off_and_on():
        search.kill_rank(search.number, 1, signal.SIGSTOP)
        search.cluster.power_off(lost)
        wait_until("the job to leave the lost node", lambda: search.state(search.number) == "PENDING")
        search.cluster.power_on(lost)

    search.disturb(off_and_on)
    search.finish()
    search.check_restarts(1)


def time_limit(search, *options):
    """Slurm's own clock: the limit is a minute, the signal comes up to a minute before its end."""
    search.start_and_wait(options=["--time=1", *(options or ["--signal=B:USR1@20"])])
    search.disturb(lambda: wait_until("the time limit", lambda: search.restarts(search.number) > 0))
    search.finish()


def time_limit_without_signal(search):
    """The program's --time-limit alone."""
    time_limit(search, "--signal=B:WINCH@20")
    check("USR1" not in search.log(), "there was a signal")


BOTH = ("srun", "mpirun")
# Event, what to do, the launchers that the test suite tries it with.
EVENTS = {
    "time limit near (USR1 to the script)": (usr1, BOTH),
    "preemption": (preempted, BOTH),
    "kill -9 of a worker": (rank_killed, BOTH),
    "kill -9 of a worker on another node": (remote_rank_killed, ("mpirun",)),
    "kill -9 of the master": (master_killed, ("mpirun",)),
    "a node powered off, and on": (node_off_and_on, BOTH),
    "USR1 to all processes": (usr1_to_all, BOTH),
    "USR1 to all processes but the script's": (usr1_to_steps, ("srun",)),
    "TERM to all processes, submitted again": (term_to_all, ("srun",)),
    "scontrol requeue": (requeued, ("mpirun",)),
    "time limit near, requeue forbidden": (not_requeued, ("srun",)),
    "a real time limit of a minute": (time_limit, ()),
    "the same, and no signal before it": (time_limit_without_signal, ()),
}


# Open MPI tells nodes apart by their host names: without them the loss of one of several is another thing.
NEED_NAMES = (node_off_and_on, master_killed)


def described(search):
    """What happened to it, by its log and by Slurm."""
    log, restarts = search.log(), search.starts() - 1
    parts = [f"exit code {code}" for code in re.findall(r"exit code (\d+), not complete: back into", log)]
    if "TERM: cancelled" in log:
        parts.append("TERM")
    if lost := log.count("warning: the worker of rank"):
        parts.append(f"{lost} worker{'s' if lost > 1 else ''} lost" + ("" if restarts else ", the others went on"))
    if again := log.count("starting again"):
        parts.append(f"trawl-mpirun started again {again} time{'s' if again > 1 else ''}")
    if restarts:
        parts.append(f"requeued {restarts} time{'s' if restarts > 1 else ''}")
    if "submitting the same again" in log:
        parts.append("another job submitted")
    return ", ".join(parts)


@dataclasses.dataclass
class Row:
    event: str
    launcher: str
    happened: str
    seconds: float
    difference: str

    def cells(self):
        same = "DIFFERENT" if self.difference else "same"
        return self.event, self.launcher, self.happened, f"{self.seconds:.0f}", same


def try_event(search, event, do):
    """A Row, or the text of what went wrong."""
    try:
        do(search)
        log = search.log()
        check(re.search(r"job \d+, restart \d+: complete: ", log), "it did not end as complete")
        failed = [text for text in search.failed_attempts() if " is lost: " not in text]
        check(not failed, f"attempts failed: {failed}")
        left = [path.name for path in search.folder.glob(".trawl*")]
        check(not left, f"left in the folder it ran in: {left}")
        return Row(event, search.launcher, described(search), search.seconds, search.differs("r.h5", search.alone))
    except Exception as error:  # every event shall be tried
        return f"{event}, {search.launcher}: {error}\n{search.log()}"


def undisturbed(trawl, folder):
    results = folder / "alone.h5"
    subprocess.run([trawl, "run", folder / "job.yaml", "-o", results], stdout=subprocess.DEVNULL, check=True)
    return results


def try_all(cluster, trawl, folder, chosen):
    (folder / "job.yaml").write_text(JOB)
    alone = undisturbed(trawl, folder)
    with concurrent.futures.ThreadPoolExecutor(len(chosen)) as pool:
        tried = []
        for number, (event, do, launcher) in enumerate(chosen):
            search = Search(cluster, trawl, folder / str(number), launcher)
            search.alone = alone
            tried.append(pool.submit(try_event, search, event, do))
        return [future.result() for future in tried]


def print_table(rows):
    print("| event | launcher | what happened | seconds to resume | results |\n|---|---|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(row.cells())} |")


def chosen_events(options, cluster):
    for event, (do, launchers) in EVENTS.items():
        if do in NEED_NAMES and not cluster.named_hosts:
            print(f"not tried: {event}: this machine does not let nodes have host names of their own")
            continue
        for launcher in BOTH if options.all else launchers:
            if options.only in event and options.launcher in ("", launcher):
                yield event, do, launcher


def test(trawl, options, folder):
    start = time.monotonic()
    with PrivateCluster(nodes=8) as cluster:
        results = try_all(cluster, trawl, folder, list(chosen_events(options, cluster)))
        failures = [result for result in results if isinstance(result, str)]
        if failures:
            failures.append(cluster.logs())
    rows = [result for result in results if isinstance(result, Row)]
    failures += [f"{row.event}, {row.launcher}: {row.difference}" for row in rows if row.difference]
    if options.table:
        print_table(rows)
    else:
        print(*(": ".join(row.cells()) for row in rows), sep="\n")
    print(f"{len(rows)} events in {time.monotonic() - start:.0f} s")
    if failures:
        raise TestFailed("\n".join(failures))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trawl", type=Path)
    parser.add_argument("--table", action="store_true", help="print a table of Markdown")
    parser.add_argument("--all", action="store_true", help="all events with both launchers; takes minutes")
    parser.add_argument("--only", default="", metavar="WORDS", help="events with these words in their names")
    parser.add_argument("--launcher", default="", choices=BOTH)
    options = parser.parse_args()
    if reason := why_not():
        print(f"skipped: {reason}")
        return 77
    try:
        with tempfile.TemporaryDirectory(prefix="trawl-") as folder:
            test(options.trawl.resolve(), options, Path(folder))
    except TestFailed as failure:
        print(f"FAILED: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
