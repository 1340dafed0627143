"""What happens to a search on several hosts, and what must come of it. Each ends with results that are `diff`-same with those
of a run that nobody disturbed.

Times that are waited for, in seconds: 3 of silence (heartbeat_timeout of the job) until a worker is lost; three times as
many until one leaves whose files hang; 60 until workers leave a master that does not answer; about 12 until trawl-mpirun
has ended an mpirun that waits for a host that is gone.
"""

import dataclasses
import hashlib
import re
import signal
import time
from typing import Callable

from private_hosts import SHARED
from searches import FILE_PATIENCE, HEARTBEAT_TIMEOUT, N_TRIALS, Search, check, check_not_said, check_said, wait_for

MARGIN = 45.0  # of a busy machine
ENDS_MPIRUN = 12.0
MASTER_PATIENCE = 60.0
STOPS = 120.0  # that a search has for a stop
ELSEWHERE = "h2:2,h3:2"  # the first rank is not on h1, where the launcher is
SCENARIOS = []


@dataclasses.dataclass
class Scenario:
    name: str
    is_short: bool
    play: Callable

    @property
    def results(self):
        return re.sub("[^a-z0-9]+", "-", self.name.lower()) + ".h5"


def scenario(name, short=False):
    def note(play):
        SCENARIOS.append(Scenario(name, short, play))
        return play

    return note


@scenario("a worker's host is cut off", short=True)
def worker_cut(cluster, results):
    search = Search(cluster, results)
    search.wait_until_it_stands()
    cluster.hosts.cut("h3")
    search.open()
    said = search.end(HEARTBEAT_TIMEOUT + ENDS_MPIRUN + MARGIN)
    check_said(said, f"on h3 is lost: it was silent for {HEARTBEAT_TIMEOUT} s")
    check_not_said(said, "starting again")
    cluster.is_same(results)


@scenario("a worker's files hang", short=True)
def worker_files_hang(cluster, results):
    search = Search(cluster, results)
    search.wait_until_it_stands()
    cluster.hosts.hang_files("h2")
    search.open()
    said = search.end(FILE_PATIENCE + ENDS_MPIRUN + MARGIN)
    check_said(said, "on h2 is lost: trial", f"for {SHARED}/{results}.checkpoints/", "the file system there hangs")
    check_not_said(said, "starting again")
    cluster.is_same(results)


@scenario("the launcher is elsewhere than the master, in a folder of its own", short=True)
def launcher_elsewhere(cluster, results):
    search = Search(cluster, results, host="h1", places=ELSEWHERE, folder="/tmp", gates=())
    said = search.end(ENDS_MPIRUN + MARGIN)
    check_not_said(said, "starting again")
    cluster.is_same(results)


@scenario("the connection to the files ends, and comes back", short=True)
def connection_ends(cluster, results):
    """All that is open gives EIO from then on, or for a moment; nothing is wrong with the disk."""
    search = Search(cluster, results)
    search.wait_until_it_stands()
    for host in ("h1", "h2"):
        cluster.hosts.drop_files_connection(host)
    search.open()
    said = search.end(ENDS_MPIRUN + MARGIN)
    check_not_said(said, "starting again")
    cluster.is_same(results)


@scenario("one host goes on where another has just ended", short=True)
def stale_names(cluster, results):
    """A host remembers for seconds which names there are, and which there are not."""
    parts = ["--set", "search.n_trials=6"]
    cluster.hosts.run("h1", ["ls", "-l", SHARED])
    Search(cluster, results, "h2", launcher=None, gates=(), arguments=parts).end(MARGIN)
    for host, arguments in (("h1", parts), ("h2", []), ("h1", []), ("h3", [])):
        Search(cluster, results, host, launcher=None, gates=(), arguments=arguments).end(MARGIN)
        cluster.hosts.run(host, ["ls", "-l", SHARED])
    cluster.is_same(results)


@scenario("two runs on two hosts whose locks are local", short=True)
def local_locks(cluster, results):
    runs = [Search(cluster, results, host, launcher=None) for host in ("h1", "h2")]

    def is_decided():
        """One has given up, or both are at work and one will be told that the other has taken over."""
        return not all(run.goes_on() for run in runs) or all("to go on" in run.said() for run in runs)

    wait_for(is_decided, "one of two runs that gives up", MARGIN)
    for run in runs:
        run.open()
    said = [run.end(MARGIN, expect=(0, 4)) for run in runs]
    check(sorted(run.code for run in runs) == [0, 4], f"exit codes {[run.code for run in runs]}\n" + "\n".join(said))
    loser = next(run for run in runs if run.code == 4)
    check_said(loser.said(), "another run")
    cluster.is_same(results)


def hash_of(cluster, results):
    return hashlib.sha256((cluster.server.folder / results).read_bytes()).hexdigest()


def comes_back_too_late(cluster, results, leave, come_back):
    """h1 leads a run and goes; h2 completes it; h1 comes back and must leave it alone."""
    first = Search(cluster, results, "h1", launcher=None)
    first.wait_until_it_stands()
    leave()
    Search(cluster, results, "h2", launcher=None, gates=()).end(2 * MARGIN)
    before = hash_of(cluster, results)
    come_back()
    first.open()
    said = first.end(2 * MARGIN, expect=4)
    check_said(said, "another run has taken over")
    time.sleep(2.0)
    check(hash_of(cluster, results) == before, f"the file is another one\n{said}")
    # A trial that was trained meanwhile may have kept a checkpoint when it was told to stop.
    Search(cluster, results, "h3", launcher=None, gates=()).end(MARGIN)
    left = [path.name for path in cluster.server.folder.glob(f"{results}.*") if not path.name.endswith(".lock")]
    check(not left, f"left beside it: {left}")
    cluster.is_same(results)


@scenario("a master is frozen while another run completes")
def master_frozen(cluster, results):
    hosts = cluster.hosts
    comes_back_too_late(cluster, results, lambda: hosts.signal("h1", signal.SIGSTOP, "trawl"),
                        lambda: hosts.signal("h1", signal.SIGCONT, "trawl"))


@scenario("a master's host is cut off while another run completes", short=True)
def master_cut_and_back(cluster, results):
    hosts = cluster.hosts
    comes_back_too_late(cluster, results, lambda: hosts.cut("h1"), lambda: hosts.join("h1"))


@scenario("a worker's host is frozen and returns")
def worker_frozen(cluster, results):
    search = Search(cluster, results)
    search.wait_until_it_stands()
    cluster.hosts.signal("h3", signal.SIGSTOP)
    search.open()
    said = search.end(HEARTBEAT_TIMEOUT + ENDS_MPIRUN + MARGIN)
    check_said(said, f"on h3 is lost: it was silent for {HEARTBEAT_TIMEOUT} s")
    before = hash_of(cluster, results)
    cluster.hosts.signal("h3", signal.SIGCONT)
    wait_until_gone(cluster, "h3", MARGIN)
    check(hash_of(cluster, results) == before, "the file is another one")
    cluster.is_same(results)


def wait_until_gone(cluster, host, within):
    end = time.monotonic() + within
    while found := cluster.hosts.pids(host, "trawl") + cluster.hosts.pids(host, "orted"):
        check(time.monotonic() < end, f"still on {host} after {within:.0f} s: {found}")
        time.sleep(0.2)


@scenario("a worker's host is cut off for good: what runs there ends")
def worker_cut_for_good(cluster, results):
    search = Search(cluster, results)
    search.wait_until_it_stands()
    cluster.hosts.cut("h3")
    search.open()
    search.end(HEARTBEAT_TIMEOUT + ENDS_MPIRUN + MARGIN)
    trawls = len(cluster.hosts.pids("h3", "trawl"))
    check(trawls > 0, "nothing was left on h3: was it cut off?")
    end = time.monotonic() + MASTER_PATIENCE + MARGIN
    while cluster.hosts.pids("h3", "trawl", blocked=False):  # a trial may wait for its file in the kernel
        check(time.monotonic() < end, "the worker on h3 still waits for its master")
        time.sleep(0.5)
    cluster.is_same(results)


@scenario("a worker's host is cut off for 8 s")
def worker_cut_and_back(cluster, results):
    search = Search(cluster, results)
    search.wait_until_it_stands()
    cluster.hosts.cut("h3")
    time.sleep(8.0)
    cluster.hosts.join("h3")
    search.open()
    search.end(ENDS_MPIRUN + MARGIN)
    check(search.starts() == 1, search.said())
    cluster.is_same(results)


@scenario("the file server hangs for 20 s")
def server_hangs(cluster, results):
    search = Search(cluster, results)
    search.wait_until_it_stands()
    check(cluster.hosts.signal("fs", signal.SIGSTOP) > 0, "no file server")
    search.open()
    time.sleep(20.0)
    cluster.hosts.signal("fs", signal.SIGCONT)
    search.end(MASTER_PATIENCE + ENDS_MPIRUN + 2 * MARGIN)
    cluster.is_same(results)


@scenario("the file server hangs for longer than workers wait for their master")
def server_hangs_long(cluster, results):
    search = Search(cluster, results)
    search.wait_until_it_stands()
    check(cluster.hosts.signal("fs", signal.SIGSTOP) > 0, "no file server")
    search.open()
    time.sleep(MASTER_PATIENCE + 30.0)
    cluster.hosts.signal("fs", signal.SIGCONT)
    search.end(MASTER_PATIENCE + ENDS_MPIRUN + 3 * MARGIN)
    cluster.is_same(results)


@scenario("a worker's files hang, and its trials have no processes of their own")
def rank_hangs(cluster, results):
    search = Search(cluster, results, arguments=["--set", "cluster.isolation=none"])
    search.wait_until_it_stands()
    cluster.hosts.hang_files("h2")
    search.open()
    said = search.end(HEARTBEAT_TIMEOUT + ENDS_MPIRUN + MARGIN)
    check_said(said, f"on h2 is lost: it was silent for {HEARTBEAT_TIMEOUT} s")
    check_not_said(said, "starting again")
    cluster.is_same(results)


@scenario("a worker's files hang before the start")
def start_hangs(cluster, results):
    cluster.hosts.hang_files("h2")
    search = Search(cluster, results, gates=(), environment={"TRAWL_MPIRUN_START_SECONDS": "20"})
    search.wait_until(lambda: "starting again" in search.said(), "another start", 20.0 + ENDS_MPIRUN + MARGIN)
    cluster.hosts.release_files("h2")
    search.end(3 * MARGIN + ENDS_MPIRUN)
    cluster.is_same(results)


@scenario("SIGTERM, once, while a worker's host is cut off")
def stop_with_a_cut(cluster, results):
    search = Search(cluster, results)
    search.wait_until_it_stands()
    cluster.hosts.cut("h3")
    search.stop()
    search.end(30.0 + MARGIN, expect=75)
    cluster.settle()
    Search(cluster, results, gates=()).end(MARGIN + ENDS_MPIRUN)
    cluster.is_same(results)


@scenario("SIGTERM, once, while a worker's files hang")
def stop_with_hung_files(cluster, results):
    search = Search(cluster, results)
    search.wait_until_it_stands()
    cluster.hosts.hang_files("h2")
    search.open()
    time.sleep(2.0)
    search.stop()
    search.end(30.0 + MARGIN, expect=(0, 75))
    cluster.settle()
    Search(cluster, results, gates=()).end(MARGIN + ENDS_MPIRUN)
    cluster.is_same(results)


@scenario("SIGTERM, once, while the master's files hang")
def stop_with_hung_master(cluster, results):
    search = Search(cluster, results, host="h1", places=ELSEWHERE, folder="/tmp")
    search.wait_until_it_stands()
    cluster.hosts.hang_files("h2")
    search.open()
    time.sleep(2.0)
    search.stop()
    search.end(STOPS + MARGIN, expect=75)
    cluster.settle()
    Search(cluster, results, gates=()).end(MARGIN + ENDS_MPIRUN)
    cluster.is_same(results)


@scenario("the master's files hang for good")
def master_files_hang(cluster, results):
    """Its workers leave; it is started again once it can be."""
    search = Search(cluster, results, host="h1", places=ELSEWHERE, folder="/tmp",
                    environment={"TRAWL_MPIRUN_SILENT_SECONDS": "30"})
    search.wait_until_it_stands()
    cluster.hosts.hang_files("h2")
    search.open()
    search.wait_until(lambda: "the master has not answered" in search.said(), "workers that leave", MASTER_PATIENCE + MARGIN)
    search.wait_until(lambda: "starting again" in search.said(), "another start", 120.0 + MARGIN)
    cluster.hosts.mount_again("h2")
    search.end(3 * MARGIN + ENDS_MPIRUN)
    cluster.is_same(results)


@scenario("the master's host is cut off, the launcher is elsewhere")
def master_cut(cluster, results):
    search = Search(cluster, results, host="h1", places=ELSEWHERE, environment={"TRAWL_MPIRUN_SILENT_SECONDS": "30"})
    search.wait_until_it_stands()
    cluster.hosts.cut("h2")
    search.open()
    search.wait_until(lambda: "starting again" in search.said(), "another start", 30.0 + 2 * MASTER_PATIENCE + MARGIN)
    cluster.hosts.join("h2")
    search.end(3 * MARGIN + ENDS_MPIRUN)
    cluster.is_same(results)


@scenario("stock mpirun, and a worker's host is cut off")
def stock_mpirun_cut(cluster, results):
    """All trials are trained. mpirun waits for the host that is gone until it is ended by hand; it may have ended the master,
    too, before the file was complete, when the first worker left. The same command completes it."""
    search = Search(cluster, results, launcher="mpirun")
    search.wait_until_it_stands()
    cluster.hosts.cut("h3")
    search.open()

    def all_finished():
        return cluster.server.is_complete(results) or cluster.finished(results) == N_TRIALS

    search.wait_until(all_finished, "the end of all trials", HEARTBEAT_TIMEOUT + 2 * MARGIN)
    time.sleep(2.0)
    for _ in range(2):
        cluster.hosts.signal("h1", signal.SIGINT, "mpirun")
        time.sleep(1.0)
    search.end(MARGIN, expect=None)
    cluster.settle()
    Search(cluster, results, gates=()).end(MARGIN + ENDS_MPIRUN)
    cluster.is_same(results)
