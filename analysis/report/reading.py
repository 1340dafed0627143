"""What the report is about: a results file, read once."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from ..schema import CUT_SHORT, ResultsError, Study, read_all
from ..values import plain



@dataclass(frozen=True)
class Results:
    path: Path
    trials: pd.DataFrame
    epochs: pd.DataFrame
    study: Study

    @property
    def metric(self):
        return self.trials.attrs["objective_metric"]

    @property
    def maximize(self):
        return self.trials.attrs["objective_direction"] == "maximize"

    @property
    def parameters(self):
        return self.trials.attrs["parameters"]

    @property
    def repeats(self):
        return int(self.trials.attrs["repeats"])

    @property
    def live(self):
        """The search is not complete: it runs, or will be resumed."""
        return not self.trials.attrs["complete"]

    @property
    def legs(self):
        """One row a leg that has ended, see analysis.legs."""
        return self.study.legs

    @property
    def pruner(self):
        """The pruner's name, such as hyperband; "" where there is none."""
        given = self.study.job.get("pruner") or ""
        name = next(iter(given), "") if isinstance(given, dict) else str(given)
        return "" if name == "none" else name

    @cached_property
    def n_epochs(self):
        """The epochs of a whole trial: as the job file says, or as far as anything here has come."""
        job = self.study.job
        given = job.get("pruner")
        said = [kind.get("max_resource") for kind in given.values() if isinstance(kind, dict)] if isinstance(given, dict) else []
        said.append((job.get("training") or {}).get("epochs"))
        came = max([0, *self.trials.n_epochs, *self.legs.until])
        return max([came, *(int(epochs) for epochs in said if isinstance(epochs, int))])

    @cached_property
    def cut_short(self):
        """The trials that a pruner has stopped, for now or for good: they have no objective that compares with others'."""
        return self.trials[self.trials.state.isin(CUT_SHORT)]

    @property
    def best(self):
        """The best trial's row, or None."""
        number = self.trials.attrs["best_trial"]
        return None if number is None else self.trials.loc[number]

    @cached_property
    def complete(self):
        return self.trials[self.trials.state == "complete"]

    @cached_property
    def started(self):
        return self.trials[self.trials.attempt > 0]

    @cached_property
    def varied(self):
        """The searched parameters that take more than one value among the complete trials. `name` is a label that
        changes nothing in a training."""
        names = [name for name in self.parameters if name != "name"]
        return [name for name in names if len(set(self.values(name, self.complete)) - {None}) > 1]

    @cached_property
    def everywhere(self):
        """Those of them that all complete trials have."""
        return [name for name in self.varied if None not in self.values(name, self.complete)]

    def values(self, name, trials):
        """A parameter's values, lists as text, None where the trial does not have it."""
        return [plain(value) for value in trials[name].tolist()]

    def best_first(self, trials):
        """Sorted by objective, ties by number, those without one last."""
        return trials.sort_values(["objective", "number"], ascending=[not self.maximize, True], na_position="last")


def read_results(path):
    """Raises ResultsError where the file cannot be read or holds no trial."""
    trials, epochs, study = read_all(path)
    if trials.empty:
        raise ResultsError(f"{path}: the study has no trials, so there is nothing to report")
    return Results(Path(path), trials, epochs, study)


def seconds_since_1970(moments):
    """UTC times of a column as float seconds, NaN where unknown."""
    seconds = moments.astype("int64").to_numpy() / 1e9
    return np.where(moments.isna(), np.nan, seconds)
