"""The best network of a results file, in NumPy. Of ReLU layers, with arrays `rows` and `labels`, it is five lines:

    import h5py, numpy as np
    best, dense = h5py.File("r.h5")["best"], lambda x, layer: x @ layer["weights"][:] + layer["bias"][:]
    x = np.float32((rows.reshape(len(rows), -1) - best["scaling/offset"][:]) * best["scaling/factor"][:])
    for i in range(len(best["weights"]) - 1): x = np.maximum(dense(x, best[f"weights/hidden_{i}"]), 0)
    accuracy = np.mean(dense(x, best["weights/output"]).argmax(axis=1) == labels)
"""

import numpy as np

from .columns import positions_of
from .schema import ResultsError, read_best_network

EPSILON = 1e-3  # of batch normalization, as Keras has it
BLOCK_ROWS = 8192  # scaled in double at once
ACTIVATIONS = {
    "relu": lambda x: np.maximum(x, 0),
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}


class BestNetwork:
    """layers: [{"weights": [inputs, outputs], "bias": [outputs], ...}], in their order; a layer that is normalized has
    gamma, beta, moving_mean and moving_variance instead of a bias. All are float32.

    scaling: what the training did to the features, see schema.Scaling; None in files of versions that did not keep it.
    """

    def __init__(self, path):
        self.path = path
        self.trial, self.activation, self.layers, self.scaling = read_best_network(path)
        if len(self.layers) > 1 and self.activation not in ACTIVATIONS:
            raise ResultsError(
                f"{path}: the network has the activation {self.activation}, and this version of the analysis knows "
                f"{', '.join(ACTIVATIONS)}: take the analysis of the version that wrote the file"
            )

    def scores(self, rows, scaled=False):
        """The output before softmax, a row a sample. Takes what predict() takes."""
        rows = self._table(rows)
        scaling = None if scaled else self._known_scaling()
        blocks = [rows[first : first + BLOCK_ROWS] for first in range(0, max(len(rows), 1), BLOCK_ROWS)]
        return np.concatenate([self._scores(inputs(block, scaling)) for block in blocks])

    def predict(self, rows, scaled=False):
        """The most likely class of every row.

        rows: the features as they stand in the data: bytes, whole or real numbers, [N, n_features], or images [N, H, W].
        Columns of a DataFrame are found by their names where the data had names: in any order, among others, such as those of
        data.exclude. An array has the columns that were trained on and no others.
        scaled=True: the rows are scaled already, as the training's were.
        Raises ValueError for rows that the network cannot take, ResultsError where the file does not hold the scaling.
        """
        return self.scores(rows, scaled).argmax(axis=1)

    def _scores(self, x):
        for layer in self.layers[:-1]:
            x = ACTIVATIONS[self.activation](normalized(x @ layer["weights"], layer))
        return normalized(x @ self.layers[-1]["weights"], self.layers[-1])

    def _known_scaling(self):
        if self.scaling is None:
            raise ResultsError(
                f"{self.path}: an older version wrote this file and did not keep the scaling of the features: run the search "
                "again, or extend it by a larger n_trials; or scale the rows as the training did and say predict(rows, scaled=True)"
            )
        return self.scaling

    def _table(self, rows):
        """The rows as an array [N, n_features]."""
        if hasattr(rows, "columns"):
            rows = self._named_columns(rows)
        rows = np.asarray(rows)
        n_features = len(self.layers[0]["weights"])
        if rows.ndim < 2:
            raise ValueError(f"rows are needed, an array [N, {n_features}]; a single row x is predict([x])")
        if rows.dtype.kind not in "buif":
            rows = rows.astype(float)
        found = int(np.prod(rows.shape[1:]))
        if found != n_features:
            raise ValueError(f"rows of {found} features; the network of {self.path} takes {n_features}")
        return rows.reshape(len(rows), n_features)

    def _named_columns(self, frame):
        if self.scaling is None or self.scaling.names is None:
            return frame
        labels = list(frame.columns)
        positions = positions_of(self.scaling.names, labels, self.scaling.others)
        return frame.iloc[:, positions] if hasattr(frame, "iloc") else frame[[labels[position] for position in positions]]


def inputs(rows, scaling):
    """The network's inputs: float32((rows - offset) * factor), computed in double as the program does."""
    x = rows.astype(np.float64)
    if not np.isfinite(x).all():
        row, column = np.argwhere(~np.isfinite(x))[0]
        raise ValueError(f"row {row}, feature {column} (0-based): {x[row, column]} is no finite number")
    if scaling is not None:
        x = (x - scaling.offset) * scaling.factor
    return x.astype(np.float32)


def normalized(x, layer):
    if "bias" in layer:
        return x + layer["bias"]
    scale = layer["gamma"] / np.sqrt(layer["moving_variance"] + np.float32(EPSILON))
    return (x - layer["moving_mean"]) * scale + layer["beta"]
