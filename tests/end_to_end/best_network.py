#!/usr/bin/python3
"""The best network predicts on the rows as they stand in the data what the file says, whatever the source and scaling.

    PYTHONPATH=ROOT python3 best_network.py TRAWL
"""

import shutil
import struct
import textwrap

import h5py
import numpy as np
import pandas as pd

import analysis
from analysis import network
from trawl_runs import check, main

ROWS, TEST_ROWS, VALIDATION, CLASSES = 300, 80, 60, 3
SCALINGS = ("none", "unit", "standard")
JOB = """\
study: prediction
data: {{{data}, validation_fraction: 0.2, scaling: {scaling}}}
model: {{hidden: [8, 6]}}
training: {{epochs: 5, batch_size: 10}}
search: {{sampler: {sampler}, space: {{learning_rate: {{choices: [0.02, 0.05]}}}}}}
"""
# A header of five columns, what is excluded (the second feature), and where the label is.
EXCLUDED = (
    ("a,id,b,c,class", "id", 4),
    ("class,a,1st,b,c", "2", 0),
    ("a, id , a b,c,class", "id", 4),
    ("x,x.1,b,c,class", "x.1", 4),
    ("a,id,a,c,class", "id", 4),
)


def write_idx(path, values):
    kind = {1: 0x08, 4: 0x0D}[values.dtype.itemsize]
    path.write_bytes(struct.pack(f">HBB{values.ndim}I", 0, kind, values.ndim, *values.shape) + values.tobytes())


def draw_parts(draw, make):
    """[(features, labels)] of the training file's rows and the test rows."""
    parts = []
    for n in (ROWS, TEST_ROWS):
        labels = draw.integers(0, CLASSES, n).astype(np.uint8)
        parts.append((make(labels), labels))
    return parts


def images(draw):
    def make(labels):
        pixels = draw.integers(0, 120, (len(labels), 6, 5))
        pixels[:, :, 0] += 60 * labels[:, None]
        return pixels.astype(np.uint8)

    return draw_parts(draw, make)


def measured(draw):
    """Columns of very different sizes, one of them constant, none of them near 0 to 1."""

    def make(labels):
        x = draw.normal(size=(len(labels), 4)) + labels[:, None] * [3.0, -2.0, 1.0, 0.0]
        return np.column_stack([x * [1.0, 250.0, 0.002, 3.0] + [40.0, -1000.0, 0.0, 7.5], np.full(len(labels), 5.0)])

    return draw_parts(draw, make)


def idx(folder, parts):
    for (values, labels), name in zip(parts, ("train", "t10k")):
        write_idx(folder / f"{name}-images-idx3-ubyte", values)
        write_idx(folder / f"{name}-labels-idx1-ubyte", labels)
    return "source: idx, directory: ."


def csv(folder, parts, prefix=""):
    for (values, labels), name in zip(parts, (f"{prefix}train", f"{prefix}test")):
        frame = pd.DataFrame(values, columns=["age", "a, b", "=c", "weight", "k"])
        frame.insert(2, "class", labels)
        frame.to_csv(folder / f"{name}.csv", index=False)
    return f"source: csv, train: {prefix}train.csv, test: {prefix}test.csv, label_column: class"


def hdf5(folder, parts, name="data.h5"):
    with h5py.File(folder / name, "w") as file:
        for (values, labels), part in zip(parts, ("train", "test")):
            file[f"x_{part}"], file[f"y_{part}"] = values, labels
    return f"source: hdf5, file: {name}"


def stored(path):
    """The accuracies of the validation and of the test rows."""
    with h5py.File(path) as file:
        return float(file["best"].attrs["objective"]), float(file["best"].attrs["test_accuracy"])


def by_the_five_lines(path, rows, labels):
    lines = [line for line in network.__doc__.splitlines() if line.startswith("    ")]
    check(len(lines) == 5, f"{len(lines)} lines")
    names = {"rows": rows, "labels": labels}
    exec(textwrap.dedent("\n".join(lines)).replace("r.h5", str(path)), names)
    return names["accuracy"]


def check_file(path, parts):
    (rows, labels), test = parts
    best = analysis.best_network(path)
    for (x, y), expected in zip([(rows[-VALIDATION:], labels[-VALIDATION:]), test], stored(path)):
        found = np.mean(best.predict(x) == y)
        check(found == expected, f"{path.name}: predict: {found}, stored: {expected}")
        lines = by_the_five_lines(path, x, y)
        check(lines == expected, f"{path.name}: five lines: {lines}, stored: {expected}")
    return stored(path)


def check_names(path, folder):
    """A table is taken by its columns' names; the label's is one more."""
    best = analysis.best_network(path)
    frame = pd.read_csv(folder / "test.csv")
    expected = stored(path)[1]
    for table in (frame, frame[frame.columns[::-1]]):
        check(np.mean(best.predict(table) == frame["class"]) == expected, "columns in any order")
    try:
        best.predict(frame.drop(columns="=c"))
        check(False, "a missing column is not noticed")
    except ValueError as error:
        check("'=c'" in str(error), str(error))


def test_exclude(trawl, draw):
    """predict() takes the features that were trained on, and finds them by name in the whole table, whatever it calls the
    columns that share a name or have none."""
    for number, (header, exclude, label) in enumerate(EXCLUDED):
        parts = []
        for part, n in (("train", ROWS), ("test", TEST_ROWS)):
            labels = draw.integers(0, CLASSES, n)
            columns = [draw.normal(size=n) + factor * labels for factor in (3.0, -2.0, 1.0)]
            columns.insert(1, np.arange(n) * 1e3)  # the one that is left out
            whole = np.column_stack([*columns[:label], labels, *columns[label:]])
            rows = "".join(",".join(map(repr, row)) + "\n" for row in whole.tolist())
            trawl.write(f"{part}-{number}.csv", header + "\n" + rows.replace(".0,", ","))
            parts.append((np.column_stack([columns[0], *columns[2:]]), labels))
        data = f"source: csv, train: train-{number}.csv, test: test-{number}.csv, label_column: {label}, exclude: [{exclude}]"
        path = run(trawl, f"exclude-{number}", data, "standard")
        expected = check_file(path, parts)[1]
        table, best, labels = pd.read_csv(trawl.folder / f"test-{number}.csv"), analysis.best_network(path), parts[1][1]
        check(np.mean(best.predict(table) == labels) == expected, f"{header}: the whole table")
        check(np.mean(best.predict(table[table.columns[::-1]]) == labels) == expected, f"{header}: in another order")
        try:
            best.predict(table.to_numpy())
            check(False, f"{header}: rows with the excluded column are taken")
        except ValueError as error:
            check("rows of 5 features" in str(error) and "takes 3" in str(error), str(error))


def run(trawl, name, data, scaling, *arguments, sampler="grid"):
    trawl.write(f"{name}.yaml", JOB.format(data=data, scaling=scaling, sampler=sampler))
    trawl.run("run", f"{name}.yaml", "-o", f"{name}.h5", *arguments)
    return trawl.folder / f"{name}.h5"


def test_growing(trawl, data, parts):
    """Extended, put together from shards, and rebuilt: the scaling stays."""
    grown = run(trawl, "grown", data, "standard", sampler="random, n_trials: 1")
    run(trawl, "grown", data, "standard", sampler="random, n_trials: 2")
    shards = [run(trawl, f"shard-{i}", data, "standard", "--shard", f"{i}/2") for i in range(2)]
    trawl.run("merge", *[shard.name for shard in shards], "-o", "merged.h5")
    whole = run(trawl, "whole", data, "standard")
    for file in (grown, trawl.folder / "merged.h5", whole):
        check_file(file, parts)
    trawl.run("diff", "merged.h5", "whole.h5")
    shutil.copy(whole, trawl.folder / "changed.h5")
    with h5py.File(trawl.folder / "changed.h5", "a") as file:
        file["best/scaling/offset"][1] += 1.0
    said = trawl.run("diff", "changed.h5", "whole.h5", expect=1)
    check("scaling of feature 1 offset" in said, said)


def test(trawl):
    draw = np.random.default_rng(2)
    bytes_of, numbers_of = images(draw), measured(draw)
    whole_numbers = [(np.round(x * [1, 1, 1000, 1, 1]).astype(np.int32), y) for x, y in numbers_of]
    far = [(x + [1e9, 1e9, 1e6, -1e9, 0.0], y) for x, y in numbers_of]  # one number a column to float32
    far_whole = [(x.astype(np.int64) + 10**9, y) for x, y in whole_numbers]
    single = [(x.astype(np.float32), y) for x, y in numbers_of]
    sources = {
        "idx": (bytes_of, idx(trawl.folder, bytes_of)),
        "csv": (numbers_of, csv(trawl.folder, numbers_of)),
        "hdf5-bytes": (bytes_of, hdf5(trawl.folder, bytes_of, "bytes.h5")),
        "hdf5-integers": (whole_numbers, hdf5(trawl.folder, whole_numbers, "integers.h5")),
        "hdf5-floats": (single, hdf5(trawl.folder, single, "floats.h5")),
        "csv-far": (far, csv(trawl.folder, far, "far-")),
        "hdf5-far": (far, hdf5(trawl.folder, far, "far.h5")),
        "hdf5-far-integers": (far_whole, hdf5(trawl.folder, far_whole, "far-integers.h5")),
    }
    accuracies = {}
    for source, (parts, data) in sources.items():
        for scaling in SCALINGS["far" in source :]:
            path = run(trawl, f"{source}-{scaling}", data, scaling)
            accuracies[path.stem] = check_file(path, parts)
            if source == "csv":
                check_names(path, trawl.folder)
    best = max(accuracies.values())
    check(best[0] > 0.6, f"an accuracy of {best} shows nothing")
    test_exclude(trawl, draw)
    test_growing(trawl, sources["csv"][1], numbers_of)
    print(f"predict finds what the file says of {len(accuracies)} sources and scalings")


main(test)
