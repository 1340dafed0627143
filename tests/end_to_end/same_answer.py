#!/usr/bin/python3
"""The same job gives the same trials, curves and weights however many ranks work on it.

    python3 same_answer.py TRAWL
"""

from trawl_runs import check, job_text, main


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


main(test)
