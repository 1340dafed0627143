"""The report's page, figures and sentences; what a browser makes of it is in report_browser_test.py and report_layout_test.py."""

import html
import json
import os
import re
import shlex
import subprocess
import sys
import threading
import time
from pathlib import Path

import h5py
import numpy as np
import pytest
from results_file import write_parameters, write_results

from analysis import report
from analysis.report import drawn, halving, importances, points, sampling, summary
from analysis.report.findings import find
from analysis.report.reading import read_results

ROOT = Path(__file__).resolve().parents[2]
WITHOUT_PRUNER = [name for name in drawn.NAMES if name != "rungs"]
SECTIONS = "best history curves importances parallel slices contours distribution trials failures timeline halving provenance".split()


def command(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "analysis", "report", *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, env=os.environ | environment, timeout=300,
    )  # fmt: skip


def page_of(path, folder):
    report.draw_report(path, folder)
    return (folder / "report.html").read_text(encoding="utf-8")


def data_of(page):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1])


def words_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|style|svg).*?</\1>", " ", page)))


@pytest.fixture(scope="module")
def drawn_report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    path = write_results(folder / "r.h5", n_trials=60, n_epochs=8, repeats=2, states={4: "failed", 9: "failed", 11: "pruned"}, best=None)
    return read_results(path), page_of(path, folder / "out"), folder / "out"


def test_every_figure_is_there_as_png_and_svg(drawn_report):
    _, _, folder = drawn_report
    for name in WITHOUT_PRUNER:
        assert (folder / f"{name}.png").read_bytes()[:4] == b"\x89PNG"
        assert "<svg" in (folder / f"{name}.svg").read_text()


def test_the_page_needs_no_other_file_and_no_network(drawn_report):
    _, page, _ = drawn_report
    sources = [source for source in re.findall(r'(?:src|href)="([^"#][^"]*)"', page) if not source.startswith("data:")]
    assert sorted(sources) == sorted(f"{name}.{kind}" for name in WITHOUT_PRUNER for kind in ("png", "svg"))
    assert not re.findall(r"url\((?!#)|@import|fetch\(|XMLHttpRequest", page)
    # Names of XML vocabularies are no addresses that a browser goes to.
    assert not [a for a in re.findall(r"https?://[^\s\"'<]+", page) if not re.search(r"w3\.org|purl\.org|creativecommons|matplotlib", a)]


def test_every_section_is_there_and_the_links_lead_to_them(drawn_report):
    _, page, _ = drawn_report
    assert re.findall(r'<section id="(\w+)"', page) == SECTIONS
    assert re.findall(r'<a href="#(\w+)"', page) == SECTIONS


def test_the_study_in_a_sentence(drawn_report):
    results, page, _ = drawn_report
    said = words_of(page)
    assert "60 trials (30 points, each trained 2 times) over learning_rate and batch_size" in said
    best = points.rank_points(results).points[0]
    assert f"{100 * best.mean:.2f} %" in said


def test_a_sampler_that_the_report_has_no_words_for_is_named():
    assert summary.kind_of("random") == "random search"
    assert summary.kind_of("sobol") == "search (sobol)"
    assert summary.kind_of(None) == "search", "of a study that searches nothing"


def test_the_trials_in_the_page_are_those_of_the_file(drawn_report):
    results, page, _ = drawn_report
    trials = data_of(page)["trials"]
    assert trials["number"] == list(range(60))
    assert trials["objective"] == [None if np.isnan(v) else v for v in results.trials.objective]
    assert trials["parameters"][0] == results.trials.learning_rate.tolist()


def test_failures_are_counted_by_reason(drawn_report):
    _, page, _ = drawn_report
    failures = words_of(page[page.index('<section id="failures"') :])
    assert "2 trials the loss is not finite 4, 9" in failures


def test_text_of_the_file_stays_text(tmp_path):
    path = write_results(tmp_path / "r.h5", n_trials=3, states={0: "failed"}, study="</script><b>bold</b>")
    with h5py.File(path, "a") as file:
        file["trials/error"][0] = "</script><img src=x>"
    page = page_of(path, tmp_path / "out")
    assert "<b>bold" not in page and "<img src=x" not in page
    assert data_of(page)["trials"]["reasons"] == ["</script><img src=x>"]


# Ranking: means of repeats, and how sure they are.


def test_points_rank_by_the_mean_of_their_repeats_and_need_all_of_them(drawn_report):
    results, _, _ = drawn_report
    ranked = points.rank_points(results)
    by_hand = results.complete.groupby("point").objective.agg(["mean", "count"])
    by_hand = by_hand[by_hand["count"] == 2]["mean"].sort_values(ascending=False)
    assert [point.trial for point in ranked.points] == (by_hand.index[:10] * 2).tolist()
    assert ranked.total == len(by_hand) == 27
    assert 0 < sum(point.chance for point in ranked.points) <= 1


@pytest.mark.parametrize(("degrees", "quantile"), [(1, 12.706), (4, 2.776), (9, 2.262), (30, 2.042), (1000, 1.962)])
def test_students_t(degrees, quantile):
    assert points.critical(degrees) == pytest.approx(quantile, rel=4e-3)


def test_the_interval_covers_the_truth_as_often_as_it_says(tmp_path):
    truth = np.random.default_rng(1).uniform(0.5, 0.9, 400)
    path = write_results(tmp_path / "r.h5", n_trials=1200, n_epochs=1, repeats=3)
    with h5py.File(path, "a") as file:
        file["trials/objective"][:] = np.repeat(truth, 3) + np.random.default_rng(2).normal(0, 0.02, 1200)
    results = read_results(path)
    half = points.rank_points(results).points[0].half_width
    means = results.trials.groupby("point").objective.mean().to_numpy()
    assert 0.92 < (abs(means - truth) < half).mean() < 0.98


# Successive halving on curves whose outcome is known.


def curves_file(path, table):
    """One trial a row of `table`; its last value is the objective."""
    table = np.asarray(table, float)
    write_results(path, n_trials=len(table), n_epochs=table.shape[1])
    with h5py.File(path, "a") as file:
        file["epochs/val_accuracy"][:] = table.ravel()
        file["trials/objective"][:] = table[:, -1]
        file["best"].attrs["trial"] = int(table[:, -1].argmax())
    return read_results(path)


def test_halving_keeps_the_best_where_curves_never_cross_and_saves_what_it_says(tmp_path):
    table = np.linspace(0.1, 0.9, 16)[:, None] + np.linspace(0, 0.05, 8)
    found = halving.replay(curves_file(tmp_path / "r.h5", table)).halvings[0]
    assert (found.eta, found.first, found.rungs) == (2, 1, ((1, 8), (2, 4), (4, 2)))
    # 16 trials for 1 epoch, 8 for 1 more, 4 for 2 more, 2 for 4 more, of 16 x 8.
    assert found.saved == pytest.approx(1 - (16 + 8 + 8 + 8) / 128)
    assert found.kept and found.loss == 0 and found.chance == 0


def test_halving_loses_a_best_that_starts_slowly(tmp_path):
    table = np.linspace(0.5, 0.6, 16)[:, None] + np.zeros(8)
    table[0] = np.linspace(0.1, 0.95, 8)
    found = halving.replay(curves_file(tmp_path / "r.h5", table)).halvings[0]
    assert not found.kept and found.loss == pytest.approx(0.35)
    # A resample lacks the late one with probability (1 - 1/16)^16 = 0.36.
    assert 0.5 < found.chance < 0.75


def test_halving_says_why_it_cannot_tell(tmp_path):
    few = halving.replay(read_results(write_results(tmp_path / "few.h5", n_trials=3)))
    short = halving.replay(read_results(write_results(tmp_path / "short.h5", n_trials=20, n_epochs=2)))
    assert "8 complete trials at least; here are 3" in few.problem and "2 epochs" in short.problem


def test_importances_find_what_matters_and_warn_of_few_trials(drawn_report):
    results, _, _ = drawn_report
    found = importances.importances(results)
    assert found.rows[0].name == "learning_rate"
    assert all(row.low <= row.mean <= row.high for row in found.rows)
    assert "fANOVA" in found.caveat and "a guess" not in found.caveat
    few = importances.TRIALS  # named here so that the caveat follows the constant
    assert few >= importances.FEW


def test_too_much_is_left_out_and_said(tmp_path, monkeypatch):
    monkeypatch.setattr(sampling, "TRIALS", 40)
    monkeypatch.setattr(sampling, "CURVES", 20)
    monkeypatch.setattr(sampling, "FEW_CURVES", 10)
    monkeypatch.setattr(sampling, "CURVE_EPOCHS", 5)
    path = write_results(tmp_path / "r.h5", n_trials=80, n_epochs=12, states={7: "failed"})
    page = page_of(path, tmp_path / "out")
    data, said = data_of(page), words_of(page)
    trials, curves = data["trials"], data["curves"]
    best = read_results(path).best_first(read_results(path).complete).number.head(4)
    assert len(trials["number"]) == 40 and set(best) <= set(trials["number"]) and 7 in trials["number"]
    assert len(curves["trials"]) == 20 and curves["epochs"][0] == 1 and curves["epochs"][-1] == 12 and len(curves["epochs"]) == 5
    assert "40 of 80 trials" in said and "20 of 80 learning curves" in said and "Of 12 epochs 5 are drawn" in said
    assert curves["bands"]["val_accuracy"][2] == sorted(curves["bands"]["val_accuracy"][2])


def test_the_best_of_the_table_are_never_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(sampling, "TRIALS", 60)
    results = read_results(write_results(tmp_path / "r.h5", n_trials=90, repeats=3))
    best = points.rank_points(results).trials
    assert len(best) == 3 * points.SHOWN
    data = data_of(page_of(results.path, tmp_path / "out"))
    assert set(best) <= set(data["trials"]["number"]) and len(data["trials"]["number"]) == 60


# What cannot be shown is a sentence.


UNUSUAL = {
    "one trial": {"n_trials": 1},
    "one epoch": {"n_trials": 5, "n_epochs": 1},
    "all failed": {"n_trials": 5, "states": dict.fromkeys(range(5), "failed")},
    "none complete": {"n_trials": 5, "states": dict.fromkeys(range(5), "running"), "complete": False},
    "none started": {"n_trials": 5, "states": dict.fromkeys(range(5), "waiting"), "complete": False},
    "a metric of one's own": {"n_trials": 12, "objective_metric": "height"},
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("options", UNUSUAL.values(), ids=UNUSUAL)
def test_unusual_studies_get_a_page_of_all_sections(tmp_path, options):
    page = page_of(write_results(tmp_path / "r.h5", **options), tmp_path / "out")
    assert re.findall(r'<section id="(\w+)"', page) == SECTIONS
    for section in page.split("<section ")[1:]:
        assert re.search(r'data-draw="|<svg|<table|<p class="note">[^<]{10}', section), section
    assert "could not be drawn" not in page


def test_numbers_among_choices_stay_numbers(tmp_path):
    """The page finds a trial's place on an axis by its choice as JavaScript writes it."""
    values = [0.0, 1e-5, 1.0] * 4
    path = write_results(tmp_path / "r.h5", n_trials=12)
    with h5py.File(path, "r+") as file:
        space = json.loads(file["study/space"][()]) + [{"name": "l2", "kind": "categorical", "choices": [0.0, 1e-5, 1.0]}]
        del file["study/space"]
        file["study/space"] = json.dumps(space)
        file["trials/parameters/l2"] = values
        file["trials/parameters/l2"].attrs.update(dict(file["trials/parameters/learning_rate"].attrs) | {"position": 2})
    data = data_of(page_of(path, tmp_path / "out"))
    place = [parameter["name"] for parameter in data["parameters"]].index("l2")
    assert data["parameters"][place]["choices"] == [0.0, 1e-5, 1.0] and data["trials"]["parameters"][place] == values


def test_a_label_does_not_matter(tmp_path):
    path = write_results(tmp_path / "r.h5", n_trials=12)
    with h5py.File(path, "r+") as file:
        space = json.loads(file["study/space"][()]) + [{"name": "name", "kind": "categorical"}]
        del file["study/space"]
        file["study/space"] = json.dumps(space)
        file["trials/parameters/name"] = [f"run {i}" for i in range(12)]
        file["trials/parameters/name"].attrs["position"] = 2
    assert "name" not in read_results(path).varied


def test_constant_parameters_are_named(tmp_path):
    path = write_results(tmp_path / "r.h5", n_trials=12)
    with h5py.File(path, "a") as file:
        file["trials/parameters/learning_rate"][:] = 0.1
        file["trials/parameters/batch_size"][:] = 0
    said = words_of(page_of(path, tmp_path / "out"))
    assert "No searched parameter takes more than one value" in said


def test_a_search_without_parameters(tmp_path):
    path = write_results(tmp_path / "r.h5", n_trials=4)
    with h5py.File(path, "a") as file:
        del file["trials/parameters/learning_rate"], file["trials/parameters/batch_size"]
        del file["study/space"]
    assert "4 trials" in words_of(page_of(path, tmp_path / "out"))


def test_an_empty_study_has_no_report(tmp_path):
    path = write_results(tmp_path / "r.h5", n_trials=1, states={0: "waiting"})
    with h5py.File(path, "a") as file:
        for group in (file["trials"], file["trials/parameters"]):
            for name in [n for n, item in group.items() if isinstance(item, h5py.Dataset)]:
                kind = group[name].dtype
                del group[name]
                group.create_dataset(name, shape=(0,), dtype=kind)
    done = command(path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip().endswith("the study has no trials, so there is nothing to report")


@pytest.mark.parametrize(("content", "message"), [(None, "no such file"), ("text", "not an HDF5 file")])
def test_what_is_no_results_file_is_refused_in_one_line(tmp_path, content, message):
    path = tmp_path / "r.h5"
    if content:
        path.write_text(content)
    done = command(path)
    assert done.returncode == 2 and message in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "out").write_text("a file")
    done = command(write_results(tmp_path / "r.h5"), "-o", tmp_path / "out")
    assert done.returncode == 2 and "cannot write the report" in done.stderr and "Traceback" not in done.stderr


def without(tmp_path, *packages):
    """A PYTHONPATH on which importing the packages fails as if they were not installed."""
    for package in packages:
        (tmp_path / f"{package}.py").write_text(f"raise ModuleNotFoundError('no {package}', name='{package}')")
    return os.pathsep.join([str(tmp_path), str(ROOT)])


def test_without_optuna_and_matplotlib_the_rest_is_shown(tmp_path):
    path = write_results(tmp_path / "r.h5", n_trials=12)
    done = command(path, "-o", tmp_path / "out", PYTHONPATH=without(tmp_path, "optuna", "matplotlib"))
    assert done.returncode == 0 and done.stderr == ""
    said = words_of((tmp_path / "out/report.html").read_text())
    assert "needs the Python package optuna" in said and "needs the Python package matplotlib" in said
    assert not list((tmp_path / "out").glob("*.png"))


def test_without_h5py_it_says_what_to_install(tmp_path):
    done = command(tmp_path / "r.h5", PYTHONPATH=without(tmp_path, "h5py"))
    assert done.returncode == 2 and "apt-get install python3-h5py" in done.stderr and len(done.stderr.splitlines()) == 1


# Live.


def test_a_running_search_says_so_and_a_watched_page_reloads(tmp_path):
    path = write_results(tmp_path / "r.h5", n_trials=6, states={5: "running"}, complete=False)
    once = page_of(path, tmp_path / "my out")
    command = html.unescape(re.search(r"To follow it: <code>(.*?)</code>", once)[1])
    assert shlex.split(command)[3:] == ["report", str(path), "-o", str(tmp_path / "my out"), "--watch"]
    assert 'id="live"' not in once
    report.draw_report(path, tmp_path / "out", every=5)
    assert 'id="live" data-every="5"' in (tmp_path / "out/report.html").read_text()


def test_watch_draws_again_when_the_file_changes_and_ends_with_the_search(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "LEAST_PAUSE", 0.2)
    path, page, seen = tmp_path / "r.h5", tmp_path / "out/report.html", []
    write_results(path, n_trials=6, states={5: "running"}, complete=False)
    watching = threading.Thread(target=report.watch, args=(path, tmp_path / "out", lambda results: seen.append(results.live)))
    watching.start()
    deadline = time.monotonic() + 120
    while not seen and time.monotonic() < deadline:
        time.sleep(0.1)
    assert 'id="live"' in page.read_text()
    os.replace(write_results(tmp_path / "new.h5", n_trials=6), path)
    watching.join(120)
    assert not watching.is_alive() and seen == [True, False]
    assert 'id="live"' not in page.read_text() and "not complete" not in words_of(page.read_text())
    assert not list((tmp_path / "out").glob(".report*"))
