#!/usr/bin/python3
"""`trawl status --watch` beside a search: on a pipe, on a terminal, interrupted, and what it refuses.

    python3 watch.py TRAWL
"""

import os
import pty
import shutil
import signal
import subprocess

from disturbed_run import DisturbedRun, is_settled
from trawl_runs import ENVIRONMENT, INTERRUPTED, check, finish, job_text, main, wait_for

JOB = {"n_trials": 30, "epochs": 20}


def start_on_terminal(trawl, *arguments):
    """The process and the end of its terminal that shows what it draws."""
    shown, terminal = pty.openpty()
    process = subprocess.Popen(
        trawl.command(*arguments), cwd=trawl.folder, env={**os.environ, **ENVIRONMENT, "TERM": "xterm"},
        stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal,
    )  # fmt: skip
    os.close(terminal)
    return process, shown


def all_shown(shown):
    text = b""
    while True:
        try:
            piece = os.read(shown, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        text += piece
    os.close(shown)
    return text.decode()


def from_before_the_first_trial_to_the_end(trawl):
    watch = trawl.start("status", "w.h5", "--watch", "--every", "0.1")
    drawing, shown = start_on_terminal(trawl, "status", "w.h5", "--watch", "--every", "0.1")
    run = DisturbedRun(trawl, "job.yaml", "-o", "w.h5", gates=(15,))
    run.wait_until(lambda: is_settled(trawl.folder / "w.h5"), "a version with some trials")
    run.open(15)
    run.end()
    output = finish(watch, timeout=30)
    check(watch.returncode == 0, f"a complete study: exit code {watch.returncode}\n{output}")
    lines = output.splitlines()
    check(lines[0].startswith("waiting for w.h5") and output.count("waiting") == 1, f"not waited for:\n{output}")
    check(any("end-to-end: running" in line and "/30 trials" in line for line in lines), f"never running:\n{output}")
    check("30/30 trials, best val_accuracy" in lines[-2] and "complete" in lines[-2], f"no last line:\n{output}")
    counts = [line.split(" trials")[0] for line in lines[1:-1]]
    check(len(set(lines)) == len(lines) and counts == sorted(counts, key=lambda c: int(c.split()[-1].split("/")[0])), output)
    check("\033" not in output, "a pipe gets control sequences")
    drawn = all_shown(shown)
    check(drawing.wait(timeout=30) == 0, f"on a terminal: exit code {drawing.returncode}\n{drawn}")
    check("\033[" in drawn and "[####################] 30/30 trials" in drawn, f"no screen:\n{drawn}")
    for word in ("best       val_accuracy", "workers    1 on 1 host", "published", "waiting for w.h5", "s left"):
        check(word in drawn, f"the screen does not show {word}:\n{drawn}")


def a_copy_alone(trawl):
    """Without journal and lock, in a folder that nothing may be written into: it only reads."""
    folder = trawl.folder / "elsewhere"
    folder.mkdir()
    shutil.copy(trawl.folder / "w.h5", folder / "w.h5")
    folder.chmod(0o555)
    trawl.run("status", "elsewhere/w.h5", "--watch")
    check([path.name for path in folder.iterdir()] == ["w.h5"], "watching left files behind")
    folder.chmod(0o755)


def interruption(trawl):
    trawl.write("long.yaml", job_text(study="long", n_trials=30, epochs=20))
    search = DisturbedRun(trawl, "long.yaml", "-o", "long.h5", gates=(20,))
    search.wait_until((trawl.folder / "long.h5").exists, "the first version")
    for number in (signal.SIGINT, signal.SIGTERM):
        drawing, shown = start_on_terminal(trawl, "status", "long.h5", "--watch", "--every", "60")
        wait_for(lambda: b"running" in os.read(shown, 65536), "the screen")
        drawing.send_signal(number)
        drawn = all_shown(shown)
        check(drawing.wait(timeout=10) == INTERRUPTED, f"{number.name}: exit code {drawing.returncode}\n{drawn}")
    check(search.goes_on(), "the search ended with its watcher")
    search.process.send_signal(signal.SIGTERM)
    search.end(expect=INTERRUPTED)
    drawing, shown = start_on_terminal(trawl, "status", "long.h5", "--watch")
    wait_for(lambda: b"stopped (exit code 75)" in os.read(shown, 65536), "that the search was stopped")
    drawing.send_signal(signal.SIGINT)
    all_shown(shown)
    drawing.wait(timeout=10)


def refusals(trawl):
    (trawl.folder / "text.h5").write_text("not a results file")
    for arguments in (["text.h5", "--watch"], ["w.h5", "--every", "2"], ["w.h5", "--watch", "--every", "0"]):
        output = trawl.run("status", *arguments, expect=2)
        check(output.strip(), f"{arguments}: refused without a word")


def test(trawl):
    trawl.write("job.yaml", job_text(**JOB))
    for part in (from_before_the_first_trial_to_the_end, a_copy_alone, interruption, refusals):
        part(trawl)
        print(f"{part.__name__.replace('_', ' ')}: as documented", flush=True)


main(test)
