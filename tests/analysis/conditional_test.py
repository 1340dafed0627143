import h5py
import numpy as np
import pandas as pd
import pytest
from results_file import write_results

import analysis
from analysis import curves
from analysis.report import summary
from analysis.report.findings import find
from analysis.report.reading import read_results


@pytest.fixture
def results(tmp_path):
    """Trials 0 and 2 have no depth, flag, rate and word; trial 1 is waiting."""
    path = write_results(tmp_path / "r.h5", n_trials=4, states={1: "waiting"}, best=2)
    active = np.array([False, False, False, True])
    words = h5py.enum_dtype({"16": 0, "all": 1}, "i2")
    flags = h5py.enum_dtype({"FALSE": 0, "TRUE": 1}, "i1")
    with h5py.File(path, "a") as file:
        parameters, marks = file["trials/parameters"], file.create_group("trials/active")
        parameters["depth"] = np.array([-(2**63)] * 3 + [7], "i8")
        parameters["rate"] = np.array([np.nan] * 3 + [0.5])
        parameters.create_dataset("flag", data=[0, 0, 0, 1], dtype=flags)
        parameters.create_dataset("word", data=[-1, -1, -1, 0], dtype=words)
        for name in ("depth", "rate", "flag", "word"):
            marks.create_dataset(name, data=active.astype("i1"), dtype=flags)
    return path


def test_inactive_values_are_missing_and_the_others_keep_their_types(results):
    trials, _ = analysis.load(results)
    for name in ("depth", "rate", "flag", "word"):
        assert trials[name].isna().tolist() == [True, True, True, False], name
    assert (trials.depth[3], trials.rate[3], trials.flag[3], trials.word[3]) == (7, 0.5, True, 16)
    assert (str(trials.depth.dtype), str(trials.flag.dtype)) == ("Int64", "boolean")
    assert trials.depth[0] is pd.NA and trials.word[0] is None
    assert trials.learning_rate.notna().all()


def test_optuna_has_no_parameter_that_is_inactive(results):
    study = analysis.to_optuna(results)
    assert set(study.trials[0].params) == {"learning_rate", "batch_size"}
    assert study.trials[3].params["depth"] == 7 and study.trials[3].params["word"] == 16
    assert study.trials[3].params["flag"] is True
    assert study.trials[1].params == {}


def test_the_best_is_described_by_what_is_active(results):
    trials, _ = analysis.load(results)
    text = curves.describe(curves.best_trial(trials), trials)
    assert "learning_rate" in text and "depth" not in text and "word" not in text


def test_the_sentence_of_the_report_leaves_out_what_is_inactive(results):
    read = read_results(results)
    said = summary.found(read, find(read))
    assert "learning_rate" in said and "batch_size" in said and "depth" not in said and "–" not in said
