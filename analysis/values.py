"""Parameter values as plain Python values and as texts."""

import json
import math

import pandas as pd

NEVER_DRAWN = -(2**63)  # what stands for a whole number that a trial does not have


def is_missing(value):
    """NaN, NA or None: the trial does not have the parameter, or was not started."""
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def plain(value):
    """A value as other tools take it, lists as text; None for one that the trial does not have."""
    if isinstance(value, (list, tuple)):
        return json.dumps(value)
    if is_missing(value) or value == NEVER_DRAWN:
        return None
    return value.item() if hasattr(value, "item") else value  # pandas' own types hold NumPy's numbers


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def text(value, digits=4):
    """For people: 0.01235, true, [128, 64]."""
    value = plain(value)
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.{digits}g}" if isinstance(value, float) else str(value)
