#!/usr/bin/python3
"""A folder that cannot be written is an error before the search begins; a file in it can be read.

    python3 read_only.py TRAWL
"""

import subprocess

from disturbed_run import disk, in_own_mounts
from trawl_runs import check, job_text, main


def test(trawl):
    trawl.write("job.yaml", job_text(n_trials=4, epochs=2))
    with disk(trawl.folder / "disk", 8 * 1024) as folder:
        trawl.run("run", "job.yaml", "-o", "disk/r.h5")
        # This mount alone: whoever is no root in truth may not change what was said when the disk was made.
        subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
        for results in ("disk/new.h5", "disk/sub/new.h5"):
            for ranks in (None, 3):
                said = trawl.run("run", "job.yaml", "-o", results, ranks=ranks, expect=4)
                clear = "disk" in said and "Read-only file system" in said and "with -o" in said
                check(clear and "starts" not in said, f"not clear:\n{said}")
        said = trawl.run("run", "job.yaml", "-o", "disk/r.h5", expect=(0, 4))
        for verb in (["status", "disk/r.h5"], ["best", "disk/r.h5"], ["diff", "disk/r.h5", "disk/r.h5"]):
            trawl.run(*verb)
        trawl.run("merge", "disk/r.h5", "-o", "disk/merged.h5", expect=4)
    print("a read-only folder: exit code 4 before anything is trained; files in it can be read")


in_own_mounts()
main(test)
