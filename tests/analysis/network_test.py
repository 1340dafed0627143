"""best_network(): rows as they stand in the data, and what it cannot take."""

import h5py
import numpy as np
import pandas as pd
import pytest
from results_file import CURVES, write_file

import analysis

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
