#!/usr/bin/python3
"""Rounds of random small studies that are disturbed in random ways until the same command has completed them.

    python3 chaos.py TRAWL [--seed S] [--rounds N] [--seconds T] [--folder FOLDER]

Round i draws everything from the seed S + i: a job, a number of ranks, a launcher (none, mpirun, trawl-mpirun; or shards
that are merged), and faults, aimed at a phase of the run. The command is given until it is complete. Then the
file must be `diff`-same with that of a run alone that nobody disturbed, each trial and each (trial, epoch) must be there once,
and no process, no shared memory and no file may be left over. A round that fails keeps its folder and says how to repeat it.

It runs in namespaces of its own (unshare, as root or not), so that it sees whatever is left behind and may mount a small
file system to fill; where the machine allows none, these two things are left out, and it says so.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from statistics import median

from chaos_faults import FAULTS, MPIRUN_PATIENCE, Scene
from chaos_jobs import random_job
from chaos_plan import random_plan
from chaos_verdict import Counts, check_nothing_left, compare, end_all
from chaos_watch import PHASES, Watch
from launched_run import Run
from trawl_runs import TestFailed, Trawl, check, kill_session

INSIDE = "TRAWL_CHAOS_INSIDE"  # "namespaces", or "nothing" where they are not allowed
MOST_TRIES = 25
LONGEST_TRY = 90.0
LONGEST_ROUND = 240.0
DISK_BYTES = "24m"
DOCUMENTED = (0, 3, 4, 75)
TRAWL_MPIRUN = Path(__file__).resolve().parents[2] / "bin" / "trawl-mpirun"


def enter_namespaces():
    """Starts this script again where it has processes, mounts and shared memory of its own."""
    options = ["--mount", "--pid", "--fork", "--mount-proc", "--kill-child"]
    if os.geteuid() != 0:
        options.insert(0, "--map-root-user")
    mount = "mount -t tmpfs -o size=512m none /dev/shm"
    possible = subprocess.run(["unshare", *options, "bash", "-c", mount + "; exit $?"], capture_output=True).returncode == 0
    if not possible:
        print("no namespaces here: nothing is looked for but processes of the runs and files; no disk is filled", flush=True)
        os.environ[INSIDE] = "nothing"
        return
    os.environ[INSIDE] = "namespaces"
    # The shell is process 1 there, who has to take care of orphans.
    command = ["unshare", *options, "bash", "-c", mount + ' && "$@"; exit $?', "bash", sys.executable, *sys.argv]
    os.execvp(command[0], command)


class Round:
    """One study and what is done to it."""

    def __init__(self, trawl, seed, options):
        self.trawl, self.seed, self.options = trawl, seed, options
        self.draw = random.Random(seed)
        self.counts = Counts()
        self.tries, self.faults, self.n_mpirun_stayed = 0, [], 0
        self.job = random_job(self.draw, trawl.folder, options.seconds)
        trawl.write("job.yaml", self.job.text)
        self.plan = random_plan(self.draw, self.job, os.environ[INSIDE] == "namespaces")

    def play(self):
        start = time.monotonic()
        reference = Run(self.trawl, [str(self.trawl.binary), "run", "job.yaml", "-o", "reference.h5"], log="reference.log")
        self.code, output = reference.finish()
        check(self.code in (0, 3), f"the reference: exit code {self.code}\n{output}")
        self.undisturbed = time.monotonic() - start
        self.n_epochs = compare.n_epochs(self.trawl.folder / "reference.h5")
        start = time.monotonic()
        self.end = start + LONGEST_ROUND
        files = []
        for number, part in enumerate(self.plan.parts):
            files.append(self.one_file(number, part))
        if self.plan.shards:
            self.trawl.run("merge", *files, "-o", "merged.h5", expect=self.code)
            files = ["merged.h5"]
        self.seconds = time.monotonic() - start
        compare(self.trawl, files[0], self.job, self.counts)

    def command(self, part, results, extra):
        arguments = ["run", "job.yaml", "-o", str(results), *(["--shard", "{}/{}".format(*part.shard)] if part.shard else []), *extra]
        binary = str(self.trawl.binary)
        if part.launcher == "trawl-mpirun":
            return [str(TRAWL_MPIRUN), "-n", str(part.ranks), *arguments]
        if part.launcher == "mpirun":
            return ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(part.ranks), binary, *arguments]
        return [binary, *arguments]

    def one_file(self, number, part):
        folder = self.trawl.folder / f"part{number}"
        folder.mkdir()
        results = folder / "r.h5"
        if part.small_disk:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", str(folder)], check=True)
        scene = Scene(self.trawl, results, [])
        try:
            self.until_complete(part, scene)
            check_nothing_left(self.trawl, scene, os.environ[INSIDE] == "namespaces")
        finally:
            if part.small_disk:
                shutil.copytree(folder, self.trawl.folder / f"disk{number}", ignore=shutil.ignore_patterns("filler"))
                subprocess.run(["umount", "-l", str(folder)], check=True)
        return f"disk{number}/r.h5" if part.small_disk else f"part{number}/r.h5"

    def until_complete(self, part, scene):
        in_shard = len(self.job.trials_in_shard(part.shard or (0, 1)))
        share = in_shard / self.job.n_trials
        for number in range(MOST_TRIES):
            check(time.monotonic() < self.end, f"not complete after {LONGEST_ROUND:.0f} s")
            self.tries += 1
            attempt = part.tries[number] if number < len(part.tries) else None
            code = self.one_try(part, scene, attempt, in_shard, share * self.n_epochs)
            if self.is_done(part, scene, code):
                for fault in self.faults:
                    fault.seconds = fault.seconds if fault.seconds is not None else time.monotonic() - fault.at
                return
            if attempt:
                scene.run, scene.watch = None, None
                for fault in attempt.afterwards:
                    self.do(fault, scene)
        check(False, f"not complete after {MOST_TRIES} tries")

    def do(self, fault, scene):
        """False: what it is aimed at is not there."""
        landed = fault.do(scene)
        if landed:
            self.faults.append(fault)
        return landed

    def one_try(self, part, scene, attempt, n_trials, n_epochs):
        environment = {"TRAWL_MPIRUN_START_SECONDS": "15"}
        extra = []
        if attempt:
            extra = attempt.options
            self.faults += attempt.in_command
            environment.update(attempt.environment)
            if "TRAWL_TEST_FAULTS" in environment:
                environment["TRAWL_TEST_FAULTS_SEEN"] = str(self.trawl.folder / "seen")
                scene.killed_outright = scene.killed_outright or self.job.isolation == "none"
        scene.command = self.command(part, scene.results, extra)
        scene.run = Run(self.trawl, scene.command, environment, log=f"try{self.tries}.log")
        scene.watch = Watch(scene.run, scene.results, n_trials)
        waiting = list(attempt.faults) if attempt else []
        self.drive(part, scene, waiting, n_epochs)
        scene.do_what_is_due(all_of_it=True)
        for beside in scene.beside:
            code, output = beside.finish(LONGEST_TRY)
            check(code in DOCUMENTED or scene.killed_outright, f"the second master: exit code {code}\n{output}")
        scene.beside.clear()
        check(not scene.watch.journal.again or scene.journal_cut or scene.two_masters, f"trained again: {scene.watch.journal.again}")
        return self.checked_code(part, scene, attempt)

    def drive(self, part, scene, waiting, n_epochs):
        watch, process = scene.watch, scene.run.process
        n_events = watch.journal.n_events
        self.looked_at = self.ranks_seen_at = time.monotonic()
        while process.poll() is None:
            watch.look()
            if watch.journal.n_events > n_events:
                n_events = watch.journal.n_events
                self.note_progress()
            due = next((fault for fault in waiting if fault.is_due(watch, n_epochs)), None)
            if due and self.do(due, scene):
                waiting.remove(due)
                watch.look()
                n_events = watch.journal.n_events
            scene.do_what_is_due()
            if part.launcher == "mpirun" and self.mpirun_stays_alone(scene):
                self.n_mpirun_stayed += 1
                return kill_session(process)
            if watch.seconds() > LONGEST_TRY:
                tree = scene.run.tree()
                kill_session(scene.run.process)
                check(False, f"still running after {LONGEST_TRY:.0f} s: {tree}")
            time.sleep(0.001 if waiting else 0.01)

    def mpirun_stays_alone(self, scene):
        """Told of a stop and of a rank's death at once, stock mpirun now and then waits for ranks that have all gone."""
        now = time.monotonic()
        if now < self.looked_at + 1.0:
            return False
        self.looked_at = now
        if len(scene.run.tree()) > 1:
            self.ranks_seen_at = now
        return now > self.ranks_seen_at + MPIRUN_PATIENCE

    def note_progress(self):
        for fault in self.faults:
            if fault.seconds is None:
                fault.seconds = time.monotonic() - fault.at

    def checked_code(self, part, scene, attempt):
        code, output = scene.run.process.returncode, scene.run.log.read_text()
        check("HDF5-DIAG" not in output, f"HDF5 complains:\n{output}")
        if part.launcher == "mpirun":
            return code
        allowed = [0, 3, 75]
        spoilt_at_the_end = any(fault.kind.startswith("the file") and fault.landed_in == "finishing" for fault in self.faults)
        if scene.killed_outright or scene.disk_was_full or scene.two_masters or spoilt_at_the_end:
            allowed.append(4)
        died = code < 0 and scene.killed_outright
        check(code in allowed or died, f"exit code {code}\n{output}")
        return code

    def is_done(self, part, scene, code):
        complete = scene.results.exists() and self.trawl.is_complete(scene.results)
        if part.launcher != "mpirun" and code in (0, 3) and not scene.killed_outright:
            by_fault = self.job.isolation == "none" and code == 3  # exit(3) of TRAWL_TEST_FAULTS
            check(complete or by_fault, f"exit code {code}, and not complete:\n{scene.run.log.read_text()}")
        return complete and (code in (0, 3) or part.launcher == "mpirun")


def line_of(round, verdict):
    part = round.plan.parts[0]
    faults = "; ".join(f"{f.kind} ({f.landed_in}, {f.seconds or 0.0:.1f} s)" for f in round.faults) or "no fault landed"
    ranks = f"{part.ranks} rank{'s' if part.ranks > 1 else ''}"
    shards = f", {len(round.plan.parts)} shards" if round.plan.shards else ""
    return f"seed {round.seed}: {round.job.said}, {ranks}, {part.launcher}{shards}: {faults}: {round.tries} tries, {round.seconds:.1f} s ({round.undisturbed:.1f} alone): {verdict}"


def play_round(binary, seed, options):
    """(the round, whether it passed)."""
    folder = Path(tempfile.mkdtemp(prefix=f"trawl-chaos-{seed}-", dir=options.folder))
    round = Round(Trawl(binary, folder), seed, options)
    round.seconds = round.undisturbed = 0.0
    try:
        round.play()
    except TestFailed as failure:
        print(line_of(round, "FAILED"), flush=True)
        print(f"{failure}\n  its folder: {folder}\n  again: {Path(__file__).name} {binary} --seed {seed} --rounds 1 --seconds {options.seconds}", flush=True)
        return round, False
    finally:
        end_all(os.environ[INSIDE] == "namespaces")
    shutil.rmtree(folder, ignore_errors=True)
    print(line_of(round, "same"), flush=True)
    return round, True


def report(rounds, n_failed):
    landed, seconds, longer = Counter(), defaultdict(list), defaultdict(list)
    for round in rounds:
        for fault in round.faults:
            landed[fault.kind, fault.landed_in] += 1
            seconds[fault.kind].append(fault.seconds or 0.0)
            longer[fault.kind].append(max(0.0, round.seconds - round.undisturbed))
    width = max((len(kind) for kind in seconds), default=10)
    print("\nWhere faults landed; seconds until the next epoch or outcome was in the journal (median, most); seconds by which")
    print("the rounds with this fault, and perhaps others, took longer than a run alone without any (median, most)")
    print(f"{'':{width}} " + " ".join(f"{phase:>14}" for phase in PHASES) + f" {'next':>12} {'longer':>12}")
    for kind in sorted(seconds):
        row = " ".join(f"{landed[kind, phase] or '.':>14}" for phase in PHASES)
        costs = " ".join(f"{median(values):6.1f} {max(values):5.1f}" for values in (seconds[kind], longer[kind]))
        print(f"{kind:{width}} {row} {costs}")
    if missing := [kind for kind in FAULTS if kind not in seconds]:
        print(f"Landed in no round: {', '.join(missing)}.")
    if stayed := sum(round.n_mpirun_stayed for round in rounds):
        print(f"{stayed} times mpirun stayed after all its ranks had gone, and was ended.")
    total = Counts()
    for round in rounds:
        total.add(round.counts)
    print(f"{len(rounds)} rounds, {sum(landed.values())} faults: {total}" + (f"; {n_failed} rounds FAILED" if n_failed else ""))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trawl")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=1.2, help="about what a study trains on one core")
    parser.add_argument("--folder", help="where the rounds' folders are made")
    options = parser.parse_args()
    if INSIDE not in os.environ:
        enter_namespaces()
    rounds, n_failed = [], 0
    try:
        for seed in range(options.seed, options.seed + options.rounds):
            round, passed = play_round(options.trawl, seed, options)
            rounds.append(round)
            n_failed += not passed
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    report(rounds, n_failed)
    sys.exit(1 if n_failed or not rounds else 0)


main()
