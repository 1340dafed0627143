#!/usr/bin/python3
"""Ranks, their launchers and their trials die, hang and stop; the master and mpirun die. Under
trawl-mpirun the study ends complete, with the answer of an undisturbed run, and nothing is left
behind; under stock mpirun the job dies and the same command resumes.

    python3 lost_workers.py TRAWL [--rounds N [--seed S]]

With --rounds: so many runs, each disturbed at a random moment in a random way.
"""

import argparse
import os
import random
import re
import signal
import sys
import time
from pathlib import Path

from launched_run import Run
from trawl_runs import TestFailed, check, main, wait_for

RANKS = 4
STANDS = range(28, 36)  # more than all workers have at once: it cannot be over before it is disturbed
HEARTBEAT_TIMEOUT = 3
JOB = f"""\
study: lost
data: {{source: synthetic-digits, train_rows: 600, test_rows: 100}}
model: {{hidden: [32]}}
training: {{epochs: 60}}
search:
  sampler: random
  n_trials: 36
  seed: 11
  space:
    learning_rate: {{low: 1.0e-3, high: 1.0e-1, log: true}}
cluster: {{heartbeat_timeout: {HEARTBEAT_TIMEOUT}, trial_timeout: 5, max_attempts: 5}}
"""


def signal_ranks(number, *ranks):
    def disturb(run):
        pids = run.ranks()
        for rank in ranks:
            os.kill(pids[rank], number)

    return disturb


def both(first, second):
    return lambda run: (first(run), second(run))


def signal_launcher(number):
    return lambda run: os.kill(run.child(run.ranks()[1]), number)


def signal_trial(number):
    def disturb(run):
        def signalled():
            check(run.process.poll() is None, f"ended before a trial was seen:\n{run.log.read_text()}")
            launcher = run.child(run.ranks().get(1, 0))
            trial = launcher and run.child(launcher)
            try:
                return trial and (os.kill(trial, number) or True)
            except ProcessLookupError:  # it has just ended; another one comes
                return False

        wait_for(signalled, "a trial's process")

    return disturb


def signal_mpirun(number):
    return lambda run: os.kill(run.mpirun(), number)


LOST = "is lost: "
STAND_IN = "#!/bin/sh\n[ $1 != --version ] || exit 0\n"  # for mpirun
# Name: what happens, and what must stand in the output.
SCENARIOS = {
    "kill -9 of a rank": (signal_ranks(signal.SIGKILL, 1), LOST + "its process"),
    "a segfault and an abort": (both(signal_ranks(signal.SIGSEGV, 2), signal_ranks(signal.SIGABRT, 3)), LOST + "its process"),
    "all workers at once": (signal_ranks(signal.SIGKILL, 1, 2, 3), "all workers are lost"),
    "two stopped ranks": (signal_ranks(signal.SIGSTOP, 2, 3), LOST + "it was silent for 3 s"),
    "kill -9 of a launcher": (signal_launcher(signal.SIGKILL), "the launcher of trial processes has ended"),
    "a stopped launcher": (signal_launcher(signal.SIGSTOP), LOST),
    "a stopped trial": (signal_trial(signal.SIGSTOP), "trial_timeout"),
    "kill -9 of the master": (signal_ranks(signal.SIGKILL, 0), "starting again"),
    "kill -9 of mpirun": (signal_mpirun(signal.SIGKILL), "starting again"),
}


def trawl_mpirun(trawl, *arguments):
    script = Path(__file__).resolve().parents[2] / "bin" / "trawl-mpirun"
    return [str(script), "-n", str(RANKS), "run", *arguments]


def check_survives(trawl, name, disturb, words):
    results = re.sub("[^a-z0-9]+", "-", name.lower()) + ".h5"
    start = time.monotonic()
    run = Run(trawl, trawl_mpirun(trawl, "job.yaml", "-o", results), gates=STANDS)
    run.wait_until_it_trains(results, RANKS)
    disturb(run)
    run.gates.open()
    code, output = run.finish()
    check(code == 0, f"{name}: exit code {code}\n{output}")
    check(words in output, f"{name}: '{words}' is not said\n{output}")
    check("HDF5-DIAG" not in output, f"{name}: HDF5 complains\n{output}")
    check("PMIX ERROR" not in output, f"{name}: Open MPI's note of each death is shown\n{output}")
    run.check_nothing_left(results)
    trawl.check_same("undisturbed.h5", results)
    print(f"{name}: complete after {time.monotonic() - start:.1f} s, the same answer, nothing left", flush=True)


def random_round(trawl, number):
    results = f"round{number}.h5"
    name = random.choice(list(SCENARIOS))
    after = random.uniform(0.0, 5.0)
    environment = {"TRAWL_MPIRUN_START_SECONDS": "15"}
    run = Run(trawl, trawl_mpirun(trawl, "job.yaml", "-o", results), environment)
    time.sleep(after)
    try:
        SCENARIOS[name][0](run)
    except (KeyError, TypeError, ProcessLookupError, TestFailed):
        name = "nothing (it was not there)"
    start = time.monotonic()
    code, output = run.finish()
    check(code == 0, f"round {number}, {name} after {after:.2f} s: exit code {code}\n{output}")
    run.check_nothing_left(results)
    trawl.check_same("undisturbed.h5", results)
    print(f"round {number}: {name} after {after:.2f} s, then {time.monotonic() - start:.1f} s: the same", flush=True)


def check_death_in_start(trawl):
    environment = {"TRAWL_MPIRUN_START_SECONDS": "10"}
    run = Run(trawl, trawl_mpirun(trawl, "job.yaml", "-o", "start.h5"), environment)
    wait_for(lambda: len(run.ranks()) == RANKS, "all ranks")
    os.kill(run.ranks()[2], signal.SIGKILL)
    code, output = run.finish()
    check(code == 0, f"kill -9 of a rank in the start: exit code {code}\n{output}")
    run.check_nothing_left("start.h5")
    trawl.check_same("undisturbed.h5", "start.h5")
    print("kill -9 of a rank in the start: complete, the same answer, nothing left", flush=True)


def check_exit_of_a_rank(trawl):
    """Without a process of its own a trial's exit(3) is its rank's."""
    environment = {"TRAWL_TEST_FAULTS": "exit:5@1", "TRAWL_TEST_FAULTS_SEEN": str(trawl.folder / "seen")}
    command = trawl_mpirun(trawl, "job.yaml", "-o", "exit.h5", "--set", "cluster.isolation=none")
    run = Run(trawl, command, environment)
    code, output = run.finish()
    check(code == 0 and LOST in output, f"exit(3) of a rank: exit code {code}\n{output}")
    run.check_nothing_left("exit.h5")
    trawl.check_same("undisturbed.h5", "exit.h5")
    print("exit(3) of a rank: complete, the same answer, nothing left", flush=True)


def check_stopped_where_ranks_train(trawl):
    command = trawl_mpirun(trawl, "job.yaml", "-o", "inline.h5", "--set", "cluster.isolation=none")
    run = Run(trawl, command, gates=STANDS)
    run.wait_until_it_trains("inline.h5", RANKS)
    signal_ranks(signal.SIGSTOP, 2)(run)
    run.gates.open()
    code, output = run.finish()
    check(code == 0 and LOST + "it was silent for 3 s" in output, f"a stopped rank without processes: exit code {code}\n{output}")
    run.check_nothing_left("inline.h5")
    trawl.check_same("undisturbed.h5", "inline.h5")
    print("a stopped rank that trains by itself: complete, the same answer, nothing left", flush=True)


def check_continued_after_the_end(trawl):
    """What a rank that was lost still writes is not left beside the file."""
    often = ["--set", "cluster.isolation=none", "--set", "cluster.checkpoint_every=0.001"]
    run = Run(trawl, trawl_mpirun(trawl, "job.yaml", "-o", "late.h5", *often), gates=STANDS)
    run.wait_until_it_trains("late.h5", RANKS)
    pid = run.ranks()[2]
    os.kill(pid, signal.SIGSTOP)
    run.gates.open()
    wait_for(lambda: trawl.is_complete("late.h5"), "a complete file", 60.0)
    os.kill(pid, signal.SIGCONT)
    code, output = run.finish()
    check(code == 0 and LOST in output, f"a rank that goes on after the end: exit code {code}\n{output}")
    run.check_nothing_left("late.h5")
    trawl.check_same("undisturbed.h5", "late.h5")
    print("a rank that goes on after the end: nothing left", flush=True)


def check_stop_and_resume(trawl):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # this test may run under nohup
    for number, results in ((signal.SIGHUP, "closed.h5"), (signal.SIGTERM, "stopped.h5")):
        run = Run(trawl, trawl_mpirun(trawl, "job.yaml", "-o", results), gates=STANDS)
        run.wait_until_it_trains(results, RANKS)
        run.process.send_signal(number)
        code, output = run.finish()
        check(code == 75 and "starting again" not in output, f"{number.name}: exit code {code}\n{output}")
        check(not run.tree(), f"{number.name} left {run.tree()}")
    run = Run(trawl, trawl_mpirun(trawl, "job.yaml", "-o", "stopped.h5", "--time-limit", "2"), gates=STANDS)
    code, output = run.finish()
    check(code == 75 and "starting again" not in output, f"time limit: exit code {code}\n{output}")
    run = Run(trawl, trawl_mpirun(trawl, "job.yaml", "-o", "stopped.h5"))
    code, output = run.finish()
    check(code == 0 and "is resumed" in output, f"after SIGTERM: exit code {code}\n{output}")
    run.check_nothing_left("stopped.h5")
    trawl.check_same("undisturbed.h5", "stopped.h5")
    print("SIGHUP, SIGTERM: stopped with exit code 75; the same command carried on", flush=True)


def check_exit_codes(trawl):
    for expected, words, arguments in (
        (0, "complete already", ["job.yaml", "-o", "undisturbed.h5"]),
        (2, "no such job file", ["nothing.yaml"]),
        (2, "--nonsense", ["job.yaml", "--nonsense"]),
        (3, "failed", ["job.yaml", "-o", "failed.h5", "--set", "search.n_trials=2", "--set", "search.space.learning_rate={choices: [1.0e+20, 2.0e+20]}"]),
    ):
        run = Run(trawl, trawl_mpirun(trawl, *arguments))
        code, output = run.finish()
        check(code == expected and words in output, f"{arguments}: exit code {code}, not {expected}\n{output}")
        check("starting again" not in output, f"{arguments}: started again\n{output}")
    print("exit codes 0, 2 and 3 come through", flush=True)


def check_starts_again(trawl):
    """With a stand-in for mpirun: the time limit goes on over the starts; options that mpirun refuses end it."""
    stand_in = trawl.write("stand-in/mpirun", f'{STAND_IN}echo "$@" >>starts.txt\nsleep 1.5\nexit 1\n')
    stand_in.chmod(0o755)
    environment = {"PATH": f"{stand_in.parent}:{os.environ['PATH']}", "TRAWL_MPIRUN_RESTARTS": "2"}
    run = Run(trawl, trawl_mpirun(trawl, "job.yaml", "--time-limit", "60"), environment)
    code, output = run.finish()
    limits = [int(text) for text in re.findall(r"--time-limit (\d+)", (trawl.folder / "starts.txt").read_text())]
    check(code == 75 and len(limits) == 3, f"exit code {code}, starts with {limits}\n{output}")
    check(limits[0] == 60 and limits[0] > limits[1] > limits[2] > 0, f"time limits of three starts: {limits}")
    run = Run(trawl, trawl_mpirun(trawl, "job.yaml"), {"TRAWL_MPIRUN_OPTIONS": "--nonsense"})
    code, output = run.finish()
    check(code == 2 and "unknown option" in output, f"a wrong option of mpirun: exit code {code}\n{output}")
    print("started again with what was left of the time limit", flush=True)


def check_silent_master(trawl):
    """With a stand-in for mpirun: a master that says that it lives is waited for, one that does not is started again; so
    is one whose signs are old ones that come late."""
    began = STAND_IN + 'printf "master 1\\nbegan 0\\n" >>$TRAWL_RUN_REPORT\n'
    alive = "for i in 1 2 3 4 5 6; do sleep 1; echo $i >$TRAWL_RUN_REPORT.alive; done\n"
    late = "echo 1 >$TRAWL_RUN_REPORT.alive; sleep 3; echo 2 >$TRAWL_RUN_REPORT.alive; exec sleep 60\n"
    environment = {"TRAWL_MPIRUN_RESTARTS": "1", "TRAWL_MPIRUN_SILENT_SECONDS": "3"}
    for name, then, expected, times in (
        ("alive", alive + "echo exit 0 >>$TRAWL_RUN_REPORT\n", 0, 0),
        ("silent", "exec sleep 60\n", 75, 2),
        ("late", late, 75, 2),
    ):
        start = time.monotonic()
        stand_in = trawl.write(f"{name}/mpirun", began + then)
        stand_in.chmod(0o755)
        run = Run(trawl, trawl_mpirun(trawl, "job.yaml"), {**environment, "PATH": f"{stand_in.parent}:{os.environ['PATH']}"})
        code, output = run.finish(40.0)
        check(code == expected and output.count("no sign of life for 3 s") == times, f"{name}: exit code {code}\n{output}")
        check(not run.tree(), f"{name}: left {run.tree()}")
        # Two starts of 3 s of silence, and 4 s each until mpirun has ended.
        check(time.monotonic() - start < 20, f"{name}: {time.monotonic() - start:.0f} s")
    print("a silent master on another machine: started again", flush=True)


def check_hung_file(trawl):
    """Whoever opens a pipe waits until somebody writes to it: a trial's checkpoint, on a file system that hangs."""
    pipe = trawl.folder / "pipe.h5.checkpoints" / "5.checkpoint"
    pipe.parent.mkdir()
    os.mkfifo(pipe)
    run = Run(trawl, trawl_mpirun(trawl, "job.yaml", "-o", "pipe.h5"))
    wait_for(lambda: "the file system there hangs" in run.log.read_text() or run.process.poll() is not None, "a trial that is missed", 60.0)
    os.close(os.open(pipe, os.O_RDWR))
    pipe.unlink()
    code, output = run.finish()
    check(code == 0 and LOST + "trial 5 has waited" in output and "pipe.h5.checkpoints/5.checkpoint" in output, f"a file that hangs: exit code {code}\n{output}")
    check("trial 5 attempt 1 failed" not in output, f"a file that hangs is its trial's fault\n{output}")
    run.check_nothing_left("pipe.h5")
    trawl.check_same("undisturbed.h5", "pipe.h5")
    print("a trial whose file hangs: complete, the same answer, nothing left", flush=True)


def check_stock_mpirun(trawl):
    arguments = ("run", "job.yaml", "-o", "stock.h5")
    run = Run(trawl, trawl.command(*arguments, ranks=RANKS), gates=STANDS)
    run.wait_until_it_trains("stock.h5", RANKS)
    signal_ranks(signal.SIGKILL, 1)(run)
    run.gates.open()
    code, output = run.finish()
    check(code != 0, f"stock mpirun: exit code 0\n{output}")
    trawl.until_complete(*arguments, ranks=RANKS)
    trawl.check_same("undisturbed.h5", "stock.h5")
    print("stock mpirun: the job died with the rank, the same command resumed", flush=True)
    arguments = ("run", "job.yaml", "-o", "hung.h5")
    run = Run(trawl, trawl.command(*arguments, ranks=RANKS), gates=STANDS)
    run.wait_until_it_trains("hung.h5", RANKS)
    signal_ranks(signal.SIGSTOP, 1)(run)
    run.gates.open()
    _, output = run.finish()
    check(LOST in output, f"stock mpirun: a stopped rank\n{output}")
    # It ends the job when the first worker leaves, which may be before the master has completed the file.
    trawl.until_complete(*arguments, ranks=RANKS)
    trawl.check_same("undisturbed.h5", "hung.h5")
    print("stock mpirun: a stopped rank cost its trial's attempt", flush=True)


def test(trawl, options):
    trawl.write("job.yaml", JOB)
    trawl.run("run", "job.yaml", "-o", "undisturbed.h5", ranks=RANKS)
    if options.rounds:
        for number in range(options.rounds):
            random_round(trawl, number)
        return
    for name, (disturb, words) in SCENARIOS.items():
        check_survives(trawl, name, disturb, words)
    check_death_in_start(trawl)
    check_exit_of_a_rank(trawl)
    check_stopped_where_ranks_train(trawl)
    check_continued_after_the_end(trawl)
    check_stop_and_resume(trawl)
    check_exit_codes(trawl)
    check_starts_again(trawl)
    check_silent_master(trawl)
    check_hung_file(trawl)
    check_stock_mpirun(trawl)


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("trawl")
parser.add_argument("--rounds", type=int, default=0)
parser.add_argument("--seed", type=int, default=random.randrange(10**6))
given = parser.parse_args()
random.seed(given.seed)
if given.rounds:
    print(f"lost_workers.py --rounds {given.rounds} --seed {given.seed}", file=sys.stderr)
main(test, given)
