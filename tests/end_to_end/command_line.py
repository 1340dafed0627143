#!/usr/bin/python3
"""The verbs as a user meets them: help, status, repetition, extension, refusal, signals.

    python3 command_line.py TRAWL
"""

import csv
import hashlib
import io
import json
import os
import re
import signal
import subprocess
from pathlib import Path

from disturbed_run import DisturbedRun
from trawl_runs import ENVIRONMENT, INTERRUPTED, check, job_text, main, wait_for

ROOT = Path(__file__).resolve().parents[2]
LONG = {"n_trials": 40, "epochs": 30}
STANDS = (30,)  # in this trial it stands, to be met while it runs


def help_and_version(trawl):
    verbs = re.findall(r"^  ([a-z]+) ", trawl.run("-h").partition("Subcommands:")[2].partition("\n\n")[0], re.M)
    check({"run", "status", "init"} <= set(verbs) and "relay" not in verbs, f"-h names {verbs}")
    for verb in verbs:
        text = trawl.run(verb, "-h")
        check("trawl " + verb in text, f"-h of {verb} shows no example:\n{text}")
    rows = (ROOT / "docs" / "running.md").read_text().partition("| verb |")[2].partition("\n\n")[0]
    told = set(re.findall(r"`([a-z]+) ", rows))
    check(told == set(verbs), f"the table of docs/running.md has {sorted(told)}, and -h {sorted(verbs)}")
    version = trawl.run("--version")
    check(all(word in version for word in ("0.1.0", "HDF5", "MPI")), f"--version: {version}")
    for arguments in ([], ["dance"], ["run"], ["run", "none.yaml", "-o", "r.h5"], ["run", "job.yaml", "--epochs", "3"]):
        trawl.run(*arguments, expect=2)


def views(trawl):
    trawl.run("check", "job.yaml")
    trawl.run("run", "job.yaml", "-o", "r.h5")
    rows = json.loads(trawl.run("trials", "r.h5", "--format", "json"))
    check([row["number"] for row in rows] == list(range(8)), "trials --format json: not 8 trials in order")
    table = list(csv.DictReader(io.StringIO(trawl.run("trials", "r.h5", "--format", "csv"))))
    check(len(table) == 8 and {"number", "state", "objective", "learning_rate"} <= set(table[0]), f"csv: {table[:1]}")
    same = all(float(a["objective"]) == float(b["objective"]) for a, b in zip(table, rows))
    check(same, "csv and json show other objectives")
    best = max(rows, key=lambda row: float(row["objective"]))
    check(str(best["number"]) in trawl.run("best", "r.h5", "-k", "1"), "best does not show the best trial")
    trawl.run("status", "r.h5")
    trained = trawl.run("train", "job.yaml", "--set", "training.learning_rate=0.05")
    check("val_accuracy" in trained and "test rows" in trained, f"train does not say what it reached:\n{trained}")


def fingerprint(trawl, name):
    return hashlib.sha256((trawl.folder / name).read_bytes()).hexdigest()


def repetition(trawl):
    before = fingerprint(trawl, "r.h5")
    again = trawl.run("run", "job.yaml", "-o", "r.h5")
    check("complete" in again, f"a finished study is not called complete:\n{again}")
    for setting, word in (("search.n_trials=7", "n_trials"), ("search.seed=99", "seed"), ("training.epochs=5", "epochs")):
        refusal = trawl.run("run", "job.yaml", "-o", "r.h5", "--set", setting, expect=2)
        check(word in refusal, f"--set {setting}: the refusal does not show what differs:\n{refusal}")
    check(fingerprint(trawl, "r.h5") == before, "a finished file was touched")
    trawl.run("run", "job.yaml", "-o", "r.h5", "--set", "search.n_trials=10")
    trawl.run("run", "job.yaml", "-o", "whole.h5", "--set", "search.n_trials=10")
    trawl.check_same("r.h5", "whole.h5")
    (trawl.folder / "text.h5").write_text("not a results file")
    trawl.run("diff", "r.h5", "text.h5", expect=2)
    trawl.run("status", "none.h5", expect=2)


def signals(trawl):
    trawl.write("long.yaml", job_text(study="long", **LONG))
    trawl.run("run", "long.yaml", "-o", "undisturbed.h5")
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # this test may run under nohup
    for number, ranks in ((signal.SIGTERM, None), (signal.SIGINT, None), (signal.SIGUSR1, None), (signal.SIGHUP, None), (signal.SIGUSR1, 3)):
        name = f"{number.name}-{ranks}.h5"
        run = DisturbedRun(trawl, "long.yaml", "-o", name, gates=STANDS, ranks=ranks)
        run.wait_until(lambda: (trawl.folder / name).exists() and trawl.journal_bytes(name) > 6000, "the first epochs")
        status = trawl.run("status", name, expect=INTERRUPTED)
        check("long" in status, f"status while it runs does not name the study:\n{status}")
        run.process.send_signal(number)
        run.end(expect=INTERRUPTED)
        trawl.run("status", name, expect=INTERRUPTED)
        trawl.until_complete("run", "long.yaml", "-o", name, ranks=ranks)
        trawl.check_same("undisturbed.h5", name)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    run = DisturbedRun(trawl, "long.yaml", "-o", "nohup.h5", gates=STANDS)
    run.wait_until(lambda: trawl.journal_bytes("nohup.h5") > 6000, "the first epochs")
    run.process.send_signal(signal.SIGHUP)
    run.gates.open()
    run.end()


def surroundings(trawl):
    """What a launcher, a shell or a supervisor may do to it."""
    army = trawl.run("run", "job.yaml", "-o", "army.h5", environment={"SLURM_STEP_NUM_TASKS": "4"}, expect=2)
    check("srun --mpi=pmix" in army, f"an army of singletons is refused without the remedy:\n{army}")
    check(not list(trawl.folder.glob("army.h5*")), "an army of singletons left files behind")
    for verb in ("check", "train"):
        trawl.run(verb, "job.yaml", ranks=1)
    trawl.run("run", "none.yaml", "-o", "none.h5", ranks=2, expect=2)
    shell = f"{trawl.binary} run job.yaml -o piped.h5 | head -n 1"
    subprocess.run(["bash", "-c", shell], cwd=trawl.folder, stdout=subprocess.DEVNULL, check=True)
    wait_for(lambda: trawl.is_complete("piped.h5"), "a search whose reader has gone")
    full = subprocess.run(["bash", "-c", f"{trawl.binary} trials piped.h5 > /dev/full"], cwd=trawl.folder, capture_output=True)
    check(full.returncode == 1, "a table that cannot be written is called a success")


def wrong_local_ranks(trawl):
    """Which rank is the first of its node is MPI's word: what the environment says only begins the reading early."""
    temporary = trawl.folder / "tmp"
    temporary.mkdir()
    for said in ("0", "1"):  # all ranks, and none
        command = trawl.command("run", "job.yaml", "-o", f"local-{said}.h5", ranks=3)
        command.insert(command.index(str(trawl.binary)), f"OMPI_COMM_WORLD_LOCAL_RANK={said}")
        command.insert(command.index(str(trawl.binary)) - 1, "env")
        environment = {**os.environ, **ENVIRONMENT, "TMPDIR": str(temporary)}
        done = subprocess.run(command, cwd=trawl.folder, env=environment, capture_output=True, text=True)
        check(done.returncode == 0, f"every rank is told that its local rank is {said}:\n{done.stdout}{done.stderr}")
        trawl.check_same("local-0.h5", f"local-{said}.h5")
        left = [path.name for path in temporary.glob("trawl-*")]
        check(not left, f"left behind: {left}")


def test(trawl):
    trawl.write("job.yaml", job_text())
    for part in (help_and_version, views, repetition, signals, surroundings, wrong_local_ranks):
        part(trawl)
        print(f"{part.__name__.replace('_', ' ')}: as documented", flush=True)


main(test)
