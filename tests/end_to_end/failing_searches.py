#!/usr/bin/python3
"""Searches in which trials fail: `run --retry-failed` tries them again, `cluster.give_up_after` ends a search in which
nothing works, and what is said of both is true.

    python3 failing_searches.py TRAWL
"""

import os
import signal
from pathlib import Path

import h5py
from launched_run import Run
from trawl_runs import Gates, check, job_text, kill_session, main, wait_for

LAUNCHER = Path(__file__).resolve().parents[2] / "bin" / "trawl-mpirun"
ONCE = ["--set", "cluster.max_attempts=1"]


def faults(*trials, kind="throw"):
    return {"TRAWL_TEST_FAULTS": ",".join(f"{kind}:{trial}" for trial in trials)}


def trials_of(trawl, results):
    """[(state, error), ...]"""
    with h5py.File(trawl.folder / results) as file:
        names = {code: name for name, code in h5py.check_enum_dtype(file["trials/state"].dtype).items()}
        return list(zip((names[code] for code in file["trials/state"][:].tolist()), file["trials/error"].asstr()[:]))


def states(trawl, results):
    return [state for state, _ in trials_of(trawl, results)]


def sound(trawl, name, *options):
    trawl.run("run", f"{name}.yaml", "-o", f"{name}-sound.h5", *options)
    return f"{name}-sound.h5"


def complete_with_failures(trawl):
    """Said as it is, tried again on demand, and then as if nothing had been."""
    trawl.write("retry.yaml", job_text("retry", n_trials=6))
    undisturbed = sound(trawl, "retry")
    run = ["run", "retry.yaml", "-o", "retry.h5", *ONCE]
    said = trawl.run(*run, environment=faults(1, 4, kind="segfault"), expect=3)
    check("complete, 2 failed; the same command with --retry-failed tries them again" in said, said)
    check("complete, 2 failed" in trawl.run("status", "retry.h5", expect=3), "status: not complete, 2 failed")
    check("complete, 2 failed" in trawl.run("status", "retry.h5", "--watch", expect=3), "watch: not complete, 2 failed")
    said = trawl.run(*run, expect=3)
    check("2 failed" in said and "are complete" not in said, f"what has failed is called complete: {said}")
    said = trawl.run(*run, "--retry-failed", environment=faults(4), ranks=3, expect=3)
    check("2 of 6 trials to go" in said and "2 trials that had failed are tried again" in said, said)
    check(states(trawl, "retry.h5") == ["complete"] * 4 + ["failed", "complete"], "not only trial 4 has failed again")
    said = trawl.run(*run, "--retry-failed")
    check("1 trial that had failed is tried again" in said, said)
    trawl.check_same("retry.h5", undisturbed)
    check(not any(error for _, error in trials_of(trawl, "retry.h5")), "a complete trial has an error")
    retries = [text for text in trawl.messages("retry.h5") if "is tried again; it had failed" in text]
    check(len(retries) == 3, f"the messages: {trawl.messages('retry.h5')}")
    trawl.run("status", "retry.h5")
    check("no trial has failed" in trawl.run(*run, "--retry-failed"), "nothing is said of nothing to retry")
    check("no trial that had failed" in trawl.run("run", "retry.yaml", "-o", "new.h5", "--retry-failed"), "a new file")


def killed_while_it_retries(trawl):
    """The trials that wait again go on without the flag; with it, only those that failed since wait again."""
    trawl.write("killed.yaml", job_text("killed", n_trials=6))
    undisturbed = sound(trawl, "killed")
    run = ["run", "killed.yaml", "-o", "killed.h5", *ONCE]
    trawl.run(*run, environment=faults(0, 3, 5), expect=3)
    for round, flags in enumerate((["--retry-failed"], [])):
        gates = Gates([3], trawl.folder / f"gate{round}")
        process = trawl.start(*run, *flags, ranks=3, environment=gates.environment)
        wait_for(lambda: states(trawl, "killed.h5")[3] == "running", "trial 3 is tried again")
        kill_session(process)
        process.stdout.close()
    trawl.until_complete(*run)
    trawl.check_same("killed.h5", undisturbed)


def timeouts_and_attempts(trawl):
    trawl.write("time.yaml", job_text("time", n_trials=3))
    undisturbed = sound(trawl, "time")
    run = ["run", "time.yaml", "-o", "time.h5", "--retry-failed"]
    trawl.run(*run, "--set", "cluster.trial_timeout=0.3", *ONCE, environment=faults(1, kind="hang"), expect=3)
    check(states(trawl, "time.h5") == ["complete", "failed", "complete"], "a trial that hangs has not failed")
    once = {"TRAWL_TEST_FAULTS": "abort:1@1", "TRAWL_TEST_FAULTS_SEEN": str(trawl.folder / "seen")}
    trawl.run(*run, "--set", "cluster.max_attempts=2", environment=once)
    trawl.check_same("time.h5", undisturbed)


def repeats(trawl):
    """Another repeat of the best point has failed: its weights come from its first repeat."""
    trawl.write("repeats.yaml", job_text("repeats", n_trials=3))
    three = ["--set", "search.repeats=3"]
    undisturbed = sound(trawl, "repeats", *three)
    run = ["run", "repeats.yaml", "-o", "repeats.h5", *three, *ONCE]
    trawl.run(*run, environment=faults(1, 3, 5, 8), expect=3)
    trawl.run(*run, "--retry-failed", ranks=3)
    trawl.check_same("repeats.h5", undisturbed)
    with h5py.File(trawl.folder / "repeats.h5") as a, h5py.File(trawl.folder / undisturbed) as b:
        check((a["best/weights/output/bias"][:] == b["best/weights/output/bias"][:]).all(), "other weights")


def shards(trawl):
    trawl.write("shards.yaml", job_text("shards", n_trials=5))
    undisturbed = sound(trawl, "shards")
    for index in range(2):
        trawl.run("run", "shards.yaml", "--shard", f"{index}/2", "-o", f"s{index}.h5", *ONCE, environment=faults(1, 2), expect=3)
    trawl.run("run", "shards.yaml", "--shard", "1/2", "-o", "s1.h5", "--retry-failed")
    trawl.run("merge", "s0.h5", "s1.h5", "-o", "merged.h5", expect=3)
    trawl.run("status", "merged.h5", expect=3)
    trawl.run("run", "shards.yaml", "-o", "merged.h5", "--retry-failed")
    trawl.check_same("merged.h5", undisturbed)


def gives_up(trawl):
    trawl.write("up.yaml", job_text("up", n_trials=12))
    undisturbed = sound(trawl, "up")
    for ranks in (None, 3):
        results = f"up{ranks}.h5"
        run = ["run", "up.yaml", "-o", results, *ONCE]
        said = trawl.run(*run, environment=faults(*range(5)), ranks=ranks, expect=2)
        check("trials 0 to 4 have all failed, so the search stops" in said and "thrown by" in said, said)
        check(states(trawl, results)[:5] == ["failed"] * 5, f"{states(trawl, results)}")
        check(set(states(trawl, results)[5:]) <= {"waiting", "complete"}, "what has not finished is not left to wait")
        trawl.run("status", results, expect=75)
        # The same command goes on, with the count at 0: the next ones by number, unless one is complete by now.
        if set(states(trawl, results)[5:]) == {"waiting"}:
            said = trawl.run(*run, environment=faults(*range(5, 10)), ranks=ranks, expect=2)
            check("trials 5 to 9 have all failed" in said, said)
        trawl.run(*run, ranks=ranks, expect=3)
        trawl.run(*run, "--retry-failed", ranks=ranks)
        trawl.check_same(results, undisturbed)


def does_not_give_up(trawl):
    """One of the first is complete; there are no others; it was told not to."""
    trawl.run("run", "up.yaml", "-o", "one.h5", *ONCE, environment=faults(0, 1, 2, 3, 5, 6, 7, 8), expect=3)
    trawl.run("run", "up.yaml", "-o", "few.h5", *ONCE, "--set", "search.n_trials=5", environment=faults(*range(5)), expect=3)
    never = ["--set", "cluster.give_up_after=0"]
    trawl.run("run", "up.yaml", "-o", "off.h5", *ONCE, *never, environment=faults(*range(12)), expect=3)
    said = trawl.run("run", "up.yaml", "-o", "many.h5", *ONCE, *never, "--set", "search.n_trials=40", ranks=3,
                     environment=faults(*range(10, 35)), expect=3)
    check(said.count("in a row that have failed") == 1, f"not warned once of 25 failures in a row: {said}")
    said = trawl.run("run", "up.yaml", "-o", "one.h5", *ONCE, expect=3)
    check("in a row" not in said, said)


def retried_beside_others_that_worked(trawl):
    """The first fail again, others are complete: the search goes on, also where trials are added."""
    for ranks in (None, 3):
        results = f"beside{ranks}.h5"
        run = ["run", "up.yaml", "-o", results, *ONCE, "--set", "cluster.give_up_after=0"]
        trawl.run(*run, environment=faults(*range(5)), ranks=ranks, expect=3)
        run = [*run[:-2], "--retry-failed", "--set", "search.n_trials=14"]
        trawl.run(*run, environment=faults(*range(5)), ranks=ranks, expect=3)
        check(states(trawl, results) == ["failed"] * 5 + ["complete"] * 9, f"{states(trawl, results)}")


def under_the_launcher(trawl):
    """trawl-mpirun does not start again what has given up; and starting again it retries nothing anew."""
    command = [str(LAUNCHER), "-n", "3", "run", "up.yaml", "-o", "launched.h5", *ONCE]
    code, log = Run(trawl, command, faults(*range(5))).finish()
    check(code == 2 and "starting again" not in log, f"exit code {code}:\n{log}")
    gate = trawl.folder / "gate-launched"
    environment = {"TRAWL_TEST_FAULTS": "throw:0,wait:2", "TRAWL_TEST_FAULTS_GATE": str(gate)}
    run = Run(trawl, [*command, "--retry-failed"], environment)
    wait_for(lambda: states(trawl, "launched.h5")[:3:2] == ["failed", "running"], "trial 0 fails again, 2 is tried again")
    os.kill(run.ranks()[0], signal.SIGKILL)
    Path(f"{gate}.2").touch()
    code, log = run.finish()
    check(code == 3 and "starting again" in log, f"exit code {code}:\n{log}")
    check(states(trawl, "launched.h5") == ["failed"] + ["complete"] * 11, f"{states(trawl, 'launched.h5')}")
    retries = [text for text in trawl.messages("launched.h5") if "is tried again" in text]
    check(len(retries) == 5, f"retried anew: {retries}")


def test(trawl):
    complete_with_failures(trawl)
    killed_while_it_retries(trawl)
    timeouts_and_attempts(trawl)
    repeats(trawl)
    shards(trawl)
    gives_up(trawl)
    does_not_give_up(trawl)
    retried_beside_others_that_worked(trawl)
    under_the_launcher(trawl)
    print("failed trials were tried again, over kills, repeats and shards, to the same answer; hopeless searches stopped")


main(test)
