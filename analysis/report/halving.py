"""What successive halving would have saved on these very curves, and how often it would have lost the best."""

import math
from dataclasses import dataclass

import numpy as np

CURVES = 1_000  # of more curves so many are drawn
RESAMPLES = 300
ETAS = (2, 3, 4)
LEAST_CURVES = 8  # below, a halving has nothing to halve


@dataclass(frozen=True)
class Halving:
    """rungs: (epochs, trials that go on beyond them); saved: share of all epochs; kept: whether the best trial survives;
    loss: how much worse the survivors' best is, in the objective; chance and typical_loss: over the resamples: how often
    the best is lost, and the median loss where it is."""

    eta: int
    first: int
    rungs: tuple
    saved: float
    kept: bool
    loss: float
    chance: float
    typical_loss: float


@dataclass(frozen=True)
class Replay:
    halvings: list
    n_curves: int
    total: int
    problem: str = ""


def replay(results):
    """The Replay of the complete trials' curves of the objective's metric; with a problem where it cannot be told."""
    total = len(results.complete)
    if results.pruner:
        return Replay([], 0, total, "A pruner has chosen the complete trials, so their curves do not stand for all: see the ladder of its rungs.")
    if results.metric not in results.epochs:
        return Replay([], 0, total, f"No curve of {results.metric} is there to replay.")
    scores, lengths, finals = curves(results)
    if len(finals) < LEAST_CURVES:
        return Replay([], len(finals), total, f"It takes {LEAST_CURVES} complete trials at least; here are {total}.")
    n_epochs = int(lengths.max())
    if n_epochs < 4:
        return Replay([], len(finals), total, f"Trainings of {n_epochs} epochs leave nothing to stop early.")
    starts = sorted({1, max(2, round(n_epochs / 8))})
    found = [halve(scores, lengths, finals, eta, first) for first in starts for eta in ETAS if first * eta <= n_epochs]
    return Replay(found, len(finals), total)


def curves(results):
    """(scores [n, epochs], larger is better and NaN counts as worst; lengths; finals: the objectives, larger is better)."""
    trials = results.complete[results.complete.objective.notna() & (results.complete.n_epochs > 0)]
    if len(trials) > CURVES:
        trials = trials.sample(CURVES, random_state=0)
    rows = results.epochs[results.epochs.trial.isin(trials.number)]
    table = rows.pivot(index="trial", columns="epoch", values=results.metric)
    trials = trials[trials.number.isin(table.index)]
    if trials.empty:
        return np.empty((0, 0)), np.empty(0, int), np.empty(0)
    sign = 1.0 if results.maximize else -1.0
    scores = sign * table.loc[trials.number].ffill(axis=1).to_numpy()
    scores = np.where(np.isnan(scores), -np.inf, scores)
    if results.trials.attrs["objective_at"] == "best":
        scores = np.maximum.accumulate(scores, axis=1)
    return scores, trials.n_epochs.to_numpy(), sign * trials.objective.to_numpy()


def halve(scores, lengths, finals, eta, first):
    everybody = np.arange(len(finals))
    rungs, cost, loss = run(scores, lengths, finals, everybody, eta, first)
    draw = np.random.default_rng(0)
    losses = []
    for _ in range(RESAMPLES):
        drawn = draw.integers(0, len(finals), len(finals))
        losses.append(run(scores, lengths, finals, drawn, eta, first)[2])
    lost = [each for each in losses if each > 0]
    return Halving(
        eta, first, tuple(rungs), 1 - cost / lengths.sum(), loss == 0, loss, len(lost) / RESAMPLES, float(np.median(lost or [0]))
    )


def run(scores, lengths, finals, trials, eta, first):
    """(rungs, epochs trained, loss) of these trials, synchronously: all are trained to a rung, the best 1/eta go on."""
    rungs, alive, trained, epochs = [], trials, 0, first
    cost = 0
    while epochs < scores.shape[1] and len(alive) > 1:
        cost += (np.minimum(lengths[alive], epochs) - np.minimum(lengths[alive], trained)).sum()
        keep = math.ceil(len(alive) / eta)
        order = np.argsort(-scores[alive, epochs - 1], kind="stable")
        alive, trained = alive[order[:keep]], epochs
        rungs.append((epochs, keep))
        epochs *= eta
    cost += (lengths[alive] - np.minimum(lengths[alive], trained)).sum()
    return rungs, int(cost), float(finals[trials].max() - finals[alive].max())
