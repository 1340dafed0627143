"""What a pruner did: the ladder of rungs, what it saved, and whether early rungs told what later ones do.

`legs` has a row for each leg of a trial: trial, from, until (0: to the trial's end), parent, value, state."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import words
from .colors import BLUE, GREY, INK
from .drawn import NothingToDraw

LOW = 0.5  # of a rank correlation
LEAST_TRIALS = 5  # below, a correlation tells nothing
DRAWN = 2_000  # trials


@dataclass(frozen=True)
class Agreement:
    """How the order of n trials at one rung agrees with their order at a later one (Spearman)."""

    rung: int
    later: int
    n: int
    correlation: float


def values_at_rungs(legs, n_epochs):
    """A row a trial, a column a rung, NaN where it was not trained to. A trial that ended by itself stands at the next rung."""
    ended = legs[legs.state != "failed"]
    paused = ended.until[(ended.state == "paused") & (ended.until > 0)]
    rungs = np.unique(np.append(paused.to_numpy(int), n_epochs))
    until = np.where(ended.until == 0, n_epochs, ended.until)
    places = np.minimum(np.searchsorted(rungs, until), len(rungs) - 1)
    table = pd.DataFrame({"trial": ended.trial, "rung": rungs[places], "value": ended.value})
    return table.pivot_table(index="trial", columns="rung", values="value", aggfunc="last", dropna=False)


def saved(legs, n_epochs):
    """(epochs trained at most, epochs of all these trials trained to the end)."""
    until = legs.until.where(legs.until > 0, n_epochs)
    return int((until - legs["from"]).sum()), n_epochs * legs.trial.nunique()


def agreements(table):
    """The Agreement of each rung with the next, where enough trials have both."""
    found = []
    for rung, later in zip(table.columns[:-1], table.columns[1:]):
        both = table[[rung, later]].dropna()
        if len(both) < LEAST_TRIALS or (both.nunique() < 2).any():
            continue
        found.append(Agreement(int(rung), int(later), len(both), float(both.rank().corr().iloc[0, 1])))
    return found


def sentences(legs, n_epochs):
    """What pruning saved, and that early rungs say little where they do."""
    if legs.empty:
        return []
    trained, full = saved(legs, n_epochs)
    said = [f"{trained:,} epochs were trained, {words.percent(1 - trained / full)} fewer than the {full:,} of all these trials to their end."]
    low = [each for each in agreements(values_at_rungs(legs, n_epochs)) if each.correlation < LOW]
    if low:
        worst = min(low, key=lambda each: each.correlation)
        said.append(
            f"The order at epoch {worst.rung} says little about that at epoch {worst.later}: the rank correlation of the {worst.n} trials that "
            f"went on is {worst.correlation:.2f}. A larger min_resource or a smaller reduction_factor would be safer."
        )
    return said


def steps(legs, n_epochs, maximize):
    """A row a rung: (epoch, trials that came to it, trials that went on, best value, rank correlation with the next rung or None)."""
    table = values_at_rungs(legs, n_epochs)
    if table.empty:
        return
    known = {each.rung: each.correlation for each in agreements(table)}
    last = table.notna().to_numpy()[:, ::-1].argmax(axis=1)  # rungs from the last one back
    for place, rung in enumerate(table.columns):
        here = table[rung].dropna()
        went_on = int((table[rung].notna().to_numpy() & (last < table.shape[1] - 1 - place)).sum())
        yield int(rung), len(here), went_on, here.max() if maximize else here.min(), known.get(rung)


def ladder(legs, n_epochs, metric, maximize):
    """Values at each rung, those of one trial joined; the trial that is best at the last rung in front."""
    from .. import drawing  # matplotlib: the sentences do without

    table = values_at_rungs(legs, n_epochs)
    if table.shape[1] < 2 or not np.isfinite(table.to_numpy(float)).any():
        raise NothingToDraw("No trial was compared with others on its way.")
    if len(table) > DRAWN:
        table = table.loc[table.count(axis=1).sort_values(ascending=False, kind="stable").index[:DRAWN].sort_values()]
    figure = drawing.new_figure(3.6)
    axes = figure.add_subplot()
    places = np.arange(table.shape[1])
    went_on = table[table.count(axis=1) > 1]
    if len(went_on):
        axes.plot(places, went_on.to_numpy(float).T, color=BLUE, linewidth=0.7, alpha=0.6)
    for place, rung in enumerate(table.columns):
        values = table[rung].dropna()
        axes.plot(np.full(len(values), place), values, "o", color=GREY, markersize=3, alpha=0.7)
    last = table[table.columns[-1]].dropna()
    if len(last):
        best = table.loc[last.idxmax() if maximize else last.idxmin()]
        axes.plot(places, best.to_numpy(float), "o-", color=INK, linewidth=1.6, markersize=4)
    if drawing.spans_decades(table.to_numpy(float)):
        drawing.set_logarithmic(axes.yaxis)
    counts = table.count()
    axes.set_xticks(places, [f"epoch {rung}\n{words.count(counts[rung], 'trial')}" for rung in table.columns])
    axes.set_xlabel("rung")
    axes.set_ylabel(metric)
    figure.tight_layout()
    return figure


def figure(results, _findings):
    """The ladder of a results file whose `legs` were read."""
    if not results.pruner:
        raise NothingToDraw("This search has no pruner.")
    return ladder(results.legs, results.n_epochs, results.metric, results.maximize)
