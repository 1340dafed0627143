"""Seconds from the call of mpirun to the first update of a weight, 3 ranks, the images in the page cache.

A trial of one epoch tells: the master writes down when it ended (`finished_at`), the trial how long its epoch took
(`seconds`, from the shuffling to the end of the validation). Their difference is when the epoch began, or some
milliseconds later (the report's way to the master); the first update follows within a millisecond or two."""

import time

from bench_part import column, main

LIMIT = 1.5
GOAL = "<= 1"


def seconds_to_first_update(part):
    called = time.time()
    results = part.search(3, "start.h5", search__n_trials=2, training__epochs=1)
    began = column(results, "trials/finished_at") - column(results, "epochs/seconds")
    results.unlink()
    return began.min() - called


def measure(part):
    seconds_to_first_update(part)  # reads the images into the page cache
    ours = [seconds_to_first_update(part) for _ in range(part.repeats)]
    what = "s from mpirun to the first update, 3 ranks | limit"
    part.row(what, ours, [LIMIT], [value / LIMIT for value in ours], GOAL)


main(measure, __doc__, repeats=5)
