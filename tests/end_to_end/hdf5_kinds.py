#!/usr/bin/python3
"""HDF5 files of every kind: newer formats, links, enums, MATLAB's order, parts that lie elsewhere. Each gives the
search of the plain file, or says in one line what is wrong with it; none is read as what it is not.

    python3 hdf5_kinds.py TRAWL
"""

import os
import subprocess
import sys

import h5py
import numpy as np
from trawl_runs import check, main

JOB = """\
study: kinds
data: {{source: hdf5, file: {file}, split: shuffled, scaling: standard}}
model: {{hidden: [8]}}
training: {{epochs: 2, optimizer: adam}}
search: {{n_trials: 1, seed: 3, space: {{learning_rate: {{low: 1.0e-3, high: 1.0e-1, log: true}}}}}}
"""
ROWS = 60
RANDOM = np.random.default_rng(1)
Y = np.arange(ROWS) % 3
X = RANDOM.integers(-9, 9, (ROWS, 6)) + 4 * Y[:, None]
ONE_HOT = np.eye(3)[Y]


def write(path, x=X.astype("f4"), y=Y, **options):
    with h5py.File(path, "w", **options) as file:
        file["x"], file["y"] = x, y
    return path


def matlab(dataset):
    dataset.attrs["MATLAB_class"] = np.string_("double")


def virtual(path, source, rows=ROWS, **more):
    layout = h5py.VirtualLayout((ROWS, 6), "f4")
    layout[:rows] = h5py.VirtualSource(source, "x", (rows, 6))
    with h5py.File(path, "w") as file:
        file.create_virtual_dataset("x", layout, **more)
        file["y"] = Y


def changed(path, change, **options):
    with h5py.File(path, "w", **options) as file:
        change(file)


def with_enum(file):
    kind = h5py.enum_dtype({"low": -9, **{f"v{i}": i for i in range(-8, 18)}}, "i2")
    file.create_dataset("x", data=X, dtype=kind)
    file.create_dataset("y", data=Y, dtype=h5py.enum_dtype({"setosa": 0, "iris": 1, "rose": 2}, "u1"))


def with_links(file):
    file["raw/images"], file["raw/labels"] = X.astype("f4"), Y
    file["x"], file["y"] = h5py.SoftLink("/raw/images"), h5py.SoftLink("raw/labels")


def with_group_link(file):
    file["fold-1/x"], file["fold-1/y"] = X.astype("f4"), Y
    file["train"] = h5py.SoftLink("/fold-1")


def with_external_link(file):
    file["x"], file["y"] = h5py.ExternalLink("plain.h5", "/x"), h5py.ExternalLink("plain.h5", "y")


def as_matlab(file):
    file["X"], file["y"] = X.T.astype("f8"), Y[None].astype("f8")
    matlab(file["X"])
    matlab(file["y"])


def as_matlab_rows(file):
    """y = 0:59 in MATLAB is one row there, one column here."""
    file["X"], file["y"] = X.T.astype("f8"), Y[:, None]
    matlab(file["X"])


def as_raw(file):
    (X.astype("f4")).tofile("raw.bin")
    file.create_dataset("x", X.shape, "f4", external=[("raw.bin", 0, X.size * 4)])
    file["y"] = Y


def in_blocks(file, name="block", declared=60):
    for i in range(3):
        write(f"{name}-{i}.h5", x=X[20 * i : 20 * i + 20].astype("f4"), y=Y)
    extent = h5py.h5s.create_simple((declared, 6), (h5py.h5s.UNLIMITED, 6))
    space = extent.copy()
    space.select_hyperslab((0, 0), (h5py.h5s.UNLIMITED, 1), (20, 1), (20, 6))
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_virtual(space, f"{name}-%b.h5".encode(), b"x", h5py.h5s.create_simple((20, 6)))
    h5py.h5d.create(file.id, b"x", h5py.h5t.IEEE_F32LE, extent, properties)
    file["y"] = Y


def read():
    """Files that give the plain one's search."""
    write("latest.h5", libver="latest")
    write("float16.h5", x=X.astype(">f2"))
    write("int64.h5", x=X.astype(">i8"), y=Y.astype("u8"))
    write("column.h5", y=Y[:, None, None, None])
    write("row.h5", y=Y[None])
    changed("enum.h5", with_enum)
    changed("links.h5", with_links)
    changed("group.h5", with_group_link)
    changed("elsewhere.h5", with_external_link)
    changed("matlab.h5", as_matlab, userblock_size=512)
    changed("flat-matlab.h5", as_matlab_rows)
    changed("raw.h5", as_raw)
    virtual("virtual.h5", "plain.h5")
    virtual("of-virtual.h5", "virtual.h5")
    changed("blocks.h5", in_blocks, libver="latest")
    os.makedirs("deep", exist_ok=True)
    write("deep/part.h5")
    virtual("deep/virtual.h5", "part.h5")  # beside the file, not the current folder
    return """latest float16 int64 column row enum links group elsewhere matlab flat-matlab raw virtual of-virtual blocks
              deep/virtual""".split()


def equal_to_the_plain_file(trawl):
    write("plain.h5")
    for name in ["plain", *read()]:
        trawl.write("job.yaml", JOB.format(file=f"{name}.h5"))
        trawl.run("run", "job.yaml", "-o", f"{os.path.basename(name)}.out.h5")
        trawl.check_same("plain.out.h5", f"{os.path.basename(name)}.out.h5")


def small_numbers(trawl):
    """Other files, scaled to the same inputs: all is the same but the scaling."""
    changed("scale.h5", lambda f: (f.create_dataset("x", data=X * 2.0**-60, dtype="f8"), f.create_dataset("y", data=Y)))
    trawl.write("job.yaml", JOB.format(file="scale.h5"))
    trawl.run("run", "job.yaml", "-o", "scale.out.h5")
    with h5py.File("plain.out.h5") as plain, h5py.File("scale.out.h5") as scaled:
        for name in ("train_loss", "val_loss"):
            check((plain["epochs"][name][:] == scaled["epochs"][name][:]).all(), f"{name} differs")


def images_of_matlab(trawl):
    """[rows, height, width] of MATLAB is [width, height, rows] here: each row as x.T of NumPy has it."""
    images = X.reshape(ROWS, 2, 3).astype("f4")
    write("images.h5", x=images)
    changed("turned.h5", lambda f: (f.create_dataset("x", data=images.T), f.create_dataset("y", data=Y[None])))
    for name in ("images", "turned"):
        trawl.write("job.yaml", JOB.format(file=f"{name}.h5"))
        trawl.run("run", "job.yaml", "-o", f"{name}.out.h5")
    trawl.check_same("images.out.h5", "turned.out.h5")


WRITER = """\
import sys, h5py, numpy as np
file = h5py.File("live.h5", "w", libver="latest")
file["x"], file["y"] = np.load("x.npy"), np.load("y.npy")
if sys.argv[1] == "swmr":
    file.swmr_mode = True
file.flush()
print("there", flush=True)
sys.stdin.read()
import os
os._exit(0)  # as if killed: the file stays marked
"""


def beside_a_writer(trawl):
    np.save("x.npy", X.astype("f4"))
    np.save("y.npy", Y)
    trawl.write("job.yaml", JOB.format(file="live.h5"))
    for mode in ("swmr", "plain"):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, mode], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        writer.stdout.readline()
        for moment in ("while it is written", "after its writer was killed"):
            if mode == "swmr":
                trawl.run("run", "job.yaml", "-o", "live.out.h5")
                trawl.check_same("plain.out.h5", "live.out.h5")
                os.remove("live.out.h5")
            else:
                said = trawl.run("check", "job.yaml", expect=2)
                check("live.h5: is being written" in said and "h5clear" in said, f"{moment}:\n{said}")
            writer.communicate("")


def timestamps(trawl):
    """Differences that a float32 does not hold: of 64-bit integers and doubles, by unit and by standard."""
    for scaling in ("unit", "standard"):
        for name, x in (("near", X.astype("f4")), ("ints", X + 1700000000), ("doubles", X + 1.7e12)):
            write(f"{name}.h5", x=x)
            trawl.write("job.yaml", JOB.format(file=f"{name}.h5").replace("standard", scaling))
            trawl.run("run", "job.yaml", "-o", f"{name}.out.h5")
        losses = [h5py.File(f"{name}.out.h5")["epochs/train_loss"][()] for name in ("near", "ints", "doubles")]
        check(np.allclose(losses, losses[0], rtol=1e-4, atol=0), f"{scaling}: an offset changes the training: {losses}")
        for name in ("near", "ints", "doubles"):
            os.remove(f"{name}.out.h5")
    write("beyond.h5", x=X.astype("i8") + 2**60)
    trawl.write("job.yaml", JOB.format(file="beyond.h5"))
    check("2^53" in trawl.run("check", "job.yaml"), "integers beyond double are read without a word")


def part_gone(file):
    layout = h5py.VirtualLayout((ROWS, 6), "f4")
    layout[:30] = h5py.VirtualSource("plain.h5", "x", (ROWS, 6))[:30]
    layout[30:] = h5py.VirtualSource("gone/part-1.h5", "x", (ROWS, 6))[30:]
    file.create_virtual_dataset("x", layout)
    file["y"] = Y


def both_in_blocks(file, name, gone):
    """The rows are those of the parts that are there: nothing else tells how many there were."""
    in_blocks(file, name)
    space = h5py.h5s.create_simple((60,), (h5py.h5s.UNLIMITED,))
    part = space.copy()
    part.select_hyperslab((0,), (h5py.h5s.UNLIMITED,), (20,), (20,))
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_virtual(part, f"{name}-%b.h5".encode(), b"labels", h5py.h5s.create_simple((20,)))
    del file["y"]
    h5py.h5d.create(file.id, b"y", h5py.h5t.STD_I64LE, space, properties)
    for i in range(3):
        with h5py.File(f"{name}-{i}.h5", "a") as part_file:
            part_file["labels"] = Y[:20]
    os.remove(f"{name}-{gone}.h5")


def blocks_gone(file, name, *gone, declared=60):
    in_blocks(file, name, declared)
    for i in gone:
        os.remove(f"{name}-{i}.h5")


def text_of_matlab(file):
    file["x"], file["y"] = X.astype("f8"), np.uint16([[ord("a") + y for y in Y]])
    file["y"].attrs["MATLAB_class"] = np.string_("char")


def some_chunks(file):
    file.create_dataset("x", X.shape, "f4", chunks=(10, 6))[:50] = X[:50]
    file["y"] = Y


def refused():
    """(file, words that must be said)"""
    virtual("gone.h5", "part-0.h5")
    yield "gone", ["data set x", "part-0.h5", "not there"]
    changed("half-gone.h5", part_gone)
    yield "half-gone", ["gone/part-1.h5", "not there"]
    write("renamed.h5")
    with h5py.File("renamed.h5", "a") as file:
        file.move("x", "features")
    virtual("no-set.h5", "renamed.h5")
    yield "no-set", ["renamed.h5", "no data set x"]
    write("short.h5", x=X[:40].astype("f4"))
    virtual("too-short.h5", "short.h5")
    yield "too-short", ["short.h5", "less"]
    virtual("uncovered.h5", "plain.h5", rows=50)
    yield "uncovered", ["60 of its 360 values", "no source"]
    virtual("of-gone.h5", "gone.h5")
    yield "of-gone", ["gone.h5", "part-0.h5"]
    for i in range(3):
        changed(f"both-{i}.h5", lambda f: both_in_blocks(f, f"of-both-{i}", i), libver="latest")
        yield f"both-{i}", [f"of-both-{i}-{i}.h5", "not there"]
        changed(f"one-{i}.h5", lambda f: blocks_gone(f, f"of-one-{i}", i), libver="latest")
        yield f"one-{i}", ["data set x", f"of-one-{i}-{i}.h5", "not there"]
    changed("no-blocks.h5", lambda f: blocks_gone(f, "of-none", 0, 1, 2), libver="latest")
    yield "no-blocks", ["of-none-0.h5", "not there", "![0"]
    changed("undeclared.h5", lambda f: blocks_gone(f, "grown", 2, declared=0), libver="latest")
    yield "undeclared", ["40 rows, but 60 labels", "grown-2.h5", "not there"]
    changed("never.h5", lambda f: blocks_gone(f, "never", 0, 1, 2, declared=0), libver="latest")
    yield "never", ["[0, 6]", "never-0.h5", "not there"]
    virtual("itself.h5", "itself.h5")
    yield "itself", ["source of itself"]
    changed("unwritten.h5", lambda f: (f.create_dataset("x", X.shape, "f4"), f.create_dataset("y", data=Y)))
    yield "unwritten", ["never written"]
    virtual("of-unwritten.h5", "unwritten.h5")
    yield "of-unwritten", ["unwritten.h5", "never written"]
    changed("raw-gone.h5", lambda f: (as_raw(f), os.remove("raw.bin")))
    yield "raw-gone", ["raw.bin", "not there"]
    changed("raw-short.h5", lambda f: (as_raw(f), os.truncate("raw.bin", 100)))
    yield "raw-short", ["raw.bin", "100 of 1440 bytes"]
    changed("dangling.h5", lambda f: (f.create_dataset("y", data=Y), f.__setitem__("x", h5py.SoftLink("/nowhere"))))
    yield "dangling", ["x is a link to /nowhere", "not there"]
    changed("file-gone.h5", lambda f: f.__setitem__("train", h5py.ExternalLink("no.h5", "/t")))
    yield "file-gone", ["train is a link to no.h5:/t", "not there"]
    changed("listed.h5", lambda f: (with_links(f), f.move("x", "a"), f.__setitem__("b", h5py.SoftLink("/c"))))
    yield "listed", ["a -> /raw/images", "b -> /c (not there)", "raw/labels"]
    write("one-hot.h5", y=ONE_HOT)
    yield "one-hot", ["[60, 3]", "argmax(axis=1)"]
    write("turned-one-hot.h5", y=ONE_HOT.T)
    yield "turned-one-hot", ["[3, 60]", "argmax(axis=0)"]
    write("targets.h5", y=X[:, :2])
    yield "targets", ["[60, 2]", "one whole number a row", "!argmax"]
    write("columns.h5", x=X.T.astype("f4"))
    yield "columns", ["[6, 60]", "transposed", "x.T"]
    write("square.h5", x=RANDOM.normal(size=(60, 60)), y=Y[None])
    yield "square", ["[60, 60]", "[1, 60]", "x.T", "y.ravel()"]
    write("scalar.h5", y=1.0)
    yield "scalar", ["data set y", "single value"]
    write("null.h5", x=h5py.Empty("f4"))
    yield "null", ["data set x", "is empty"]
    write("none.h5", x=np.zeros((0, 6)), y=np.zeros(0, int))
    yield "none", ["[0, 6]", "no values"]
    changed("sparse.h5", lambda f: (f.create_dataset("x/data", data=X), f.create_dataset("y", data=Y)))
    yield "sparse", ["x/data, y"]
    write("text.h5", y=np.array([b"iris", b"rose", b"lily"] * 20))
    yield "text", ["type text", "np.unique(y, return_inverse=True)[1]"]
    changed("letters.h5", text_of_matlab, userblock_size=512)
    yield "letters", ["data set y", "text", "MATLAB_class char"]


def said_in_one_line(trawl):
    for name, words in refused():
        trawl.write("job.yaml", JOB.format(file=f"{name}.h5"))
        for verb in (["check", "job.yaml"], ["init", f"{name}.h5", "-o", "new.yaml"]):
            said = trawl.run(*verb, expect=2)
            line = said.splitlines()[-1]
            for word in words:
                check((word[1:] not in line) if word[0] == "!" else (word in line), f"{verb[0]} {name}.h5 does not say {word}:\n{said}")
            check(f"{name}.h5" in line and said.count("error:") == 1, said)
    changed("some.h5", some_chunks)
    trawl.write("job.yaml", JOB.format(file="some.h5"))
    check("1 of its 6 chunks were never written" in trawl.run("check", "job.yaml"), "chunks that are not there are zeros")
    virtual("of-some.h5", "some.h5")
    trawl.write("job.yaml", JOB.format(file="of-some.h5"))
    said = trawl.run("check", "job.yaml")
    check("of-some.h5, data set x: 1 of its sources' 6 chunks were never written" in said, said)
    changed("grows.h5", lambda f: in_blocks(f, "grows", declared=0), libver="latest")
    trawl.write("job.yaml", JOB.format(file="grows.h5"))
    check("48 rows to train, 12 to validate" in trawl.run("check", "job.yaml"), "parts that are all there are not read")


def counting_features(trawl):
    """They give away the order of the rows; check and train say so, and nothing of other features."""
    noise = RANDOM.normal(size=(ROWS, 3))
    for first, step in ((0, 1), (1, 1), (7, 2)):
        count = first + step * np.arange(ROWS)
        write("counts.h5", x=np.c_[noise, count])
        trawl.write("job.yaml", JOB.format(file="counts.h5"))
        for verb in ("check", "train"):
            said = trawl.run(verb, "job.yaml")
            check(said.count("feature 3 (0-based) counts the rows") == 1 and "np.delete(x, [3], axis=1)" in said, said)
    write("counts.h5", x=np.c_[np.arange(ROWS), noise, np.arange(ROWS)].T, y=Y[None])
    check("features 0, 4 (0-based) count the rows" in (said := trawl.run("check", "job.yaml")) and "axis=0" in said, said)
    nearly = np.arange(ROWS)
    nearly[50] = 0
    for x in (np.c_[nearly, noise], np.c_[np.linspace(0, 1, ROWS), noise], np.arange(ROWS)[:, None], np.c_[noise, np.ones(ROWS)]):
        write("counts.h5", x=x)
        check("the rows" not in (said := trawl.run("check", "job.yaml")), said)


def test(trawl):
    os.chdir(trawl.folder)
    for part in (equal_to_the_plain_file, small_numbers, images_of_matlab, beside_a_writer, timestamps, said_in_one_line, counting_features):
        part(trawl)
        print(f"{part.__name__.replace('_', ' ')}: as documented", flush=True)


main(test)
