#!/usr/bin/python3
"""A journal with a torn end, flipped bytes, a missing or an empty segment, as disks and people leave them.

    python3 damaged_journal.py TRAWL
"""

import hashlib
import re
import shutil

import h5py
from disturbed_run import SOME_BYTES, DisturbedRun, standing_job
from trawl_runs import check, main

SEGMENTS = 3


def segment(trawl, results, number):
    return trawl.folder / f"{results}.journal.{number:03}"


def leave_journal(trawl):
    """Of a search that was killed in each of its segments, each time a version or two after its start."""
    for number in range(SEGMENTS):
        run = DisturbedRun(trawl, "job.yaml", "-o", "left.h5", gates=(2 * (number + 1),))
        run.wait_until(lambda: published(trawl, "left.h5") > (number, 2 * SOME_BYTES), "a version")
        run.kill()


def published(trawl, results):
    """(segment, offset) of the journal that the published file holds."""
    try:
        with h5py.File(trawl.folder / results, "r") as file:
            return int(file.attrs["journal_segment"]), int(file.attrs["journal_offset"])
    except FileNotFoundError:
        return (-1, 0)


def copy(trawl, name, with_file=True):
    for path in trawl.folder.glob("left.h5*"):
        if ".journal." in path.name or (with_file and path.name == "left.h5"):
            shutil.copy(path, trawl.folder / path.name.replace("left.h5", name))


def flip(path, offset):
    with path.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 0x10]))


def goes_on(trawl, name, damage, said_of_loss=True, with_file=True):
    copy(trawl, name, with_file)
    damage(name)
    said = trawl.run("run", "job.yaml", "-o", name, ranks=3)
    said_so = re.search(rf"{name}.journal.\d+: record \d+ at byte \d+ is torn or damaged.*lost", said)
    check(bool(said_so) == said_of_loss and "is resumed" in said, f"{name}: said:\n{said}")
    check(bool(said_so) == any("torn or damaged" in text for text in trawl.messages(name)), "not among the messages")
    trawl.check_same("undisturbed.h5", name)


def stops(trawl, name, damage, words):
    """Exit code 4 from `run` and `repair`, nothing touched; and the remedy that is named works."""
    copy(trawl, name)
    damage(name)
    before = hashlib.sha256((trawl.folder / name).read_bytes()).hexdigest()
    for verb in (["run", "job.yaml", "-o", name], ["repair", name]):
        said = trawl.run(*verb, expect=4)
        check(all(re.search(word, said) for word in words), f"{name}: {verb[0]} does not say {words}:\n{said}")
        check(f"move the journal ({name}.journal.*) away" in said or "move the rest of the journal" in said, said)
        check(before == hashlib.sha256((trawl.folder / name).read_bytes()).hexdigest(), f"{name} was touched")
    for number in range(SEGMENTS):
        segment(trawl, name, number).unlink(missing_ok=True)
    said = trawl.run("run", "job.yaml", "-o", name, ranks=3)
    check("going on from what it held" in said, f"{name}: said:\n{said}")
    trawl.check_same("undisturbed.h5", name)


def test(trawl):
    trawl.write("job.yaml", standing_job())
    trawl.run("run", "job.yaml", "-o", "undisturbed.h5", ranks=3)
    leave_journal(trawl)
    last, offset = published(trawl, "left.h5")
    check(last == SEGMENTS - 1, f"the published file ends in segment {last}")

    def torn(name):
        bytes_ = segment(trawl, name, last).read_bytes()
        segment(trawl, name, last).write_bytes(bytes_ + bytes_[-30:])

    def flip_at(number, place):
        return lambda name: flip(segment(trawl, name, number), place(segment(trawl, name, number).stat().st_size))

    goes_on(trawl, "torn.h5", torn)
    goes_on(trawl, "flipped_end.h5", flip_at(last, lambda size: size - 5), with_file=False)
    goes_on(trawl, "flipped_middle.h5", flip_at(last, lambda size: size // 2), with_file=False)
    goes_on(trawl, "empty_end.h5", lambda name: segment(trawl, name, SEGMENTS).touch(), said_of_loss=False)
    print("a torn or flipped end: the record is named, the rest goes on, the same; an empty last segment: the same")

    record = r"record \d+"
    stops(trawl, "published.h5", flip_at(last, lambda size: offset - 5), [record, f"published.h5.journal.{last:03}"])
    stops(trawl, "flipped_older.h5", flip_at(0, lambda size: size // 2), [record, "flipped_older.h5.journal.000"])
    stops(trawl, "missing_middle.h5", lambda name: segment(trawl, name, 1).unlink(), [r"journal\.001 is missing"])
    stops(trawl, "missing_last.h5", lambda name: segment(trawl, name, last).unlink(), [f"journal.{last:03}.*is missing"])
    stops(trawl, "empty_middle.h5", lambda name: segment(trawl, name, 1).write_bytes(b""), [r"journal\.001", "at byte 0"])
    print("a flipped byte in what was published, a missing or empty older segment: exit code 4; the remedy works")


main(test)
