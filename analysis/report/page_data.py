"""What the page's script draws from: one JSON text. Numbers that are only drawn are rounded; parameters and objectives are not."""

import json

import numpy as np

from ..schema import CUT_SHORT, STATES, is_share
from ..values import is_number
from . import cluster, curve_data, job_file, sampling
from .reading import seconds_since_1970

TICKS = 12  # numbers among choices that are drawn in equal steps; more are drawn as numbers


def page_data(results, always=()):
    """always: numbers of trials that the page cannot do without, such as those of its table of the best."""
    shown = sampling.choose(results, results.started, sampling.TRIALS, always)
    drawn = sampling.choose(results, shown[shown.n_epochs > 0], sampling.CURVES)
    return {
        "metric": results.metric,
        "maximize": results.maximize,
        "shares": [name for name in dict.fromkeys([results.metric, *results.epochs]) if is_share(name)],
        "repeats": results.repeats,
        "live": results.live,
        "states": STATES,
        "best": None if results.best is None else int(results.best.number),
        "parameters": [parameter(results, name) for name in results.parameters],
        "trials": trial_columns(results, shown),
        "progress": progress(results),
        "curves": curve_data.curves(results, drawn),
        "timeline": cluster.timeline(results),
        "job": {"head": job_file.head(results), "seed": job_file.seed(results), "file": results.path.name},
    }


def as_script(data):
    """JSON that may stand inside a <script>."""
    return json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def parameter(results, name):
    """How its axis is drawn: numbers on a line, all else in equal steps."""
    dimension = next((d for d in results.study.space if d["name"] == name), {})
    values = [value for value in results.values(name, results.started) if value is not None]
    few = dimension.get("kind") == "categorical" and len(set(values)) <= TICKS
    numeric = bool(values) and all(map(is_number, values)) and not few
    answer = {"name": name, "numeric": numeric, "log": bool(dimension.get("log")) and numeric and min(values) > 0}
    if not numeric:
        order = [cell(choice) for choice in dimension.get("choices", [])]
        answer["choices"] = sorted({cell(value) for value in values}, key=place_in(order))
    return answer


def cell(value):
    """A number stays one: the page alone writes numbers as text. Anything else is text here."""
    return value if is_number(value) or isinstance(value, str) else json.dumps(value)


def place_in(order):
    return lambda value: (order.index(value) if value in order else len(order), str(value))


def trial_columns(results, trials):
    zero = np.nanmin(seconds_since_1970(results.started.started_at)) if len(results.started) else 0.0
    errors = trials.error.where(trials.error != "", None)
    reasons = [reason for reason in dict.fromkeys(errors) if reason is not None]
    place = {reason: i for i, reason in enumerate(reasons)}
    return {
        "number": trials.number.tolist(),
        "point": trials.point.tolist(),
        "repeat": trials.repeat.tolist(),
        "state": [STATES.index(state) for state in trials.state],
        "objective": finite(trials.objective),
        "stopped": finite(stopped(results, trials)),
        "n_epochs": trials.n_epochs.tolist(),
        "seconds": finite(trials.seconds, 3),
        "finished": finite(seconds_since_1970(trials.finished_at) - zero, 2),
        "attempt": trials.attempt.tolist(),
        "rank": trials["rank"].tolist(),
        "host": trials.host.tolist() if trials.host.nunique() > 1 else trials.host.head(1).tolist(),
        "error": [place.get(reason) for reason in errors],
        "reasons": reasons,
        "parameters": [column(results, name, trials) for name in results.parameters],
    }


def stopped(results, trials):
    """What the objective's metric was when a pruner stopped the trial; NaN of all others."""
    last = results.legs.drop_duplicates("trial", keep="last").set_index("trial").value
    return trials.number.map(last).where(trials.state.isin(CUT_SHORT))


def column(results, name, trials):
    values = results.values(name, trials)
    return [None if value is None else cell(value) for value in values]


def finite(values, digits=None):
    """NaN and infinity, which JSON does not have, as None."""
    values = np.asarray(values, float)
    rounded = values if digits is None else values.round(digits)
    return [value if np.isfinite(value) else None for value in rounded.tolist()]


def progress(results):
    """Every improvement of the best over all complete trials, in the order of their ends: [place, value, number]."""
    done = results.complete[results.complete.objective.notna()].sort_values(["finished_at", "number"])
    values = done.objective.to_numpy() * (1 if results.maximize else -1)
    if not len(values):
        return {"total": 0, "steps": []}
    so_far = np.maximum.accumulate(values)
    better = np.flatnonzero(np.diff(so_far, prepend=-np.inf) > 0)
    numbers, objective = done.number.to_numpy(), done.objective.to_numpy()
    return {"total": len(done), "steps": [[int(i) + 1, float(objective[i]), int(numbers[i])] for i in better]}
