"""What is left out of the page and the figures where there is too much, and how that is said."""

import numpy as np
import pandas as pd

TRIALS = 20_000  # rows in the page: the table sorts and filters them without a pause
CURVES = 2_000  # learning curves in the page
CURVE_EPOCHS = 60  # points of a curve in the page where there are more curves than FEW_CURVES
FEW_CURVES = 200
PLOTTED = 500  # trials in a figure of Optuna's


def choose(results, trials, limit, always=()):
    """At most `limit` of the trials: the best and the failed or pruned ones up to a tenth of that each, and of the rest a
    draw that is the same every time. Those numbered in `always` are among them. In the order of their numbers."""
    if len(trials) <= limit:
        return trials
    best = results.best_first(trials[trials.state == "complete"]).head(limit // 10)
    ended = trials[trials.state.isin(["failed", "pruned", "paused"])].head(limit // 10)
    picked = best.index.union(ended.index).union(trials.index[trials.number.isin(always)])
    rest = trials.drop(picked)
    drawn = rest.sample(min(len(rest), max(0, limit - len(picked))), random_state=0)
    return pd.concat([trials.loc[picked], drawn]).sort_values("number")


def evenly(values, limit):
    """The values thinned to `limit`, first and last always among them."""
    values = np.asarray(values)
    if len(values) <= limit:
        return values
    return values[np.unique(np.linspace(0, len(values) - 1, limit).round().astype(int))]


def left_out(shown, total, what, where):
    """The sentence that says so; empty if nothing is missing."""
    if shown >= total:
        return ""
    return (
        f"{shown:,} of {total:,} {what} are drawn here: the best {shown // 10:,}, failed and pruned ones (at most "
        f"{shown // 10:,}), and of the others a random draw. {where}"
    )
