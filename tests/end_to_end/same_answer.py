#!/usr/bin/python3
"""The same job gives the same trials, curves and weights however many ranks work on it, whatever its sampler.

    python3 same_answer.py TRAWL
"""

import shutil

from disturbed_run import DisturbedRun
from journal_events import Journal
from trawl_runs import check, job_text, main


# With a condition, a point that is known, and repeats.
DESIGN = """\
study: design
data: {{source: synthetic-digits, train_rows: 300, test_rows: 50}}
model: {{hidden: [16]}}
training: {{epochs: 2}}
search:
  sampler: {sampler}
  n_trials: 8
  repeats: 2
  seed: 5
  space:
    learning_rate: {{low: 1.0e-3, high: 1.0e-1, log: true}}
    optimizer: {{choices: [sgd, momentum]}}
    momentum: {{low: 0.5, high: 0.9, when: {{optimizer: momentum}}}}
    batch_size: {{low: 8, high: 64, log: true}}
  enqueue: [{{optimizer: momentum, batch_size: 32}}]
"""


def points(trawl, results):
    return [line.split(",")[1:3] + line.split(",")[8:12] for line in trawl.run("trials", results, "--format", "csv").splitlines()]


def killed_and_resumed(trawl, sampler):
    results = f"{sampler}-killed.h5"
    run = DisturbedRun(trawl, "design.yaml", "-o", results, gates=(9,), ranks=3)
    run.wait_until(lambda: (trawl.journalled(results) or {"finished": 0})["finished"] >= 4, "progress")
    run.kill()
    said = trawl.run("run", "design.yaml", "-o", results, ranks=2)
    check("is resumed" in said, f"not resumed: {said}")
    trawl.check_same(f"{sampler}.h5", results)


def designs(trawl):
    for sampler in ("sobol", "lhs"):
        trawl.write("design.yaml", DESIGN.format(sampler=sampler))
        trawl.run("run", "design.yaml", "-o", f"{sampler}.h5")
        for ranks in (2, 4):
            trawl.run("run", "design.yaml", "-o", f"{sampler}-{ranks}.h5", ranks=ranks)
            trawl.check_same(f"{sampler}.h5", f"{sampler}-{ranks}.h5")
        killed_and_resumed(trawl, sampler)
    check("n_trials 5 or 9" in trawl.run("check", "design.yaml", "--set", "search.sampler=sobol"), "no power of two is named")
    check(points(trawl, "sobol.h5") != points(trawl, "lhs.h5"), "two samplers with the same points")
    more = ("--set", "search.n_trials=17")
    trawl.write("design.yaml", DESIGN.format(sampler="sobol"))
    said = trawl.run("run", "design.yaml", *more, "-o", "sobol-2.h5", ranks=3)
    check("is extended" in said, f"not extended: {said}")
    trawl.run("run", "design.yaml", *more, "-o", "sobol-17.h5")
    trawl.check_same("sobol-2.h5", "sobol-17.h5")
    check(points(trawl, "sobol-17.h5")[: 1 + 16] == points(trawl, "sobol.h5"), "extending moved a point")


# Where results decide: a condition, repeats, a point that is known, and learning rates at which trials fail.
LEARNING = """\
study: learning
data: {{source: synthetic-digits, train_rows: 300, test_rows: 50}}
model: {{hidden: [16]}}
training: {{epochs: 6}}
search:
  sampler: {sampler}
  n_trials: 24
  repeats: 2
  seed: 5
  max_concurrent_trials: 5
  space:
    learning_rate: {{low: 1.0e-3, high: 1.0e+15, log: true}}
    optimizer: {{choices: [sgd, momentum]}}
    momentum: {{low: 0.5, high: 0.9, when: {{optimizer: momentum}}}}
    batch_size: {{choices: [16, 32]}}
  enqueue: [{{optimizer: momentum, batch_size: 32}}]
pruner: {pruner}
objective: {{metric: val_cross_entropy}}
cluster: {{checkpoint_every: 0.01}}
"""


def learning(trawl, sampler, pruner):
    """On 1, 2 and 4 ranks and within one process; killed and without checkpoints; extended."""
    name = f"{sampler}-{pruner}"
    trawl.write("learning.yaml", LEARNING.format(sampler=sampler, pruner=pruner))
    some_failed = 3
    trawl.run("run", "learning.yaml", "-o", f"{name}.h5", expect=some_failed)
    for ranks in (2, 4):
        trawl.run("run", "learning.yaml", "-o", f"{name}-{ranks}.h5", ranks=ranks, expect=some_failed)
        trawl.check_same(f"{name}.h5", f"{name}-{ranks}.h5")
    trawl.run("run", "learning.yaml", "--set", "cluster.isolation=none", "-o", f"{name}-inside.h5", expect=some_failed)
    trawl.check_same(f"{name}.h5", f"{name}-inside.h5")
    run = DisturbedRun(trawl, "learning.yaml", "-o", f"{name}-killed.h5", gates=(20,), ranks=3)
    journal = Journal(trawl.folder / f"{name}-killed.h5")

    def has_paused():
        journal.look()
        return journal.n_pauses >= 10

    run.wait_until(has_paused, "trials that wait between two legs")
    run.kill()
    shutil.rmtree(trawl.folder / f"{name}-killed.h5.checkpoints", ignore_errors=True)
    trawl.run("run", "learning.yaml", "-o", f"{name}-killed.h5", ranks=2, expect=some_failed)
    trawl.check_same(f"{name}.h5", f"{name}-killed.h5")
    more = ("--set", "search.n_trials=40")
    for results, ranks in ((f"{name}.h5", None), (f"{name}-4.h5", 4)):
        said = trawl.run("run", "learning.yaml", *more, "-o", results, ranks=ranks, expect=some_failed)
        check("is extended" in said, f"not extended: {said}")
    trawl.check_same(f"{name}.h5", f"{name}-4.h5")


def not_extended(trawl):
    """A Latin hypercube is another one with another number of points, also before its study is complete."""
    trawl.write("design.yaml", DESIGN.format(sampler="lhs"))
    trawl.run("run", "design.yaml", "--time-limit", "0.001", "-o", "begun.h5", expect=75)
    for results in ("lhs.h5", "begun.h5"):
        before = points(trawl, results)
        for n_trials in (4, 16):
            refused = trawl.run("run", "design.yaml", "--set", f"search.n_trials={n_trials}", "-o", results, expect=2)
            for word in (f"holds 16 trials and the job asks for {2 * n_trials}", "sampler: lhs", "-o", "sampler: sobol"):
                check(word in refused, f"{results} with {n_trials} points: {word} is not said: {refused}")
        check(points(trawl, results) == before, f"{results} was touched")
    trawl.run("run", "design.yaml", "-o", "begun.h5")
    trawl.check_same("lhs.h5", "begun.h5")


def test(trawl):
    trawl.write("job.yaml", job_text(n_trials=6, epochs=3))
    trawl.run("run", "job.yaml", "-o", "alone.h5")
    for ranks in (1, 2, 4):
        trawl.run("run", "job.yaml", "-o", f"ranks{ranks}.h5", ranks=ranks)
        trawl.check_same("alone.h5", f"ranks{ranks}.h5")
    trawl.run("run", "job.yaml", "-o", "inside.h5", "--set", "cluster.isolation=none")
    trawl.check_same("alone.h5", "inside.h5")
    trawl.run("run", "job.yaml", "-o", "other.h5", "--set", "search.seed=12")
    differs = trawl.run("diff", "alone.h5", "other.h5", expect=1)
    check("trial" in differs, f"diff does not name what differs: {differs}")
    print("alone, 1, 2 and 4 ranks, and without isolation: the same; another seed: another answer")
    designs(trawl)
    not_extended(trawl)
    for sampler, pruner in (("tpe", "successive_halving"), ("tpe", "median"), ("random", "hyperband")):
        learning(trawl, sampler, pruner)
    print("tpe with halving and with the median, random with hyperband on slots: on 1, 2 and 4 ranks, killed and extended: the same")
    print("sobol and lhs on 1, 2 and 4 ranks, and killed and resumed: the same; sobol extended: as if begun so; lhs: refused with the reason")


main(test)
