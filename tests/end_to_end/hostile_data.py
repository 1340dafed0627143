#!/usr/bin/python3
"""HDF5 files of samples that were damaged on purpose, through every verb that reads one: an exit code and a message, no signal,
no hang.

    python3 hostile_data.py TRAWL [--mutants 30] [--seed 1]

Limits of CPU time are brought forward, but for one file.
"""

import argparse
import random
import shutil
import sys
from pathlib import Path

import h5py
import numpy as np
from hostile_results import fault, said_by
from trawl_runs import check, main

sys.path.insert(0, str(Path(__file__).parents[1] / "fuzz"))
from mutate_results import looping, mutate  # noqa: E402

JOB = """\
study: hostile
data: {source: hdf5, file: m.h5, split: shuffled}
model: {hidden: [2]}
training: {epochs: 1}
search: {sampler: random, n_trials: 1, space: {l2: {low: 1.0e-4, high: 0.1, log: true}}}
"""
VERBS = {
    "check": ["check", "job.yaml"],
    "init": ["init", "m.h5", "-o", "i.yaml"],
    "train": ["train", "job.yaml"],
    "run": ["run", "job.yaml", "-o", "r.h5", "--progress", "none"],
}
DICE = np.random.default_rng(3)
X = DICE.normal(size=(120, 6)).astype(np.float32)
Y = (X[:, 0] > 0).astype(np.int64)
# Checksums of the superblock, of formats from version 2 on.
SUPERBLOCK_SUM = slice(44, 48)


def plain(file):
    file.update({"x_train": X, "y_train": Y, "x_test": X[:20], "y_test": Y[:20]})


def packed(file):
    file.create_dataset("train/x", data=X, chunks=(16, 6), compression="gzip", shuffle=True, fletcher32=True)
    file.create_dataset("train/y", data=Y, chunks=(8,), maxshape=(None,), compression="gzip")


def newest(file):
    file.create_dataset("x", data=X.astype(np.float64), chunks=(7, 3), maxshape=(None, None), compression="gzip")
    file.create_dataset("y", data=Y.astype(np.uint8), chunks=(50,), maxshape=(None,))
    file["x"].attrs["names"] = np.array(["a", "bb", "ccc"], dtype=h5py.string_dtype())


def matlab(file):
    file["X"], file["y"] = X.T.astype(np.float64), Y[None].astype(np.float64)
    for name in ("X", "y"):
        file[name].attrs["MATLAB_class"] = np.bytes_("double")


def linked(file):
    file["raw/images"] = DICE.integers(0, 256, (120, 5, 5)).astype(np.uint8)
    file.create_dataset("raw/labels", data=Y.astype("i1"), dtype=h5py.enum_dtype({"no": 0, "yes": 1}, basetype="i1"))
    file["images"], file["labels"] = h5py.SoftLink("/raw/images"), h5py.SoftLink("/raw/labels")


def virtual(file):
    layout = h5py.VirtualLayout(X.shape, np.float32)
    for part in range(2):
        layout[60 * part : 60 * (part + 1)] = h5py.VirtualSource(f"part-{part}.h5", "p", (60, 6))
    file.create_virtual_dataset("x_train", layout)
    file["y_train"] = Y


KINDS = (plain, packed, newest, matlab, linked, virtual)


def clean(folder):
    for path in [*folder.glob("r.h5*"), *folder.glob("i.yaml")]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def write_kinds(folder):
    """The bytes of a file of each kind."""
    for part in range(2):
        with h5py.File(folder / f"part-{part}.h5", "w") as file:
            file["p"] = X[60 * part : 60 * (part + 1)]
    found = {}
    for kind in KINDS:
        with h5py.File(folder / "m.h5", "w", libver="latest" if kind is newest else None) as file:
            kind(file)
        found[kind] = (folder / "m.h5").read_bytes()
    return found


def ends(trawl, data, what, verbs, hurry=True):
    """What each verb makes of it: its exit code and what it said."""
    (trawl.folder / "m.h5").write_bytes(data)
    found = {}
    for verb in verbs:
        clean(trawl.folder)
        code, output, seconds = said_by(trawl, verb, VERBS[verb], hurry)
        wrong = fault("data", code, output, seconds)
        check(not wrong, f"{what}: {verb}: {wrong}: {output}")
        found[verb] = code, output
    return found


def test(trawl, arguments):
    trawl.write("job.yaml", JOB)
    sound = write_kinds(trawl.folder)
    for kind, data in sound.items():
        for verb, (code, output) in ends(trawl, data, kind.__name__, VERBS).items():
            check(code == 0, f"{kind.__name__}, undamaged: {verb} says {output}")
    for verb, (code, output) in ends(trawl, looping(sound[virtual]), "a heap that loops", VERBS).items():
        check(code == 2 and "m.h5: damaged" in output and "does not come to an end" in output, f"{verb}: {output}")
    ends(trawl, looping(sound[virtual]), "a heap that loops", ["init"], hurry=False)
    # Where a checksum is wrong, libhdf5 takes the file for one that is being written, and sleeps.
    wrong_sum = bytearray(sound[newest])
    wrong_sum[SUPERBLOCK_SUM] = bytes(4)
    for verb, (code, output) in ends(trawl, bytes(wrong_sum), "a wrong checksum", VERBS).items():
        check(code == 2 and "checksum" in output, f"a wrong checksum: {verb}: {output}")
    seeds = random.Random(arguments.seed)
    verbs = list(VERBS)
    for number in range(arguments.mutants):
        seed = seeds.randrange(1 << 40)
        kind = KINDS[number % len(KINDS)]
        # One verb each by turns: all read by the same path.
        ends(trawl, mutate(sound[kind], seed), f"mutant {seed} of {kind.__name__}", [verbs[seed % len(verbs)]])
    print(f"{arguments.mutants} damaged files of samples: messages and exit codes only")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("trawl")
    parser.add_argument("--mutants", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    main(test, parser.parse_args())
