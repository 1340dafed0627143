"""Trials per second of two workers on two cores against one worker, the same trials of equal length.

From the moment the first trial was handed out to the end of the last one, so without the start of MPI and the reading
of the data. The master has no core of its own."""

from bench_part import column, main, say, use_two_cores

GOAL = ">= 1.9"
SETTINGS = {  # all trials take as long: an even number of them ends on both workers together
    "search__space.batch_size": "null",
    "training__batch_size": 64,
}


def trials_per_second(part, ranks, trials, epochs):
    results = part.search(ranks, f"ranks{ranks}.h5", search__n_trials=trials, training__epochs=epochs, **SETTINGS)
    seconds = column(results, "trials/finished_at").max() - column(results, "trials/started_at").min()
    results.unlink()
    return trials / seconds


def measure(part):
    what = "trials/s of two workers on two cores | of one"
    if not use_two_cores():
        say("needs two cores")
        return part.row(what, [], [], [], GOAL)
    size = (4, 1) if part.quick else (32, 5)
    one, two = [], []
    for _ in range(part.repeats):
        two.append(trials_per_second(part, 3, *size))
        one.append(trials_per_second(part, 2, *size))
    part.row(what, two, one, [a / b for a, b in zip(two, one)], GOAL)


main(measure, __doc__)
