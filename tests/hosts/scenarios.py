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
from searches import FILE_PATIENCE, HEARTBEAT_TIMEOUT, Search, check, check_not_said, check_said

MARGIN = 45.0  # of a busy machine
ENDS_MPIRUN = 12.0
MASTER_PATIENCE = 60.0
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
