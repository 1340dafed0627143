"""What the commands of the documents meet when they are tried: small data under the documents' names, programs that
stand in for a cluster and a network, and the table of what is only looked at.
"""

import gzip
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np

from documents import ROOT

ROWS, TEST_ROWS = 300, 100
MNIST = {"train-images-idx3": ROWS, "train-labels-idx1": ROWS, "t10k-images-idx3": TEST_ROWS, "t10k-labels-idx1": TEST_ROWS}

# Shorter trainings of the same jobs. The commands are those of the documents, to the letter.
SMALLER = {r"train_rows: 6000": "train_rows: 400", r"test_rows: 1000": "test_rows: 100", r"epochs: \d+": "epochs: 1"}

# (what a command begins with, what is looked at instead, why it is not given). What is looked at, for all of them:
# its programs are there and may be executed, and every option of a script is one that the script knows.
LOOKED_AT = (
    (r"\./quickstart\.sh", "tests/fresh gives it on a bare system: it installs packages"),
    (r"\./test\.sh|\.ci/run", "this test is one of its own"),
    (r"cmake --preset|cmake -S|ctest --preset", "builds for minutes; consumer.py and the builds give them"),
    (r"clang-format-14", "of the packages for .ci/run"),
    (r"tests/(?!end_to_end/same_answer)", "tests are given by ctest"),
    (r"chromium", "report_browser_test.py has the browser"),
    (r"(TRAWL=\S+ )?(custom|P)/", "the program of the example is built by consumer.py"),
    (r"python3 -m analysis lab", "drawing takes half a minute: lab.py does it"),
    (r"trawl-mpirun -n 65", "needs a cluster"),
    (r"tail -f", "follows the log of a job on a cluster"),
)

# Exit codes that are no mistake.
EXPECTED = {r"trawl merge .* --partial": (75,)}

# In the place of what cannot be had here. sbatch looks at its options, and at the files it is given.
PROGRAMS = {
    "curl": """#!/bin/bash
cp "{mnist}/$(basename "${{@: -1}}")" .
""",
    "sbatch": """#!/usr/bin/python3
import argparse, pathlib, subprocess, sys
parser = argparse.ArgumentParser()
parser.add_argument("--parsable", action="store_true")
for names in (["-d", "--dependency"], ["-A", "--account"], ["-p", "--partition"], ["-N", "--nodes"], ["-t", "--time"],
              ["--ntasks-per-node"], ["--array"], ["--kill-on-invalid-dep"]):
    parser.add_argument(*names)
options, given = parser.parse_known_args()
script, *files = given
text = pathlib.Path(script).read_text()
assert text.startswith("#!/bin/bash"), script
for name, value in vars(options).items():
    assert value is not None or name == "parsable" or not value, (name, value)
if script in ("slurm/search.sbatch", "slurm/array.sbatch"):
    job, results, *more = files
    assert results.endswith(".h5"), results
    done = subprocess.run(["build/release/trawl", "check", job, *more], stdout=subprocess.DEVNULL)
    assert done.returncode == 0, given
    shards = [["-o", results]]
    if options.array:
        shards = [["--shard", f"{{i}}/4", "-o", results.replace(".h5", f"-shard-{{i}}.h5")] for i in range(4)]
    for shard in shards:
        subprocess.run(["build/release/trawl", "run", job, *more, *shard], check=True, stdout=subprocess.DEVNULL)
elif script == "slurm/merge.sbatch":
    shards = sorted(map(str, pathlib.Path(files[0]).parent.glob(pathlib.Path(files[0]).stem + "-shard-*.h5")))
    subprocess.run(["build/release/trawl", "merge", *shards, "-o", files[0]], check=True, stdout=subprocess.DEVNULL)
else:
    assert script == "slurm/report.sbatch" and pathlib.Path(files[0]).exists(), given
print("7" if options.parsable else "Submitted batch job 7")
""",
}


def write_mnist(folder):
    """Four files of its form: ten blurred spots."""
    folder.mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(1)
    for part in ("train", "t10k"):
        n = MNIST[f"{part}-images-idx3"]
        labels = (np.arange(n) % 10).astype(np.uint8)
        images = draw.integers(0, 60, (n, 28, 28), dtype=np.uint8)
        for image, label in zip(images, labels):
            image[2 * label : 2 * label + 6, 8:20] += 150
        for name, array in ((f"{part}-images-idx3", images), (f"{part}-labels-idx1", labels)):
            header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
            with gzip.open(folder / f"{name}-ubyte.gz", "wb") as file:
                file.write(header + array.tobytes())


# What the documents' Python begins with: the reader's own arrays.
PRELUDE = """\
import gzip, os
import numpy as np
os.environ.setdefault("MPLBACKEND", "Agg")
def bytes_of(name, header):
    return np.frombuffer(gzip.open(f"{mnist}/{{name}}-ubyte.gz").read(), np.uint8)[header:]
images, labels = bytes_of("t10k-images-idx3", 16).reshape(-1, 28, 28), bytes_of("t10k-labels-idx1", 8)
x_test, y_test = images, labels
rows = images
x_train, y_train = bytes_of("train-images-idx3", 16).reshape(-1, 28, 28), bytes_of("train-labels-idx1", 8)
"""


def copy_of_the_tree(folder):
    """What is under version control, with a link to the build, smaller jobs, and the data that documents speak of."""
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True)
    names = listed.stdout.splitlines() if listed.returncode == 0 else None
    if names is None:
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns("build", "results", ".git"), symlinks=True)
    for name in names or ():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for job in (folder / "jobs").glob("*.yaml"):
        text = job.read_text()
        for usual, small in SMALLER.items():
            text = re.sub(usual, small, text)
        job.write_text(text)


def set_the_scene(folder, built):
    """folder/trawl: the tree; folder/bin: the stand-ins, first on the PATH; folder/scratch: data elsewhere."""
    tree, programs = folder / "trawl", folder / "bin"
    copy_of_the_tree(tree)
    (tree / "build").mkdir(exist_ok=True)
    (tree / "build" / "release").symlink_to(built)
    (tree / "results").mkdir(exist_ok=True)
    write_mnist(tree / "data" / "mnist")
    shutil.copytree(tree / "data" / "mnist", folder / "scratch" / "mnist")
    programs.mkdir()
    (programs / "prelude.py").write_text(PRELUDE.format(mnist=folder / "scratch" / "mnist"))
    (programs / "python3").symlink_to(sys.executable)
    for name, text in PROGRAMS.items():
        path = programs / name
        path.write_text(text.format(mnist=folder / "scratch" / "mnist"))
        path.chmod(0o755)
    return tree


def reason_to_look_only(text):
    return next((reason for pattern, reason in LOOKED_AT if re.match(pattern, text)), None)


def expected_codes(text):
    return next((codes for pattern, codes in EXPECTED.items() if re.match(pattern, text)), (0,))
