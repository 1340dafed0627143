#!/usr/bin/python3
"""Trials that crash, hang or diverge cost their own attempts and nothing else.

    python3 faults.py TRAWL
"""

import h5py
import numpy as np
from trawl_runs import check, main

N_TRIALS = 10
MAX_ATTEMPTS = 2
DIVERGES = 9
FAULTS = "segfault:3,abort:5,hang:7,segfault:1@1"
REASONS = {3: ("segmentation", "sigsegv", "signal 11"), 5: ("abort", "signal 6"), 7: ("time",), 9: ("finite", "nan", "inf")}
JOB = f"""\
study: faults
data: {{source: synthetic-digits, train_rows: 500, test_rows: 50}}
model: {{hidden: [24]}}
training: {{epochs: 3}}
search:
  sampler: list
  trials:
""" + "".join(f"    - {{learning_rate: {'1.0e+20' if i == DIVERGES else 0.01 * (i + 1)}}}\n" for i in range(N_TRIALS)) + f"""\
cluster: {{isolation: process, max_attempts: {MAX_ATTEMPTS}, trial_timeout: 2}}
"""


def read(path):
    with h5py.File(path, "r") as file:
        trials = file["trials"]
        names = {code: name for name, code in h5py.check_enum_dtype(trials["state"].dtype).items()}
        return {
            "complete": bool(file.attrs["complete"]),
            "state": [names[code] for code in trials["state"][:].tolist()],
            "attempt": trials["attempt"][:].tolist(),
            "objective": trials["objective"][:],
            "error": [text.lower() for text in trials["error"].asstr()[:]],
        }


def check_faulty(found, sound):
    check(found["complete"], "the study did not go on to its end")
    for i in range(N_TRIALS):
        state = "failed" if i in REASONS else "complete"
        check(found["state"][i] == state, f"trial {i} is {found['state'][i]}, not {state}")
        attempts = MAX_ATTEMPTS if i in (3, 5, 7, 1) else 1
        check(found["attempt"][i] == attempts, f"trial {i} took {found['attempt'][i]} attempts, not {attempts}")
        words = REASONS.get(i)
        check(not words or any(word in found["error"][i] for word in words), f"trial {i}: error '{found['error'][i]}'")
    untouched = [i for i in range(N_TRIALS) if i not in REASONS]
    same = np.array_equal(found["objective"][untouched], sound["objective"][untouched])
    check(same, "trials without a fault have other results")
    check(np.isnan(found["objective"][list(REASONS)]).all(), "a failed trial has an objective")


def test(trawl):
    trawl.write("job.yaml", JOB)
    trawl.run("run", "job.yaml", "-o", "sound.h5", expect=3)  # one diverges
    sound = read(trawl.folder / "sound.h5")
    for ranks, name in ((None, "alone"), (3, "ranks3")):
        environment = {"TRAWL_TEST_FAULTS": FAULTS, "TRAWL_TEST_FAULTS_SEEN": str(trawl.folder / f"seen-{name}")}
        output = trawl.run("run", "job.yaml", "-o", f"{name}.h5", ranks=ranks, environment=environment, expect=3)
        check("failed" in output, f"nothing is said of the failed trials:\n{output}")
        check_faulty(read(trawl.folder / f"{name}.h5"), sound)
    print("a segfault, an abort, a hang and a divergence failed; a single segfault was retried; the rest is untouched")


main(test)
