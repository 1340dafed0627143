"""Brings forward what the kernel does to a process at its limit of CPU time: three files in a hundred make libhdf5 loop, and each
reader of such a file goes on for seconds until that limit. Only processes with a limit are ended: one without goes on, and
is a finding. Standard library only.
"""

import os
import resource
import signal
from pathlib import Path

SOON = 0.3  # seconds of CPU time, of processes that read a small file in a hundredth of it
LARGEST_LIMIT = 15  # seconds: a reader's that may take no more would not be brought forward
TICKS = os.sysconf("SC_CLK_TCK")


def descendants(pid):
    for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield int(word)
        yield from descendants(word)


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def bring_forward(pid):
    """Ends those among the processes that pid started that have had SOON seconds; True if there were some."""
    ended = False
    try:
        for child in descendants(pid):
            limit = resource.prlimit(child, resource.RLIMIT_CPU)[0]
            if 0 < limit <= LARGEST_LIMIT and cpu_seconds(child) > SOON:
                os.kill(child, signal.SIGXCPU)
                ended = True
    except (FileNotFoundError, ProcessLookupError):
        pass  # one has ended meanwhile
    return ended
