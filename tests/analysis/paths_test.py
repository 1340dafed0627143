"""Paths that no shell has expanded: ~ and $NAME, in the API and on the command line."""

import os
import shutil
import subprocess
import sys

import pytest
from results_file import write_results

import analysis
from analysis import curves, output, report
from analysis.paths import expanded_path, expanded_storage


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The home folder, with r.h5; the current folder is another."""
    home = tmp_path / "home of mine"
    home.mkdir()
    write_results(home / "r.h5")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("DATA", str(home))
    monkeypatch.delenv("NOT_SET", raising=False)
    return home


def test_home_users_and_variables(home, monkeypatch):
    monkeypatch.setenv("PART", "r")
    for path in ("~/r.h5", "$DATA/r.h5", "${DATA}/r.h5", "${DATA}/$PART.h5", "~/${PART}.h5"):
        assert expanded_path(path) == f"{home}/r.h5", path
    assert expanded_path("~") == str(home) and expanded_path("~root/x") == "/root/x"
    for path in ("r.h5", "a~b", "r.h5~", "$", "a$", "$1", "${", "${DATA", "x$/y", "/tmp/$-1"):
        assert expanded_path(path) == path


def test_a_file_of_that_very_name_is_taken(home):
    for name in ("$DATA", "$NOT_SET.h5", "~root"):
        open(name, "w").close()
        assert expanded_path(name) == name
    os.mkdir("~")
    assert expanded_path("./~/x") == "./~/x" and expanded_path("~/x") == f"{home}/x"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("$NOT_SET/r.h5", r"\$NOT_SET/r.h5: the environment variable NOT_SET is not set"),
        ("~/${NOT_SET}.h5", "the environment variable NOT_SET is not set"),
        ("~nobody-of-this-name/r.h5", r"there is no user nobody-of-this-name; .* or \./~nobody"),
        ("here/~/r.h5", "a folder called ~ is not made"),
    ],
)
def test_paths_that_are_none(home, path, why):
    for use in (expanded_path, analysis.load, analysis.best_network, analysis.to_optuna):
        with pytest.raises(analysis.ResultsError, match=why):
            use(path)


def test_results_files(home):
    shutil.copy(home / "r.h5", "a $DATA.h5")
    for path in ("~/r.h5", "$DATA/r.h5", "a $DATA.h5", home / "r.h5"):
        assert len(analysis.load(path)[0]) == 6
    with pytest.raises(analysis.ResultsError, match=f"{home}/no.h5: no such file"):
        analysis.load("~/no.h5")


def test_storages(home):
    assert expanded_storage("sqlite:///~/x.db") == f"sqlite:///{home}/x.db"
    assert expanded_storage("sqlite+pysqlite:///$DATA/x.db?timeout=3") == f"sqlite+pysqlite:///{home}/x.db?timeout=3"
    for url in ("sqlite:///x.db", "sqlite:////a/x.db", "mysql://me:pa$DATA@host/~db", "sqlite://"):
        assert expanded_storage(url) == url


def test_the_command_line(home):
    assert command("curves", "$DATA/r.h5", "-o", "~/c.svg") == (0, f"{home}/c.svg\n", "")
    assert command("curves", "~/r.h5", "--output=$DATA/d.svg") == (0, f"{home}/d.svg\n", "")
    code, said, _ = command("optuna", "~/r.h5", "--storage", "sqlite:///~/x.db")
    assert code == 0 and (home / "x.db").exists() and said.startswith(f"sqlite:///{home}/x.db: study fixture")
    why = "analysis: $NOT_SET/rep: the environment variable NOT_SET is not set; set it, or write the path\n"
    assert command("report", "~/r.h5", "-o", "$NOT_SET/rep") == (2, "", why)
    code, _, said = command("lab", "~/r.h5", "-o", "~/lab")
    assert code == 2 and said.startswith(f"analysis: {home}/r.h5: ")
    assert os.listdir() == []


def command(*arguments):
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(analysis.__path__[0])}
    done = subprocess.run([sys.executable, "-m", "analysis", *arguments], capture_output=True, text=True, env=environment)
    return done.returncode, done.stdout, done.stderr


def test_what_other_users_left_in_a_shared_folder_is_not_written_to(tmp_path, monkeypatch):
    shared, elsewhere = tmp_path / "shared", tmp_path / "elsewhere"
    for folder in (shared, elsewhere):
        folder.mkdir()
    (elsewhere / "file").write_text("precious")
    for name, target in {"link.png": elsewhere / "file", "folder": elsewhere, "ours.png": elsewhere / "file"}.items():
        (shared / name).symlink_to(target)
    (shared / "whole.png").write_text("theirs")
    others = {"link.png", "folder", "whole.png"}
    monkeypatch.setattr(output, "owner_of", lambda path: os.geteuid() + (path.name in others))
    trials, epochs = analysis.load(write_results(shared / "r.h5"))

    def draw(name):
        curves.save(curves.learning_curves(trials, epochs, "val_accuracy"), shared / name)

    draw("link.png")  # nobody else may write there
    (elsewhere / "file").write_text("precious")
    shared.chmod(0o1777)
    for name in ("link.png", "whole.png"):
        with pytest.raises(analysis.ResultsError, match="another user's, in a folder that anybody may write"):
            draw(name)
    with pytest.raises(analysis.ResultsError, match="another user's"):
        report.draw_report(shared / "r.h5", shared / "folder")
    assert [path.name for path in elsewhere.iterdir()] == ["file"] and (elsewhere / "file").read_text() == "precious"
    (shared / "studies.db").symlink_to(elsewhere / "file")
    others.add("studies.db")
    with pytest.raises(analysis.ResultsError, match="another user's"):
        expanded_storage(f"sqlite:///{shared / 'studies.db'}")
    draw("ours.png")
    assert (shared / "ours.png").is_symlink() and (elsewhere / "file").read_bytes().startswith(b"\x89PNG")
    (shared / "circle.png").symlink_to("circle.png")
    with pytest.raises(analysis.ResultsError, match="in a circle"):
        draw("circle.png")
