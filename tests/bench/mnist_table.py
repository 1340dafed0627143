"""Makes a second table of trainings for search_quality.py: 1,728 trainings on MNIST.

    mnist_table.py data MNIST_FOLDER mnist_3000.h5       the first 3,000 training images
    trawl run tests/bench/mnist_table.yaml --set data.file=$PWD/mnist_3000.h5 -o mnist_table.h5
    mnist_table.py table mnist_table.h5 mnist_table.npz

The last step takes the results of any full grid."""

import gzip
import json
import sys
from pathlib import Path

import h5py
import numpy as np

ROWS = 3000


def idx(path, header):
    for candidate in (path, path.with_name(f"{path.name}.gz")):
        if candidate.exists():
            data = candidate.read_bytes()
            return np.frombuffer(gzip.decompress(data) if candidate.suffix == ".gz" else data, np.uint8, offset=header)
    raise FileNotFoundError(path)


def write_data(folder, out):
    images = idx(Path(folder, "train-images-idx3-ubyte"), 16).reshape(-1, 28, 28)
    labels = idx(Path(folder, "train-labels-idx1-ubyte"), 8)
    with h5py.File(out, "w") as file:
        file["x_train"], file["y_train"] = images[:ROWS], labels[:ROWS]


def values_of(dimension, column):
    """Of an axis, in the order of the grid."""
    return dimension["choices"] if dimension["kind"] == "categorical" else np.unique(column).tolist()


def write_table(results, out):
    with h5py.File(results) as file:
        space = json.loads(file["study/space"][()])
        names = [dimension["name"] for dimension in space]
        columns = {name: file["trials/parameters"][name][:] for name in names}
        axes = {dimension["name"]: values_of(dimension, columns[dimension["name"]]) for dimension in space}
        shape = [len(values) for values in axes.values()]
        trials, epochs = file["epochs/trial"][:], file["epochs/epoch"][:]
        curves = np.full((len(file["trials/number"]), epochs.max() + 1), np.inf, np.float32)
        curves[trials, epochs] = file["epochs/val_cross_entropy"][:]
    places = np.unravel_index(np.arange(len(curves)), shape)
    for place, name in zip(places, names):
        if columns[name].dtype.kind == "f" and not np.array_equal(columns[name], np.take(axes[name], place)):
            raise SystemExit(f"{results}: is no full grid with the last axis fastest ({name})")
    numeric = {name: values for name, values in axes.items() if isinstance(values[0], (int, float))}
    np.savez_compressed(out, loss=curves, shape=shape, names=names, **numeric)


if __name__ == "__main__":
    {"data": write_data, "table": write_table}[sys.argv[1]](*sys.argv[2:])
