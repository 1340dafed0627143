"""Numbers as the page says them."""

import math

from ..schema import is_share
from ..values import plain, text


def objective(results, value):
    """A value of the objective's metric."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{100 * value:.2f}\u00a0%" if is_share(results.metric) else f"{value:.4g}"


def spread(results, value):
    """A difference of objectives."""
    if is_share(results.metric):
        return f"{100 * value:.2g}\u00a0points" if value else "0\u00a0points"
    return f"{value:.2g}"


def percent(share):
    return f"{100 * share:.1f}\u00a0%" if 0 < share < 0.1 or 0.9 < share < 1 else f"{100 * share:.0f}\u00a0%"


def duration(seconds):
    if seconds < 120:
        return f"{seconds:.3g}\u00a0s"
    return f"{seconds / 60:.1f}\u00a0min" if seconds < 7200 else f"{seconds / 3600:.1f}\u00a0h"


def count(number, noun):
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def parameters(results, trial):
    """learning_rate 0.0123, batch_size 32: those that the trial has."""
    return ", ".join(f"{name} {text(trial[name])}" for name in results.parameters if plain(trial[name]) is not None)


def listed(names):
    """a, b and c."""
    names = list(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "nothing"
