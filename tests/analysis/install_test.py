import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from results_file import write_results

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder that pip put the package into; of a copy, because a build leaves files in its source."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("target")
    shutil.copy(ROOT / "pyproject.toml", source)
    shutil.copytree(ROOT / "analysis", source / "analysis", ignore=shutil.ignore_patterns("__pycache__"))
    options = "--no-deps --no-build-isolation --no-index --no-compile --disable-pip-version-check --no-cache-dir".split()
    command = [sys.executable, "-m", "pip", "install", "-q", *options, "--target", target, source]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


def test_every_file_of_the_package_is_there(installed):
    files = {path.relative_to(ROOT) for path in (ROOT / "analysis").rglob("*") if path.is_file()}
    files = {path for path in files if "__pycache__" not in path.parts}
    assert files <= {path.relative_to(installed) for path in installed.rglob("*")}


def test_it_runs_away_from_the_checkout(installed, tmp_path):
    results = write_results(tmp_path / "r.h5", n_epochs=2)
    command = [sys.executable, "-m", "analysis", "curves", results.name, "-o", "curves.png"]
    done = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": installed, "PATH": ""}, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "curves.png\n"), done.stderr
    assert (tmp_path / "curves.png").stat().st_size > 1000
    script = subprocess.run([installed / "bin/trawl-analysis", "-h"], env={"PYTHONPATH": installed}, capture_output=True)
    assert script.returncode == 0
