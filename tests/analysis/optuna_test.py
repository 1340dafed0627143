import math
import warnings

import h5py
import numpy as np
import optuna
import pytest
from optuna.importance import FanovaImportanceEvaluator
from optuna.trial import TrialState
from results_file import write_halved, write_results

import analysis
from analysis import optuna_study, schema

STATES = {1: "failed", 2: "waiting", 3: "running", 5: "pruned"}
PLOTS = "contour edf intermediate_values optimization_history parallel_coordinate param_importances slice".split()


@pytest.fixture
def results(tmp_path):
    return write_results(tmp_path / "r.h5", n_trials=40, n_epochs=4, states=STATES)


def test_every_state_is_one_of_optunas():
    assert set(optuna_study.STATES) == set(schema.STATES)


def test_trial_i_is_optunas_trial_i(results):
    trials, _ = analysis.load(results)
    study = analysis.to_optuna(results)
    assert [trial.number for trial in study.trials] == trials.number.tolist()
    states = [study.trials[i].state for i in (0, 1, 2, 3, 5)]
    assert states == [TrialState.COMPLETE, TrialState.FAIL, TrialState.WAITING, TrialState.RUNNING, TrialState.PRUNED]
    for trial, row in zip(study.trials, trials.itertuples()):
        if row.state == "complete":
            assert trial.value == row.objective
            assert trial.params == {"learning_rate": row.learning_rate, "batch_size": row.batch_size}
            assert trial.duration.total_seconds() == (row.finished_at - row.started_at).total_seconds()


def test_the_best_is_the_same_and_stands_in_the_study(results):
    trials, _ = analysis.load(results)
    study = analysis.to_optuna(results)
    assert study.best_trial.number == trials.attrs["best_trial"] == study.user_attrs["best_trial"]
    assert study.best_value == trials.objective.max()
    assert (study.study_name, study.direction.name) == ("fixture", "MAXIMIZE")


def test_every_epoch_is_an_intermediate_value_also_of_failed_and_pruned_trials(results):
    _, epochs = analysis.load(results)
    study = analysis.to_optuna(results)
    for number, rows in epochs.groupby("trial"):
        assert list(study.trials[number].intermediate_values) == rows.epoch.tolist()
        np.testing.assert_array_equal(list(study.trials[number].intermediate_values.values()), rows.val_accuracy)
    assert math.isnan(study.trials[1].intermediate_values[3])
    assert study.trials[2].intermediate_values == {}
    assert study.trials[5].value == study.trials[5].intermediate_values[3]


def test_distributions_are_those_of_the_space_and_wider_where_a_trial_lies_outside(results):
    dimensions = (
        '[{"name": "learning_rate", "kind": "float", "low": 0.01, "high": 1.5, "log": true},'
        ' {"name": "batch_size", "kind": "categorical", "choices": [16, 32, "all", [1, 2]]}]'
    )
    with h5py.File(results, "a") as file:
        del file["study/space"]
        file["study/space"] = dimensions
        low = file["trials/parameters/learning_rate"][:].min()
    found = analysis.to_optuna(results).trials[0].distributions
    assert (found["learning_rate"].low, found["learning_rate"].high, found["learning_rate"].log) == (low, 1.5, True)
    assert found["batch_size"].choices == (16, 32, "all", "[1, 2]")


def test_a_parameter_that_a_trial_does_not_have_is_not_made_up(results):
    with h5py.File(results, "a") as file:
        values = file["trials/parameters/learning_rate"][:]
        values[7] = np.nan
        file["trials/parameters/learning_rate"][:] = values
        file["trials/parameters/depth"] = np.array([-(2**63), *range(39)], "i8")
    study = analysis.to_optuna(results)
    assert "learning_rate" not in study.trials[7].params
    assert "depth" not in study.trials[0].params and study.trials[7].params["depth"] == 6


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("library", ["plotly", "matplotlib"])
def test_optunas_plots_draw_it(results, library):
    import optuna.visualization.matplotlib

    plots = optuna.visualization if library == "plotly" else optuna.visualization.matplotlib
    study = analysis.to_optuna(results)
    evaluator = FanovaImportanceEvaluator(seed=0)
    for name in PLOTS:
        options = {"evaluator": evaluator} if name == "param_importances" else {}
        assert getattr(plots, f"plot_{name}")(study, **options) is not None


@pytest.mark.parametrize("complete", [True, False])
def test_what_a_pruner_stopped_is_pruned_after_the_epochs_it_had(tmp_path, complete):
    lasts = [9, 3, 1, 1, 3, 1, 9, 1, 1]
    path = write_halved(tmp_path / "h.h5", lasts, complete=complete)
    trials, _ = analysis.load(path)
    study = analysis.to_optuna(path)
    for trial, last in zip(study.trials, lasts):
        assert trial.state == (TrialState.COMPLETE if last == 9 else TrialState.PRUNED)
        assert list(trial.intermediate_values) == list(range(last))
        assert trial.value == trial.intermediate_values[last - 1]
    assert study.best_trial.number == trials.attrs["best_trial"]


@pytest.mark.parametrize("library", ["plotly", "matplotlib"])
@pytest.mark.filterwarnings("ignore")
def test_optunas_plots_know_what_a_pruner_stopped(tmp_path, library):
    import optuna.visualization.matplotlib

    study = analysis.to_optuna(write_halved(tmp_path / "h.h5", [9, 3, 1, 1, 3, 1, 9, 1, 1]))
    plots = optuna.visualization if library == "plotly" else optuna.visualization.matplotlib
    history, curves = plots.plot_optimization_history(study), plots.plot_intermediate_values(study)
    if library == "plotly":
        assert list(history.data[0].x) == [0, 6], "the complete ones"
        assert [len(line.x) for line in curves.data] == [9, 3, 1, 1, 3, 1, 9, 1, 1]
    else:
        assert [len(line.get_xdata()) for line in curves.get_lines()] == [9, 3, 1, 1, 3, 1, 9, 1, 1]


def test_nothing_is_printed(results, capfd):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        analysis.to_optuna(results)
    assert capfd.readouterr() == ("", "")
