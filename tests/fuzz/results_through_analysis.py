"""Damaged results files through the analysis: no signal, no traceback, nothing that takes 30 s.

    PYTHONPATH=ROOT python3 results_through_analysis.py TRAWL [--count 40] [--seed 1] [--report-every 10]

Each file is read with load(), to a study and to its network; every so many go through `curves` and `report` as well. One that
fails stays in the folder that is named, with the command that makes it again.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import analysis
from analysis import __main__ as command_line
from analysis import schema
from mutate_results import mutate

LONGEST = 30.0
JOB = """\
study: damaged
data: {source: synthetic-digits, train_rows: 200, test_rows: 50}
training: {epochs: 3}
search:
  sampler: random
  n_trials: 12
  space:
    hidden: {choices: [[8], [4, 4]]}
    batch_size: {choices: [16, 32, all]}
    learning_rate: {low: 1.0e-3, high: 0.5, log: true}
"""


def write_results(trawl, folder):
    (folder / "job.yaml").write_text(JOB)
    command = [trawl, "run", "job.yaml", "-o", "whole.h5", "--progress", "none"]
    environment = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment, timeout=120)
    return (folder / "whole.h5").read_bytes()


READERS = (analysis.load, schema.read_study, analysis.best_network)


def try_to(read, path):
    try:
        read(path)
    except analysis.ResultsError:
        pass


def run(*arguments):
    sys.argv = ["analysis", *map(str, arguments)]
    code = command_line.main()
    if code not in (0, 2):
        raise SystemExit(code)


def watched(action, *arguments):
    """What went wrong with action(*arguments) in a child; "" if nothing did."""
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.setsid()
                os.dup2(said.fileno(), 1)
                os.dup2(said.fileno(), 2)
                action(*arguments)
                code = 0
            except SystemExit as left:
                print(f"exit code {left.code}", flush=True)
            except BaseException as error:
                print(f"Traceback: {type(error).__name__}: {error}", flush=True)
            finally:
                os._exit(code)
        status = wait(child)
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    if status is None:
        return f"took more than {LONGEST:.0f} s"
    if os.WIFSIGNALED(status):
        return f"{signal.Signals(os.WTERMSIG(status)).name}: {text}"
    if os.WEXITSTATUS(status) != 0 or "Traceback" in text or "library crashed" in text:
        return text or f"exit code {os.WEXITSTATUS(status)}"
    return ""


def wait(child):
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return status
        time.sleep(0.005)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def main():
    parser = argparse.ArgumentParser(description="Damaged results files through the analysis.")
    parser.add_argument("trawl")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report-every", type=int, default=10)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="trawl-damaged-"))
    whole = write_results(Path(arguments.trawl).resolve(), folder)
    from analysis.report import figures  # noqa: F401  once, and not in every child

    failed = 0
    for number in range(arguments.count):
        seed = arguments.seed + number
        path = folder / f"{seed}.h5"
        path.write_bytes(mutate(whole, seed))
        tries = [(try_to, read, path) for read in READERS]
        if number % arguments.report_every == 0:
            tries += [(run, "curves", path, "-o", folder / "c.png"), (run, "report", path, "-o", folder / "report")]
        problems = [problem for problem in (watched(*each) for each in tries) if problem]
        if problems:
            failed += 1
            print(f"{path}: mutate_results.py whole.h5 {seed}.h5 --seed {seed}:\n{problems[0]}", flush=True)
        else:
            path.unlink()
    print(f"{arguments.count} damaged files, {failed} of them not as they should be")
    if not failed:
        subprocess.run(["rm", "-r", str(folder)], check=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
