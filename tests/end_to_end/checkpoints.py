#!/usr/bin/python3
"""Long trials that are stopped and killed at random moments go on from their checkpoints, in the same
run or the next, and the answer is that of an undisturbed run.

    python3 checkpoints.py TRAWL [--rounds 1] [--seed 1]
"""

import argparse
import os
import random
import re
import signal
import sys
import time
from pathlib import Path

import h5py
from trawl_runs import INTERRUPTED, Gates, check, finish, kill_session, main, session_members, wait_for

RANKS = 3
N_TRIALS = 4
MAX_ATTEMPTS = 50  # each kill of a trial's process costs one
JOB = """\
study: checkpoints
data: {{source: synthetic-digits, train_rows: 2000, test_rows: 100}}
model: {{hidden: [64, 32]}}
training: {{epochs: {epochs}, optimizer: adam, learning_rate: 0.001}}
search:
  sampler: list
  trials:
    - {{batch_size: 32, dropout: 0.2}}
    - {{batch_size: 8, l2: 0.001, epochs: {fewer}, batch_normalization: [hidden_0]}}
    - {{optimizer: momentum, batch_size: 16, early_stopping: {{patience: 1000}}}}
    - {{optimizer: rmsprop, batch_size: 64, learning_rate_schedule: {{cosine: {{floor: 0.1}}}}}}
cluster: {{checkpoint_every: 0.2, max_attempts: """ + f"{MAX_ATTEMPTS}}}}}\n"
CONTINUES = re.compile(r"continues at epoch (\d+), update (\d+)")
STANDS_AT = 3  # an epoch
LONG_ENOUGH = 3.0  # seconds of an undisturbed run: what it takes to start and to end is little beside it


def long_enough_job(trawl):
    """Its seconds undisturbed. Long enough to be stopped in, and not much longer."""
    epochs = 40
    while epochs < 10000:
        trawl.write("job.yaml", JOB.format(epochs=epochs, fewer=epochs // 3))
        start = time.monotonic()
        trawl.run("run", "job.yaml", "-o", "undisturbed.h5", ranks=RANKS)
        duration = time.monotonic() - start
        if duration > LONG_ENOUGH:
            return duration
        (trawl.folder / "undisturbed.h5").unlink()
        epochs = int(epochs * min(4.0, 1.2 * LONG_ENOUGH / duration))
    check(False, "the job is over too soon to be stopped")


def rows(path):
    """{trial: epochs reported}, [(trial, text of its message)], from a results file."""
    with h5py.File(path, "r") as file:
        trials = file["trials"]
        epochs = dict(zip(trials["number"][:].tolist(), trials["n_epochs"][:].tolist()))
        messages = file["messages"]
        return epochs, list(zip(messages["trial"][:].tolist(), messages["text"].asstr()[:].tolist()))


def continued(path):
    """[(trial, epoch)] for each time a trial went on from a checkpoint."""
    found = []
    for trial, text in rows(path)[1]:
        if match := CONTINUES.search(text):
            found.append((trial, int(match.group(1))))
    return found


def parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def trial_processes(session):
    """Those that a launcher, itself a child of a rank, has forked."""
    found = []
    for pid in session_members(session):
        try:
            if parent(parent(parent(pid))) == session:
                found.append(pid)
        except OSError:
            pass
    return found


def send(process, how):
    """True if the run is to be given again."""
    if how == "kill -9":
        kill_session(process)
    elif how == "kill -9 of a trial":
        for pid in trial_processes(process.pid)[:1]:
            os.kill(pid, signal.SIGKILL)
        return False
    else:
        process.send_signal({"USR1": signal.SIGUSR1, "TERM": signal.SIGTERM}[how])
    return True


def disturbed(trawl, results, how, after=None, ranks=RANKS, *options):
    """Starts the run, disturbs it so many seconds later or, if none are given, when its first trials stand behind an
    epoch, waits for its end: (landed, output)."""
    stands = Gates(range(N_TRIALS) if after is None else (), trawl.folder / f"{results}-gate", STANDS_AT)
    process = trawl.start("run", "job.yaml", "-o", results, *options, ranks=ranks, environment=stands.environment)
    if after is None:
        n_workers = (ranks or 2) - 1
        wait_for(lambda: process.poll() is not None or stands.n_standing() == n_workers, "trials that stand still")
    else:
        time.sleep(after)
    landed = process.poll() is None
    start = time.monotonic()
    if landed:
        ends = send(process, how)
    output = finish(process)
    if landed and how == "USR1" and process.returncode != 0:
        check(process.returncode == INTERRUPTED, f"exit code {process.returncode} after SIGUSR1\n{output}")
        check(time.monotonic() - start < 5.0, "it took its time to stop")
    return landed and ends, output


def check_nothing_is_lost(trawl, results):
    """After a graceful stop each trial's checkpoint is at least where its curve ends."""
    reported, _ = rows(trawl.folder / results)
    kept = {int(path.name.split(".")[0]) for path in trawl.folder.glob(f"{results}.checkpoints/*.checkpoint")}
    before = len(continued(trawl.folder / results))
    trawl.until_complete("run", "job.yaml", "-o", results, ranks=RANKS)
    again = {trial: epoch for trial, epoch in continued(trawl.folder / results)[before:]}
    for trial in kept:
        check(again.get(trial, -1) >= reported[trial], f"trial {trial} had {reported[trial]} epochs and went on at {again}")
    return len(kept)


def check_answer(trawl, results):
    trawl.check_same("undisturbed.h5", results)
    left = [path.name for path in trawl.folder.glob(f"{results}.*") if not path.name.endswith(".lock")]
    check(not left, f"left behind beside a complete file: {left}")


def one_round(trawl, number, duration):
    results = f"round{number}.h5"
    said = []
    for _ in range(random.choice((1, 2, 3))):
        how = random.choice(("USR1", "TERM", "kill -9", "kill -9 of a trial"))
        landed, _ = disturbed(trawl, results, how, random.uniform(0.3, 0.8) * duration)
        said.append(f"{how}{'' if landed else ' (ran to its end)'}")
        if not landed:
            break
    trawl.until_complete("run", "job.yaml", "-o", results, ranks=RANKS)
    check_answer(trawl, results)
    on = continued(trawl.folder / results)
    print(f"round {number}: {', '.join(said)}: the same, trials went on at epochs {[epoch for _, epoch in on]}", flush=True)
    return sum(epoch for _, epoch in on)


def check_graceful(trawl):
    for how in ("USR1", "TERM"):
        landed, _ = disturbed(trawl, f"{how}.h5", how)
        check(landed, "the run was over before its signal")
        n_kept = check_nothing_is_lost(trawl, f"{how}.h5")
        check(n_kept > 0, f"no checkpoint was kept after SIG{how}")
        check_answer(trawl, f"{how}.h5")
        print(f"SIG{how}: {n_kept} trials went on where they were")


def check_alone(trawl):
    for isolation in ("process", "none"):
        results = f"{isolation}.h5"
        setting = ("--set", f"cluster.isolation={isolation}", "--set", "cluster.checkpoint_every=0")
        landed, output = disturbed(trawl, results, "TERM", None, None, *setting)
        check(landed and "the same command carries on" in output, f"not stopped:\n{output}")
        check(any(trawl.folder.glob(f"{results}.checkpoints/*.checkpoint")), "no checkpoint was kept")
        output = trawl.run("run", "job.yaml", "-o", results, *setting)
        check(CONTINUES.search(output), f"it did not go on:\n{output}")
        check_answer(trawl, results)
    print("alone, with and without processes for its trials: the same")


def check_damaged(trawl):
    disturbed(trawl, "damaged.h5", "USR1")
    kept = sorted(trawl.folder.glob("damaged.h5.checkpoints/*.checkpoint"))
    check(kept, "no checkpoint was kept")
    for path in kept:
        path.write_bytes(path.read_bytes()[:-1])
    output = trawl.run("run", "job.yaml", "-o", "damaged.h5", ranks=RANKS)
    check(output.count("starts from the beginning") == len(kept), f"{len(kept)} were damaged:\n{output}")
    check_answer(trawl, "damaged.h5")
    print("damaged checkpoints: a warning each, and the same answer")


def check_time_limit(trawl):
    limit = 8.0  # it stops when half of that is over
    start = time.monotonic()
    stands = Gates((3,), trawl.folder / "gate").environment
    arguments = ("run", "job.yaml", "-o", "limit.h5", "--time-limit", str(limit))
    output = trawl.run(*arguments, ranks=RANKS, environment=stands, expect=INTERRUPTED)
    took = time.monotonic() - start
    check(0.5 * limit < took < limit, f"{limit:.1f} s were allowed, it took {took:.1f} s\n{output}")
    check_nothing_is_lost(trawl, "limit.h5")
    check_answer(trawl, "limit.h5")
    print("a time limit: stopped before it, and the same answer")


def check_two_interrupts(trawl):
    process = trawl.start("run", "job.yaml", "-o", "interrupted.h5")
    wait_for(lambda: trawl.journal_bytes("interrupted.h5") > 2000, "epochs")
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    finish(process)
    check(process.returncode == INTERRUPTED, f"exit code {process.returncode}")
    check(time.monotonic() - start < 3.0, "the second SIGINT did not end it at once")


def test(trawl, options):
    duration = long_enough_job(trawl)
    print(f"undisturbed: {duration:.1f} s on {RANKS} ranks")
    check(not continued(trawl.folder / "undisturbed.h5"), "an undisturbed run went on from something")
    check_answer(trawl, "undisturbed.h5")
    check_graceful(trawl)
    check_alone(trawl)
    check_damaged(trawl)
    check_time_limit(trawl)
    check_two_interrupts(trawl)
    spared = sum(one_round(trawl, number, duration) for number in range(options.rounds))
    check(spared > 0 or options.rounds < 3, "no trial ever went on from a checkpoint")
    print(f"{options.rounds} rounds: {spared} epochs were not trained again")


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("trawl")
parser.add_argument("--rounds", type=int, default=1)
parser.add_argument("--seed", type=int, default=random.randrange(10**6))
given = parser.parse_args()
random.seed(given.seed)
print(f"checkpoints.py --rounds {given.rounds} --seed {given.seed}", file=sys.stderr)
main(test, given)
