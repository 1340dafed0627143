"""The report's figures that Optuna draws, where it leaves something to be desired."""
import warnings
from dataclasses import replace

import h5py
import matplotlib.pyplot as plt
import numpy as np
import pytest
from results_file import write_parameters, write_results

from analysis.report import optuna_figures
from analysis.report.drawn import NothingToDraw
from analysis.report.findings import find
from analysis.report.reading import read_results


@pytest.fixture
def four_parameters(tmp_path):
    """Half of the trials have no momentum. Optuna's plots warn that they are experimental, and change matplotlib's style."""
    path = write_results(tmp_path / "r.h5", n_trials=30)
    with h5py.File(path, "a") as file:
        momentum = np.where(np.arange(30) % 2, np.linspace(0.5, 0.9, 30), np.nan)
        optimizers = [("adam", "nesterov", "sgd")[i % 3] for i in range(30)]
        write_parameters(file["trials/parameters"], {"momentum": momentum, "optimizer": optimizers})
    with plt.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield read_results(path)
    plt.close("all")


def test_contours_have_the_names_of_choices_on_both_axes(four_parameters):
    figure = optuna_figures.contours(four_parameters, find(four_parameters))
    figure.canvas.draw()
    panels = np.array(figure.axes[:9]).reshape(3, 3)
    assert [panel.get_xlabel() for panel in panels[-1]] == ["batch_size", "learning_rate", "optimizer"]
    choices = {0: ["16", "32", "all"], 2: ["adam", "nesterov", "sgd"]}
    for i, names in choices.items():
        assert [text.get_text() for text in panels[-1, i].get_xticklabels()] == names
        assert [text.get_text() for text in panels[i, 0].get_yticklabels()] == names


@pytest.mark.parametrize("name", ["slices", "contours", "parallel"])
def test_the_colour_bar_covers_nothing(four_parameters, name):
    figure = getattr(optuna_figures, name)(four_parameters, find(four_parameters))
    figure.canvas.draw()
    [bar] = [axes for axes in figure.axes if hasattr(axes, "_colorbar")]
    assert all(axes.get_tightbbox().x1 < bar.get_tightbbox().x0 for axes in figure.axes if axes is not bar)


def test_parallel_lines_are_those_of_all_complete_trials(four_parameters):
    figure = optuna_figures.parallel(four_parameters, None)
    assert len(figure.axes[0].collections[0].get_segments()) == 30
    assert figure.axes[0].get_xlabel() == "without momentum: some trials do not have it"


def test_one_objective_has_no_distribution(tmp_path):
    with pytest.raises(NothingToDraw, match="All complete trials have the same objective."):
        optuna_figures.distribution(read_results(write_results(tmp_path / "r.h5", n_trials=1)), None)


def test_the_history_ends_at_the_median_where_bad_trials_would_squeeze_it(four_parameters):
    for worst, squeezed in (0.5, False), (-90.0, True):
        objectives = np.linspace(0.6, 0.9, 30)
        objectives[3] = worst
        four_parameters.trials["objective"] = objectives
        axes = optuna_figures.history(replace(four_parameters), None).axes[0]
        assert (axes.get_ylim()[0] > 0.7) == squeezed
        assert ("14 trials of 30 below" in axes.get_xlabel()) == squeezed
