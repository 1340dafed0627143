import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from results_file import CURVES, write_results

import analysis
from analysis import curves, drawing

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def drawn(tmp_path):
    """draw(metric, **of write_results): the trials, the epochs and the axes."""

    def draw(metric="val_accuracy", **options):
        trials, epochs = analysis.load(write_results(tmp_path / "r.h5", **options))
        figure = curves.learning_curves(trials, epochs, metric)
        curves.save(figure, tmp_path / "figure.png")
        assert (tmp_path / "figure.png").stat().st_size > 10_000
        return trials, epochs, figure.axes[0]

    return draw


def best_line(axes):
    return next(line for line in axes.lines if to_rgb(line.get_color()) == to_rgb(curves.BEST_COLOR))


def legend(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_the_best_curve_lies_on_top_and_thick(drawn):
    trials, epochs, axes = drawn(n_trials=20)
    best = trials.objective.idxmax()
    line = best_line(axes)
    np.testing.assert_array_equal(line.get_ydata(), epochs[epochs.trial == best].val_accuracy)
    np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3, 4, 5])
    others = axes.collections[0]
    assert len(others.get_segments()) == 19
    assert line.get_zorder() > others.get_zorder()
    assert line.get_linewidth() > 2 * others.get_linewidth()[0]


def test_legend_title_and_axes_say_what_is_seen(drawn):
    trials, _, axes = drawn(n_trials=4, states={1: "failed", 2: "running"})
    best = trials.loc[trials.objective.idxmax()]
    assert legend(axes)[0].startswith(f"best: trial {best.number}, val_accuracy {best.objective:.4g}\nlearning_rate = ")
    assert legend(axes)[1:] == ["other complete trials: 1", "failed or unfinished: 2"]
    assert axes.get_title(loc="left").startswith("fixture: 4 learning curves")
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "validation accuracy")


def test_pruned_and_paused_curves_are_fainter_and_counted_apart(drawn):
    _, _, axes = drawn(n_trials=6, states={1: "failed", 2: "pruned", 3: "paused"})
    assert legend(axes)[1:] == ["other complete trials: 2", "pruned or paused: 2", "failed or unfinished: 1"]
    short, _failed, plain = axes.collections
    assert (len(short.get_segments()), len(plain.get_segments())) == (2, 2)
    assert short.get_alpha() < plain.get_alpha()
    assert "3 complete, 1 pruned, 1 paused, 1 failed" in [text.get_text() for text in axes.texts][0]


def test_a_smaller_objective_is_better_where_the_study_says_so(drawn):
    trials, _, axes = drawn(n_trials=8, objective_direction="minimize")
    assert legend(axes)[0].startswith(f"best: trial {trials.objective.idxmin()},")


def test_the_best_is_the_one_that_the_program_named(tmp_path):
    trials, _ = analysis.load(write_results(tmp_path / "r.h5", n_trials=6, repeats=3, best=3))
    assert curves.best_trial(trials).number == 3


def test_while_no_trial_is_complete_none_is_best(tmp_path):
    trials, _ = analysis.load(write_results(tmp_path / "r.h5", n_trials=2, states={0: "running", 1: "waiting"}))
    assert curves.best_trial(trials) is None


@pytest.mark.parametrize("metric", CURVES)
def test_every_metric_can_be_drawn(drawn, metric):
    drawn(metric, n_trials=3)


@pytest.mark.parametrize(
    "options",
    [
        {"n_trials": 1, "n_epochs": 1},
        {"n_trials": 1000, "n_epochs": 10},
        {"n_trials": 3, "states": dict.fromkeys(range(3), "failed")},
        {"n_trials": 3, "states": dict.fromkeys(range(3), "waiting"), "complete": False},
        {"n_trials": 2, "n_epochs": 1, "states": {0: "failed"}},
    ],
    ids=["one epoch", "a thousand", "all failed", "nothing yet", "only NaN"],
)
def test_unusual_studies(drawn, options):
    drawn(**options)


def command(*arguments):
    run = [sys.executable, "-m", "analysis", *map(str, arguments)]
    return subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_command_writes_the_figure_beside_the_file(tmp_path):
    done = command("curves", write_results(tmp_path / "r.h5"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == str(tmp_path / "r-curves.png")
    assert (tmp_path / "r-curves.png").read_bytes().startswith(b"\x89PNG")


def test_command_takes_metric_and_format(tmp_path):
    done = command("curves", write_results(tmp_path / "r.h5"), "--metric", "train_loss", "-o", tmp_path / "f.pdf")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "f.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["curves", "none.h5"], "none.h5: no such file"),
        (["curves", "LICENSE"], "LICENSE: not an HDF5 file"),
    ],
)
def test_command_explains_in_one_line(arguments, message):
    done = command(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_command_names_the_metrics(tmp_path):
    done = command("curves", write_results(tmp_path / "r.h5"), "--metric", "accuracy")
    assert done.returncode == 2
    assert "val_accuracy" in done.stderr


def test_help_shows_examples():
    assert "examples:" in command("curves", "-h").stdout


def test_letters_that_no_font_has_are_named_once(drawn, monkeypatch, capsys):
    monkeypatch.setattr(drawing, "fonts", lambda: ("DejaVu Sans",))
    monkeypatch.setattr(drawing, "SAID", set())
    for _ in range(2):
        drawn(study="\u6728\u3068 $x$")
    said = capsys.readouterr().err
    assert said.count("no font here has") == 1 and "\u3068\u6728, so figures show boxes" in said
    monkeypatch.setattr(drawing, "SAID", set())
    drawn(study="Gr\u00f6\u00dfe")
    assert capsys.readouterr().err == ""
