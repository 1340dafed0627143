#!/usr/bin/python3
"""Random search of a finite space: no point twice, all of them in the end, and the same on any number of ranks.

    python3 finite_space.py TRAWL
"""

from trawl_runs import check, main

HEAD = """\
study: finite
data: {source: synthetic-digits, train_rows: 100, test_rows: 0, split: shuffled}
model: {hidden: [4]}
training: {epochs: 1}
"""
BOOLEANS = "{optimizer: {choices: [adam, sgd]}, activation: {choices: [relu, tanh]}}"
SPACES = {  # name: (space, its size)
    "choices": (BOOLEANS, 4),
    "integers": ("{batch_size: {low: 8, high: 13}}", 6),
    "logarithms": ("{batch_size: {low: 4, high: 9, log: true}, optimizer: {choices: [adam, sgd]}}", 12),
    "steps": ("{dropout: {low: 0.0, high: 0.5, step: 0.1}}", 6),
    "conditions": ("{optimizer: {choices: [sgd, momentum]}, momentum: {low: 0.5, high: 0.9, step: 0.1, when: {optimizer: momentum}}}", 6),
}
ENQUEUED = "\n  enqueue: [{optimizer: sgd, activation: tanh}, {activation: relu}]"


def job(space, n_trials, more=""):
    return f"{HEAD}search:\n  n_trials: {n_trials}\n  seed: 4\n  space: {space}{more}\n"


def points(trawl, results):
    """The parameters of trial 0, 1, ... as the table has them."""
    lines = trawl.run("trials", results, "--format", "csv").splitlines()
    names = lines[0].split(",")
    first, last = names.index("seconds") + 1, names.index("error")
    return [tuple(line.split(",")[first:last]) for line in lines[1:]]


def every_point_once(trawl):
    for name, (space, size) in SPACES.items():
        trawl.write("job.yaml", job(space, size))
        check(f"of the {size} that the space has" in trawl.run("check", "job.yaml"), f"{name}: check says no size")
        trawl.run("run", "job.yaml", "-o", f"{name}.h5")
        found = points(trawl, f"{name}.h5")
        check(len(found) == size == len(set(found)), f"{name}: {found}")
        trawl.run("run", "job.yaml", "-o", f"{name}-3.h5", ranks=3)
        trawl.check_same(f"{name}.h5", f"{name}-3.h5")


def too_many(trawl):
    for name, (space, size) in SPACES.items():
        trawl.write("job.yaml", job(space, size + 1))
        for verb in (["check", "job.yaml"], ["run", "job.yaml", "-o", "none.h5"]):
            said = trawl.run(*verb, expect=2)
            for word in (f"{size} points", "sampler: grid", "repeats", "search.n_trials"):
                check(word in said, f"{name}: {verb[0]} does not say {word}: {said}")
        said = trawl.run("run", "job.yaml", "-o", f"{name}.h5", expect=2)  # complete with as many as there are
        check(f"{size} points" in said, f"{name} was not refused as too many: {said}")
    check(not list(trawl.folder.glob("none*")), "a refused search left files")
    trawl.write("job.yaml", HEAD + f"search: {{space: {BOOLEANS}}}\n")
    check("10 (the default)" in trawl.run("check", "job.yaml", expect=2), "the default is not named")


def grown_and_enqueued(trawl):
    trawl.write("job.yaml", job(BOOLEANS, 4, ENQUEUED))
    trawl.run("run", "job.yaml", "-o", "enqueued.h5")
    found = points(trawl, "enqueued.h5")
    check(found[0] == ("sgd", "tanh") and found[1][1] == "relu", f"the enqueued points are not first: {found}")
    check(len(set(found)) == 4, f"an enqueued point came again: {found}")
    for n_trials in (1, 3, 4):
        trawl.run("run", "job.yaml", "-o", "grown.h5", "--set", f"search.n_trials={n_trials}")
    trawl.check_same("grown.h5", "enqueued.h5")
    trawl.run("run", "job.yaml", "-o", "repeats.h5", "--set", "search.repeats=3")
    check(len(set(points(trawl, "repeats.h5"))) == 4, "repeats are of other points")


def test(trawl):
    every_point_once(trawl)
    too_many(trawl)
    grown_and_enqueued(trawl)
    print(f"every point of {len(SPACES)} spaces once, on 1 rank and 3; too many are refused")


main(test)
