"""Damaged results files through the analysis: no signal, no traceback, nothing that takes 30 s.

    PYTHONPATH=ROOT python3 results_through_analysis.py TRAWL [--count 40] [--seed 1] [--report-every 50] [--seconds 3600]

Each file is read to its tables, its study and its network, and goes through `report`: where it cannot be read, and where
its values are not those of the undamaged file. The others would give the page of the undamaged file: every 50th of those is
drawn. What is drawn goes through `curves` as well. For every 20th file the limits of CPU time are the kernel's; for the others
they are brought forward. One that fails stays in the folder that is named, with the command that makes it again.
"""

import argparse
import hashlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import analysis
from analysis import __main__ as command_line
from analysis import schema
from cpu_limits import bring_forward
from mutate_results import mutate

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



REFUSED = "refused"


def try_to(read, path):
    try:
        return read(path)
    except analysis.ResultsError:
        return None


def read_tables(path):
    """Prints REFUSED, or a digest of what the report would be about. read_all() is what load() and read_study() do."""
    found = try_to(schema.read_all, path)
    print(REFUSED if found is None else hashlib.sha256(pickle.dumps(found)).hexdigest(), flush=True)


def read_network(path):
    try_to(analysis.best_network, path)


def run(*arguments):
    sys.argv = ["analysis", *map(str, arguments)]
    code = command_line.main()
    if code not in (0, 2):
        raise SystemExit(code)


def watched(hurry, action, *arguments):
    """(what went wrong with action(*arguments) in a child, "" if nothing did; what it said). hurry: its children's limits
    of CPU time are brought forward."""
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.setpgid(0, 0)
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
        status = wait(child, hurry)
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    if status is None:
        return "took more than 30 s", text
    if os.WIFSIGNALED(status):
        return f"{signal.Signals(os.WTERMSIG(status)).name}: {text}", text
    if os.WEXITSTATUS(status) != 0 or "Traceback" in text or "library crashed" in text:
        return text or f"exit code {os.WEXITSTATUS(status)}", text
    return "", text


def longest():
    """Seconds; more where others keep the cores busy, for the readers' first limit is one of CPU time."""
    return 30.0 * max(1.0, os.getloadavg()[0] / os.cpu_count())


def wait(child, hurry):
    end, pause = time.monotonic() + longest(), 0.005
    while time.monotonic() < end:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return status
        time.sleep(pause)
        pause = min(0.1, 1.2 * pause)
        if hurry and pause > 0.05:
            bring_forward(child)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


class Tries:
    """Tries files, and counts what became of them. slowest: (seconds of one call, the file)."""

    def __init__(self, folder, whole, report_every):
        self.folder, self.report_every, self.counts, self.slowest = folder, report_every, Counter(), (0.0, "")
        self.whole = watched(False, read_tables, whole)[1]

    def problem(self, path, hurry):
        """Of one file: "" or what went wrong."""
        problem, text = self._timed(path, hurry, read_tables, path)
        if problem:
            return problem
        kind = REFUSED if text.strip() == REFUSED else "whole" if text == self.whole else "other"
        self.counts[kind] += 1
        actions = [(read_network, path)]
        if kind != "whole" or self.counts[kind] % self.report_every == 1 % self.report_every:
            actions.append((run, "report", path, "-o", self.folder / "report"))
            if kind != REFUSED:
                self.counts["drawn"] += 1
                actions.append((run, "curves", path, "-o", self.folder / "c.png"))
        return "\n".join(filter(None, (self._timed(path, hurry, *action)[0] for action in actions)))

    def _timed(self, path, hurry, *action):
        begin = time.monotonic()
        result = watched(hurry, *action)
        self.slowest = max(self.slowest, (time.monotonic() - begin, f"{action[0].__name__} {path.name}"))
        return result


def main():
    parser = argparse.ArgumentParser(description="Damaged results files through the analysis.")
    parser.add_argument("trawl")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report-every", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="try no more files after so long")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="trawl-damaged-"))
    whole = write_results(Path(arguments.trawl).resolve(), folder)
    from analysis.report import figures  # noqa: F401  once, and not in every child

    tries, failed = Tries(folder, folder / "whole.h5", arguments.report_every), 0
    end, n_tried = time.monotonic() + arguments.seconds, 0
    for number in range(arguments.count):
        if time.monotonic() >= end:
            break
        n_tried += 1
        seed = arguments.seed + number
        path = folder / f"{seed}.h5"
        path.write_bytes(mutate(whole, seed))
        problem = tries.problem(path, hurry=number % 20 != 0)
        if problem:
            failed += 1
            print(f"{path}: mutate_results.py whole.h5 {seed}.h5 --seed {seed}:\n{problem}", flush=True)
        else:
            path.unlink()
        if n_tried % 500 == 0:
            print(f"{n_tried} files, {failed} findings", flush=True)
    counts = tries.counts
    print(f"{n_tried} damaged files, {failed} of them not as they should be; {counts[REFUSED]} were refused, "
          f"{counts['other']} held other values, {counts['whole']} those of the undamaged file; {counts['drawn']} drawn; "
          f"the slowest call took {tries.slowest[0]:.1f} s ({tries.slowest[1]})")
    if not failed:
        subprocess.run(["rm", "-r", str(folder)], check=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
