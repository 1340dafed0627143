"""The report of a search with a pruner: what it stopped is shown, and never compared with what was trained to the end."""

import re

import h5py
import pytest
from results_file import write_halved, write_results

import analysis
from analysis import report
from analysis.report.findings import find
from analysis.report.page_data import page_data
from analysis.report.reading import read_results

LASTS = [9, 3, 1, 1, 9, 1, 3, 1, 1] * 3  # at 3: 12 trials; 6 are complete


def page_of(path, folder):
    report.draw_report(path, folder)
    page = (folder / "report.html").read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|style|svg).*?</\1>", " ", page)))


def test_legs_are_a_table_of_what_was_trained(tmp_path):
    legs = analysis.legs(write_halved(tmp_path / "h.h5", [9, 1, 3]))
    assert list(legs.columns) == ["trial", "from", "until", "parent", "value", "state"]
    assert legs[["trial", "from", "until", "state"]].to_numpy().tolist() == [
        [0, 0, 1, "paused"], [0, 1, 3, "paused"], [0, 3, 9, "complete"], [1, 0, 1, "paused"], [2, 0, 1, "paused"], [2, 1, 3, "paused"],
    ]  # fmt: skip
    assert analysis.legs(write_results(tmp_path / "r.h5")).empty, "a file without them"
    with h5py.File(tmp_path / "h.h5", "r+") as file:
        file.require_group("legs/parameters").create_dataset("l2", data=[0.0])
    with pytest.raises(analysis.ResultsError, match="/legs/parameters/l2"):
        analysis.legs(tmp_path / "h.h5")


def test_of_a_leg_that_was_tried_again_after_the_trials_end_the_last_one_counts(tmp_path):
    path = write_halved(tmp_path / "h.h5", [1, 9, 1])
    with h5py.File(path, "a") as file:
        legs = file["legs"]
        for name, value in {"trial": 1, "from": 1, "until": 9, "parent": -1, "value": 0.5, "state": 2}.items():
            kind, values = legs[name].dtype, [*legs[name][:], value]
            del legs[name]
            legs.create_dataset(name, data=values, dtype=kind)
    assert analysis.legs(path).value[analysis.legs(path).trial == 1].iloc[-1] == 0.5
    assert len(analysis.legs(path)) == 4


@pytest.mark.parametrize("name, value", [("trial", 99), ("trial", -1), ("until", -2), ("from", -1), ("state", 0), ("state", 77)])
def test_legs_that_no_trial_can_have_are_refused(tmp_path, name, value):
    path = write_halved(tmp_path / "h.h5", [9, 1, 3])
    with h5py.File(path, "a") as file:
        file[f"legs/{name}"][2] = value
    with pytest.raises(analysis.ResultsError, match="leg"):
        analysis.legs(path)


@pytest.mark.parametrize("pruner, complete", [("successive_halving", True), ("hyperband", False)])
def test_the_report_shows_the_rungs_and_what_pruning_saved(tmp_path, pruner, complete):
    path = write_halved(tmp_path / "r.h5", LASTS, complete=complete, pruner=pruner)
    said = page_of(path, tmp_path)
    assert (tmp_path / "rungs.png").exists() and (tmp_path / "rungs.svg").exists()
    assert "87 epochs were trained, 64 % fewer than the 243 of all these trials to their end." in said
    assert f"Pruner: {pruner}." in said and "What pruning did" in said
    assert "epoch 1 27 12" in said and "epoch 3 12 6" in said and "epoch 9 6 0" in said
    assert "6 of 27 trials complete" in said and f"21 {'pruned' if complete else 'paused'}" in said
    assert "Without 21 pruned or paused trials: the objective of a shorter training does not compare." in said
    assert "What stopping early would have saved" not in said, "the complete ones were chosen"


def test_findings_are_those_of_the_complete_trials(tmp_path):
    path = write_halved(tmp_path / "r.h5", LASTS * 2)
    with h5py.File(path, "a") as file:  # a pruned one that looked best
        file["legs/value"][file["legs/trial"][:] == 2] = 0.999
    results = read_results(path)
    findings = find(results)
    trials = page_data(results)["trials"]
    assert [value is None for value in trials["stopped"]] == [value is not None for value in trials["objective"]]
    assert trials["stopped"][2] == 0.999, "marked in the slices"
    complete = {i for i, last in enumerate(LASTS * 2) if last == 9}
    assert {point.trial for point in findings.points.points} <= complete
    assert results.best.number in complete
    assert findings.points.total == 12 and "pruner stopped" in findings.importances.caveat
    assert findings.replay.problem.startswith("A pruner has chosen")


def test_a_search_that_has_only_begun_is_measured_by_the_job_files_epochs(tmp_path):
    path = write_halved(tmp_path / "r.h5", [1] * 12, complete=False)
    with h5py.File(path, "a") as file:
        del file["study/job_resolved"]
        file["study/job_resolved"] = "study: own\nprogram: ./own\npruner: {hyperband: {max_resource: 24}}\n"
    assert read_results(path).n_epochs == 24
    said = page_of(path, tmp_path)
    assert "12 epochs were trained, 95.8 % fewer than the 288" in said
    assert "No trial was compared with others on its way." in said


def test_without_a_pruner_there_is_nothing_of_it(tmp_path):
    said = page_of(write_results(tmp_path / "r.h5", n_trials=10), tmp_path)
    assert not (tmp_path / "rungs.png").exists()
    assert not re.search(r"(?i)prun|paused", said)


@pytest.mark.parametrize("state, code", [("waiting", 0), ("failed", 4)])
def test_before_any_trial_comes_to_a_rung_there_is_a_page(tmp_path, state, code):
    path = write_halved(tmp_path / "r.h5", [1, 1, 1], complete=False)
    with h5py.File(path, "a") as file:
        file["trials/state"][:] = code
        file["legs/state"][:] = 4
        file["legs/value"][:] = float("nan")
        if state == "waiting":
            for group in ("legs", "epochs"):
                for name in list(file[group]):
                    kind = file[group][name].dtype
                    attributes = dict(file[group][name].attrs)
                    del file[group][name]
                    file[group].create_dataset(name, shape=(0,), dtype=kind).attrs.update(attributes)
            file["trials/attempt"][:] = file["trials/n_epochs"][:] = 0
    said = page_of(path, tmp_path)
    assert "What pruning did" in said and "No trial was compared with others on its way." in said
