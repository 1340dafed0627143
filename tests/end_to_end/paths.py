#!/usr/bin/python3
"""Paths that no shell has expanded, and commands that are printed to be pasted: what a user means is what happens,
and what is printed works as it stands.

    python3 paths.py TRAWL
"""

import os
import struct
import subprocess

import h5py
import numpy as np
from trawl_runs import check, main

JOB = """\
study: "{study}"
data: {data}
training: {{epochs: 1}}
search: {{n_trials: 1, space: {{learning_rate: {{low: 1.0e-3, high: 1.0e-1, log: true}}}}}}
"""
DRAWN = "{source: synthetic-digits, train_rows: 60, test_rows: 0, split: shuffled}"
TABLE = "a,b,label\n" + "".join(f"{i % 7},{i % 5},{i % 3}\n" for i in range(60))


def run(trawl, *arguments, study="paths", data=DRAWN, expect=0):
    trawl.write("job.yaml", JOB.format(study=study, data=data))
    return trawl.run("run", "job.yaml", "--progress", "none", *arguments, expect=expect)


def home_and_variables(trawl):
    home = trawl.folder / "home"
    os.environ.update(HOME=str(home), PLACE=str(trawl.folder / "place"))
    os.environ.pop("NOT_SET", None)
    run(trawl, "--output=~/out.h5")
    check((home / "out.h5").exists(), "~ after = is not the home folder")
    run(trawl, "-o", "${PLACE}/deep/out.h5")
    check((trawl.folder / "place/deep/out.h5").exists(), "a variable is not expanded")
    check("complete" in trawl.run("status", "~/out.h5"), "status knows no ~")
    trawl.run("export", "~/out.h5", "--csv=$PLACE/tables")
    check((trawl.folder / "place/tables/trials.csv").exists(), "export knows no $PLACE")
    trawl.run("merge", "~/out.h5", "--output=~/merged.h5", expect=None)
    (home / "t.csv").write_text(TABLE)
    said = trawl.run("init", "~/t.csv", "--output=$PLACE/job.yaml")
    check((trawl.folder / "place/job.yaml").exists(), said)
    for data in ("{source: csv, train: ~/t.csv}", '{source: csv, train: "$HOME/t.csv"}'):
        check("2 features" in trawl.run("check", trawl.write("job.yaml", JOB.format(study="x", data=data))), data)
    trawl.write("job.yaml", JOB.format(study="x", data="{source: csv, train: nothing.csv}"))
    check("2 features" in trawl.run("check", "job.yaml", "--set", "data.train=~/t.csv"), "--set knows no ~")
    (trawl.folder / "$PLACE").mkdir()
    run(trawl, "-o", str(trawl.folder / "$PLACE/kept.h5"))
    check((trawl.folder / "$PLACE/kept.h5").exists(), "a folder of that very name is not meant")
    (trawl.folder / "$PLACE/kept.h5").unlink()
    (trawl.folder / "$PLACE").rmdir()
    for path, word in (("$NOT_SET/x.h5", "NOT_SET is not set"), ("~no-such-user/x.h5", "no-such-user"), ("a/~/x.h5", "~ is not made")):
        check(word in run(trawl, f"--output={path}", expect=2), f"{path} is not refused")
    said = run(trawl, data='{source: csv, train: "$NOT_SET/t.csv"}', expect=2)
    check("job.yaml:2: data.train" in said and "NOT_SET is not set" in said, said)
    for study in ("~/x", "sub/", "a/b", "..", ".", "n" * 300):
        word = "too long" if len(study) > 200 else f"study: {study} is no name of a file"
        check(word in run(trawl, study=study, expect=2) and word in trawl.run("check", "job.yaml", expect=2), f"{study} is taken")
    run(trawl, "-o", "named.h5", study="a/b")
    trawl.write("file", "")
    for path in ("file/x.h5", "file/deep/x.h5", "./file/x.h5"):
        check("file is a file, not a folder" in run(trawl, "-o", path, expect=2), path)
    (trawl.folder / "circle.yaml").symlink_to("circle.yaml")
    check("a link that leads to no file" in trawl.run("check", "circle.yaml", expect=2), "a link onto itself")
    trawl.write("~/own.csv", TABLE)  # not that of the home folder
    said = trawl.run("check", trawl.write("job.yaml", JOB.format(study="x", data="{source: csv, train: ~/own.csv}")), expect=2)
    check(f"{home}/own.csv" in said, said)
    trawl.write("job.yaml", JOB.format(study="x", data="{source: csv, train: ./~/own.csv}"))
    check("2 features" in trawl.run("check", "job.yaml"), "./~ is not the folder called ~")
    (trawl.folder / "~/own.csv").unlink()
    (trawl.folder / "~").rmdir()
    check(not (trawl.folder / "~").exists() and not (trawl.folder / "a").exists(), "a folder called ~ was made")


def names_are_names(trawl):
    """The default file is called as the study is; what is printed of it can be pasted."""
    for study in ("cost $HOME", "it's", "-o", "~tilde", "two  words", 'a \\"b\\" `c`'):
        said = run(trawl, study=study)
        name = study.replace("\\", "") + ".h5"
        check((trawl.folder / name).exists(), f"no file {name}:\n{said}")
        line = next(line for line in said.splitlines() if line.startswith("report: "))
        command = line.removeprefix("report: python3 -m analysis report ")
        shown = subprocess.run(f'{trawl.binary} status {command}', shell=True, executable="/bin/bash", cwd=trawl.folder, capture_output=True, text=True)
        check(shown.returncode == 0, f"{line} cannot be pasted: {shown}")
        with open(trawl.folder / name, "r+b") as file:
            file.truncate(2000)
        said = trawl.run("best", "./" + name, expect=2)
        repair = said[said.index("`trawl repair ") + 1 : said.rindex("`")].replace("trawl", str(trawl.binary), 1) if "`c`" not in name else ""
        if repair:
            said = subprocess.run(repair, shell=True, executable="/bin/bash", cwd=trawl.folder, capture_output=True, text=True).stderr
            check(name in said and "no results file" not in said, f"{repair} means another file:\n{said}")
        os.remove(trawl.folder / name)


def commands_of_init(trawl):
    for data, job in (("my data.csv", "my job.yaml"), ("it's.csv", "5 $.yaml"), ("-d.csv", "-j.yaml")):
        trawl.write(data, TABLE)
        trawl.write("e", "")
        said = trawl.run("init", f"./{data}", f"--output=./{job}" if job[0] == "-" else f"--output={job}")
        commands = said[said.index("next:\n") + 6 :].replace("trawl ", f"{trawl.binary} ").splitlines()
        for command in commands:
            done = subprocess.run(command + (" --progress none --set search.n_trials=1" if " run " in command else ""), shell=True, executable="/bin/bash", cwd=trawl.folder, capture_output=True, text=True)
            check(done.returncode == 0, f"{command} cannot be pasted: {done.stderr}")


def results_beside_data(trawl):
    """init proposes no results that are the data, or another file."""
    folder = trawl.folder / "beside"
    folder.mkdir()
    with h5py.File(folder / "digits.h5", "w") as file:
        file["x"], file["y"] = np.random.default_rng(1).normal(size=(60, 2)), np.arange(60) % 3
    os.link(folder / "digits.h5", folder / "points.hdf5")
    (folder / "linked.h5").symlink_to("digits.h5")
    (folder / "table.csv").write_text(TABLE)
    (folder / "table.h5").write_text("another file")
    (folder / "gone.csv").write_text(TABLE)
    (folder / "gone.h5").symlink_to("nowhere/x.h5")
    (folder / "free.csv").write_text(TABLE)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.exists()}
    for name, study in (("digits.h5", "digits-search"), ("points.hdf5", "points-search"), ("linked.h5", "linked-search"),
                        ("table.csv", "table-search"), ("gone.csv", "gone-search"), ("free.csv", "free")):
        for where, path in ((folder, name), (trawl.folder, f"beside/{name}")):
            job = where / "job.yaml"
            job.unlink(missing_ok=True)
            said = subprocess.run([trawl.binary, "init", path, "-o", "job.yaml"], cwd=where, capture_output=True, text=True)
            check(f"-o {study}.h5" in said.stdout and f"study: {study}" in job.read_text(), f"{path}: {said}")
            done = subprocess.run([trawl.binary, "run", "job.yaml", "--set", "search.n_trials=1"], cwd=folder if where == folder else where, capture_output=True, text=True)
            check(done.returncode == 0, f"the default file of {path}: {done.stderr}")
            (where / f"{study}.h5").unlink()
    trawl.write("beside/digits-search.h5", "taken too")
    (folder / "job.yaml").unlink()
    said = subprocess.run([trawl.binary, "init", "digits.h5"], cwd=folder, capture_output=True, text=True)
    check("-o digits-search-2.h5" in said.stdout, said)
    check(before == {name: (folder / name).read_bytes() for name in before}, "init or run changed a file that was there")


def idx(path, array):
    path.write_bytes(bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}i", *array.shape) + array.astype(np.uint8).tobytes())


def idx_folders(trawl):
    folder = trawl.folder / "emnist"
    folder.mkdir()
    labels = np.arange(60) % 3
    for name, offset in (("letters", 0), ("digits", 100)):
        for part in ("train", "test"):
            idx(folder / f"emnist-{name}-{part}-images-idx3-ubyte", np.ones((60, 2, 2)) * labels[:, None, None] * 50 + offset)
            idx(folder / f"emnist-{name}-{part}-labels-idx1-ubyte", labels)
    for path in ("emnist", "emnist/"):
        said = trawl.run("init", path, "-o", "i.yaml", expect=2)
        check("emnist-digits-*, emnist-letters-*" in said, said)
        command = said[said.index("trawl init ") :].strip()
        check(command == "trawl init emnist/emnist-letters-train-images-idx3-ubyte", said)
    for file in ("emnist-letters-train-images-idx3-ubyte", "emnist-letters-test-labels-idx1-ubyte"):
        said = trawl.run("init", f"emnist/{file}", "-o", "i.yaml")
        text = (trawl.folder / "i.yaml").read_text()
        check("study emnist-letters" in said and "60 to test" in said and text.count("emnist/emnist-letters-") == 4, f"{said}\n{text}")
        check("60 to test" in trawl.run("check", "i.yaml"), "what init wrote")
        os.remove(trawl.folder / "i.yaml")
    trawl.write("job.yaml", JOB.format(study="x", data="{source: idx, directory: emnist}"))
    check("emnist-digits-*, emnist-letters-*" in trawl.run("check", "job.yaml", expect=2), "several sets are not named")
    for file in list(folder.iterdir()):
        if "digits" in file.name:
            file.unlink()
        else:
            file.rename(folder / file.name.replace("emnist-letters-", "").replace("test", "t10k").replace("-idx", ".idx"))
    check("60 to test" in trawl.run("check", "job.yaml"), "dotted names are not found")
    trawl.run("init", "emnist", "-o", "dotted.yaml")
    check("directory: emnist" in (trawl.folder / "dotted.yaml").read_text(), "init of dotted names")


def test(trawl):
    for part in (home_and_variables, names_are_names, commands_of_init, results_beside_data, idx_folders):
        part(trawl)
        print(f"{part.__name__.replace('_', ' ')}: as documented", flush=True)


main(test)
