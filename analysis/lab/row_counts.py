"""How many rows the accuracies of a file were counted over."""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

LARGEST = 10**7  # rows; two different fractions below it differ by 1e-14 at least, a double's rounding by 1e-16


@dataclass(frozen=True)
class RowCounts:
    """None: cannot be told."""

    training: int = None
    validation: int = None


def count_rows(epochs):
    return RowCounts(denominator(epochs.train_accuracy), denominator(epochs.val_accuracy))


def denominator(accuracies):
    """The smallest number of rows that makes every accuracy a whole number of rows.

    An accuracy is k/n with whole k, so n is a multiple of every reduced fraction's denominator. It is
    the least common one unless all k share a divisor with n, which over dozens of epochs they do not."""
    rows = 1
    for accuracy in np.unique(accuracies[np.isfinite(accuracies)]):
        nearest = Fraction(float(accuracy)).limit_denominator(LARGEST)
        if abs(float(nearest) - accuracy) > 4e-16:
            return None
        rows = lcm(rows, nearest.denominator)
        if rows > LARGEST:
            return None
    return rows if rows > 1 else None
