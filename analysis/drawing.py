"""What the figures of lab and report share: size, type, axes, and files whose bytes can be reproduced."""

from contextlib import contextmanager

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

WIDTH = 7.0  # inches: 17.8 cm, a page's width
DPI = 144
STYLE = {
    "font.size": 9,
    "axes.labelsize": 9,
    "axes.titlesize": 9.5,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "trawl-lab",
}
GREY = "#555555"
LOGARITHMIC_FROM = 10.0  # levels that span more than a decade

LABELS = {
    "train_loss": "training loss (nat)",
    "val_loss": "validation loss (nat)",
    "train_accuracy": "training accuracy",
    "val_accuracy": "validation accuracy",
}


@contextmanager
def style():
    with plt.rc_context(STYLE):
        yield


def new_figure(height):
    return plt.figure(figsize=(WIDTH, height), dpi=DPI)


def save(figure, stem):
    """Writes stem.png and stem.svg; the same figure gives the same bytes."""
    figure.savefig(stem.with_suffix(".png"), metadata={"Software": None})
    figure.savefig(stem.with_suffix(".svg"), metadata={"Date": None, "Creator": None})
    plt.close(figure)


def spans_decades(values):
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    return bool(values.size) and values.min() > 0 and values.max() / values.min() > LOGARITHMIC_FROM


def plain_number(value, _position=None):
    return f"{value:g}"


def set_logarithmic(axis):
    """A logarithmic axis with plain numbers, at 2 and 5 besides the decades where there are few of those."""
    (axis.axes.set_yscale if axis.axis_name == "y" else axis.axes.set_xscale)("log")
    low, high = sorted(axis.get_view_interval())
    axis.set_major_locator(LogLocator(base=10))
    axis.set_major_formatter(FuncFormatter(plain_number))
    axis.set_minor_locator(LogLocator(base=10, subs=(2, 5) if high / low < 3000 else (5,)))
    axis.set_minor_formatter(FuncFormatter(plain_number) if high / low < 1000 else NullFormatter())
    axis.axes.tick_params(which="minor", labelsize=8)


def set_percent(axis):
    axis.set_major_formatter(FuncFormatter(lambda value, _position: f"{100 * value:.4g} %"))


def set_epochs(axes, n_epochs):
    margin = 0.02 * max(n_epochs, 2)
    axes.set_xlim(1 - margin, n_epochs + margin)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1))
    axes.set_xlabel("epoch")


def say_nothing_to_draw(figure, why="no training to draw"):
    figure.text(0.5, 0.5, why, ha="center", va="center", color=GREY)
