#!/usr/bin/python3
"""A search over several hosts with a network and a shared folder between them: whatever happens to a host, to its link or to
its files, the results are those of one process undisturbed, it says what happened, and nothing hangs.

    python3 hosts_test.py TRAWL [--all] [--only WORDS]

--all: also the scenarios that take minutes.
"""

import argparse
import sys
import time
import traceback
from pathlib import Path

from private_hosts import PrivateHosts, why_not_here
from scenarios import SCENARIOS
from searches import Cluster, TestFailed


def play(cluster, scenario):
    """(what went wrong or "", seconds)."""
    start, problem = time.monotonic(), ""
    try:
        scenario.play(cluster, scenario.results)
    except TestFailed as failure:
        problem = str(failure)
    except Exception:  # the others are tried all the same
        problem = traceback.format_exc()
    seconds = time.monotonic() - start
    print(f"{scenario.name}: {'FAILED' if problem else 'as it should be'}, {seconds:.1f} s", flush=True)
    if problem:
        print(problem, cluster.hosts.what_happens(), sep="\n", flush=True)
    cluster.settle()
    return problem, seconds


def report(outcomes):
    width = max(len(scenario.name) for scenario, _, _ in outcomes)
    print(f"\n{'':{width}} {'outcome':>8} {'seconds':>8}")
    for scenario, problem, seconds in outcomes:
        print(f"{scenario.name:{width}} {'FAILED' if problem else 'same':>8} {seconds:8.1f} {'#' * round(seconds / 2)}")
    n_failed = sum(bool(problem) for _, problem, _ in outcomes)
    print(f"{len(outcomes)} scenarios in {sum(seconds for *_, seconds in outcomes):.0f} s, {n_failed} FAILED")
    return n_failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trawl", type=Path)
    parser.add_argument("--all", action="store_true", help="all scenarios; takes minutes")
    parser.add_argument("--only", default="", metavar="WORDS", help="scenarios with these words in their names")
    options = parser.parse_args()
    if reason := why_not_here():
        print(f"skipped: {reason}")
        return 77
    chosen = [each for each in SCENARIOS if options.only in each.name and (options.all or options.only or each.is_short)]
    if not chosen:
        parser.error(f"no scenario has '{options.only}' in its name")
    with PrivateHosts(["-o", "reconnect"]) as hosts:
        cluster = Cluster(hosts, options.trawl.resolve())
        outcomes = [(scenario, *play(cluster, scenario)) for scenario in chosen]
    return 1 if report(outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
