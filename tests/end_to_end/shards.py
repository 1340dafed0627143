#!/usr/bin/python3
"""Three shards of a study, one of them killed and resumed and one under mpirun, merged: what one run gives.

    python3 shards.py TRAWL
"""

import json
import re

from disturbed_run import SOME_BYTES, DisturbedRun
from trawl_runs import check, job_text, main

GRID = """\
study: grid
data: {source: synthetic-digits, train_rows: 400, test_rows: 100}
model: {hidden: [16]}
training: {epochs: 20}
search:
  sampler: grid
  repeats: 2
  space:
    batch_size:    {choices: [16, 64, all]}
    dropout:       {choices: [0.0, 0.3]}
    learning_rate: {choices: [0.01, 0.1]}
"""
FROM_A_SHARD = """\
study: from-a-shard
data: {source: synthetic-digits, train_rows: 100}
search: {sampler: list, trials: [{name: Found, from: random-shard-1.h5}]}
"""
N_TRIALS = {"random": 13, "grid": 24}
N = 3


def shard_of(study, index):
    return ("run", f"{study}.yaml", "--shard", f"{index}/{N}", "-o", f"{study}-shard-{index}.h5")


def killed_and_resumed(trawl, study, index):
    results = f"{study}-shard-{index}.h5"
    run = DisturbedRun(trawl, *shard_of(study, index)[1:], gates=range(N_TRIALS[study] - N, N_TRIALS[study]))
    run.wait_until(lambda: trawl.journal_bytes(results) > SOME_BYTES, "progress")
    run.kill()
    early = trawl.run("merge", *files(study)[: index + 1], "-o", "early.h5", expect=2)
    check("trials are missing" in early and results in early, f"merged what is not complete: {early}")
    said = trawl.run(*shard_of(study, index))
    check("is resumed" in said and f"(shard {index}/{N})" in said, f"not resumed: {said}")


def files(study):
    return [f"{study}-shard-{index}.h5" for index in range(N)]


def check_shard(trawl, study):
    said = trawl.run("status", f"{study}-shard-1.h5")
    check(f"of {N_TRIALS[study]} (shard 1/{N})" in said and "waiting" not in said, f"status: {said}")
    listed = json.loads(trawl.run("trials", f"{study}-shard-1.h5", "--format", "json"))
    check(all(int(trial["point"]) % N == 1 for trial in listed), "a trial of another shard")
    before = (trawl.folder / f"{study}-shard-1.h5").read_bytes()
    refused = trawl.run("run", f"{study}.yaml", "--shard", f"0/{N}", "-o", f"{study}-shard-1.h5", expect=2)
    check(f"holds shard 1/{N} and shard 0/{N} is asked for" in refused, f"--shard of another: {refused}")
    refused = trawl.run("run", f"{study}.yaml", "--shard", "0/2", "--set", "pruner=hyperband", "--set", "training.epochs=3", "-o", "pruned.h5", expect=2)
    check("--shard does not go with a pruner" in refused and not (trawl.folder / "pruned.h5").exists(), f"a pruner in a shard: {refused}")
    refused = trawl.run("run", f"{study}.yaml", "-o", f"{study}-shard-1.h5", expect=2)
    check("the whole study is asked for" in refused, f"no --shard: {refused}")
    check((trawl.folder / f"{study}-shard-1.h5").read_bytes() == before, "a refused file was touched")


def three_shards(trawl, study):
    trawl.run("run", f"{study}.yaml", "-o", f"{study}-whole.h5")
    trawl.run(*shard_of(study, 0), ranks=3)
    killed_and_resumed(trawl, study, 1)
    trawl.run(*shard_of(study, 2))
    check_shard(trawl, study)
    said = trawl.run("merge", *files(study), "-o", f"{study}.h5")
    check(f"{N_TRIALS[study]} of {N_TRIALS[study]} trials from 3 files" in said, f"merge: {said}")
    trawl.check_same(f"{study}-whole.h5", f"{study}.h5")
    best = [trawl.run("best", f"{study}{which}.h5") for which in ("-whole", "")]
    check(best[0] == best[1] and "on the test rows" in best[0], f"another best: {best}")
    again = trawl.run("run", f"{study}.yaml", "-o", f"{study}.h5")
    check("complete already" in again, f"a merged file is not a study's: {again}")
    refused = trawl.run("merge", *files(study), "-o", f"{study}.h5", expect=2)
    check("exists and is left as it is" in refused, f"overwritten: {refused}")


def part_and_carry_on(trawl):
    """A merge of two shards, extended shards, and the whole study from there."""
    missing = trawl.run("merge", "random-shard-0.h5", "random-shard-2.h5", "-o", "part.h5", expect=2)
    check("4 of 13 trials are missing: 1, 4, 7, 10. There is no file of shard 1/3" in missing, f"merge: {missing}")
    said = trawl.run("merge", "random-shard-0.h5", "random-shard-2.h5", "-o", "part.h5", "--partial", expect=75)
    check("carries on from there" in said, f"merge --partial: {said}")
    trawl.run("run", "random.yaml", "-o", "part.h5", ranks=2)
    trawl.check_same("random-whole.h5", "part.h5")

    more = ("--set", "search.n_trials=17")
    trawl.run("run", "random.yaml", *more, "-o", "random-whole.h5")
    for index in range(N):
        said = trawl.run(*shard_of("random", index), *more)
        check("is extended" in said, f"not extended: {said}")
    trawl.run("merge", *files("random"), "-o", "grown.h5")
    trawl.check_same("random-whole.h5", "grown.h5")


def bad_input(trawl):
    for shard in ("3/3", "-1/3", "1", "1/0", "a/b"):
        said = trawl.run("run", "random.yaml", f"--shard={shard}", expect=2)
        check("allowed: I/N with 0 <= I < N" in said, f"--shard {shard}: {said}")
    said = trawl.run("merge", *files("random")[:2], files("grid")[2], "-o", "x.h5", expect=2)
    check("hold different studies" in said and re.search(r"second: study: grid", said), f"two studies: {said}")
    data = (trawl.folder / files("grid")[1]).read_bytes()
    trawl.folder.joinpath("torn.h5").write_bytes(data[: len(data) // 2])
    for name in ("torn.h5", "nowhere.h5", "grid.yaml"):
        said = trawl.run("merge", files("grid")[0], name, files("grid")[2], "-o", "x.h5", expect=2)
        check(name in said, f"{name}: {said}")
    check(not list(trawl.folder.glob("x.h5*")), "a refused merge left something")
    trawl.write("from.yaml", FROM_A_SHARD)
    said = trawl.run("check", "from.yaml", expect=2)
    check("holds shard 1/3 of its search" in said, f"the best of a shard: {said}")


def test(trawl):
    trawl.write("random.yaml", job_text("random", N_TRIALS["random"], epochs=60))
    trawl.write("grid.yaml", GRID)
    for study in ("random", "grid"):
        three_shards(trawl, study)
        print(f"{study}: three shards, one killed and resumed, one on 3 ranks, merged: the same as one run")
    bad_input(trawl)
    part_and_carry_on(trawl)
    print("merged of two shards and carried on: the same; shards extended and merged: the same")


main(test)
