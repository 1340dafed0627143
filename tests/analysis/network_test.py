"""best_network(): rows as they stand in the data, and what it cannot take."""

import io
import re
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
from results_file import CURVES, write_file

import analysis
from analysis.columns import positions_of
from analysis.network import ACTIVATIONS

OFFSET, FACTOR = [1e9, 0.0], [1.0, 1 / 255]


@pytest.fixture
def path(tmp_path):
    """Class 1 where feature 0 is above 1e9 + 0.5; feature 1 does not count."""
    path = tmp_path / "r.h5"
    row = dict.fromkeys(CURVES, 0.5) | {"trial": 0, "epoch": 0}
    write_file(path, {0: "complete"}, [row], {"learning_rate": [0.1]}, job="model: {activation: relu}", best=0)
    with h5py.File(path, "a") as file:
        file["best/weights/output/weights"] = np.float32([[0.0, 2.0], [0.0, 0.0]])
        file["best/weights/output/bias"] = np.float32([0.0, -1.0])
        file["best/scaling/offset"], file["best/scaling/factor"] = OFFSET, FACTOR
        file["best/scaling/names"] = np.array([b"size", "Größe".encode()], dtype=h5py.string_dtype("utf-8", 7))
    return path


ROWS = [[1e9, 7.0], [1e9 + 1, 7.0], [1e9 + 0.25, 0.0]]  # one number to float32


@pytest.mark.parametrize("rows", [ROWS, np.array(ROWS), np.array(ROWS)[:, :, None], np.array(ROWS, object)])
def test_rows_are_scaled_in_double(path, rows):
    assert analysis.best_network(path).predict(rows).tolist() == [0, 1, 0]


def test_whole_numbers_and_many_rows(path):
    rows = np.tile(np.array([[10**9, 7], [10**9 + 1, 7]], np.int64), (10_000, 1))
    assert analysis.best_network(path).predict(rows).tolist() == [0, 1] * 10_000
    assert analysis.best_network(path).predict(np.empty((0, 2))).tolist() == []


def test_columns_of_a_table_are_found_by_name(path):
    table = pd.DataFrame(ROWS, columns=["size", "Größe"]).assign(label=1)
    for columns in (["size", "Größe"], ["label", "Größe", "size"]):
        assert analysis.best_network(path).predict(table[columns]).tolist() == [0, 1, 0]
    with pytest.raises(ValueError, match="lacks the columns 'Größe'"):
        analysis.best_network(path).predict(table[["size", "label"]])


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (np.zeros((3, 4)), "rows of 4 features; the network of .* takes 2"),
        (np.zeros(2), r"a single row x is predict\(\[x\]\)"),
        ([[1.0, np.nan]], r"row 0, feature 1 \(0-based\): nan is no finite number"),
        ([["a", "b"]], "could not convert"),
    ],
)
def test_rows_that_it_cannot_take(path, rows, why):
    with pytest.raises(ValueError, match=why):
        analysis.best_network(path).predict(rows)


def test_file_without_the_scaling(path):
    with h5py.File(path, "a") as file:
        del file["best/scaling"]
    network = analysis.best_network(path)
    with pytest.raises(analysis.ResultsError, match="did not keep the scaling .* run the search again"):
        network.predict(ROWS)
    assert network.predict([[0.0, 0.0], [1.0, 0.0]], scaled=True).tolist() == [0, 1]


def test_activation_of_another_version(path):
    assert analysis.best_network(path).trial == 0  # a linear model has no use for it
    with h5py.File(path, "a") as file:
        file["best/weights/hidden_0/weights"] = np.eye(2, dtype=np.float32)
        file["best/weights/hidden_0/bias"] = np.zeros(2, np.float32)
        job = file["study/job_resolved"][()].decode().replace("relu", "gelu")
        del file["study/job_resolved"]
        file["study/job_resolved"] = job
    with pytest.raises(analysis.ResultsError, match="activation gelu, and .* knows relu, .* the version that wrote"):
        analysis.best_network(path)


def test_all_activations_of_the_program_are_known():
    table = (Path(__file__).resolve().parents[2] / "jobs/README.md").read_text()
    words = re.search(r"^\| `model\.activation` \| word \| `relu` \| (.*?) \|", table, re.M).group(1)
    assert re.findall(r"`(\w+)`", words) == list(ACTIVATIONS)


TRAINED = [[1.0, 10.0, 100.0], [2.0, 20.0, 200.0]]


def as_pandas_reads(header, label="y"):
    """The table of a CSV file with this header, the last column its label."""
    rows = "".join(",".join(map(str, row)) + ",0\n" for row in TRAINED)
    return pd.read_csv(io.StringIO(f"{header},{label}\n{rows}"))


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("a,a,b", ["a", "a", "b"]),
        ("a,a.1,a", ["a", "a.1", "a"]),
        ("a,b,a", ["a", "b", "a"]),
        ("a,a,a", ["a", "a", "a"]),
        ("a, b,c ", ["a", "b", "c"]),
        ('"a ",b,  c d', ["a ", "b", "c d"]),
        (",b,c", ["", "b", "c"]),
        (",b,", ["", "b", ""]),
        (",Unnamed: 0,c", ["", "Unnamed: 0", "c"]),
        ("0,1,2", ["0", "1", "2"]),
    ],
)
def test_columns_as_pandas_names_them(header, names):
    table = as_pandas_reads(header)
    for frame in (table, table[table.columns[::-1]] if len(set(names)) == len(names) else table):
        positions = positions_of(names, list(frame.columns), ["y"])
        assert frame.iloc[:, positions].to_numpy().tolist() == TRAINED


def test_columns_that_share_a_name_or_are_numbers():
    assert positions_of(["a", "b", "a"], ["a", "y", "a", "b"]) == [0, 3, 2]
    assert positions_of(["a", "a", "b"], ["b", "a.1", "a"]) == [2, 1, 0]
    assert positions_of(["", "b", ""], ["Unnamed: 10", "b", "Unnamed: 9"]) == [2, 1, 0]
    assert positions_of(["0", "1", "2"], [2, 0, 1, "y"]) == [1, 2, 0]
    assert positions_of(["x"], ["x", "x.1"], ["x.1"]) == [0]  # x.1 is excluded by name


@pytest.mark.parametrize(
    ("names", "labels", "why"),
    [
        (["a", "a", "b"], ["a", "b"], "2 columns named 'a', and which is unclear in a table of 'a'; give it"),
        (["a", "a", "b"], ["a", "a.1", "a.2", "b"], "unclear in a table of 'a', 'a.1', 'a.2'"),
        (["a", "b"], ["a", "a.1", "b"], "1 column named 'a', and which is unclear in a table of 'a', 'a.1'"),
        (["a ", "a", "b"], ["a", "a ", "b"], "2 columns named 'a', and which is unclear in a table of 'a', 'a '"),
        (["a", "b"], ["a", "a ", "b"], "unclear in a table of 'a', 'a '"),
        (["", "b"], ["Unnamed: 0", "Unnamed: 1", "b"], "1 column named ''"),
        (["", "b"], ["a", "b"], "lacks the columns ''"),
        (["0", "1"], ["a", "b"], "lacks the columns '0', '1'"),
    ],
)
def test_columns_that_are_unclear(names, labels, why):
    with pytest.raises(ValueError, match=why):
        positions_of(names, labels)


def test_a_repeated_name_in_the_file(path):
    with h5py.File(path, "a") as file:
        file["best/scaling/names"][:] = [b"a", b"a"]
    table = pd.DataFrame(np.array(ROWS)[:, [1, 0]], columns=["a.1", "a"])
    assert analysis.best_network(path).predict(table).tolist() == [0, 1, 0]
    with pytest.raises(ValueError, match="which is unclear"):
        analysis.best_network(path).predict(table[["a"]])
