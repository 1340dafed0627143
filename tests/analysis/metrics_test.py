"""The columns of the learning curves are those of the file: their names, units and directions."""

from pathlib import Path

import h5py
import pytest
from results_file import CURVES, write_results

import analysis
from analysis import curves, report
from analysis.report import curve_data
from analysis.report.reading import read_results

VERSION_1 = Path(__file__).resolve().parents[1] / "results" / "data" / "schema-1.h5"


@pytest.fixture
def custom(tmp_path):
    """Of a program that reports val_error (ranks trials), train_error and energy, in this order."""
    path = write_results(tmp_path / "r.h5", n_trials=6, objective_metric="val_error", objective_direction="minimize")
    with h5py.File(path, "a") as file:
        epochs = file["epochs"]
        for old, new, place, units in (
            ("val_loss", "val_error", 0, "1"),
            ("train_loss", "train_error", 1, "1"),
            ("learning_rate", "energy", 2, "kJ"),
        ):
            epochs.move(old, new)
            epochs[new].attrs.update({"position": place, "units": units})
        for name in set(CURVES) - {"val_loss", "train_loss", "learning_rate", "seconds"}:
            del epochs[name]
    return path



def test_they_come_in_the_order_of_the_programs_table(custom):
    _, epochs = analysis.load(custom)
    assert list(epochs) == ["trial", "epoch", "val_error", "train_error", "energy", "seconds"]
    assert [(m.name, m.label, m.direction) for m in epochs.attrs["metrics"]] == [
        ("val_error", "validation error", "minimize"),
        ("train_error", "training error", ""),
        ("energy", "energy (kJ)", ""),
    ]


def test_a_figure_shows_the_objectives_with_its_units(custom):
    trials, epochs = analysis.load(custom)
    assert curves.metric_to_draw(trials, epochs) == "val_error"
    assert curves.learning_curves(trials, epochs, "energy").axes[0].get_ylabel() == "energy (kJ)"


def test_the_report_draws_all_of_them_and_no_other(custom, tmp_path):
    results = read_results(custom)
    assert list(curve_data.metrics(results)) == ["val_error", "train_error", "energy"]
    packed = curve_data.curves(results, results.trials)["metrics"]
    assert {name: (each["label"], each["maximize"]) for name, each in packed.items()} == {
        "val_error": ("validation error", False),
        "train_error": ("training error", False),
        "energy": ("energy (kJ)", False),
    }
    report.draw_report(custom, tmp_path)
    page = (tmp_path / "report.html").read_text()
    assert "val_error" in page and "energy (kJ)" in page
    assert "val_accuracy" not in page and "val_loss" not in page


def test_optuna_gets_the_objectives_curve(custom):
    _, epochs = analysis.load(custom)
    first = analysis.to_optuna(custom).trials[0]
    assert first.intermediate_values == dict(enumerate(epochs[epochs.trial == 0].val_error))


def test_a_direction_that_is_none_is_damage(custom):
    with h5py.File(custom, "a") as file:
        file["epochs/val_error"].attrs["direction"] = "upwards"
    with pytest.raises(analysis.ResultsError, match="the direction of val_error is upwards"):
        analysis.load(custom)


def test_files_of_version_1_are_known_by_the_names_of_their_columns(tmp_path):
    trials, epochs = analysis.load(VERSION_1)
    assert list(epochs) == ["trial", "epoch", *CURVES]
    assert {m.name: m.direction for m in epochs.attrs["metrics"] if m.direction} == {
        "val_loss": "minimize",
        "val_cross_entropy": "minimize",
        "val_accuracy": "maximize",
    }
    assert curves.metric_to_draw(trials, epochs) == "val_accuracy"
    report.draw_report(VERSION_1, tmp_path)
    assert "val_accuracy" in (tmp_path / "report.html").read_text()
