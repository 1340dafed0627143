#!/usr/bin/python3
"""Wrong job files and damaged data: exit code 2, a message that names the place, nothing left.

    python3 bad_input.py TRAWL [--show]      # --show prints every message
"""

import gzip
import io
import struct
import sys
import zipfile

import h5py
import numpy as np
from trawl_runs import check, main

JOB = """\
study: bad
data: {source: synthetic-digits, train_rows: 200, test_rows: 20}
model: {hidden: [8]}
training:
  epochs: 1
search:
  sampler: random
  n_trials: 2
  space:
    learning_rate: {low: 0.01, high: 0.1, log: true}
"""
# (name, a text of JOB, what stands there instead, words the message must have)
JOBS = [
    ("unknown key", "epochs: 1", "epocs: 1", ["job.yaml:5", "epocs", "epochs"]),
    ("duplicate key", "epochs: 1", "epochs: 1\n  epochs: 2", ["job.yaml:6", "epochs"]),
    ("wrong type", "epochs: 1", "epochs: many", ["job.yaml:5", "epochs", "many"]),
    ("out of range", "epochs: 1", "dropout: 1.5", ["job.yaml:5", "dropout", "1.5"]),
    ("unknown word", "epochs: 1", "optimizer: adamw", ["job.yaml:5", "optimizer", "adamw", "adam"]),
    ("empty choices", "{low: 0.01, high: 0.1, log: true}", "{choices: []}", ["job.yaml:10", "choices"]),
    ("bounds the wrong way", "low: 0.01", "low: 1.0", ["job.yaml:10", "low", "high"]),
    ("logarithm of zero", "low: 0.01", "low: 0", ["job.yaml:10", "low", "found 0"]),
    ("n_trials with a grid", "sampler: random", "sampler: grid", ["job.yaml:8", "n_trials", "grid"]),
    ("broken YAML", "{low: 0.01, high: 0.1, log: true}", "{low: 0.01, high: [0.1", ["job.yaml:1"]),
    ("fixed and searched", "epochs: 1", "epochs: 1\n  learning_rate: 0.1", ["job.yaml:", "learning_rate"]),
    ("pruner with one epoch", "study: bad", "study: bad\npruner: hyperband", ["job.yaml:2", "pruner", "training.epochs is 1"]),
    ("pruner by another name", "study: bad", "study: bad\npruner: MedianPruner", ["job.yaml:2", "pruner", "did you mean median"]),
    ("number of another pruner", "study: bad", "study: bad\npruner: {median: {eta: 3}}", ["job.yaml:2", "pruner.median.eta", "interval_steps"]),
    ("slots that nothing needs", "n_trials: 2", "n_trials: 2\n  max_concurrent_trials: 8", ["job.yaml:9", "search.max_concurrent_trials"]),
    ("nothing to learn from", "sampler: random", "sampler: tpe", ["search.n_startup_trials", "found 10 (the default)", "2 points"]),
    ("unknown section", "study: bad", "study: bad\nsearc: {}", ["job.yaml:2", "searc", "search"]),
]


def table(rows=40, changed=None):
    """A CSV text of two columns and a label; changed = {line: text}, 1-based, the header is 1."""
    lines = ["a,b,label"] + [f"{i * 0.1:.1f},{-i * 0.2:.1f},{i % 3}" for i in range(rows)]
    for number, text in (changed or {}).items():
        lines[number - 1] = text
    return "\n".join(lines).encode() + b"\n"


def images(rows=40, magic=2051, missing=0):
    return struct.pack(">4i", magic, rows, 3, 3) + bytes(i % 251 for i in range(9 * rows - missing))


def labels(rows=40, magic=2049):
    return struct.pack(">2i", magic, rows) + bytes(i % 3 for i in range(rows))


def hdf5(changed=None, **options):
    """An HDF5 file of 40 rows of three features; changed = {data set: its values}, None: not there."""
    arrays = {"x_train": np.arange(120.0).reshape(40, 3), "y_train": np.arange(40) % 3, **(changed or {})}
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for name, values in arrays.items():
            if values is not None:
                file.create_dataset(name, data=values, **(options if name == "x_train" else {}))
    return buffer.getvalue()


def with_value(value):
    features = np.arange(120.0).reshape(40, 3)
    features[7, 2] = value
    return features


HDF5 = "{source: hdf5, file: samples.h5}"
UNSCALED = "{source: hdf5, file: samples.h5, scaling: none}"
NAMED = "{source: hdf5, file: samples.h5, train_features: images, train_labels: y_train}"
CSV = "{source: csv, train: rows.csv}"
IDX = "{source: idx, train: {images: images, labels: labels}}"
IDX_GZ = "{source: idx, train: {images: images.gz, labels: labels}}"
# (name, data section, files, words the message must have)
DATA = [
    ("ragged row", CSV, {"rows.csv": table(changed={5: "0.1,0.2"})}, ["rows.csv", "5"]),
    ("text among numbers", CSV, {"rows.csv": table(changed={7: "0.1,west,1"})}, ["rows.csv", "7", "west", "b"]),
    ("NaN", CSV, {"rows.csv": table(changed={9: "nan,0.2,1"})}, ["rows.csv", "9", "nan"]),
    ("label that is no class", CSV, {"rows.csv": table(changed={4: "0.1,0.2,-1"})}, ["rows.csv", "4", "-1"]),
    ("no label column", "{source: csv, train: rows.csv, label_column: class}", {"rows.csv": table()}, ["rows.csv", "class"]),
    ("empty table", CSV, {"rows.csv": b""}, ["rows.csv"]),
    ("no such file", CSV, {}, ["rows.csv"]),
    ("wrong magic", IDX, {"images": images(magic=0x12345678), "labels": labels()}, ["images", "12 34 56 78"]),
    ("too few bytes", IDX, {"images": images(missing=30), "labels": labels()}, ["images"]),
    ("counts disagree", IDX, {"images": images(), "labels": labels(rows=39)}, ["labels", "39", "40"]),
    ("truncated gzip", IDX_GZ, {"images.gz": gzip.compress(images())[:-20], "labels": labels()}, ["images.gz"]),
    ("no such HDF5 file", HDF5, {}, ["samples.h5"]),
    ("not HDF5", HDF5, {"samples.h5": table()}, ["samples.h5", "no HDF5 file", "csv"]),
    ("truncated HDF5", HDF5, {"samples.h5": hdf5()[:-900]}, ["samples.h5"]),
    ("no data set", HDF5, {"samples.h5": hdf5({"y_train": None})}, ["samples.h5", "x_train", "train_labels"]),
    ("no such data set", NAMED, {"samples.h5": hdf5()}, ["samples.h5", "no data set images", "x_train, y_train"]),
    ("a group", NAMED, {"samples.h5": hdf5({"images/a": [1]})}, ["samples.h5", "no data set images", "images/a"]),
    ("rows disagree", HDF5, {"samples.h5": hdf5({"y_train": np.zeros(39)})}, ["samples.h5", "x_train", "40", "39", "y_train"]),
    ("NaN in HDF5", HDF5, {"samples.h5": hdf5({"x_train": with_value(np.nan)})}, ["samples.h5", "x_train", "row 7", "2", "nan"]),
    ("beyond float32", UNSCALED, {"samples.h5": hdf5({"x_train": with_value(-1e40)})}, ["samples.h5", "row 7", "feature 2"]),
    ("negative label", HDF5, {"samples.h5": hdf5({"y_train": np.arange(40) - 5})}, ["samples.h5", "y_train", "row 0", "-5"]),
    ("no whole label", HDF5, {"samples.h5": hdf5({"y_train": np.arange(40) / 2})}, ["samples.h5", "y_train", "row 1", "0.5"]),
    ("large label", HDF5, {"samples.h5": hdf5({"y_train": np.full(40, 2**64 - 1, np.uint64)})}, ["y_train", "row 0"]),
    ("one-hot labels", HDF5, {"samples.h5": hdf5({"y_train": np.eye(40)})}, ["samples.h5", "y_train", "[40, 40]", "argmax"]),
    ("one dimension", HDF5, {"samples.h5": hdf5({"x_train": np.arange(40)})}, ["samples.h5", "x_train", "[40]", "two"]),
    ("a single value", HDF5, {"samples.h5": hdf5({"x_train": 3.0})}, ["samples.h5", "x_train", "single value"]),
    ("no rows", HDF5, {"samples.h5": hdf5({"x_train": np.zeros((0, 3))})}, ["samples.h5", "x_train", "[0, 3]"]),
    ("texts", HDF5, {"samples.h5": hdf5({"y_train": ["cat"] * 40})}, ["samples.h5", "y_train", "text"]),
    ("compound", HDF5, {"samples.h5": hdf5({"x_train": np.zeros((40, 3), "f4,i4")})}, ["samples.h5", "x_train", "compound"]),
    ("no such filter", HDF5, {"samples.h5": hdf5(compression="lzf")}, ["samples.h5", "x_train", "lzf", "gzip"]),
    ("not gzip", IDX_GZ, {"images.gz": b"\x1f\x8bnothing of the kind", "labels": labels()}, ["images.gz"]),
]


def zipped(name, content):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def words(rows=40):
    return "city,size,label\n" + "".join(f"{'Bern' if i % 2 else 'Rome'},{i % 7}.5,{'cat' if i % 3 else 'dog'}\n" for i in range(rows))


TEXT = table().decode()
# What is no table for trawl, and the words that name it: the same from every verb.
NO_TABLES = [
    ("a zip archive", zipped("rows.csv", TEXT), ["rows.csv: a zip archive; unpack it"]),
    ("NumPy's archive", zipped("x_train.npy", "..."), ["NumPy", "h5py"]),
    ("a packed tar archive", gzip.compress(b"rows.csv" + bytes(249) + b"ustar  "), ["a tar archive", "tar xf"]),
    ("UTF-16", TEXT.encode("utf-16"), ["UTF-16", "iconv"]),
    ("an HTML page", b"<!DOCTYPE html>\n<html><body>Log in</body></html>\n", ["an HTML page"]),
    ("a pointer", b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n", ["git lfs pull"]),
    ("semicolons", TEXT.replace(",", ";").replace(".", ",").encode(), ["';', with decimal commas", 'sep=";", decimal=","']),
    ("tabs", TEXT.replace(",", "\t").encode(), ["tabs", 'sep="\\t"']),
    ("bars", TEXT.replace(",", "|").encode(), ["'|'"]),
    ("words", words().encode(), ["column label holds words", "'dog', 'cat'", "cat.codes", "column city", "get_dummies", "data.exclude: [city]"]),
    ("an open quote", TEXT.replace("a,b", '"a,b').encode(), ["line 1", "never closed"]),
    ("one class", ("a,label\n" + "".join(f"{i}.5,1\n" for i in range(40))).encode(), ["every label is 1", "one class"]),
]


def said_alike(trawl):
    trawl.write("job.yaml", "study: a\ndata: {source: csv, train: rows.csv}\n")
    verbs = (["check", "job.yaml"], ["run", "job.yaml", "-o", "r.h5"], ["train", "job.yaml"], ["init", "rows.csv", "-o", "new.yaml"])
    for name, content, parts in NO_TABLES:
        (trawl.folder / "rows.csv").write_bytes(content)
        errors = set()
        for verb in verbs:
            output = trawl.run(*verb, expect=2)
            errors |= {line for line in output.splitlines() if "error: " in line}
            check(output.isprintable() or all(line.isprintable() for line in output.splitlines()), f"{name}: garbage:\n{output}")
        check(len(errors) == 1, f"{name}: said in {len(errors)} ways:\n" + "\n".join(errors))
        check(all(part in str(*errors) for part in parts), f"{name}: {parts} not in {errors}")
    empty(trawl)


def refused(trawl, kind, name, verb, words, show):
    """Runs `verb` in the folder as it is: exit code 2, the words, and no new file."""
    before = sorted(path.name for path in trawl.folder.iterdir())
    output = trawl.run(*verb, expect=2)
    if show:
        print(f"--- {kind}: {name}\n{output}", end="")
    missing = [word for word in words if word.lower() not in output.lower()]
    check(not missing, f"{kind}: {name}: {verb[0]} does not say {missing}:\n{output}")
    check(len(output.splitlines()) <= 4, f"{kind}: {name}: more than a user reads:\n{output}")
    after = sorted(path.name for path in trawl.folder.iterdir())
    check(before == after, f"{kind}: {name}: {verb[0]} left {set(after) - set(before)} behind")


def too_large(trawl):
    """What only the data's features and rows show: `check` refuses it as `run` does."""
    models = ["{hidden: [1000000, 1000000]}", "{hidden: [100000], batch_normalization: [hidden_0]}"]
    for model in models:
        training = "epochs: 1\n  batch_size: all"
        data = "train_rows: 8000, test_rows: 20"
        job = JOB.replace("{hidden: [8]}", model).replace("epochs: 1", training)
        trawl.write("job.yaml", job.replace("train_rows: 200, test_rows: 20", data))
        for verb in (["check", "job.yaml"], ["run", "job.yaml", "-o", "r.h5"]):
            output = trawl.run(*verb, expect=2)
            check("hidden [" in output and "allowed: at most" in output, f"{model}: {verb[0]}:\n{output}")
    empty(trawl)


def empty(trawl):
    for path in trawl.folder.iterdir():
        path.unlink()


def test(trawl, show):
    for name, old, new, words in JOBS:
        trawl.write("job.yaml", JOB.replace(old, new, 1))
        for verb in (["check", "job.yaml"], ["run", "job.yaml", "-o", "r.h5"]):
            refused(trawl, "job", name, verb, words, show and verb[0] == "run")
    empty(trawl)
    for name, data, files, words in DATA:
        trawl.write("job.yaml", JOB.replace("{source: synthetic-digits, train_rows: 200, test_rows: 20}", data))
        for file, content in files.items():
            (trawl.folder / file).write_bytes(content)
        refused(trawl, "data", name, ["run", "job.yaml", "-o", "r.h5"], words, show)
        empty(trawl)
    too_large(trawl)
    said_alike(trawl)
    print(f"{len(JOBS)} job files and {len(DATA)} data sets refused with exit code 2, each naming the place")
    print(f"{len(NO_TABLES)} files that are no table: named alike by check, run, train and init")


main(test, "--show" in sys.argv)
