#!/usr/bin/python3
"""Others use what is installed: the examples of an objective, a sampler and an optimizer of one's own,
the kernels alone.

    python3 consumer.py TRAWL
"""

import json
import os
import re
import subprocess
from pathlib import Path

import h5py
from trawl_runs import Trawl, check, main

ROOT = Path(__file__).resolve().parents[2]
CONSUMERS = Path(__file__).resolve().parent / "consumer"
EXAMPLE = ROOT / "examples" / "custom_objective"
SEARCH = ROOT / "examples" / "custom_search"
OPTIMIZER = ROOT / "examples" / "custom_optimizer"
ERROR = {
    "units": "1", "description": "share of validation rows after the epoch", "position": 1, "direction": "minimize",
}
NOT_FOR_NN = ("MPI", "HDF5", "yaml-cpp", "CLI11", "Boost", "ZLIB", "Eigen3")


def tool(*command):
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    check(done.returncode == 0, f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}")
    return done.stdout


def build(trawl, source, *options):
    """The folder with the programs of `source`, built against what is installed."""
    folder = trawl.folder / source.name
    tool("cmake", "-S", source, "-B", folder, f"-DCMAKE_PREFIX_PATH={trawl.folder / 'prefix'}",
         "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", *options)
    tool("cmake", "--build", folder)
    return folder


def check_flags(folder, march):
    """No option of ours but the one that decides how data lie in memory."""
    command = json.loads((folder / "compile_commands.json").read_text())[0]["command"]
    check("-Werror" not in command and "-Wall" not in command, f"our warnings are forced on others: {command}")
    check(str(ROOT / "include") not in command, f"the headers are those of the sources: {command}")
    check(march in command, f"{march} is missing: {command}")


def test_custom_objective(trawl, march):
    folder = build(trawl, EXAMPLE)
    check_flags(folder, march)
    custom = Trawl(folder / "classifier", trawl.folder)
    job = EXAMPLE / "job.yaml"
    custom.run("check", job)
    custom.run("run", job, "-o", "one.h5")
    custom.run("run", job, "-o", "three.h5", ranks=3)
    custom.check_same("one.h5", "three.h5")
    custom.run("run", job, "-o", "crash.h5", environment={"TRAWL_TEST_FAULTS": "segfault:3"}, expect=3)
    check("all 12 trials are complete already" in custom.run("run", job, "-o", "one.h5"), "not known to be complete")
    check("val_error" in custom.run("best", "one.h5"), "best does not name the metric")
    with h5py.File(trawl.folder / "one.h5") as file:
        check(file.attrs["objective_metric"] == "val_error", "another metric")
        check(file["trials/objective"][:].min() < 0.5, "nothing was learned")
        check(sorted(file["epochs"]) == ["epoch", "seconds", "train_error", "trial", "val_error"], f"columns {list(file['epochs'])}")
        error = file["epochs/val_error"]
        check(error.shape == (48,), "not an epoch record for each of 4 epochs of 12 trials")
        check(dict(error.attrs) == ERROR, f"the column is not described: {dict(error.attrs)}")
        check("direction" not in file["epochs/train_error"].attrs, "a metric without a direction has one")
        check((file["trials/objective"][:] == error[:].reshape(12, 4)[:, -1]).all(), "the objective is not the last epoch's")
        check((file["epochs/seconds"][:] > 0).all(), "an epoch took no time")
        check(file["best/weights/classes/weights"].shape == (10, 784), "no weights")
    check_metrics(custom, trawl, job)
    refusal = custom.run("check", job, "--set", "parameters.epoch=3", expect=2)
    check("did you mean epochs?" in refusal, refusal)
    refusal = trawl.run("run", ROOT / "jobs" / "quickstart.yaml", "-o", "one.h5", expect=2)
    check("one.h5 holds another study" in refusal and "program: classifier" in refusal, refusal)


def check_metrics(custom, trawl, job):
    """What the program declares appears everywhere, by its name."""
    check("minimize val_error" in custom.run("check", job), "check does not name the metric")
    check("val_error" in custom.run("status", "one.h5") and "val_error" in custom.run("train", job), "status or train does not name the metric")
    custom.run("export", "one.h5", "--csv", "one-csv")
    head = (trawl.folder / "one-csv" / "epochs.csv").read_text().splitlines()[0]
    check(head == "trial,epoch,train_error,val_error,seconds", f"export writes {head}")
    custom.run("run", job, "-o", "best.h5", "--set", "objective.at=best")
    with h5py.File(trawl.folder / "best.h5") as file:
        least = file["epochs/val_error"][:].reshape(12, 4).min(axis=1)
        check((file["trials/objective"][:] == least).all(), "at: best is not the least error of the curve")
    for wrong in ("val_accuracy", "train_error"):  # none of the program's, and one that ranks nothing
        said = custom.run("check", job, "--set", f"objective.metric={wrong}", expect=2)
        check("objective.metric" in said and "allowed: val_error" in said, said)
    worst = custom.run("check", job, "--set", "objective.direction=maximize")
    check("looks for the worst trials" in worst, f"the direction is not the table's: {worst}")
    analysis(trawl, "report", "one.h5", "-o", "one-report")
    page = (trawl.folder / "one-report" / "report.html").read_text()
    check("validation error" in page and "training error" in page, "the report does not draw the curves")
    check("accuracy" not in visible(page), "the report speaks of an accuracy that the program does not have")
    analysis(trawl, "curves", "one.h5", "--metric", "train_error", "-o", "curves.png")


def visible(page):
    """Without the page's own script and style."""
    return re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)


def test_custom_search(trawl):
    """A sampler, an optimizer and metrics of a program outside the tree: in its job file, `check`, results and report."""
    branin = Trawl(build(trawl, SEARCH) / "branin", trawl.folder)
    job = SEARCH / "job.yaml"
    said = branin.run("check", job)
    for words in ("60: golden search, 60 points", "optimizer: one of gradient, sign", "minimize height"):
        check(words in said, f"check does not say {words}: {said}")
    branin.run("run", job, "-o", "branin.h5", "--set", "search.n_trials=50", "--set", "cluster.isolation=none")
    branin.run("run", job, "-o", "branin.h5")
    branin.run("run", job, "-o", "branin-3.h5", ranks=3)
    branin.check_same("branin.h5", "branin-3.h5")
    with h5py.File(trawl.folder / "branin.h5") as file:
        check("sampler: golden" in file["study/job_resolved"][()].decode(), "the resolved job does not name the sampler")
        least = file["trials/objective"][:].min()
        check(0.397887 <= least < 1.0, f"the least height is {least}")
        check(sorted(file["epochs"]) == ["epoch", "height", "seconds", "slope", "trial"], f"columns {list(file['epochs'])}")
        optimizers = [branin_choice(file["trials/parameters/optimizer"], trial) for trial in range(60)]
        check(set(optimizers) == {"gradient", "sign"} and 25 <= optimizers.count("sign") <= 35, f"optimizers {optimizers}")
        check_golden(file["trials/parameters/x"][:], file["trials/parameters/y"][:])
    check("height" in branin.run("best", "branin.h5"), "best does not name the metric")
    analysis(trawl, "report", "branin.h5", "-o", "branin-report")
    page = (trawl.folder / "branin-report" / "report.html").read_text()
    for words in ("A search (golden) of 60 trials over x, y and optimizer", "The best reaches height"):
        check(words in visible(page), f"the report does not say {words}")
    for wrong, allowed in (("search.sampler=goldn", "golden"), ("parameters.optimizer=sing", "sign")):
        refusal = branin.run("check", job, "--set", wrong, expect=2)
        check(allowed in refusal, refusal)
    refusal = trawl.run("check", ROOT / "jobs" / "quickstart.yaml", "--set", "search.sampler=golden", expect=2)
    check("golden" in refusal and "random" in refusal, f"trawl itself takes another program's sampler: {refusal}")


def branin_choice(column, trial):
    names = {number: name for name, number in h5py.check_enum_dtype(column.dtype).items()}
    return names[column[trial]]


def check_golden(x, y):
    """From one trial to the next all parameters go round by steps of their own: 1/g, 1/g^2, ... with g^4 = g + 1."""
    ratio = 1.2207440846057596
    for values, span, step in ((x, 15, 1 / ratio), (y, 15, ratio**-2)):
        for before, after in zip(values, values[1:]):
            gone = ((after - before) / span - step) % 1
            check(min(gone, 1 - gone) < 1e-9, f"from {before} to {after} is no step of {step * span}")


def test_custom_optimizer(trawl):
    """The perceptron with one more optimizer: in its job file, `check`, results, report, checkpoints."""
    digits = Trawl(build(trawl, OPTIMIZER) / "digits", trawl.folder)
    job = OPTIMIZER / "job.yaml"
    said = digits.run("check", job)
    check("optimizer: one of sgd, quasi_hyperbolic" in said and "nu" in said, said)
    digits.run("run", job, "-o", "digits.h5")
    digits.run("run", job, "-o", "digits-3.h5", ranks=3)
    digits.check_same("digits.h5", "digits-3.h5")
    check_paused_optimizer(digits, trawl, job)
    with h5py.File(trawl.folder / "digits.h5") as file:
        check("nu: " in file["study/job_resolved"][()].decode(), "the resolved job does not name nu")
        words = [branin_choice(file["trials/parameters/optimizer"], trial) for trial in range(8)]
        check(set(words) == {"sgd", "quasi_hyperbolic"}, f"optimizers {words}")
        check("quasi_hyperbolic" in digits.run("trials", "digits.h5"), "trials does not name the optimizer")
    analysis(trawl, "report", "digits.h5", "-o", "digits-report")
    page = visible((trawl.folder / "digits-report" / "report.html").read_text())
    check("quasi_hyperbolic" in page and "over optimizer and nu" in page, "the report does not name the optimizer or nu")
    check_plain_descent(digits, trawl, job)
    for wrong, allowed in (("training.nu=2", "nu"), ("training.optimizer=quasi_hyperbolik", "quasi_hyperbolic")):
        refusal = digits.run("check", job, "--set", wrong, expect=2)
        check(allowed in refusal, refusal)
    refusal = trawl.run("check", job, expect=2)
    check("quasi_hyperbolic" in refusal and "adam" in refusal, f"trawl itself takes another program's optimizer: {refusal}")


def check_paused_optimizer(digits, trawl, job):
    """Trials that pause, die and go on from checkpoints have the curves of those that run once from start to end."""
    pruned = ("run", job, "-o", "pruned.h5", "--set", "pruner=successive_halving", "--set", "search.space={learning_rate: {low: 0.05, high: 0.5}}",
              "--set", "training.optimizer=quasi_hyperbolic")
    digits.run(*pruned, environment={"TRAWL_TEST_FAULTS": "segfault:3"}, expect=3)
    digits.run(*pruned, "--retry-failed", ranks=3)
    digits.run("run", job, "-o", "whole.h5", *pruned[6:])
    curves = {}
    for name in ("pruned.h5", "whole.h5"):
        with h5py.File(trawl.folder / name) as file:
            epochs = file["epochs"]
            keys = zip(epochs["trial"][:].tolist(), epochs["epoch"][:].tolist())
            curves[name] = dict(zip(keys, epochs["train_loss"][:].tolist()))
            check(name == "whole.h5" or len(file["legs/trial"]) > 8, "no trial was paused")
    for place, value in curves["pruned.h5"].items():
        check(value == curves["whole.h5"][place], f"another loss at (trial, epoch) {place}")


def check_plain_descent(digits, trawl, job):
    """With nu = 0 the formula is sgd's."""
    ends = []
    for optimizer in ("sgd", "quasi_hyperbolic"):
        digits.run("run", job, "-o", f"{optimizer}.h5", "--set", f"training.optimizer={optimizer}", "--set", "training.nu=0",
                   "--set", "search.space={learning_rate: {low: 0.05, high: 0.5}}")
        with h5py.File(trawl.folder / f"{optimizer}.h5") as file:
            ends.append(file["epochs/train_loss"][:])
    check(abs(ends[0] - ends[1]).max() < 1e-3, f"nu = 0 is not plain descent: {ends}")


def test_nn_alone(trawl):
    folder = build(trawl, CONSUMERS / "nn", *(f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON" for name in NOT_FOR_NN))
    tool(folder / "nn_alone")


def analysis(trawl, *arguments):
    """The installed one's output."""
    environment = {**os.environ, "PYTHONPATH": str(trawl.folder / "prefix" / "share" / "trawl")}
    command = ["/usr/bin/python3", "-m", "analysis", *arguments]
    done = subprocess.run(command, env=environment, cwd=trawl.folder, capture_output=True, text=True)
    check(done.returncode == 0, f"{command}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def test_prefix(trawl):
    prefix = trawl.folder / "prefix"
    installed = Trawl(prefix / "bin" / "trawl", trawl.folder)
    installed.run("check", prefix / "share" / "trawl" / "jobs" / "quickstart.yaml")
    check("curves" in analysis(trawl, "-h"), "the analysis does not know its curves")


def test(trawl):
    build_folder = trawl.binary.parent
    cache = (build_folder / "CMakeCache.txt").read_text()
    march = next(line.partition("=")[2] for line in cache.splitlines() if line.startswith("TRAWL_MARCH:"))
    tool("cmake", "--install", build_folder, "--prefix", trawl.folder / "prefix")
    test_prefix(trawl)
    test_nn_alone(trawl)
    test_custom_search(trawl)
    test_custom_optimizer(trawl)
    test_custom_objective(trawl, f"-march={march}" if march else "")
    print("installed, built against, and run: an objective with data, one with a sampler of its own, the perceptron with an optimizer of its own, and trawl::nn alone")


main(test)
