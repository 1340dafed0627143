"""Tables of trainings that were really done, for search_quality.py: a curve for every point of a grid.

An .npz has `loss` [points, epochs], `names` and `shape` of the axes (the last one runs fastest) and, by their names,
the values of numeric axes. A job file beside it, of the same name with .yaml, may say the values of the others
(search.space.NAME.choices); where neither does, they are numbered.

An axis of four numbers or more that rise by equal steps or ratios is searched as a whole number, the place on the axis;
any other as a choice. So every point of the space is one of the table, and the space is finite. Where the space is
`snapped`, such an axis is a real number, as a job that knows of no table would have it, and the nearest place counts:
the first and the last one are met half as often then."""

import dataclasses
import hashlib
import math
from pathlib import Path

import numpy as np
import yaml

LEAST_NUMBERS = 4  # fewer are choices: nothing to interpolate


@dataclasses.dataclass(frozen=True)
class Axis:
    name: str
    values: list

    @property
    def is_number(self):
        values = self.values
        if len(values) < LEAST_NUMBERS or not all(type(value) in (int, float) for value in values):
            return False
        return evenly(values) or self.is_log

    @property
    def is_log(self):
        return min(self.values) > 0 and not evenly(self.values) and evenly([math.log(value) for value in self.values])

    def place(self, value):
        """Of the nearest, where the axis is searched as a real number."""
        scale = math.log if self.is_log else float
        low, high = scale(self.values[0]), scale(self.values[-1])
        last = len(self.values) - 1
        return min(max(math.floor((scale(value) - low) / (high - low) * last + 0.5), 0), last)

    @property
    def words(self):
        """Of a choice: words that are nothing else in YAML, hidden_64 or hidden_128_64."""
        plain = [value if isinstance(value, list) else [value] for value in self.values]
        return ["_".join([self.name, *("_".join(str(part).split()) for part in parts)]) for parts in plain]


def evenly(values):
    steps = np.diff(values)
    return bool(steps[0] > 0 and np.allclose(steps, steps[0], rtol=1e-6, atol=0))


@dataclasses.dataclass(frozen=True)
class Data:
    """What the cost of a training depends on beside its parameters; without it all epochs cost the same."""

    rows: int
    features: int
    classes: int


class Table:
    def __init__(self, axes, curves, data, *, snapped=False):
        self.axes, self.snapped = axes, snapped
        curves = np.asarray(curves, dtype=np.float32)
        self.curves = np.where(np.isfinite(curves), curves, np.float32(np.inf))
        self.shape = tuple(len(axis.values) for axis in axes)
        self.data = data
        if math.prod(self.shape) != len(curves):
            raise ValueError(f"the axes have {math.prod(self.shape)} points, the table {len(curves)} curves")

    @property
    def epochs(self):
        return self.curves.shape[1]

    def limit(self, share):
        """The last epoch's value of the worst point that is still within the best `share`."""
        values = np.sort(self.curves[:, -1])
        return float(values[max(0, math.ceil(share * len(values)) - 1)])

    def curve(self, places):
        return self.curves[np.ravel_multi_index(places, self.shape)]

    def digest(self):
        """The same for the same trainings, whatever they are called."""
        axes = [(axis.name, len(axis.values), axis.is_number) for axis in self.axes]
        seen = hashlib.sha256(repr(axes).encode())
        seen.update(np.ascontiguousarray(self.curves, dtype="<f4").tobytes())
        return seen.hexdigest()[:16]

    def costs(self):
        """Of an epoch, at each point: the perceptron's where its width and batch size are axes and the data are
        known, else 1."""
        axes = {axis.name: place for place, axis in enumerate(self.axes)}
        if self.data is None or not {"hidden", "batch_size"} <= set(axes):
            return np.ones(len(self.curves))
        places = np.unravel_index(np.arange(len(self.curves)), self.shape)
        weights = np.array([self.n_weights(value) for value in self.axes[axes["hidden"]].values])
        batches = np.array([float(value) for value in self.axes[axes["batch_size"]].values])
        weights, batches = weights[places[axes["hidden"]]], batches[places[axes["batch_size"]]]
        return self.data.rows * weights + self.data.rows / batches * (4 * weights + 5000)

    def n_weights(self, hidden):
        layers = hidden if isinstance(hidden, list) else [int(hidden)]
        widths = [self.data.features, *layers, self.data.classes]
        return sum(inputs * outputs + outputs for inputs, outputs in zip(widths, widths[1:]))

    def write(self, path):
        """As table_search.cpp reads it: a line for each axis, then for each point its cost and its curve."""
        lines = [f"table {len(self.curves)} {self.epochs}"]
        for axis in self.axes:
            size = len(axis.values)
            if not axis.is_number:
                lines.append(" ".join(["choice", axis.name, str(size), *axis.words]))
            elif self.snapped:
                kind = "log" if axis.is_log else "real"
                lines.append(f"{kind} {axis.name} {size} {axis.values[0]!r} {axis.values[-1]!r}")
            else:
                lines.append(f"number {axis.name} {size}")
        numbers = np.column_stack([self.costs(), self.curves]).astype("<f4")
        Path(path).write_bytes("\n".join([*lines, "numbers", ""]).encode() + numbers.tobytes())

    def space(self):
        """The search.space of a job."""
        return {axis.name: self.dimension(axis) for axis in self.axes}

    def dimension(self, axis):
        if not axis.is_number:
            return {"choices": axis.words}
        if self.snapped:
            return {"low": float(axis.values[0]), "high": float(axis.values[-1]), "log": axis.is_log}
        return {"low": 0, "high": len(axis.values) - 1}


def read(path, data, given=(), *, snapped=False):
    """`given`: values of axes by name, where the table has none."""
    path = Path(path)
    given = dict(given)
    job = path.with_suffix(".yaml")
    space = yaml.safe_load(job.read_text())["search"]["space"] if job.exists() else {}
    with np.load(path) as file:
        axes = []
        for name, size in zip(map(str, file["names"]), map(int, file["shape"])):
            numbered = [f"{name}_{place}" for place in range(size)]
            values = given.get(name) or space.get(name, {}).get("choices")
            if values is None:
                values = file[name].tolist() if name in file.files else numbered
            if len(values) != size:
                raise ValueError(f"{path}: axis {name} has {size} places, but {len(values)} values")
            axes.append(Axis(name, list(values)))
        return Table(axes, file["loss"], data, snapped=snapped)
