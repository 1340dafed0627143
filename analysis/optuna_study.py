"""A results file as an Optuna study, so that whatever Optuna draws or computes works on it."""

import math
from contextlib import contextmanager
from datetime import datetime, timezone

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, TrialState

from .schema import read_all
from .values import is_number, plain

STATES = {
    "waiting": TrialState.WAITING,
    "running": TrialState.RUNNING,
    "complete": TrialState.COMPLETE,
    "pruned": TrialState.PRUNED,
    "paused": TrialState.PRUNED,
    "failed": TrialState.FAIL,
}
TRIAL_ATTRIBUTES = "point repeat attempt rank host n_epochs best_epoch seconds error".split()
STUDY_ATTRIBUTES = "run_id objective_metric objective_at repeats complete best_trial".split()


def to_optuna(path):
    """The study in a results file, in memory: the distributions of its space, and trial i as Optuna's trial i
    with its state, parameters, objective, times, and its metric after every epoch as intermediate values (step:
    the 0-based epoch).

    What Optuna has no field for are user attributes of the trials and the study. With repeats every
    training is a trial: `best_trial` of the study's user attributes is the first of the best point, as the program ranks
    them, while Optuna's own best is the best single training. A trial has no parameter that is inactive in it. Lists such as [128, 64] become text.
    Reads the file while the search runs, too. Raises ResultsError.
    """
    trials, epochs, study = read_all(path)
    return build_study(trials, epochs, study.space)


def build_study(trials, epochs, space):
    """As to_optuna, of tables that are read already."""
    facts = trials.attrs
    with quiet():
        study = optuna.create_study(study_name=facts["study"], direction=facts["objective_direction"])
    for name in STUDY_ATTRIBUTES:
        study.set_user_attr(name, facts[name])
    columns = {name: [plain(value) for value in trials[name].tolist()] for name in facts["parameters"]}
    started = (trials.attempt > 0).tolist()
    known = {name: [v for v, seen in zip(values, started) if seen and v is not None] for name, values in columns.items()}
    dimensions = {dimension["name"]: dimension for dimension in space}
    distributions = {name: distribution(dimensions.get(name, {}), known[name]) for name in columns if known[name]}
    curves = curves_of(epochs, facts["objective_metric"])
    study.add_trials(
        frozen(row, parameters_of(i, row, columns, distributions), distributions, curves.get(row.number, {}))
        for i, row in enumerate(trials.itertuples())
    )
    return study


@contextmanager
def quiet(level=optuna.logging.WARNING):
    """Optuna reports each new study on stderr, and as a warning that its two drawing libraries draw differently."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(level)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)


def distribution(dimension, values):
    """Of a dimension of the space; wider where `values`, which were tried, lie outside of it."""
    if dimension.get("kind", kind_of(values)) == "categorical":
        return CategoricalDistribution(tuple(dict.fromkeys([*map(plain, dimension.get("choices", ())), *values])))
    low, high = (pick([dimension.get(bound, values[0]), *values]) for bound, pick in (("low", min), ("high", max)))
    log, step = bool(dimension.get("log", False)), dimension.get("step")
    if dimension.get("kind") == "int":
        return IntDistribution(low, high, log=log, step=step if step and on_lattice([*values, high], low, step) else 1)
    stepped = step and on_lattice([*values, high], low, step)
    return FloatDistribution(low, high, log=log, step=step if stepped else None)


def kind_of(values):
    """Of a parameter that the file's space does not describe."""
    return "float" if all(map(is_number, values)) else "categorical"


def on_lattice(values, low, step):
    """Optuna takes a step only where all of them lie on it."""
    steps = [(value - low) / step for value in values]
    return all(abs(count - round(count)) < 1e-8 for count in steps)


def parameters_of(i, row, columns, distributions):
    if row.attempt == 0:
        return {}
    return {name: columns[name][i] for name in distributions if columns[name][i] is not None}


def curves_of(epochs, metric):
    """{trial: {epoch: metric}}; empty for a metric of a program's own, which has no curve."""
    if metric not in epochs:
        return {}
    return {
        number: dict(zip(rows.epoch.tolist(), rows[metric].tolist())) for number, rows in epochs.groupby("trial", sort=False)
    }


def frozen(row, parameters, distributions, curve):
    state = STATES[row.state]
    objective = row.objective if state.is_finished() and not math.isnan(row.objective) else None
    if state == TrialState.PRUNED and curve:
        objective = curve[max(curve)]  # the last value it reported
    return FrozenTrial(
        number=int(row.number),
        trial_id=int(row.number),
        state=state,
        value=None if objective is None or math.isnan(objective) else float(objective),
        datetime_start=None if row.attempt == 0 and not state.is_finished() else local_time(row.started_at),
        datetime_complete=local_time(row.finished_at) if state.is_finished() else None,
        params=parameters,
        distributions={name: distributions[name] for name in parameters},
        user_attrs={name: native(getattr(row, name)) for name in TRIAL_ATTRIBUTES} if row.attempt else {},
        system_attrs={},
        intermediate_values=curve,
    )


def local_time(moment):
    """Optuna's times are local and say no zone. A time that the file does not know is the beginning of time."""
    seconds = 0.0 if moment != moment else moment.timestamp()
    return datetime.fromtimestamp(seconds, timezone.utc).astimezone().replace(tzinfo=None)


def native(value):
    return value.item() if hasattr(value, "item") else value
