#!/usr/bin/python3
"""Results, checkpoints and prepared data on disks that are full for a while, or for good.

    python3 full_disk.py TRAWL
"""

import re
import signal
import time

from disturbed_run import SOME_BYTES, Ballast, DisturbedRun, check_said, disk, in_own_mounts, standing_job
from trawl_runs import INTERRUPTED, Trawl, check, main

RANKS = 3
NO_ROOM = "there is no room for"
CANNOT_PUBLISH = "results cannot be published now"
COMMAND = ("run", "../job.yaml", "-o", "r.h5")
DISK_KILOBYTES = 16 * 1024


def to_go(said):
    return int(re.search(r": (\d+) of \d+ trials to go", said).group(1))


def begun_run(on_disk, *arguments, gates, ranks=RANKS):
    """It stands in trial 3 or, with several workers, has gone on with the others."""
    run = DisturbedRun(on_disk, "../job.yaml", "-o", "r.h5", *arguments, gates=gates, ranks=ranks)
    run.wait_until(lambda: on_disk.journal_bytes("r.h5") > SOME_BYTES, "results")
    return run


def fill_until_said(run, ballast):
    """A version that is given up gives room back: that too."""
    run.wait_until(lambda: ballast.fill() or NO_ROOM in run.said(), f"says '{NO_ROOM}'")


def full_for_a_while(on_disk, ballast):
    run = begun_run(on_disk, gates=(3, 6))
    ballast.fill()
    run.open(3)
    fill_until_said(run, ballast)
    time.sleep(1.0)
    check(run.goes_on(), f"the search stopped on a full disk:\n{run.said()}")
    ballast.remove()
    run.wait_until_said("there is room again")
    run.open(6)
    check_said(run.end(), NO_ROOM)


def full_for_good(on_disk, ballast):
    run = begun_run(on_disk, "--set", "cluster.full_disk_timeout=1", gates=(3,), ranks=None)
    ballast.fill()
    run.open(3)
    fill_until_said(run, ballast)
    said = run.end(expect=4)
    check_said(said, "is not stored")
    check("make room and give the same command again" in said, f"no remedy:\n{said}")
    ballast.remove()
    stored = on_disk.journalled("r.h5")
    check(stored["epochs"] > 0, f"what was reported before is gone: {stored}")
    said = on_disk.run(*COMMAND, ranks=RANKS)
    check("is resumed" in said and to_go(said) == stored["trials"] - stored["finished"], f"{stored}, but:\n{said}")


def no_room_to_publish(on_disk, ballast):
    """The journal needs less than a version: the end waits for room, and gives up."""
    run = begun_run(on_disk, "--set", "cluster.full_disk_timeout=1", gates=(3,), ranks=None)
    run.wait_until(lambda: (on_disk.folder / "r.h5").exists(), "a version")
    ballast.fill(leave_kilobytes=1500)
    run.open(3)
    said = run.end(expect=4)
    check_said(said, "waiting for it, 1 s at most")
    check_said(said, "trawl: error: no room to write r.h5")
    check(said.count(CANNOT_PUBLISH) <= 1, f"said again and again:\n{said}")
    check(NO_ROOM not in said, f"the journal had room:\n{said}")
    ballast.remove()
    said = on_disk.run(*COMMAND)
    check(to_go(said) == 0, f"something was trained again:\n{said}")


def room_to_publish_at_last(on_disk, ballast):
    run = begun_run(on_disk, gates=(3,), ranks=None)
    run.wait_until(lambda: (on_disk.folder / "r.h5").exists(), "a version")
    ballast.fill(leave_kilobytes=1500)
    run.open(3)
    run.wait_until_said("waiting for it")
    ballast.remove()
    run.end()


def stopped_without_room_to_publish(on_disk, ballast):
    """All of it is in the journal: a stop as any other."""
    run = begun_run(on_disk, gates=(3,), ranks=None)
    run.wait_until(lambda: (on_disk.folder / "r.h5").exists(), "a version")
    ballast.fill(leave_kilobytes=1500)
    run.process.send_signal(signal.SIGTERM)
    check("no room to write r.h5" in run.end(expect=INTERRUPTED), "not said that the file is behind")
    ballast.remove()
    on_disk.run(*COMMAND)


def full_from_the_start(on_disk, ballast):
    ballast.fill()
    said = on_disk.run(*COMMAND, ranks=RANKS, expect=4)
    check("r.h5" in said and "No space left" in said and "make room" in said, f"not clear:\n{said}")
    check("starts" not in said, f"it began:\n{said}")
    ballast.remove()
    on_disk.run(*COMMAND, ranks=RANKS)


def no_room_for_checkpoints(trawl):
    with disk(trawl.folder / "r.h5.checkpoints", 64) as folder:
        Ballast(folder).fill()
        every_update = ("--set", "cluster.checkpoint_every=0.01")
        trawl.run("run", "job.yaml", "-o", "r.h5", *every_update, ranks=RANKS)
    trawl.check_same("undisturbed.h5", "r.h5")
    said = trawl.messages("r.h5")
    check(any("goes on without a checkpoint" in text for text in said), f"nothing was said: {said}")


def no_room_for_data(trawl):
    with disk(trawl.folder / "temporary", 64) as folder:
        environment = {"TMPDIR": str(folder)}
        said = trawl.run("run", "job.yaml", "-o", "n.h5", environment=environment, expect=4)
        check(str(folder) in said and "No space left" in said and "TMPDIR" in said, f"not clear:\n{said}")
        check(not list(folder.iterdir()), "something was left in the folder")


def test(trawl):
    trawl.write("job.yaml", standing_job())
    trawl.run("run", "job.yaml", "-o", "undisturbed.h5", ranks=RANKS)
    for case in (
        full_for_a_while, full_for_good, no_room_to_publish, room_to_publish_at_last,
        stopped_without_room_to_publish, full_from_the_start,
    ):
        with disk(trawl.folder / "disk", DISK_KILOBYTES) as folder:
            begin = time.monotonic()
            on_disk = Trawl(trawl.binary, folder)
            case(on_disk, Ballast(folder))
            on_disk.check_same("../undisturbed.h5", "r.h5")
            left = [path.name for path in folder.iterdir() if path.name != "r.h5"]
            check(not left, f"left behind: {left}")
            print(f"{case.__name__}: the same after {time.monotonic() - begin:.1f} s", flush=True)
    no_room_for_checkpoints(trawl)
    no_room_for_data(trawl)
    print("without room for checkpoints: the same; without room for the prepared data: refused")


in_own_mounts()
main(test)
