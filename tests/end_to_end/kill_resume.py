#!/usr/bin/python3
"""Kills a whole run at random moments, gives the same command again until it is complete, and
compares with an undisturbed run. Says where the kills landed.

    python3 kill_resume.py TRAWL [--rounds 6] [--ranks 3] [--seed 1] [--job FILE [--set KEY=VALUE]...]
"""

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

from trawl_runs import check, finish, job_text, kill_session, main

PLACES = ("start", "training", "publishing", "end")
SECOND_KILL = 0.3  # how often the resumed run is killed too
LONG_ENOUGH = 2.0  # seconds of an undisturbed run, so that a moment in it can be hit


def timed_run(trawl, arguments, results, ranks):
    start = time.monotonic()
    trawl.run("run", *arguments, "-o", results, ranks=ranks)
    return time.monotonic() - start


def long_enough_job(trawl, ranks):
    """A small job, made longer until it runs long enough on this machine."""
    for epochs in (10, 30, 100, 300, 1000):
        trawl.write("job.yaml", job_text(n_trials=24, epochs=epochs))
        duration = timed_run(trawl, ["job.yaml"], "undisturbed.h5", ranks)
        if duration > LONG_ENOUGH:
            break
        (trawl.folder / "undisturbed.h5").unlink()
    check(duration > LONG_ENOUGH, "the job is over too soon to be killed")
    return ["job.yaml"], duration


def moment(fraction, duration):
    """Seconds after the start: a fifth of the rounds early in start-up, a fifth at the
    end, the others where most of the work is."""
    if fraction < 0.2:
        return random.uniform(0.0, 0.6)
    if fraction < 0.4:
        return random.uniform(0.9, 1.05) * duration
    return random.uniform(0.3, 1.0) * duration


def place_of_kill(trawl, results, publishing):
    if publishing:
        return "publishing"
    counts = trawl.journalled(results)
    if not counts or counts["epochs"] == 0:
        return "start"
    return "end" if counts["finished"] == counts["trials"] else "training"


def killed_run(trawl, arguments, results, ranks, after):
    """Where the kill landed; None if the run was over before."""
    process = trawl.start("run", *arguments, "-o", results, ranks=ranks)
    time.sleep(after)
    publishing = any(trawl.folder.glob(f"{results}*tmp*"))
    if process.poll() is not None:
        output = finish(process)
        check(process.returncode == 0, f"an undisturbed run failed: exit code {process.returncode}\n{output}")
        return None
    kill_session(process)
    process.stdout.close()
    return place_of_kill(trawl, results, publishing)


def one_round(trawl, arguments, number, rounds, options, duration):
    """The places of the kills of one round; at least one lands."""
    results = f"round{number}.h5"
    places = []
    while not places:
        place = killed_run(trawl, arguments, results, options.ranks, moment(number / rounds, duration))
        if place:
            places.append(place)
        else:
            (trawl.folder / results).unlink()
            duration *= 0.9  # it runs faster than it did at first
    if random.random() < SECOND_KILL:
        place = killed_run(trawl, arguments, results, options.ranks, random.uniform(0.0, duration))
        places += [place] if place else []
    trawl.until_complete("run", *arguments, "-o", results, ranks=options.ranks)
    trawl.check_same("undisturbed.h5", results)
    left = [path.name for path in trawl.folder.glob(f"{results}.*") if not path.name.endswith(".lock")]
    check(not left, f"left behind beside a complete file: {left}")
    return places


def test(trawl, options):
    if options.job:
        arguments = [Path(options.job).resolve()]
        for setting in options.set:
            arguments += ["--set", setting]
        duration = timed_run(trawl, arguments, "undisturbed.h5", options.ranks)
    else:
        arguments, duration = long_enough_job(trawl, options.ranks)
    print(f"undisturbed: {duration:.1f} s on {options.ranks} ranks")
    landed = Counter()
    for number in range(options.rounds):
        places = one_round(trawl, arguments, number, options.rounds, options, duration)
        landed.update(places)
        print(f"round {number}: killed in {', then '.join(places)}: the same", flush=True)
    print(f"{options.rounds} rounds, {sum(landed.values())} kills: " + ", ".join(f"{p} {landed[p]}" for p in PLACES))


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("trawl")
parser.add_argument("--rounds", type=int, default=6)
parser.add_argument("--ranks", type=int, default=3)
parser.add_argument("--seed", type=int, default=random.randrange(10**6))
parser.add_argument("--job", help="another job file than the built-in small one")
parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
given = parser.parse_args()
random.seed(given.seed)
print(f"kill_resume.py --rounds {given.rounds} --ranks {given.ranks} --seed {given.seed}", file=sys.stderr)
main(test, given)
