"""Reads a results file in a process of its own: libhdf5 trusts what stands in a file, and a damaged one can make it
crash, or run without end."""

import faulthandler
import gc
import math
import os
import pickle
import resource
import select
import signal
import time

LEAST_SECONDS = 15.0
BYTES_A_SECOND = 5e6  # of a slow file system
LEAST_CPU_SECONDS = 4.0
BYTES_A_CPU_SECOND = 1e6
LEAST_MEMORY = 4 << 30
MEMORY_A_BYTE = 100  # columns are compressed

FOUND, REFUSED = 0, 3  # exit codes of the child


class Unreadable(Exception):
    """Why the file cannot be read, as the end of a sentence about it."""


def read_apart(path, read):
    """read(), called in a child. Raises Unreadable where that crashes, does not end, or raises; its text says how."""
    if not hasattr(os, "fork"):
        return read()
    size = os.path.getsize(path)
    outgoing, incoming = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(outgoing)
        run_child(read, size, incoming)
    os.close(incoming)
    try:
        said = listen(outgoing, child, LEAST_SECONDS + size / BYTES_A_SECOND)
    finally:
        os.close(outgoing)
        status = reap(child)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
        raise Unreadable("it is damaged: the HDF5 library does not come to an end on it")
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        raise Unreadable(f"it is damaged: reading it ended the HDF5 library with {name}")
    if os.WEXITSTATUS(status) != FOUND or not said:
        raise Unreadable(said.decode("utf-8", "replace") or "it is damaged: reading it ended the process")
    return pickle.loads(said)


def run_child(read, size, incoming):
    """Never returns. An exit without the interpreter's end: what the parent has open stays as it is."""
    said, code = b"", REFUSED
    try:
        faulthandler.disable()
        gc.disable()  # it would touch, and so copy, all of the parent's memory
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        limit(resource.RLIMIT_CORE, 0)
        limit(resource.RLIMIT_CPU, math.ceil(LEAST_CPU_SECONDS + size / BYTES_A_CPU_SECOND))
        limit(resource.RLIMIT_AS, mapped_bytes() + max(LEAST_MEMORY, MEMORY_A_BYTE * size))
        said, code = pickle.dumps(read(), pickle.HIGHEST_PROTOCOL), FOUND
    except MemoryError:
        said = b"it is damaged: it claims to hold more than fits into memory"
    except BaseException as error:
        said = (f"{error}" or type(error).__name__).encode("utf-8", "replace")[:4000]
    finally:
        send(said, incoming, code)


def send(said, incoming, code):
    try:
        with open(incoming, "wb") as pipe:
            pipe.write(said)
    finally:
        os._exit(code)


def limit(kind, wanted):
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def mapped_bytes():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def listen(pipe, child, seconds):
    """What the child says until it ends, in bytes. It is killed when the time is over."""
    said, end = bytearray(), time.monotonic() + seconds
    while select.select([pipe], [], [], max(0.0, end - time.monotonic()))[0]:
        piece = os.read(pipe, 1 << 20)
        if not piece:
            return said
        said += piece
    os.kill(child, signal.SIGKILL)
    raise Unreadable(f"it is damaged, or its file system stands still: reading it took more than {seconds:.0f} s")


def reap(child):
    return os.waitpid(child, 0)[1]
