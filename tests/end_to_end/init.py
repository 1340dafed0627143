#!/usr/bin/python3
"""`trawl init` on data of every kind: what it writes passes `check`, runs and learns.

    python3 init.py TRAWL
"""

import gzip
import struct

import h5py
import numpy as np
import yaml
from trawl_runs import check, main

ROWS = 300


def table(names, label_at, rows=ROWS, words=None):
    """A CSV text of three features and a label that follows from them; names None: no header."""
    random = np.random.default_rng(1)
    lines = [",".join(names)] if names else []
    for i in range(rows):
        cells = [f"{x:.3f}" for x in random.normal(i % 3, 0.3, 3)]
        cells.insert(label_at, words[i % 3] if words else str(i % 3))
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


def idx(array):
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}i", *array.shape) + array.astype(np.uint8).tobytes()


def images(rows, sort=False):
    labels = np.arange(rows) % 3
    if sort:
        labels = np.sort(labels)
    pixels = np.zeros((rows, 4, 4), np.uint8)
    pixels[np.arange(rows), labels, :] = 200
    return pixels, labels.astype(np.uint8)


def init(trawl, *arguments, job="job.yaml"):
    """The job it wrote, as a dict, after it was checked and one trial has run."""
    said = trawl.run("init", *arguments)
    check(f"trawl check {job}" in said and f"trawl run {job}" in said, f"the next commands are not named:\n{said}")
    text = (trawl.folder / job).read_text()
    check(text.count("#") > 8, f"hardly a comment:\n{text}")
    checked = trawl.run("check", job)
    check("warning" not in checked and "32 points" in checked, f"check of what init wrote says:\n{checked}")
    quick = ["--set", "search.n_trials=1", "--set", "training.epochs=3"]
    trawl.run("run", job, "-o", "r.h5", *quick, "--set", "search.space.learning_rate={choices: [0.01]}")
    with h5py.File(trawl.folder / "r.h5") as file:
        check(file["trials/objective"][0] > 0.5, f"nothing was learned from {arguments}")
    (trawl.folder / "r.h5").unlink()
    (trawl.folder / job).unlink()
    return yaml.safe_load(text), text


def tables(trawl):
    """Where the labels are: by name, last, first, or as the user says."""
    cases = [
        (["a", "Class", "b", "c"], 1, [], "Class"),
        (["a", "b", "c", "kind"], 3, [], "kind"),
        (None, 3, [], 3),
        (None, 0, [], 0),
        (["a", "b", "kind", "c"], 2, ["--label", "kind"], "kind"),
        (["a", "b", "kind", "c"], 2, ["--label", "2"], 2),
    ]
    for names, label_at, arguments, label in cases:
        trawl.write("flowers.csv", table(names, label_at))
        job, text = init(trawl, "flowers.csv", *arguments)
        check(str(job["data"]["label_column"]) == str(label), f"{names}, {arguments}:\n{text}")
        check(job["study"] == "flowers" and job["data"]["train"] == "flowers.csv", text)
        check("3 features, 3 classes" in text and "0: 100, 1: 100, 2: 100" in text, text)
    (trawl.folder / "flowers.csv").unlink()


def headers(trawl):
    """Numbers that are names: init, check and training count the same rows."""
    body = table(None, 3)
    first_lines = ["0,1,2,3", "1,2,3,4", '"10","20","40","30"', "2018,2019,2020,2021", "2019,2020,2021,label"]
    for first in first_lines:
        trawl.write("numbered.csv", first + "\n" + body)
        said = trawl.run("init", "numbered.csv")
        checked = trawl.run("check", "job.yaml")
        rows = "240 rows to train, 60 to validate, 0 to test; 3 features, 3 classes"
        check(rows in said and rows in checked, f"{first}:\n{said}{checked}")
        (trawl.folder / "job.yaml").unlink()


def index_columns(trawl):
    """A column that numbers the rows: check and train warn of it, init leaves it out."""
    lines = table(["a", "b", "c", "label"], 3).splitlines()
    trawl.write("columns.csv", ",0,1,2,label\n" + "".join(f"{i},{line}\n" for i, line in enumerate(lines[1:])))
    job, text = init(trawl, "columns.csv")
    check(job["data"]["exclude"] == [0] and job["data"]["label_column"] == "label" and "3 features" in text, text)
    (trawl.folder / "columns.csv").unlink()
    for name, key in (("", 0), ("Unnamed: 0", "Unnamed: 0"), ("id", "id")):
        numbered = [f"{name},{lines[0]}"] + [f"{i},{line}" for i, line in enumerate(lines[1:])]
        trawl.write("numbered.csv", "\n".join(numbered) + "\n")
        trawl.write("all.yaml", "study: a\ndata: {source: csv, train: numbered.csv, split: shuffled}\ntraining: {epochs: 1}\n")
        for verb in ("check", "train"):
            said = trawl.run(verb, "all.yaml")
            check(said.count("counts the rows") == 1 and "data.exclude: [" in said, f"{verb}:\n{said}")
        job, text = init(trawl, "numbered.csv")
        check(job["data"]["exclude"] == [key] and "3 features" in text, text)
    (trawl.folder / "all.yaml").unlink()
    (trawl.folder / "numbered.csv").unlink()


def no_features(trawl):
    """Names of the rows and columns without a cell: init leaves them out, check names them."""
    lines = table(["a", "b", "c", "label"], 3).splitlines()
    named = ["name," + lines[0] + ","] + [f"flower {i},{line}," for i, line in enumerate(lines[1:])]
    trawl.write("named.csv", "\n".join(named) + "\n")
    trawl.write("all.yaml", "study: a\ndata: {source: csv, train: named.csv, label_column: label}\n")
    said = trawl.run("check", "all.yaml", expect=2)
    check("differ in most of the rows" in said and "data.exclude: [name]" in said, said)
    check("column 5 (0-based, without a name) is empty in every row" in said and "data.exclude: [5]" in said, said)
    job, text = init(trawl, "named.csv")
    check(job["data"]["exclude"] == ["name", 5] and "3 features" in text, text)
    (trawl.folder / "all.yaml").unlink()
    (trawl.folder / "named.csv").unlink()


def folders(trawl):
    trawl.write("set/train.csv", table(["a", "b", "c", "label"], 3))
    trawl.write("set/test.csv", table(["a", "b", "c", "label"], 3, rows=30))
    for arguments in (["set"], ["set/"], ["set/train.csv"]):
        job, text = init(trawl, *arguments)
        check(job["study"] == "set" and job["data"]["test"] == "set/test.csv", f"{arguments}:\n{text}")
        check("30 to test" in text, text)
    for label in ([], ["--label", "3"]):
        trawl.write("kaggle/train.csv", table(["a", "b", "c", "label"], 3))
        trawl.write("kaggle/test.csv", "a,b,c\n0.1,0.2,0.3\n0.2,0.1,0.4\n")
        said = trawl.run("init", "kaggle", *label)
        check("kaggle/test.csv: has no column of labels" in said and "0 to test" in said, said)
        check("test:" not in (trawl.folder / "job.yaml").read_text(), "a table without labels is tested on")
        (trawl.folder / "job.yaml").unlink()
    (trawl.folder / "jobs").mkdir()
    job, text = init(trawl, "set", "-o", "jobs/mine.yaml", job="jobs/mine.yaml")
    check(job["data"]["train"] == "../set/train.csv", f"a path that is not relative to the job file:\n{text}")
    job, text = init(trawl, str(trawl.folder / "set"), "-o", "jobs/mine.yaml", job="jobs/mine.yaml")
    check(job["data"]["train"] == str(trawl.folder / "set/train.csv"), text)


def idx_files(trawl):
    pixels, labels = images(ROWS)
    folder = trawl.folder / "digits"
    folder.mkdir()
    (folder / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(pixels)))
    (folder / "train-labels-idx1-ubyte").write_bytes(idx(labels))
    for path in ("digits", "digits/train-labels-idx1-ubyte"):
        job, text = init(trawl, path)
        check(job["data"]["source"] == "idx" and job["data"]["directory"] == "digits", text)
        check(job["data"]["scaling"] == "unit" and job["data"]["split"] == "last", text)
    (folder / "train-images-idx3-ubyte.gz").rename(folder / "letters-train-images-idx3-ubyte.gz")
    (folder / "train-labels-idx1-ubyte").rename(folder / "letters-train-labels-idx1-ubyte")
    job, text = init(trawl, "digits")
    check(job["data"]["train"]["images"] == "digits/letters-train-images-idx3-ubyte.gz", text)
    job, text = init(trawl, "digits/letters-train-images-idx3-ubyte")  # as if it were unpacked
    check(job["data"]["train"]["images"] == "digits/letters-train-images-idx3-ubyte.gz", text)
    for pattern in ("Train-{}-IDX-ubyte", "train-{}.idx", "train_{}.idx3"):
        for path in folder.iterdir():
            path.unlink()
        (folder / pattern.format("Images")).write_bytes(idx(pixels))
        (folder / pattern.format("Labels")).write_bytes(idx(labels[:, None]))  # a column
        (folder / "t10k-images-idx3-ubyte").write_bytes(idx(pixels))
        said = trawl.run("init", "digits", "-o", "lone.yaml")
        check("t10k-images-idx3-ubyte: left out: there are no labels" in said and ", 0 to test" in trawl.run("check", "lone.yaml"), said)
        (trawl.folder / "lone.yaml").unlink()
        (folder / "t10k-labels-idx1-ubyte").write_bytes(idx(labels))
        job, text = init(trawl, "digits")
        check(job["data"]["directory"] == "digits" and "300 to test" in text, text)


def hdf5_files(trawl):
    pixels, labels = images(ROWS, sort=True)
    with h5py.File(trawl.folder / "samples.h5", "w") as file:
        file["x_train"], file["y_train"] = pixels, labels
        file["x_test"], file["y_test"] = pixels[::10], labels[::10]
    job, text = init(trawl, "samples.h5")
    check(job["data"]["file"] == "samples.h5" and job["data"]["train_features"] == "x_train", text)
    check(job["data"]["test_labels"] == "y_test" and job["data"]["split"] == "shuffled", f"sorted rows:\n{text}")


def small_bytes(trawl):
    """Zeros and ones, as one-hot columns are stored: divided by 255 they teach nothing."""
    pixels, labels = images(ROWS)
    with h5py.File(trawl.folder / "bits.h5", "w") as file:
        file["x_train"], file["y_train"] = pixels // 200, labels
    job, text = init(trawl, "bits.h5")
    check(job["data"]["scaling"] == "standard" and "these are small" in text, text)


def refusals(trawl):
    trawl.write("two\nlines.csv", table(None, 3))
    said = trawl.run("init", "two\nlines.csv", expect=2)
    check("rename it" in said and not (trawl.folder / "job.yaml").exists(), said)
    trawl.write("job.yaml", "mine\n")
    check("job.yaml is there" in trawl.run("init", "set", expect=2), "a file that is there is not refused")
    check((trawl.folder / "job.yaml").read_text() == "mine\n", "a file was overwritten")
    trawl.write("two/a.csv", table(None, 3))
    trawl.write("two/b.csv", table(None, 3))
    trawl.write("words.csv", table(["a", "b", "c", "species"], 3, words=["iris", "rose", "lily"]))
    trawl.write("numbers.csv", "a,b\n" + "\n".join(f"{i}.5,{i}.25" for i in range(50)))
    trawl.write("signs.csv", "a,label,b\n" + "1.5,-1,2\n2.5,1,3\n" * 10)
    trawl.write("reals.csv", "a,target\n" + "1.5,0.5\n2.5,0.25\n" * 10)
    trawl.write("packed/data.zip", "PK\x03\x04 and more")
    trawl.write("ragged.csv", table(None, 3) + "1,2\n")
    trawl.write("empty/readme.txt", "nothing")
    cases = [
        (["two"], ["a.csv", "b.csv", "name the one"]),
        (["empty"], ["holds no IDX files"]),
        (["nowhere"], ["nowhere"]),
        (["signs.csv"], ["signs.csv, line 2, column label: '-1' is no label", "cat.codes"]),
        (["reals.csv"], ["column target: '0.5' is no label", "regression"]),
        (["packed"], ["packed/data.zip: a zip archive"]),
        (["words.csv"], ["species", "iris", "cat.codes", "--label"]),
        (["numbers.csv"], ["no column looks like labels", "--label", "a, b"]),
        (["set", "--label", "kind"], ["kind", "a, b, c, label"]),
        (["ragged.csv"], ["ragged.csv", "301"]),
        (["samples.h5", "--label", "y"], ["--label is for CSV"]),
        (["set", "-o", "no/such/job.yaml"], ["no/such"]),
        ([], ["PATH"]),
    ]
    for arguments, words in cases:
        where = [] if "-o" in arguments else ["-o", "new.yaml"]
        said = trawl.run("init", *arguments, *where, expect=2)
        check(all(word in said for word in words), f"init {arguments} does not say {words}:\n{said}")
        check(not (trawl.folder / "new.yaml").exists(), f"init {arguments} left a file behind")


def test(trawl):
    for part in (tables, headers, index_columns, no_features, folders, idx_files, hdf5_files, small_bytes, refusals):
        part(trawl)
        print(f"{part.__name__.replace('_', ' ')}: as documented", flush=True)


main(test)
