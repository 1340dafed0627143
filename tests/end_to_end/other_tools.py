#!/usr/bin/python3
"""Results files of this build in the tools people know: the best network in NumPy (the lines of docs/results.md among them),
Optuna's plots and storages, the notebook.

    PYTHONPATH=ROOT python3 other_tools.py TRAWL
"""

import json
import os
import re
import struct
import subprocess
import sys
import warnings
from pathlib import Path

import h5py
import matplotlib
import numpy as np

matplotlib.use("Agg")
import optuna
import optuna.visualization.matplotlib as plots

from trawl_runs import check, main

import analysis

ROOT = Path(__file__).resolve().parents[2]
PIXELS = 12
VALIDATION = 150  # of 600 training rows
JOB = """\
study: tools
data: {source: idx, directory: ., validation_fraction: 0.25}
model: {hidden: [24, 12]}
training: {epochs: 3, learning_rate: 0.1}
cluster: {isolation: none}
search:
  n_trials: 12
  space:
    optimizer:  {choices: [sgd, momentum, adam]}
    momentum:   {low: 0.5, high: 0.9, when: {optimizer: momentum}}
    dropout:    {low: 0.0, high: 0.3}
    batch_size: {choices: [16, 32, all]}
"""
NORMALIZED = ["--set", "model.batch_normalization=[hidden_0]", "--set", "model.activation=tanh"]


def write_idx(path, array):
    path.write_bytes(struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes())


def write_images(folder, part, n, draw):
    """Ten blurred spots that overlap, so that no network gets all right."""
    labels = draw.integers(0, 10, n).astype(np.uint8)
    angle = labels * 0.63 + draw.normal(0, 0.25, n)
    row, column = (PIXELS / 2 + 3 * f(angle) for f in (np.sin, np.cos))
    grid = np.arange(PIXELS)
    distance = (grid[None, :, None] - row[:, None, None]) ** 2 + (grid[None, None, :] - column[:, None, None]) ** 2
    images = 255 * np.exp(-distance / 6) * draw.uniform(0.4, 1, (n, 1, 1)) + draw.uniform(0, 40, (n, PIXELS, PIXELS))
    images = images.clip(0, 255).astype(np.uint8)
    write_idx(folder / f"{part}-images-idx3-ubyte", images)
    write_idx(folder / f"{part}-labels-idx1-ubyte", labels)
    return images, labels


def readme_lines():
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "results.md").read_text(), re.DOTALL)
    lines = [block for block in blocks if "accuracy =" in block]
    check(len(lines) == 1, f"{len(lines)} blocks of docs/results.md compute an accuracy")
    check(lines[0].count("\n") <= 10, f"docs/results.md promises a few lines:\n{lines[0]}")
    return lines[0]


def stored(path):
    with h5py.File(path) as file:
        return float(file["best"].attrs["objective"]), float(file["best"].attrs["test_accuracy"])


def test_readme_lines(folder, parts):
    lines = readme_lines()
    before = os.getcwd()
    os.chdir(folder)
    try:
        for (images, labels), expected in zip(parts, stored("r.h5")):
            names = {"images": images, "rows": images, "labels": labels}
            exec(lines, names)
            check(names["accuracy"] == expected, f"README's lines: {names['accuracy']}, stored: {expected}")
            check(0.2 < expected < 1.0, f"an accuracy of {expected} shows nothing")
    finally:
        os.chdir(before)


def test_best_network(path, parts):
    network = analysis.best_network(path)
    for (images, labels), expected in zip(parts, stored(path)):
        found = np.mean(network.predict(images) == labels)
        check(found == expected, f"{path.name}: best_network: {found}, stored: {expected}")


def test_plots(path):
    study = analysis.to_optuna(path)
    drawn = ["contour", "edf", "intermediate_values", "optimization_history", "parallel_coordinate", "slice", "param_importances"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Optuna calls them experimental
        for name in drawn:
            check(getattr(plots, f"plot_{name}")(study) is not None, name)
            matplotlib.pyplot.close("all")
    trials, _ = analysis.load(path)
    check(study.best_trial.number == trials.attrs["best_trial"], "the best trial is the same")
    check(study.best_value == trials.objective.max(), "and its value")


def save(folder, *arguments, expect=0):
    command = [sys.executable, "-m", "analysis", "optuna", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    check(done.returncode == expect, f"{' '.join(arguments)}: exit code {done.returncode}: {done.stdout}{done.stderr}")
    check("Traceback" not in done.stderr, done.stderr)
    return done.stdout + done.stderr


def comparable(value):
    """NaN equals NaN, and the order of a dict does not count."""
    return repr(sorted(value.items()) if isinstance(value, dict) else value)


def same_studies(a, b):
    check(a.user_attrs == b.user_attrs and a.direction == b.direction, "attributes of the study")
    check(len(a.trials) == len(b.trials), f"{len(a.trials)} and {len(b.trials)} trials")
    for x, y in zip(a.trials, b.trials):
        for field in "number state params distributions values intermediate_values datetime_start user_attrs".split():
            check(comparable(getattr(x, field)) == comparable(getattr(y, field)), f"trial {x.number}: {field}")


def test_storage(folder):
    url = f"sqlite:///{folder}/studies.db"
    said = save(folder, "r.h5", "--storage", url)
    check(said == f"{url}: study tools with 12 trials (12 complete)\n", said)
    loaded = optuna.load_study(study_name="tools", storage=url)
    same_studies(analysis.to_optuna(folder / "r.h5"), loaded)
    said = save(folder, "r.h5", "--storage", url, expect=2)
    check("there is a study tools already; give another name with --study-name" in said, said)
    save(folder, "r.h5", "--storage", url, "--replace")
    save(folder, "unfinished.h5", "--storage", url, "--study-name", "second")
    second = optuna.load_study(study_name="second", storage=url)
    same_studies(analysis.to_optuna(folder / "unfinished.h5"), second)
    check({trial.state.name for trial in second.trials} >= {"COMPLETE", "WAITING"}, "an unfinished study")
    check(len(optuna.study.get_all_study_summaries(url)) == 2, "two studies")
    check("cannot be written as a storage" in save(folder, "r.h5", "--storage", "nothing", expect=2), "a wrong URL")


def test_notebook(folder):
    """Its code cells one after the other, as a kernel runs them."""
    cells = json.loads((ROOT / "examples" / "notebook.ipynb").read_text())["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    check(all(not cell.get("outputs") for cell in cells), "no outputs are committed")
    program = "import matplotlib; matplotlib.use('Agg')\n" + "\n".join(code)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=ROOT / "examples",
        env={**os.environ, "TRAWL_RESULTS": str(folder / "r.h5")},
        capture_output=True,
        text=True,
    )
    check(done.returncode == 0 and "maximize val_accuracy" in done.stdout, done.stdout + done.stderr)


def test(trawl):
    folder = trawl.folder
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    draw = np.random.default_rng(1)
    images, labels = write_images(folder, "train", 600, draw)
    parts = [(images[-VALIDATION:], labels[-VALIDATION:]), write_images(folder, "t10k", 200, draw)]
    trawl.write("job.yaml", JOB)
    trawl.run("run", "job.yaml", "-o", "r.h5")
    trawl.run("run", "job.yaml", *NORMALIZED, "-o", "normalized.h5")
    trawl.run("run", "job.yaml", "--shard", "0/2", "-o", "unfinished.h5")
    test_readme_lines(folder, parts)
    test_best_network(folder / "r.h5", parts)
    test_best_network(folder / "normalized.h5", parts)
    test_plots(folder / "r.h5")
    test_storage(folder)
    test_notebook(folder)
    print("NumPy, Optuna and the notebook find what the program stored")


main(test)
