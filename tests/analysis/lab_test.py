import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from lab_file import Made, write_lab
from results_file import write_results

import analysis
from analysis import drawing
from analysis.lab import facts, figures, read_lab
from analysis.lab import models as names
from analysis.lab.claims import CLAIMS
from analysis.lab.figures import FIGURES
from analysis.lab.models import ADAM, EARLY_STOPPING, L2, OPTIMIZERS, REGULARIZATION
from analysis.lab.quantities import TIME, VALIDATION_LOSS

ROOT = Path(__file__).resolve().parents[2]
EPOCHS = 12
NAMELESS = Made()


def command(*arguments):
    run = [sys.executable, "-m", "analysis", *map(str, arguments)]
    return subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=120)


@pytest.fixture
def files(tmp_path):
    """files(optimizers={...}, regularization={...}): paths of both parts' files, the options of write_lab for each."""

    def files(**options):
        parts = (OPTIMIZERS, REGULARIZATION)
        return [write_lab(tmp_path / f"{part}.h5", part, **{"epochs": EPOCHS} | options.get(part, {})) for part in parts]

    return files


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """The folder that the command wrote, with early stopping, a failed model, a missing one and a random search, and
    what it printed."""
    folder = tmp_path_factory.mktemp("lab")
    stopping = {EARLY_STOPPING: {"stops_at": 9, "restores": 5}, L2: {"state": "failed"}}
    part_2 = write_lab(folder / "r.h5", REGULARIZATION, change=stopping, drop=[names.SEARCH_BEST], epochs=EPOCHS)
    part_1 = write_lab(folder / "o.h5", OPTIMIZERS, epochs=EPOCHS)
    search = write_results(folder / "s.h5", n_trials=8)
    done = command("lab", part_2, search, part_1, "-o", folder / "lab")
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "lab", done.stdout


def test_every_figure_is_there_under_its_number(drawn):
    assert [figure.number for figure in FIGURES] == list(range(1, 32))
    for figure in FIGURES:
        png, svg = (drawn[0] / f"{figure.stem}.{kind}" for kind in ("png", "svg"))
        assert png.read_bytes().startswith(b"\x89PNG") and png.stat().st_size > 5_000
        assert "<svg" in svg.read_text()


def test_file_names_are_those_that_documents_link_to(drawn):
    stems = {path.stem for path in drawn[0].glob("figure-*.png")}
    expected = {"figure-01-training-time", "figure-07-all-validation-accuracy", "figure-10-stochastic-batch-size-1"}
    assert expected | {"figure-25-dropout-0-3", "figure-31-best-of-the-random-search"} <= stems
    assert len(stems) == 31


def test_the_order_of_convergence_graphs_is_the_documents():
    captions = {figure.number: figure.caption for figure in FIGURES}
    optimizers = [names.BATCH, names.MINI_BATCH_32, names.STOCHASTIC, names.DECAY, names.MOMENTUM, names.ADAM, names.RMSPROP]
    assert [captions[n] for n in range(8, 15)] == [f"Convergence: {name}." for name in optimizers]
    assert captions[29] == "Convergence: Early stopping."
    assert captions[30] == "Convergence: Batch normalization (not in the document)."


@pytest.mark.parametrize("page", ["lab.html", "lab.md"])
def test_the_pages_show_every_figure_and_claim(drawn, page):
    text = unescape((drawn[0] / page).read_text())
    for figure in FIGURES:
        assert f"Figure {figure.number}. {figure.caption}" in text
    for claim in CLAIMS:
        assert claim.name in text
    assert re.search(r"16 claims: \d+ hold, \d+ do not hold, \d+ cannot be told\.", text)
    assert "48,000 training and 12,000 validation rows" in text
    assert "random search" in text.lower() and "val_accuracy" in text


def test_the_html_page_needs_no_other_file(drawn):
    text = (drawn[0] / "lab.html").read_text()
    assert len(re.findall(r'src="data:image/svg\+xml;base64,', text)) == 31
    assert not re.search(r'(src|href)="(?!data:|#)', text)
    assert "prefers-color-scheme: dark" in text and "viewport" in text


def test_links_of_the_markdown_page_lead_to_files(drawn):
    links = re.findall(r"\]\(([^)]+)\)", (drawn[0] / "lab.md").read_text())
    assert len(links) == 31
    assert all((drawn[0] / link).is_file() for link in links)


def test_what_is_missing_or_failed_is_said(drawn):
    text = (drawn[0] / "lab.md").read_text()
    assert "Regularization: L2: 3 of 3 failed (the loss is not finite)." in text
    assert "Regularization: Best of the random search: not in the file." in text
    assert re.search(r"\| L2 \| 0 \|", text)


def test_the_command_prints_a_line_a_claim_and_where_the_page_is(drawn):
    lines = drawn[1].splitlines()
    assert [line.split()[0] for line in lines[:16]] == [claim.name for claim in CLAIMS]
    assert lines[0] == "C1  holds           Batch size 1 trains longest."
    assert lines[-1] == str(drawn[0] / "lab.html")


@pytest.mark.parametrize("number", [3, 7, 29])
def test_the_same_figure_has_the_same_bytes(tmp_path, files, number):
    lab = read_lab(files())
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        figures.draw(FIGURES[number - 1], lab, folder)
    for first in (tmp_path / "a").iterdir():
        assert first.read_bytes() == (tmp_path / "b" / first.name).read_bytes()
        assert first.suffix == ".png" or "<text" in first.read_text()


def test_files_are_known_by_their_models_in_any_order(files):
    one, two = read_lab(files()), read_lab(files()[::-1])
    assert [p.path for p in one.parts.values()] == [p.path for p in two.parts.values()]
    assert list(one.parts) == [OPTIMIZERS, REGULARIZATION]


def test_one_part_alone_leaves_the_other_empty(files):
    lab = read_lab(files()[:1])
    assert facts.notes(lab) == ["No results of jobs/lab-regularization.yaml were given."]
    assert TIME.values(lab.model(REGULARIZATION, ADAM)) == ()


def test_two_files_of_one_part_are_refused(files):
    paths = files()
    with pytest.raises(analysis.ResultsError, match="both hold the models of jobs/lab-optimizers.yaml"):
        read_lab([paths[0], paths[0]])


def test_another_study_is_refused_with_what_is_expected(tmp_path):
    made = write_lab(tmp_path / "r.h5", OPTIMIZERS, drop=set(names.PARTS[OPTIMIZERS]), extra={"A": NAMELESS}, epochs=2)
    with pytest.raises(analysis.ResultsError, match="named A. Expected are the models of jobs/lab-optimizers.yaml: Batch gr"):
        read_lab([made])


def test_a_random_search_alone_is_refused(tmp_path):
    done = command("lab", write_results(tmp_path / "s.h5"), "-o", tmp_path / "lab")
    assert done.returncode == 2
    assert "but no results of jobs/lab-optimizers.yaml or jobs/lab-regularization.yaml" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_written_is_said(tmp_path, files):
    (tmp_path / "file").write_text("")
    done = command("lab", *files(), "-o", tmp_path / "file")
    assert done.returncode == 2 and "cannot write the lab" in done.stderr


def test_training_time_is_the_sum_of_the_epochs(files):
    times = TIME.values(read_lab(files(optimizers={"repeats": 2})).model(OPTIMIZERS, names.DECAY))
    assert times == pytest.approx([1.1 * 0.999 * EPOCHS, 1.1 * EPOCHS])


def test_the_end_is_the_restored_epoch_of_a_restored_training(files):
    lab = read_lab(files(regularization={"change": {EARLY_STOPPING: {"stops_at": 9, "restores": 5, "rise": 0.1}}}))
    training = lab.model(REGULARIZATION, EARLY_STOPPING).complete[0]
    assert (training.n_epochs, training.stopped_early, training.restored, training.final) == (9, True, True, 5)
    assert VALIDATION_LOSS.of(training) == training.curve.val_loss[5] != training.curve.val_loss[8]
    assert not lab.model(REGULARIZATION, ADAM).complete[0].restored


def test_a_model_that_waits_is_known_from_the_job(files):
    change = {ADAM: {"state": "waiting"}, names.DECAY: {"state": "running"}}
    lab = read_lab(files(optimizers={"change": change, "complete": False}))
    assert lab.model(OPTIMIZERS, ADAM).problem == "3 of 3 waiting"
    assert "optimizers.h5 is not complete yet." in facts.notes(lab)
    running = lab.model(OPTIMIZERS, names.DECAY)
    assert running.complete == () and len(running.shown) == 3


def test_unfinished_failed_and_missing_models_leave_the_figures_drawable(tmp_path, files):
    states = {ADAM: "waiting", names.DECAY: "running", names.BATCH: "failed"}
    change = {name: {"state": state} for name, state in states.items()}
    lab = read_lab(files(optimizers={"change": change, "drop": [names.MOMENTUM]})[:1])
    for figure in (f for f in FIGURES if f.number in (1, 3, 5, 7, 8, 12, 13, 17, 21)):
        figures.draw(figure, lab, tmp_path)
    assert len(list(tmp_path.glob("*.png"))) == 9


def test_one_repeat_of_one_epoch_can_be_drawn(tmp_path, files):
    both = {"repeats": 1, "epochs": 1}
    lab = read_lab(files(optimizers=both, regularization=both))
    assert any(note.startswith("One repeat") for note in facts.notes(lab))
    for figure in (f for f in FIGURES if f.number in (1, 3, 4, 6, 8, 21, 29)):
        figures.draw(figure, lab, tmp_path)


def test_a_repeat_that_stops_early_is_drawn_to_its_own_end(files):
    lab = read_lab(files(regularization={"change": {EARLY_STOPPING: {"stops_at": 9, "restores": 5}}}))
    with drawing.style():
        losses = FIGURES[28].draw(lab).axes[0]
    assert max(line.get_xdata()[-1] for line in losses.lines) == 9
    assert [line.get_xdata()[0] for line in losses.lines if line.get_marker() == "D"] == [6, 6, 6]


def test_one_colour_a_model_in_both_parts():
    assert names.LOOKS[names.MINI_BATCH_32] == names.LOOKS[names.MINI_BATCH]
    for part in names.PARTS.values():
        assert len({names.LOOKS[name].color for name in part}) == len(part)
