#!/usr/bin/python3
"""What analysis.load reads from a file of this build is what `trawl trials` prints.

    PYTHONPATH=ROOT python3 analysis_reads.py TRAWL
"""

import json

from trawl_runs import check, main

import analysis

JOB = """\
study: columns
data: {source: synthetic-digits, train_rows: 300, test_rows: 20}
model: {activation: tanh}
training: {epochs: 2, learning_rate: 0.05}
search:
  sampler: random
  n_trials: 4
  repeats: 2
  space:
    hidden: {choices: [[8], [16, 8], []]}
    batch_size: {choices: [16, all]}
    optimizer: {choices: [sgd, adam]}
    dropout: {low: 0.0, high: 0.5}
"""


def text(value):
    return json.dumps(value) if isinstance(value, (list, tuple)) else str(value)


def test(trawl):
    trawl.write("job.yaml", JOB)
    trawl.run("run", "job.yaml", "-o", "r.h5")
    trials, epochs = analysis.load(trawl.folder / "r.h5")
    printed = json.loads(trawl.run("trials", "r.h5", "--format", "json"))
    check(trials.attrs["parameters"] == ["hidden", "batch_size", "optimizer", "dropout"], "the order of the job file")
    check(len(trials) == len(printed) == 8 and len(epochs) == 16, f"{len(trials)} trials, {len(epochs)} epochs")
    for row, expected in zip(trials.to_dict("records"), printed):
        for name in ("number", "point", "repeat", "state", "n_epochs"):
            check(text(row[name]) == text(expected[name]), f"trial {row['number']}: {name}: {row[name]}")
        for name in ("objective", "dropout"):
            check(row[name] == float(expected[name]), f"trial {row['number']}: {name}: {row[name]}, {expected[name]}")
        for name in ("hidden", "batch_size", "optimizer"):
            check(text(row[name]) == text(expected[name]), f"trial {row['number']}: {name}: {row[name]}, {expected[name]}")
    print("analysis.load and trawl trials agree on 8 trials")


main(test)
