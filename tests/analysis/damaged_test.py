"""What a damaged file does to its reader is a message: one that crashes, stands still, or claims more than there is."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np
import pytest
from results_file import write_results

import analysis
from analysis import trial_read
from analysis.trial_read import Unreadable, read_apart

sys.path.insert(0, str(Path(__file__).parents[1] / "fuzz"))
from mutate_results import looping  # noqa: E402


@pytest.fixture
def path(tmp_path):
    return write_results(tmp_path / "r.h5")


def refusal(path, read):
    with pytest.raises(Unreadable) as refused:
        read_apart(path, read)
    return str(refused.value)


def test_a_crash_is_a_message(path):
    said = refusal(path, lambda: os.kill(os.getpid(), signal.SIGSEGV))
    assert said == "it is damaged: reading it ended the HDF5 library with SIGSEGV"


def test_an_end_without_a_word_is_a_message(path):
    assert refusal(path, lambda: os._exit(5)) == "it is damaged: reading it ended the process"
    assert "ended the process" in refusal(path, lambda: os._exit(0))


def test_what_does_not_end_is_ended(path, monkeypatch):
    monkeypatch.setattr(trial_read, "LEAST_SECONDS", 0.2)
    assert "reading it took more than 0 s" in refusal(path, lambda: time.sleep(60))


def test_what_loops_is_ended(path, monkeypatch):
    monkeypatch.setattr(trial_read, "LEAST_CPU_SECONDS", 0.5)
    path.write_bytes(looping(path.read_bytes()))
    with pytest.raises(analysis.ResultsError, match="the HDF5 library does not come to an end on it; `trawl repair .*` may help"):
        analysis.load(path)


def test_what_does_not_fit_into_memory_is_a_message(path):
    assert "more than fits into memory" in refusal(path, lambda: bytearray(1 << 46))
    assert read_apart(path, lambda: bytearray(1 << 22)) == bytearray(1 << 22)


def test_values_that_no_file_of_ours_holds(path):
    with h5py.File(path, "a") as file:
        file["epochs/trial"][0] = 77
    with pytest.raises(analysis.ResultsError, match="a row of /epochs is of no trial; `trawl repair .*` may help"):
        analysis.load(path)


def test_bytes_that_are_no_text_are_escapes(path):
    with h5py.File(path, "a") as file:
        file.attrs["study"] = np.bytes_(b"caf\xe9")
        file["trials/error"][0] = b"a\xff"
    trials, _ = analysis.load(path)
    assert trials.attrs["study"] == "caf\\xe9" and trials.error[0] == "a\\xff"


def test_the_command_line_says_it_in_a_line_without_controls(tmp_path):
    name = "no\x1b[31m.h5"
    (tmp_path / name).write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    command = [sys.executable, "-m", "analysis", "curves", name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": os.path.dirname(analysis.__path__[0])})
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("analysis: no\\x1b[31m.h5: ") and done.stderr.count("\n") == 1 and "\x1b" not in done.stderr
