#!/usr/bin/python3
"""FILE.h5 is deleted, cut, replaced or edited while a search writes it, or is not trawl's when one starts.

    python3 damaged_results.py TRAWL
"""

import hashlib
import os
import time

import h5py
from disturbed_run import SOME_BYTES, DisturbedRun, check_said, is_settled, standing_job
from trawl_runs import check, main

TEXT = "my notes\n" * 200


def edit(path):
    with h5py.File(path, "r+") as file:
        file.attrs["mine"] = 1
        file["trials/objective"][0] = 42.0


def write_other(path):
    """Of another program, in one step: no half-written file is seen."""
    with h5py.File(f"{path}.new", "w") as file:
        file["mine"] = [1, 2, 3]
    os.replace(f"{path}.new", path)


# Done to FILE.h5, what is said, and where its last content is kept.
DISTURBANCES = {
    "deleted": (lambda path: path.unlink(), "is gone: rebuilding it", None),
    "emptied": (lambda path: os.truncate(path, 0), "is gone: rebuilding it", None),
    "cut": (lambda path: os.truncate(path, path.stat().st_size // 2), "is damaged", ".foreign"),
    "text": (lambda path: path.write_text(TEXT), "is not an HDF5 file", ".foreign"),
    "other": (write_other, "not a results file of trawl", ".foreign"),
    "edited": (edit, "was changed by another program", ".changed"),
}


def undamaged(path):
    try:
        with h5py.File(path, "r") as file:
            return "mine" not in file.attrs and "trials" in file
    except OSError:
        return False


def disturb(trawl, name, ranks):
    act, text, suffix = DISTURBANCES[name]
    results = f"{name}.h5"
    path = trawl.folder / results
    run = DisturbedRun(trawl, "job.yaml", "-o", results, ranks=ranks)
    run.wait_until(lambda: trawl.journal_bytes(results) > SOME_BYTES and is_settled(path), "results")
    act(path)
    run.open()
    check_said(run.end(), text)
    trawl.check_same("undisturbed.h5", results)
    kept = trawl.folder / f"{results}{suffix}" if suffix else None
    check(kept is None or kept.exists(), f"{name}: what was there is not kept")
    left = [p.name for p in trawl.folder.glob(f"{results}.*") if p != kept]
    check(not left, f"left behind: {left}")
    check(any(text in message for message in trawl.messages(results)), f"{name}: not among the messages")
    return kept


def edited_again_and_again(trawl):
    """One copy is kept, one message is written, and the end is still the right one."""
    path = trawl.folder / "often.h5"
    run = DisturbedRun(trawl, "job.yaml", "-o", "often.h5", gates=(1, 3))
    edits = 0
    while run.goes_on():
        time.sleep(0.1)
        if edits in (2, 4):
            run.open(edits - 1)
        if path.exists() and undamaged(path):
            try:
                edit(path)
                edits += 1
            except (OSError, KeyError):  # it was replaced meanwhile
                pass
    check_said(run.end(), "was changed by another program")
    check(edits > 3, f"{edits} edits are not often")
    kept = [p.name for p in trawl.folder.glob("often.h5.*")]
    check(kept == ["often.h5.changed"], f"kept: {kept}")
    with h5py.File(path, "r") as file:
        complete, mine = bool(file.attrs["complete"]), "mine" in file.attrs
    if not mine:  # the last edit may have come when all was done
        check(complete, "not complete")
        trawl.check_same("undisturbed.h5", "often.h5")
    return edits


def newer(path):
    with h5py.File(path, "w") as file:
        file.attrs["format"] = "trawl-results"
        file.attrs["format_version"] = 99


def refused(trawl):
    """Other people's files at the start: untouched."""
    makers = {
        "text": (lambda path: path.write_text(TEXT), 2, "is not an HDF5 file"),
        "other": (write_other, 2, "not a results file of trawl"),
        "newer": (newer, 4, "use a newer one"),
    }
    for name, (make, code, text) in makers.items():
        path = trawl.folder / f"refused-{name}.h5"
        make(path)
        before = hashlib.sha256(path.read_bytes()).hexdigest()
        said = trawl.run("run", "job.yaml", "-o", path.name, expect=code)
        check(text in said and path.name in said, f"not clear:\n{said}")
        check(hashlib.sha256(path.read_bytes()).hexdigest() == before, f"{path.name} was touched")
        left = [p.name for p in trawl.folder.glob(f"{path.name}.*")]
        check(not left, f"left behind: {left}")


def test(trawl):
    trawl.write("job.yaml", standing_job())
    trawl.run("run", "job.yaml", "-o", "undisturbed.h5", ranks=3)
    for number, name in enumerate(DISTURBANCES):
        kept = disturb(trawl, name, ranks=3 if number % 2 else None)
        if name == "text":
            check(kept.read_text() == TEXT, "the text is not what it was")
        print(f"{name}: said once, rebuilt, the same", flush=True)
    print(f"edited {edited_again_and_again(trawl)} times in one run: said once, one copy kept")
    refused(trawl)
    print("a text, another program's file and one of a newer format: refused, untouched")


main(test)
