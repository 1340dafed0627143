"""Names that mean something to matplotlib, a terminal or a browser are shown as they are, in figures and page."""

import html
import os
import re
import subprocess
import warnings

import h5py
import matplotlib.pyplot as plt
import numpy as np
import pytest
from results_file import curve, write_file

import analysis
from analysis import curves
from analysis.lab.markdown_page import plain
from analysis.report import draw_report
from analysis.report.drawn import NAMES
from analysis.report.reading import read_results
from analysis.report.run_sections import reproduce
from analysis.escapes import shell_path, shortened, shown

STUDY = "US$ 5 vs CA$ 7"
CHOICES = (r"$\frac{", "_hidden $x", "50 % <b>")


def written(path, study=STUDY):
    draw = np.random.default_rng(0)
    rates = 10 ** draw.uniform(-3, -0.5, 12)
    rows = [row for i in range(12) for row in curve(i, "complete", 4, rates[i], draw)]
    parameters = {r"$lr$ \alpha": rates, "_x" * 100: draw.uniform(0, 1, 12), "choice^2": [CHOICES[i % 3] for i in range(12)]}
    return write_file(path, dict.fromkeys(range(12), "complete"), rows, parameters, study=study)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("names")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw_report(written(folder / "r.h5"), folder)
    return folder


def test_every_figure_is_drawn(report):
    assert [name for name in NAMES if not (report / f"{name}.png").exists()] == ["rungs"], "there is no pruner"


def texts(path):
    return " ".join(re.findall(r"<text[^>]*>([^<]*)", path.read_text()))


def test_dollars_and_backslashes_are_text(report):
    assert STUDY in texts(report / "curves.svg")
    assert r"$lr$ \alpha = " in texts(report / "curves.svg")
    for name in ("slices", "contours", "parallel", "importances"):
        assert r"$lr$ \alpha" in texts(report / f"{name}.svg"), name
    for name in ("slices", "contours", "parallel"):
        assert all(choice.replace("<", "&lt;").replace(">", "&gt;") in texts(report / f"{name}.svg") for choice in CHOICES), name
    page = (report / "report.html").read_text()
    assert f"<h1>{STUDY}</h1>" in page and "50 % &lt;b&gt;" in page and "50 % <b>" not in page


@pytest.mark.parametrize("study", [STUDY, "n" * 200, "$", r"\frac", "a\x1b[31mb", "_under_score_", "日本 \U0001f600"])
def test_the_title_stays_inside_the_figure(tmp_path, study):
    trials, epochs = analysis.load(written(tmp_path / "r.h5", study))
    figure = curves.learning_curves(trials, epochs, "val_accuracy")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        curves.save(figure, tmp_path / "curves.png")
    title = figure.axes[0].get_title(loc="left")
    assert title.startswith(shortened(study, curves.TITLE_CHARACTERS) + ": 12 learning curves")
    assert figure.get_tightbbox().x1 <= figure.get_figwidth() + 0.01
    assert figure.axes[0].get_legend() is not None


def test_a_figure_that_fails_says_why_in_its_place(tmp_path, monkeypatch):
    from analysis.report import figures

    def fails(_results, _findings):
        raise ValueError("no such <plot>")

    monkeypatch.setitem(figures.FIGURES, "slices", fails)
    for name in set(NAMES) - {"slices"}:
        monkeypatch.setitem(figures.FIGURES, name, lambda _results, _findings: plt.figure())
    draw_report(written(tmp_path / "r.h5"), tmp_path)
    page = (tmp_path / "report.html").read_text()
    assert "There is no PNG and SVG of this figure. This figure could not be drawn (no such &lt;plot&gt;)." in page


def test_what_cannot_be_seen_is_written_as_an_escape():
    assert shown("a\x1b[31m\x07\r\n\x85\u202eb\ud800é\u2028") == r"a\x1b[31m\x07\r\n\u0085\u202eb\ud800é\u2028"
    assert shortened("ab" * 50, 10) == "ababab…bab"
    assert plain("a $x$ | `b` <i> \\ *c* [d](e)") == r"a \$x\$ | \`b\` \<i> \\ \*c\* \[d](e)"


NAMES_OF_FILES = ("r.h5", "a b.h5", "it's $HOME.h5", "-x.h5", "~x.h5", "a\nb\x1b[0m'\\.h5", "\u202eb.h5", "\udcff.h5", "é;`id`.h5")


@pytest.mark.parametrize("name", NAMES_OF_FILES)
def test_paths_in_commands_are_words_of_a_shell(name):
    word = shell_path(name)
    assert shown(word) == word
    said = subprocess.run([b"bash", b"-c", b"printf %s " + word.encode("utf-8", "surrogateescape")], capture_output=True, check=True)
    assert os.fsdecode(os.path.normpath(said.stdout)) == name


def test_the_command_of_a_file_that_does_not_know_its_own(tmp_path):
    path = written(tmp_path / "a b's.h5")
    with h5py.File(path, "a") as file:
        file["provenance/command"][0] = ""
    assert "trawl run job.yaml -o 'a b'\"'\"'s.h5'" in html.unescape(reproduce(read_results(path)))
