"""When two models differ by more than their repeats do, and what follows for a claim."""

from dataclasses import dataclass
from enum import Enum

ENOUGH_REPEATS = 3

RULE = (
    "One model lies above another where the lowest of its repeats lies above the highest of the other's. With fewer than "
    f"{ENOUGH_REPEATS} repeats of either, their means must differ by a smallest difference besides (times and losses 10 %, "
    "accuracies 0.5 points, epochs a tenth of all, unrest and oscillation 25 %, the gap between losses 0.01). All else cannot "
    "be told. (Of two equal models with three repeats each the ranges are apart in one case of ten: 2 of the 20 orders.)"
)


class Verdict(str, Enum):
    HOLDS = "holds"
    FAILS = "does not hold"
    UNTOLD = "cannot be told"


@dataclass(frozen=True)
class Finding:
    """What was measured for a claim, and what follows; of a claim with several parts a line each."""

    verdict: Verdict
    measured: tuple

    @classmethod
    def of(cls, verdict, text):
        return cls(verdict, (text,))


def mean(values):
    return sum(values) / len(values)


def order(a, b, smallest_difference):
    """1: a lies above b; -1: below; 0: cannot be told. a and b hold one number a repeat;
    smallest_difference(level): what decides where there are few repeats."""
    if not a or not b:
        return 0
    high, low, sign = (a, b, 1) if mean(a) > mean(b) else (b, a, -1)
    if not min(high) > max(low):
        return 0
    few = min(len(a), len(b)) < ENOUGH_REPEATS
    if few and mean(high) - mean(low) < smallest_difference(mean(low)):
        return 0
    return sign


def verdict_of(signs):
    """A claim of several comparisons: 1 where one agrees, -1 where it contradicts, 0 where it cannot be told."""
    signs = list(signs)
    if -1 in signs:
        return Verdict.FAILS
    return Verdict.HOLDS if signs and 0 not in signs else Verdict.UNTOLD


def together(*findings):
    """The finding of a claim with several parts: it holds where all do."""
    sign = {Verdict.HOLDS: 1, Verdict.FAILS: -1, Verdict.UNTOLD: 0}
    lines = tuple(f"{line} ({finding.verdict.value})" for finding in findings for line in finding.measured)
    return Finding(verdict_of(sign[finding.verdict] for finding in findings), lines)
