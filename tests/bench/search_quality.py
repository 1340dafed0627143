"""How many epochs a search trains until it has found the best, on a table of real trainings, beside Optuna.

    search_quality.py --table FILE.npz --seeds N [--peer FILE.json] [--slots N] [--pairs tpe+median ...]

Every study is a run of table_search: the program's own master, plan, samplers, pruners, journal and results file; only
the trainings are looked up. Jobs name the sampler and the pruner and leave all else to the defaults. Counted are the
epochs of the legs that have ended, in the plan's order, until the first trial of a class (the best 1 % and 0.1 % of
the table by the last epoch) is complete; who has none by the cap has missed and counts as the cap.

Prints a table. Exit code 1: a mean is above its bar by more than two standard errors, or a study missed that must not;
2: it could not be measured."""

import argparse
import functools
import importlib.util
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import h5py
import numpy as np

import search_counts

HERE = Path(__file__).resolve().parent
PROGRAM = HERE.parents[1] / "build" / "release" / "tests" / "bench" / "table_search"
ERRORS = 2  # standard errors that a mean may be above its bar
FIRST_TRIALS = {"none": 1.1, "median": 3, "successive_halving": 4, "hyperband": 3}  # per training of the cap

# Bars of (table, space, slots, pair): a mean for each class, and may studies miss the classes? What was measured when
# they were set was searched by real numbers: places on the axes meet the best points less often.
OPTDIGITS = ("d8aebf79da770afa", "snapped")
BARS = {
    (*OPTDIGITS, 4, "tpe+none"): ((800, None), True),
    (*OPTDIGITS, 4, "random+successive_halving"): ((500, 2600), True),
    (*OPTDIGITS, 4, "tpe+successive_halving"): ((480, 1500), False),
    (*OPTDIGITS, 16, "tpe+successive_halving"): ((700, 2000), True),
}
# On every table it is to need less than each pair of the peer, which knows all results when it decides.
AHEAD_OF_PEER = ("tpe+successive_halving", 4)


class NotMeasured(Exception):
    pass


class Studies:
    """Runs studies on one table, in a folder of their own."""

    def __init__(self, table, program, slots, folder, settings=()):
        """`settings`: KEY=VALUE of job files, beside what job_of() says."""
        self.table, self.program, self.slots, self.folder = table, program, slots, Path(folder)
        self.settings = [f"--set={setting}" for setting in settings]
        self.cap = search_counts.CAP_TRAININGS * table.epochs
        self.limits = search_counts.limits_of(table)
        table.write(self.folder / "table")

    def study(self, pair, seed):
        """[(epochs, value)] of the complete trials. No decision looks at n_trials, so what was counted before the
        last one began is as with any larger number."""
        points = math.inf if self.table.snapped else len(self.table.curves)  # none comes twice
        n_trials = math.ceil(search_counts.CAP_TRAININGS * FIRST_TRIALS[pair.split("+")[1]]) + self.slots
        while True:
            n_trials = min(n_trials, points)
            legs = self.run(pair, seed, n_trials)
            complete, trained = count(legs, self.table.epochs, n_trials if n_trials < points else None)
            found = any(value <= min(self.limits) for _, value in complete)
            if trained >= self.cap or found or n_trials == points:
                return complete
            n_trials = max(2 * n_trials, math.ceil(1.2 * n_trials * self.cap / max(trained, 1)))

    def version(self):
        return " ".join(self.call("--version").stdout.split())

    def call(self, *arguments):
        return subprocess.run(
            [self.program, *arguments],
            env={**os.environ, "TABLE_SEARCH_TABLE": str(self.folder / "table")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, pair, seed, n_trials):
        name = f"{pair}-{seed}-{n_trials}"
        job = self.folder / f"{name}.yaml"
        job.write_text(json.dumps(job_of(self.table, pair, seed, n_trials, self.slots)))  # JSON is YAML
        results = job.with_suffix(".h5")
        done = self.call("run", job, "-o", results, *self.settings)
        if done.returncode != 0:
            raise NotMeasured(f"{pair}, seed {seed}: exit code {done.returncode}\n{done.stdout}")
        legs = read_legs(results)
        for path in self.folder.glob(f"{name}.*"):
            path.unlink()
        return legs


def job_of(table, pair, seed, n_trials, slots):
    sampler, pruner = pair.split("+")
    search = {"sampler": sampler, "n_trials": n_trials, "seed": seed, "space": table.space()}
    if slots and pair != "random+none":  # where no result decides there is no such key
        search["max_concurrent_trials"] = slots
    job = {
        "study": "search-quality",
        "search": search,
        "objective": {"metric": "val_cross_entropy", "at": "last"},
        "cluster": {"isolation": "none"},
    }
    return job if pruner == "none" else {**job, "pruner": pruner}


def read_legs(path):
    """[(trial, from, until, value)] in the plan's order: by virtual time, where the file has one."""
    with h5py.File(path) as file:
        group = file["legs"]
        legs = list(zip(*(group[name][:].tolist() for name in ("trial", "from", "until", "value"))))
        if "virtual_end" not in group:
            return legs
        ends = group["virtual_end"][:]
    return [legs[place] for place in np.argsort(ends, kind="stable") if not math.isnan(ends[place])]


def count(legs, n_epochs, n_trials=None):
    """([(epochs trained until then, value)] of complete trials, epochs trained), of n_trials until the last begins."""
    trained, complete = 0, []
    for trial, begin, end, value in legs:
        if n_trials is not None and trial == n_trials - 1:
            break
        trained += end - begin
        if end == n_epochs:
            complete.append((trained, value))
    return complete, trained


def mean(values, cap):
    return statistics.fmean(cap if value is None else value for value in values)


def error(values, cap):
    counted = [cap if value is None else value for value in values]
    return statistics.stdev(counted) / math.sqrt(len(counted)) if len(counted) > 1 else 0.0


def cells(values, cap):
    if values is None:
        return ["-", "-", "-"]
    counted = [cap if value is None else value for value in values]
    misses = sum(value is None for value in values)
    spread = f" ± {error(values, cap):,.0f}"
    return [f"{mean(values, cap):,.0f}{spread}", f"{statistics.median(counted):,.0f}", f"{misses} of {len(values)}"]


class Verdict:
    """Of one pair and class: the bar, and whether it is met."""

    def __init__(self, ours, peers, bar, may_miss, cap):
        """`peers`: {pair: hits} of all that have to be beaten."""
        self.limits = [(f"<= {bar:,}", bar, 0.0)] if bar else []
        if peers:
            best = min(peers, key=lambda pair: mean(peers[pair], cap))
            of_best = mean(peers[best], cap), error(peers[best], cap)
            self.limits.append((f"< {of_best[0]:,.0f} (peer's {shown(best)})", *of_best))
        if not may_miss:
            self.limits.append(("no miss", None, 0.0))
        self.ours, self.cap = ours, cap

    def met(self):
        return all(self.holds(bar, spread) for _, bar, spread in self.limits)

    def holds(self, bar, spread):
        if bar is None:
            return None not in self.ours
        slack = ERRORS * math.hypot(error(self.ours, self.cap), spread)
        return mean(self.ours, self.cap) <= bar + slack

    def cells(self):
        if not self.limits:
            return ["-", "-"]
        return ["; ".join(text for text, _, _ in self.limits), "met" if self.met() else "NOT MET"]


def verdict(searched, slots, pair, place, ours, peer, cap):
    """`searched`: the digest of the table, and the space."""
    means, may_miss = BARS.get((*searched, slots, pair), ((None, None), True))
    ahead = (pair, slots) == AHEAD_OF_PEER
    peers = {name: hits[place] for name, hits in peer.items()} if ahead else {}
    return Verdict(ours, peers, means[place], may_miss and not ahead, cap)


def shown(pair):
    return pair.replace("+", " + ")


HEADER = ("sampler + pruner", "best", "mean", "median", "missed", "peer: mean", "median", "missed", "bar", "")


def rows_of(searched, slots, ours, peer, cap):
    """(rows of cells, is every bar met?)"""
    rows, all_met = [], True
    for pair in [*ours, *(pair for pair in peer if pair not in ours)]:
        for place, share in enumerate(search_counts.CLASSES):
            mine = ours[pair][place] if pair in ours else None
            theirs = peer[pair][place] if pair in peer else None
            judged = ["-", "-"]
            if mine is not None:
                judge = verdict(searched, slots, pair, place, mine, peer, cap)
                judged, all_met = judge.cells(), all_met and judge.met()
            rows.append([shown(pair), f"{100 * share:g} %", *cells(mine, cap), *cells(theirs, cap), *judged])
    return rows, all_met


def markdown(rows):
    return "\n".join("| " + " | ".join(row) + " |" for row in [HEADER, ["---"] * len(HEADER), *rows])


def peer_of(options, digest, cap):
    """The peer's file; it is made if it is not there."""
    if options.peer is None:
        return {"pairs": {}}
    if not options.peer.exists():
        if importlib.util.find_spec("optuna") is None:
            raise NotMeasured(f"{options.peer}: not there, and this Python has no optuna to make it by")
        peer = [sys.executable, str(HERE / "search_quality_peer.py"), "--out", str(options.peer)]
        wanted = [f"--table={options.table}", f"--seeds={options.seeds}"]
        wanted += [f"--space={options.space}"]
        wanted += [f"--values={values}" for values in options.values]
        subprocess.run([*peer, *wanted, *(["--pairs", *options.pairs] if options.pairs else [])], check=True)
    peer = json.loads(options.peer.read_text())
    if (peer["table"], peer["space"], peer["cap"]) != (digest, options.space, cap):
        raise NotMeasured(f"{options.peer}: was made on another table or space; another name makes one")
    return peer


def measure(options):
    table = search_counts.table_of(options)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as pool:
        studies = Studies(table, options.program.resolve(), options.slots, folder, options.set)
        peer = peer_of(options, table.digest(), studies.cap)
        ours = {}
        for pair in options.pairs or search_counts.PAIRS:
            print(f"{shown(pair)} ...", file=sys.stderr, flush=True)
            done = list(pool.map(functools.partial(studies.study, pair), range(options.seeds)))
            ours[pair] = search_counts.hits(done, studies.limits, studies.cap)
        version = studies.version()
    print(f"Trawl: {version}; {options.slots or 'no'} slots, {options.seeds} studies a pair.")
    if options.set:
        print(f"Not the defaults, which the bars are for: {', '.join(options.set)}.")
    if peer["pairs"]:
        versions = ", ".join(f"{name} {number}" for name, number in peer["versions"].items())
        print(f"Peer: {versions}; `{peer['command']}`.")
    limits = ", ".join(f"{limit:.5f}" for limit in studies.limits)
    trainings = f"{len(table.curves)} trainings of {table.epochs} epochs, {options.space}"
    print(f"{options.table.name}: {trainings}; best 1 %, 0.1 %: <= {limits}.")
    print(f"Epochs until the first is complete; cap {studies.cap:,}; mean ± standard error.\n")
    rows, all_met = rows_of((table.digest(), options.space), options.slots, ours, peer["pairs"], studies.cap)
    print(markdown(rows))
    return 0 if all_met else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    search_counts.add_table_options(parser)
    parser.add_argument("--peer", type=Path, help="results of search_quality_peer.py; made if they are not there")
    parser.add_argument("--slots", type=int, default=4, help="search.max_concurrent_trials; 0: the key is left out")
    parser.add_argument("--program", type=Path, default=PROGRAM, help="table_search")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="of all jobs, to try it out")
    parser.add_argument("--jobs", type=int, default=1, help="studies at a time")
    try:
        return measure(parser.parse_args())
    except (NotMeasured, OSError, ValueError, KeyError, subprocess.CalledProcessError) as problem:
        print(f"search_quality.py: {problem}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
