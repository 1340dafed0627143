"""The lab as it was trained: parts, models, and a training each repeat."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from ..schema import Study


@dataclass(frozen=True)
class Training:
    """One trial. curve: its epochs, a row each; final: the row (0-based) of the epoch that counts,
    the last one trained or, with restored weights, the best."""

    number: int
    repeat: int
    state: str
    error: str
    curve: pd.DataFrame
    final: int
    stopped_early: bool
    restored: bool

    @property
    def n_epochs(self):
        return len(self.curve)

    @property
    def seconds(self):
        """Training time: the sum of the epochs' wall seconds."""
        return float(self.curve.seconds.sum())

    def at_end(self, column):
        return float(self.curve[column].iloc[self.final])


@dataclass(frozen=True)
class Model:
    """One point of a lab job and its trainings; none where the file does not have it."""

    name: str
    parameters: dict = field(default_factory=dict)
    trainings: tuple = ()
    epochs: int = 0  # as the job file wants them

    @property
    def complete(self):
        return tuple(t for t in self.trainings if t.state == "complete" and t.n_epochs)

    @property
    def shown(self):
        """What is drawn: the complete trainings, or, while there are none, what there is of the others."""
        return self.complete or tuple(t for t in self.trainings if np.isfinite(t.curve.val_loss).any())

    @property
    def problem(self):
        """What the page must say about it; "" if all its trainings are complete."""
        if not self.trainings:
            return "not in the file"
        states = Counter(t.state for t in self.trainings if t.state != "complete")
        errors = sorted({t.error for t in self.trainings if t.error})
        counts = ", ".join(f"{n} of {len(self.trainings)} {state}" for state, n in states.items())
        return counts + (f" ({'; '.join(errors)})" if counts and errors else "")


@dataclass(frozen=True)
class Part:
    """One of the lab's two job files as it was trained; path None: no such file was given."""

    name: str
    models: dict
    path: Path = None
    study: Study = None
    attributes: dict = field(default_factory=dict)
    others: tuple = ()  # names in the file that the lab does not know

    @property
    def train_rows(self):
        """0 where no file was given, or it is too old to say."""
        return self.study.data["train_rows"] if self.study else 0


@dataclass(frozen=True)
class Search:
    """The random search's file."""

    path: Path
    study: Study
    trials: pd.DataFrame


@dataclass(frozen=True)
class Lab:
    parts: dict
    search: Search = None

    def model(self, part, name):
        return self.parts[part].models[name]

    def models(self, part, without=()):
        return [model for name, model in self.parts[part].models.items() if name not in without]

    @cached_property
    def repeats(self):
        return max((len(m.trainings) for part in self.parts for m in self.models(part)), default=0)

    @cached_property
    def problems(self):
        """(part, what is wrong) -> the names of the models of which it is."""
        found = {}
        for part in (name for name in self.parts if self.parts[name].path):
            for model in self.models(part):
                if model.problem:
                    found.setdefault((part, model.problem), []).append(model.name)
        return found
