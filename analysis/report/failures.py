"""Trials that failed, by reason."""

import re
from dataclasses import dataclass

from ..values import is_number, text

REASONS = 20
NUMBERS = 8  # trials named for a reason


@dataclass(frozen=True)
class Failure:
    """Trials whose reasons differ in numbers only. where: the ranges of the parameters they had."""

    reason: str
    trials: tuple
    where: str


def failures(results):
    """The Failures, the most frequent first."""
    failed = results.trials[results.trials.state == "failed"]
    kinds = failed.error.map(lambda reason: re.sub(r"\d+(\.\d+)?", "#", reason))
    groups = [rows for _, rows in failed.groupby(kinds)]
    groups.sort(key=lambda rows: (-len(rows), rows.number.iloc[0]))
    return [Failure(rows.error.iloc[0] or "no reason is known", tuple(rows.number.tolist()), where(results, rows)) for rows in groups]


def where(results, rows):
    parts = (extent(name, [v for v in results.values(name, rows) if v is not None]) for name in results.parameters)
    return "; ".join(part for part in parts if part)


def extent(name, values):
    """What a parameter was among them: its range, or its few values."""
    distinct = sorted(set(values), key=lambda value: (str(type(value)), value))
    if not distinct:
        return ""
    if all(map(is_number, distinct)) and len(distinct) > 2:
        return f"{name} {text(distinct[0], 3)} to {text(distinct[-1], 3)}"
    return f"{name} {', '.join(map(text, distinct))}" if len(distinct) <= 4 else ""


def numbers(trials):
    shown = ", ".join(map(str, trials[:NUMBERS]))
    return shown if len(trials) <= NUMBERS else f"{shown} and {len(trials) - NUMBERS:,} more"
