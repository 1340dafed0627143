"""What the parts of run.sh share: options, rows, studies on two cores, a Python that has the peer's packages.

A part is a script `PART.py BUILD [--images FOLDER] [--repeats N] [--quick]`. It prints rows, of seven fields between
tabs, on standard output and all else on standard error:

    what  ours  peer or limit  ratio  lowest-highest  goal  met | not met | -
"""

import argparse
import operator
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import h5py

import made_images

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "end_to_end"))
from trawl_runs import ENVIRONMENT, TestFailed, Trawl, check, finish, kill_session  # noqa: E402

UNKNOWN = "-"
STUDY_TIMEOUT = 3600.0
COMPARISONS = {">=": operator.ge, "<=": operator.le}


def say(text):
    print(text, file=sys.stderr, flush=True)


def shown(value):
    """Four digits that say something."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def row_of(what, ours, peers, ratios, goal, *, judged=True):
    """One row; of several repeats the medians. `goal`, such as ">= 5", is about the median of `ratios`; without it
    (None) and where there is no ratio nothing is judged."""

    def cell(values):
        return shown(statistics.median(values)) if values else UNKNOWN

    ratio, spread, verdict = UNKNOWN, UNKNOWN, UNKNOWN
    if ratios:
        middle = statistics.median(ratios)
        ratio, spread = f"{middle:.2f}", f"{min(ratios):.2f}-{max(ratios):.2f}"
        if goal and judged:
            sign, limit = goal.split()
            verdict = "met" if COMPARISONS[sign](middle, float(limit)) else "not met"
    return "\t".join((what, cell(ours), cell(peers), ratio, spread, goal or UNKNOWN, verdict))


def peer_python(*modules):
    """A Python that can import them, or None and a word on what to install."""
    for python in (sys.executable, "python3", "/usr/bin/python3"):
        command = [python, "-c", "import " + ", ".join(modules)]
        try:
            if subprocess.run(command, capture_output=True).returncode == 0:
                return python
        except FileNotFoundError:
            continue
    say(f"no Python here has {' and '.join(modules)}: tools/install-packages.sh bench")
    return None


class Part:
    """One run of a part: its options, and a folder for what it makes."""

    def __init__(self, options, folder):
        self.build, self.repeats, self.quick = options.build.resolve(), options.repeats, options.quick
        self.trawl = Trawl(self.build / "trawl", folder)
        self.folder = Path(folder)
        self._images = options.images

    @property
    def images(self):
        """A folder of IDX files: the given one, or one made as large as MNIST's (a few samples in a quick run)."""
        if self._images is None:
            self._images = self.folder / "images"
            made_images.write(self._images, *((2000, 500) if self.quick else (60000, 10000)))
            say("no --images: images are made that are as large and as empty as MNIST's")
        return self._images.resolve()

    def row(self, what, ours, peers, ratios, goal=None):
        print(row_of(what, ours, peers, ratios, goal, judged=not self.quick), flush=True)

    def study(self, results, **settings):
        """The arguments of a search on the images: jobs/mnist-random.yaml with `settings`, such as training__epochs."""
        settings = {"data.directory": self.images, **{key.replace("__", "."): value for key, value in settings.items()}}
        overrides = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        return "run", ROOT / "jobs" / "mnist-random.yaml", *overrides, "-o", results

    def search(self, ranks, results, **settings):
        """Runs such a search to its end under mpirun; returns the results file."""
        process = self.trawl.start(*self.study(results, **settings), ranks=ranks)
        try:
            output = finish(process, STUDY_TIMEOUT)
        finally:
            kill_session(process)  # of an interrupted part: nothing is left of it
        check(process.returncode == 0, f"exit code {process.returncode}: {output}")
        return self.folder / results


def column(results, path):
    with h5py.File(results) as file:
        return file[path][:]


def use_two_cores():
    """This process and all that it starts keep to two cores from here on; False: there is one only."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    os.sched_setaffinity(0, cores)
    return len(cores) == 2


@contextmanager
def _part(description, repeats):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path, help="the folder of a release build")
    parser.add_argument("--images", type=Path, metavar="FOLDER", help="IDX files such as MNIST's; default: made up")
    parser.add_argument("--repeats", type=int, default=repeats, metavar="N", help="default: %(default)s")
    parser.add_argument("--quick", action="store_true", help="show that it runs, in seconds; the figures mean nothing")
    options = parser.parse_args()
    if options.quick:
        options.repeats = 1
    with tempfile.TemporaryDirectory(prefix="trawl-bench-") as folder:
        yield Part(options, folder)


def main(measure, description, repeats=3):
    """Runs measure(part); what it started ends with it."""
    os.environ.update(ENVIRONMENT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with _part(description, repeats) as part:
            measure(part)
    except TestFailed as failure:
        sys.exit(f"FAILED: {failure}")
