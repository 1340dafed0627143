"""A model's curve over its repeats: the mean with its range where all were trained, and each by itself beyond."""

from dataclasses import dataclass

import numpy as np

from .models import LOOKS

MARKERS = 8  # on a curve, so that models differ without their colours
BAND_OPACITY = 0.15


@dataclass(frozen=True)
class RepeatedCurve:
    """epochs: 1-based, as many as all repeats have; tails: (epochs, values) of those that go on, from the last
    common epoch on."""

    epochs: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    tails: list

    @property
    def has_band(self):
        return bool((self.high > self.low).any())


def repeated_curve(trainings, column):
    curves = [t.curve[column].to_numpy(float) for t in trainings]
    common = min(map(len, curves))
    values = np.array([curve[:common] for curve in curves])
    tails = [(np.arange(common, len(c) + 1), c[common - 1 :]) for c in curves if len(c) > common]
    return RepeatedCurve(np.arange(1, common + 1), values.mean(axis=0), values.min(axis=0), values.max(axis=0), tails)


def draw_curve(axes, model, column, color=None, line=None, band=BAND_OPACITY, width=1.5, markers=True):
    """The model's curve in its look, or in the colour and line given."""
    look = LOOKS[model.name]
    color, line = color or look.color, line or look.line
    curve = repeated_curve(model.shown, column)
    if curve.has_band:
        axes.fill_between(curve.epochs, curve.low, curve.high, color=color, alpha=band, linewidth=0)
    every = max(1, len(curve.epochs) // MARKERS)
    marker = {"marker": look.marker, "markersize": 4, "markevery": (every // 2, every)} if markers else {}
    if len(curve.epochs) == 1 and not markers:
        marker = {"marker": look.marker, "markersize": 4}
    axes.plot(curve.epochs, curve.mean, color=color, linestyle=line, linewidth=width, **marker)
    for epochs, values in curve.tails:
        axes.plot(epochs, values, color=color, linestyle=line, linewidth=0.7 * width)


def mark_stops(axes, model, column, color=None):
    """A bar where a repeat stopped before its time, a diamond at the epoch whose weights were restored."""
    color = color or LOOKS[model.name].color
    for training in model.shown:
        values = training.curve[column].to_numpy(float)
        if training.stopped_early:
            axes.plot(len(values), values[-1], marker="|", markersize=9, markeredgewidth=1.6, color=color)
        if training.restored:
            diamond = {"marker": "D", "markersize": 5, "markerfacecolor": "white", "markeredgewidth": 1.4}
            axes.plot(training.final + 1, values[training.final], color=color, linestyle="none", zorder=5, **diamond)
