"""The layout of a results file: the only module that knows names inside the HDF5 file.

A results file is an ordinary HDF5 file that nobody has open for writing: it may be read at
any time, also while the search runs. Row i of every dataset below /trials is trial i.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import yaml

from .escapes import shortened
from .results_error import ResultsError
from .trial_read import Unreadable, read_apart

FORMAT = "trawl-results"
FORMAT_VERSION = 2

TRIAL_COLUMNS = (
    "number point repeat state attempt rank host n_epochs best_epoch seed objective started_at finished_at seconds error"
).split()
# Of every curve; the others are the program's metrics.
EPOCH_COLUMNS = ("trial", "epoch", "seconds")
# Files of version 1 say neither the order of the metrics nor what is better.
VERSION_1_METRICS = "train_loss train_cross_entropy train_accuracy val_loss val_cross_entropy val_accuracy learning_rate".split()
VERSION_1_DIRECTIONS = {"val_loss": "minimize", "val_cross_entropy": "minimize", "val_accuracy": "maximize"}
STUDY_ATTRIBUTES = "study run_id objective_metric objective_direction objective_at repeats complete published_at".split()
# Of a shard: which of how many. Files from before there were shards have neither.
SHARD_ATTRIBUTES = {"shard": 0, "n_shards": 1}
# Of every leg: one stretch of a trial's training. Files of version 1 have none.
LEG_COLUMNS = "trial from until parent value state".split()
START_COLUMNS = "host pid ranks cpu build versions git_commit command slurm started_at ended_at exit_code".split()
WORKER_COLUMNS = "session rank host trials busy_seconds idle_seconds lost_at".split()
MESSAGE_COLUMNS = "time level trial text".split()
TEST_ATTRIBUTES = "test_accuracy test_cross_entropy".split()
DATA_SIZE = "train_rows validation_rows test_rows n_features n_classes".split()
TIMES = ("started_at", "finished_at")
# Of a trial, in the order of their numbers; the program's words, as tests/house compares.
STATES = ("waiting", "running", "complete", "pruned", "failed", "paused")
FINISHED = ("complete", "pruned", "failed")
CUT_SHORT = ("pruned", "paused")
LEG_KINDS = {"value": "float64", "state": "object"}
LEG_ENDS = (*FINISHED, "paused")


@dataclass(frozen=True)
class Metric:
    """A column of the learning curves: as its program declares it. direction: what is better, "" where trials cannot be ranked by it."""

    name: str
    units: str
    description: str
    direction: str

    @property
    def label(self):
        """For an axis: the name with its units, train_ and val_ in words."""
        words = self.name
        for prefix, word in (("train_", "training "), ("val_", "validation ")):
            words = word + words[len(prefix) :] if words.startswith(prefix) else words
        words = words.replace("_", " ")
        return words if self.units in ("", "1") else f"{words} ({self.units})"

    @property
    def is_share(self):
        """It is shown in per cent."""
        return is_share(self.name)


@dataclass(frozen=True)
class Study:
    """What a results file says about the study as a whole.

    job: the job file with its defaults filled in, as nested dicts; job_resolved: the same as text; space: what is searched, a dict a dimension (name,
    kind, low, high, log, step, points, choices); data: the size of the data set, DATA_SIZE (0 in
    files older than these); starts: one row a start or resume
    (host, cpu, build, started_at and ended_at in s since 1970 ...); workers: one row a rank and start; messages: warnings
    and errors, time in s since 1970; test: what the best network reaches on the test rows, empty while nobody knows;
    legs: see analysis.legs.
    """

    job: dict
    job_resolved: str
    space: list
    data: dict
    starts: pd.DataFrame
    workers: pd.DataFrame
    messages: pd.DataFrame
    test: dict
    legs: pd.DataFrame


@dataclass(frozen=True)
class Scaling:
    """What the features became before training: float32((value - offset) * factor), computed in float64.

    offset, factor: float64, [n_features]; names: the features' names in the data, None where it has none;
    others: names of columns that are no features, as far as the job file gives them.
    """

    offset: np.ndarray
    factor: np.ndarray
    names: list | None
    others: tuple = ()


def read(path):
    """(trials, epochs) of a results file, see analysis.load. Raises ResultsError."""
    return read_safely(path, tables_of)


def tables_of(file, attributes):
    trials, epochs = read_trials(file, attributes), read_epochs(file)
    check_numbers(trials, epochs)
    return trials, epochs


def read_legs(path):
    """The legs of a results file, see analysis.legs. Raises ResultsError."""
    return read_safely(path, lambda file, _attributes: legs_of(file))


def read_study(path):
    """The Study of a results file. Raises ResultsError."""
    return read_safely(path, study_of)


def read_all(path):
    """(trials, epochs, study): all of one version of the file, opened once. Raises ResultsError."""
    return read_safely(path, lambda file, attributes: (*tables_of(file, attributes), study_of(file, attributes)))


def study_of(file, _attributes):
    job = plain(file["study/job_resolved"][()])
    return Study(
        job=yaml.safe_load(job) or {},
        job_resolved=job,
        space=read_space(file),
        data={name: int(file["study"].attrs.get(name, 0)) for name in DATA_SIZE},
        starts=table(file["provenance"], START_COLUMNS),
        workers=table(file["workers"], WORKER_COLUMNS),
        messages=table(file["messages"], MESSAGE_COLUMNS),
        test=read_test(file),
        legs=legs_of(file),
    )


def legs_of(file):
    """Sorted by trial. Of legs that were tried again after a trial had ended only the last one counts."""
    if "legs" not in file:
        return pd.DataFrame({name: pd.Series(dtype=LEG_KINDS.get(name, "int64")) for name in LEG_COLUMNS})
    changing = list(file["legs"].get("parameters", {}))
    require(not changing, f"/legs/parameters/{', '.join(changing)}: parameters that change from leg to leg are of a newer Trawl")
    legs = table(file["legs"], LEG_COLUMNS).sort_values("trial", kind="stable", ignore_index=True)
    require(legs.trial.between(0, len(file["trials/number"]) - 1).all(), "a row of /legs is of no trial")
    require(legs.state.isin(LEG_ENDS).all(), "a leg ends in no state")
    require((legs["from"] >= 0).all() and (legs.until >= 0).all(), "a leg begins or ends before the first epoch")
    lasts = (legs.state == "paused") | ~legs.duplicated("trial", keep="last")
    return legs[lasts].reset_index(drop=True)


def read_best_network(path):
    """(trial, activation, layers, scaling) of the best network, see network.BestNetwork. Raises ResultsError."""
    return read_safely(path, network_of)


def network_of(file, _attributes):
    trial = best_trial(file)
    if trial is None or "weights" not in file["best"]:
        raise ResultsError(f"{file.filename}: holds no network: no trial is complete")
    job = yaml.safe_load(plain(file["study/job_resolved"][()]))
    if "program" in job:
        raise ResultsError(f"{file.filename}: the weights are those of {job['program']}, which has an objective of its own")
    activation = job["model"].get("activation")
    if "activation" in file["trials/parameters"]:
        values = column(file["trials/parameters/activation"])
        conditions = file["trials"].get("active", {})
        is_active = "activation" not in conditions or bool(conditions["activation"][trial])
        activation = values[trial] if is_active else activation
    weights = file["best/weights"]
    names = sorted((name for name in weights if name != "output"), key=lambda name: int(name.split("_")[1]))
    layers = [{key: array[:] for key, array in weights[name].items()} for name in [*names, "output"]]
    return trial, activation, layers, read_scaling(file["best"], other_columns(job.get("data", {})))


def other_columns(data):
    """The names of the columns that the job file takes for no features. A number is a place."""
    given = [data.get("label_column"), *(data.get("exclude") or [])]
    return tuple(name for name in given if isinstance(name, str) and not name.isdigit())


def read_scaling(best, others):
    """The Scaling of the best network's inputs; None in files of versions that did not keep it."""
    if "scaling" not in best:
        return None
    group = best["scaling"]
    names = group["names"].asstr(errors="backslashreplace")[:].tolist() if "names" in group else None
    return Scaling(group["offset"][:], group["factor"][:], names, others)


def read_safely(path, part):
    """part(file, attributes) of a results file; a child reads it. Raises ResultsError, whatever stands in the file."""
    path = Path(path)
    if not path.is_file():
        raise ResultsError(f"{path}: no such file")
    try:
        return read_apart(path, lambda: read_part(path, part))
    except Unreadable as error:
        if str(error).startswith(str(path)):
            raise ResultsError(str(error)) from None
        raise ResultsError(f"{path}: {error}; `trawl repair {path}` may help") from None


def read_part(path, part):
    with opened_hdf5(path) as file:
        try:
            return part(file, check_format(path, file))
        except (ResultsError, MemoryError):
            raise
        except Exception as error:  # also values that no file of ours holds
            what = shortened(f"{type(error).__name__}: {error}", 300)
            raise ResultsError(f"{path}: not a whole results file: {what}; `trawl repair {path}` may help") from error


def opened_hdf5(path):
    """The h5py.File, to read only."""
    try:
        path.open("rb").close()  # may it be read at all?
        if not h5py.is_hdf5(path):
            raise ResultsError(f"{path}: not an HDF5 file")
        return h5py.File(path, "r")
    except OSError as error:
        remedy = f"; `trawl repair {path}` may help" if "truncated" in str(error) else ""
        if "unable to lock" in str(error):
            remedy = "; where a file system refuses the locks of the HDF5 library, set HDF5_USE_FILE_LOCKING=FALSE in the environment"
        raise ResultsError(f"{path}: cannot be opened: {error}{remedy}") from error


def check_format(path, file):
    """The study's attributes, if this is a results file of a version we know."""
    attributes = {name: plain(value) for name, value in file.attrs.items()}
    if attributes.get("format") != FORMAT:
        raise ResultsError(f"{path}: an HDF5 file, but not one that `trawl run` wrote (no attribute format={FORMAT})")
    version = attributes.get("format_version")
    if version is None or int(version) > FORMAT_VERSION:
        raise ResultsError(
            f"{path}: format version {version}; this analysis knows up to {FORMAT_VERSION}: take that of a newer Trawl"
        )
    return attributes


def read_trials(file, attributes):
    group = file["trials"]
    trials = pd.DataFrame({name: column(group[name]) for name in TRIAL_COLUMNS})
    for name in TIMES:
        trials[name] = pd.to_datetime(trials[name], unit="s", utc=True)
    space = group["parameters"]
    names = searched_names(file, space)
    conditions = group.get("active", {})  # files from before there were conditions have none
    for name in names:
        values = column(space[name])
        trials[name] = without_inactive(values, conditions[name][:].astype(bool)) if name in conditions else values
    trials.attrs = {name: attributes[name] for name in STUDY_ATTRIBUTES}
    trials.attrs |= {name: attributes.get(name, whole) for name, whole in SHARD_ATTRIBUTES.items()}
    trials.attrs["parameters"] = names
    trials.attrs["best_trial"] = best_trial(file)
    return trials


def best_trial(file):
    """The number of the best trial, as the program ranks them; None while there is none."""
    best = file["best"].attrs if "best" in file else {}
    return int(best["trial"]) if "trial" in best else None


def check_numbers(trials, epochs):
    """Raises ValueError where what other modules rely on does not hold."""
    n, repeats = len(trials), int(trials.attrs["repeats"])
    require(trials.number.tolist() == list(range(n)), "row i of /trials is not trial i")
    require(repeats >= 1 and n % repeats == 0, f"{n} trials are not {repeats} of each point")
    require((trials.point == trials.number // repeats).all(), "a trial is not of its point")
    require(trials.state.isin(STATES).all(), "a trial's state is none")
    require((trials.n_epochs >= 0).all() and (trials.attempt >= 0).all(), "a count is negative")
    best = trials.attrs["best_trial"]
    require(best is None or 0 <= best < n, f"the best trial is {best} of {n}")
    require(trials.attrs["objective_direction"] in ("maximize", "minimize"), "the objective has no direction")
    for name in ("study", "objective_metric", "run_id"):
        require(isinstance(trials.attrs[name], str), f"{name} is no text")
    require(epochs.trial.between(0, n - 1).all() and epochs.epoch.between(0, 2**40).all(), "a row of /epochs is of no trial")
    require(not epochs.duplicated(["trial", "epoch"]).any(), "an epoch is there twice")


def require(holds, what):
    if not holds:
        raise ValueError(what)


def read_epochs(file):
    group = file["epochs"]
    metrics = read_metrics(group)
    names = [*EPOCH_COLUMNS[:2], *(metric.name for metric in metrics), EPOCH_COLUMNS[2]]
    epochs = pd.DataFrame({name: column(group[name]) for name in names})
    epochs = epochs.sort_values(["trial", "epoch"], kind="stable", ignore_index=True)
    epochs.attrs["metrics"] = metrics
    return epochs


def is_share(metric):
    """Is the metric of this name shown in per cent?"""
    return metric.endswith("accuracy")


def read_metrics(group):
    """The Metrics of /epochs in the order of the program's table."""
    places = {}
    for name in group:
        if name in EPOCH_COLUMNS:
            continue
        attributes = {key: plain(value) for key, value in group[name].attrs.items()}
        if "position" in attributes:
            place, direction = int(attributes["position"]), attributes.get("direction", "")
        else:
            place = VERSION_1_METRICS.index(name) if name in VERSION_1_METRICS else len(VERSION_1_METRICS)
            direction = VERSION_1_DIRECTIONS.get(name, "")
        require(direction in ("", "minimize", "maximize"), f"the direction of {name} is {direction}")
        places[name] = place, Metric(name, str(attributes.get("units", "1")), str(attributes.get("description", "")), direction)
    return tuple(metric for _place, metric in sorted(places.values(), key=lambda placed: placed[0]))


def table(group, names):
    return pd.DataFrame({name: column(group[name]) for name in names})


def read_test(file):
    best = file["best"].attrs if "best" in file else {}
    found = {name: plain(best[name]) for name in TEST_ATTRIBUTES if name in best}
    return {name: value for name, value in found.items() if value == value}


def read_space(file):
    """The dimensions of /study/space in the order of the job file; none where it is not there."""
    try:
        return [dimension for dimension in json.loads(plain(file["study/space"][()])) if dimension["name"]]
    except (KeyError, TypeError, ValueError):
        return []


def searched_names(file, group):
    """The parameters in the order of the job file, as far as /study/space tells it."""
    ordered = [dimension["name"] for dimension in read_space(file)]
    return [name for name in ordered if name in group] + [name for name in group if name not in ordered]


def column(dataset):
    """A dataset as a column: enums as the values they stand for, text as str."""
    names = h5py.check_enum_dtype(dataset.dtype)
    if names is not None and dataset.dtype.kind != "b":
        values = {code: choice(name) for name, code in names.items()}
        return pd.Series([values.get(code) for code in dataset[:].tolist()], dtype=object)
    if h5py.check_string_dtype(dataset.dtype) is not None:
        return pd.Series(dataset.asstr(errors="backslashreplace")[:], dtype=object)
    return pd.Series(dataset[:])


def without_inactive(values, active):
    """The values with none where the parameter is inactive: NaN, NA in pandas' own types of whole numbers and
    booleans, None among choices."""
    if values.dtype == object:
        return values.where(active, None)
    return values.astype({"i": "Int64", "b": "boolean"}.get(values.dtype.kind, values.dtype)).where(active)


def choice(text):
    """The value of a choice from its text in the file: 16, 0.5, true, [128, 64], [hidden_1] or a word."""
    try:
        value = json.loads(text)
    except ValueError:
        value = yaml.safe_load(text) if text.startswith("[") else text
    return tuple(value) if isinstance(value, list) else value


def plain(value):
    """An attribute or scalar as str, bool, int or float."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, str):  # of an attribute: bytes that are no UTF-8 are halves of surrogate pairs
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    if isinstance(value, np.ndarray) and value.size == 1:
        return plain(value.reshape(-1)[0])
    return value.item() if isinstance(value, np.generic) else value
