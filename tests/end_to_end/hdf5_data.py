#!/usr/bin/python3
"""HDF5 data sets as h5py users write them give the same search as the same samples in IDX or CSV.

    python3 hdf5_data.py TRAWL
"""

import struct

import h5py
import numpy as np
from trawl_runs import check, main

JOB = """\
study: samples
data: {data}
model: {{hidden: [8]}}
training: {{epochs: 2, optimizer: adam}}
search: {{n_trials: 2, seed: 3, space: {{learning_rate: {{low: 1.0e-3, high: 1.0e-1, log: true}}}}}}
"""
PARTS = {"train": 240, "test": 60}


def samples(rows, seed):
    random = np.random.default_rng(seed)
    labels = random.integers(0, 3, rows)
    images = random.integers(0, 200, (rows, 4, 4)) * (random.random((rows, 4, 4)) < 0.7)
    images[np.arange(rows), labels, labels] = 255  # something to learn
    return images.astype(np.uint8), labels


DATA = {part: samples(rows, seed) for seed, (part, rows) in enumerate(PARTS.items())}


def idx(path, array):
    path.write_bytes(bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}i", *array.shape) + array.astype(np.uint8).tobytes())


def write_idx_and_csv(folder):
    for part, name in (("train", "train"), ("test", "t10k")):
        images, labels = DATA[part]
        idx(folder / f"{name}-images-idx3-ubyte", images)
        idx(folder / f"{name}-labels-idx1-ubyte", labels)
        table = np.column_stack([images.reshape(len(images), -1), labels])
        header = ",".join([f"p{i}" for i in range(16)] + ["label"])
        np.savetxt(folder / f"{part}.csv", table, fmt="%d", delimiter=",", header=header, comments="")


def write_hdf5(path, image=lambda x: x, label=lambda y: y, names="{0}_{1}", **options):
    with h5py.File(path, "w") as file:
        for part, (images, labels) in DATA.items():
            file.create_dataset(names.format("x", part), data=image(images), **options)
            file.create_dataset(names.format("y", part), data=label(labels))


def flat(images):
    return images.reshape(len(images), -1)


def run(trawl, name, data):
    trawl.write(f"{name}.yaml", JOB.format(data=data))
    trawl.run("run", f"{name}.yaml", "-o", f"{name}.out.h5")


# What h5py writes: (features, labels, more for create_dataset). Bytes are scaled by /255, as those of IDX files ...
BYTES = {
    "images": (lambda x: x, lambda y: y, {}),
    "channel": (lambda x: x[..., None], lambda y: y.astype(np.uint8), {}),
    "flat": (flat, lambda y: y.astype(np.int32)[:, None], {}),
    "packed": (lambda x: x, lambda y: y.astype(">i2"), {"chunks": (7, 3, 2), "compression": "gzip", "shuffle": True}),
    "growable": (flat, lambda y: y.astype(np.float32), {"maxshape": (None, 16), "fletcher32": True}),
}
# ... all else by its columns' ranges, as the cells of CSV tables.
NUMBERS = {
    "float32": (lambda x: flat(x).astype(np.float32), lambda y: y, {}),
    "float64": (lambda x: x.astype(np.float64), lambda y: y.astype(np.uint64), {"compression": "gzip"}),
    "float16": (lambda x: x.astype(np.float16), lambda y: y.astype(np.float64), {}),
    "int32": (lambda x: x.astype(">i4"), lambda y: y.astype(np.int8), {}),
}


def equal_to_idx_and_csv(trawl):
    write_idx_and_csv(trawl.folder)
    run(trawl, "idx", "{source: idx, directory: .}")
    run(trawl, "csv", "{source: csv, train: train.csv, test: test.csv}")
    for peer, kinds in (("idx", BYTES), ("csv", NUMBERS)):
        for name, (image, label, options) in kinds.items():
            write_hdf5(trawl.folder / f"{name}.h5", image, label, **options)
            run(trawl, name, f"{{source: hdf5, file: {name}.h5}}")
            trawl.check_same(f"{peer}.out.h5", f"{name}.out.h5")


def blocks_of_rows(trawl):
    """Larger files are read block by block; how they are stored makes no difference, nor what holds the values."""
    rows, columns, n = 8_000, 30, 7_990
    random = np.random.default_rng(5)
    labels = random.integers(0, 3, rows)
    whole = random.integers(0, 2000, (rows, columns)) + 100 * labels[:, None]
    late = np.where(np.arange(rows)[:, None] < n, whole, whole + 0.1)  # no float from row n on
    job = JOB.replace("n_trials: 2", "n_trials: 1")

    def run_on(name, values, **options):
        with h5py.File(trawl.folder / f"{name}.h5", "w") as file:
            file.create_dataset("x", data=values, **options)
            file["y"] = labels[None] if values.shape[0] == columns else labels
        trawl.write(f"{name}.yaml", job.format(data=f"{{source: hdf5, file: {name}.h5}}"))
        return lambda **expected: trawl.run("run", f"{name}.yaml", "-o", f"blocks-{name}.out.h5", **expected)

    packed = {"compression": "gzip", "chunks": (700, 7)}
    kinds = {np.dtype(kind).name: (whole.astype(kind), {}) for kind in ("f4", "f8", "i2", "i4", "u4", "i8", "u8")}
    kinds |= {"other-order": (whole.astype(">f8"), {}), "other-order-int32": (whole.astype(">i4"), {})}
    kinds |= {f"packed-{kind}": (whole.astype(kind), packed) for kind in ("f4", "f8", "i4", "i8")}
    for name, (values, options) in kinds.items():
        run_on(name, values, **options)()
        trawl.check_same("blocks-float32.out.h5", f"blocks-{name}.out.h5")
    stored = {"late": (late, {}), "packed": (late, packed), "columns": (late, {"chunks": (rows, 1)}), "turned": (late.T, {})}
    for name, (values, options) in stored.items():
        run_on(name, values, **options)()
        trawl.check_same("blocks-late.out.h5", f"blocks-{name}.out.h5")
    broken = late.copy()
    broken[n, 4] = np.inf
    said = run_on("broken", broken)(expect=2)
    check(f"row {n}, feature 4 (0-based): inf" in said, said)


def names_of_data_sets(trawl):
    write_hdf5(trawl.folder / "groups.h5", names="{1}/{0}")
    run(trawl, "groups", "{source: hdf5, file: groups.h5}")
    trawl.check_same("idx.out.h5", "groups.out.h5")
    write_hdf5(trawl.folder / "own.h5", names="a/{0}/{1}")
    own = "train_features: a/x/train, train_labels: a/y/train"
    run(trawl, "own", f"{{source: hdf5, file: own.h5, {own}, test_features: a/x/test, test_labels: a/y/test}}")
    trawl.check_same("idx.out.h5", "own.out.h5")
    # The same samples elsewhere are the same study.
    trawl.write("groups.yaml", JOB.format(data=f"{{source: hdf5, file: own.h5, {own}, test_features: a/x/test, test_labels: a/y/test}}"))
    again = trawl.run("run", "groups.yaml", "-o", "groups.out.h5")
    check("complete" in again, f"other names of data sets make another study:\n{again}")
    trawl.write("none.yaml", JOB.format(data=f"{{source: hdf5, file: own.h5, {own}}}"))
    check("0 to test" in trawl.run("check", "none.yaml"), "test rows from nowhere")
    with h5py.File(trawl.folder / "bool.h5", "w") as file:
        file["x"] = flat(DATA["train"][0]) > 0
        file["y"] = DATA["train"][1] > 1
    trawl.write("bool.yaml", JOB.format(data="{source: hdf5, file: bool.h5}"))
    check("16 features, 2 classes" in trawl.run("check", "bool.yaml"), "bool is not read")


def test(trawl):
    for part in (equal_to_idx_and_csv, blocks_of_rows, names_of_data_sets):
        part(trawl)
        print(f"{part.__name__.replace('_', ' ')}: as documented", flush=True)


main(test)
