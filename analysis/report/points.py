"""The points of the space ranked by the mean of their repeats, and how sure that order is."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

SHOWN = 10
CONTENDERS = 500  # points that may still be the best
DRAWS = 4_000
FEW_DEGREES = {1: 12.706, 2: 4.303, 3: 3.182}


@dataclass(frozen=True)
class RankedPoint:
    """half_width: of the mean's 95 % interval; chance: that its true mean is the best; both None without repeats."""

    trial: int
    mean: float
    repeats: tuple
    half_width: float | None
    chance: float | None


@dataclass(frozen=True)
class RankedPoints:
    """sigma: standard deviation between repeats of one point, pooled over all points; None without repeats."""

    points: list
    total: int
    sigma: float | None
    degrees: int

    @property
    def trials(self):
        """The numbers of the points' trials, those of all repeats."""
        return [number for point in self.points for number in range(point.trial, point.trial + len(point.repeats))]

    @property
    def sentence(self):
        if not self.points:
            return "No point has all its repeats complete."
        if self.sigma is None:
            return (
                "Every point was trained once, so nobody knows how much another seed would move it: the order of the first "
                "few may be luck. Copy the best as a job file with 5 repeats to find out."
            )
        return (
            f"± is the 95 % interval of the mean, from the spread between repeats of one point (standard deviation "
            f"{self.sigma:.2g}, pooled over {self.total:,} points). “Chance of being best” redraws all means within that spread "
            f"{DRAWS:,} times. The best of many is also a lucky one: expect a little less when it is trained again."
        )


def rank_points(results):
    """The points of which every repeat is complete, the best first."""
    k = results.repeats
    if k == 1:
        ranked = results.best_first(results.complete[results.complete.objective.notna()])
        rows = ranked.head(SHOWN)[["number", "objective"]].itertuples(index=False)
        return RankedPoints([RankedPoint(int(n), float(v), (float(v),), None, None) for n, v in rows], len(ranked), None, 0)
    grouped = results.complete.sort_values("number").groupby("point").objective
    count = grouped.count()
    values = {point: tuple(rows) for point, rows in grouped if count[point] == k}
    if not values:
        return RankedPoints([], 0, None, 0)
    points, table = np.array(list(values)), np.array(list(values.values()))
    means = table.mean(axis=1)
    order = np.lexsort((points, -means if results.maximize else means))
    degrees = len(points) * (k - 1)
    sigma = math.sqrt(table.var(axis=1, ddof=1).mean())
    chances = chances_of_being_best(means[order][:CONTENDERS], sigma / math.sqrt(k), results.maximize)
    half = critical(degrees) * sigma / math.sqrt(k)
    ranked = [
        RankedPoint(int(points[i]) * k, float(means[i]), values[points[i]], half, float(chances[place]))
        for place, i in enumerate(order[:SHOWN])
    ]
    return RankedPoints(ranked, len(points), sigma, degrees)


def critical(degrees):
    """Student's t for a two-sided 95 % interval (Abramowitz and Stegun 26.7.5; below 4 degrees from a table)."""
    if degrees in FEW_DEGREES:
        return FEW_DEGREES[degrees]
    z, n = NormalDist().inv_cdf(0.975), degrees
    terms = (z**3 + z) / (4 * n), (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2), (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    return z + sum(terms)


def chances_of_being_best(means, error, maximize):
    drawn = np.random.default_rng(0).normal(means, error, size=(DRAWS, len(means)))
    best = drawn.argmax(axis=1) if maximize else drawn.argmin(axis=1)
    return np.bincount(best, minlength=len(means)) / DRAWS
