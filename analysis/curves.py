"""The learning curves of all trials in one figure, the best on top."""

import math
import textwrap

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.ticker import MaxNLocator, PercentFormatter

from .drawing import as_text, as_written
from .escapes import shortened
from .output import save_figure
from .schema import CUT_SHORT, Metric, is_share
from .values import is_missing

SECONDS = Metric("seconds", "s", "wall time of the epoch", "")
LOGARITHMIC_FROM = 30.0  # what spans more than this ratio is drawn on a logarithmic axis

LEGEND_CHARACTERS = 100  # what fits beside the legend's line at the figure's width
LEGEND_LINES = 8
TITLE_CHARACTERS = 36  # of the study's name
MARKERS_UP_TO = 40  # epochs; beyond, the dots of the best curve would touch

BEST_COLOR = "#c1272d"
TRIAL_COLOR = "#3b6ea5"
FAILED_COLOR = "#8a8a8a"
CUT_SHORT_COLOR = "#c98a00"


def drawable(epochs):
    """{name: Metric} of the columns that a figure may show."""
    return {metric.name: metric for metric in (*epochs.attrs["metrics"], SECONDS)}


def metric_to_draw(trials, epochs):
    """The objective's, or the first that says something: older files know the objective of a custom program alone."""
    objective = trials.attrs["objective_metric"]
    if objective in drawable(epochs):
        return objective
    return next((name for name in drawable(epochs) if epochs[name].notna().any()), SECONDS.name)


def best_trial(trials):
    """The row of the best trial, or None. With repeats the first stands for the best point."""
    number = trials.attrs["best_trial"]
    return None if number is None else trials.loc[number]


def value_text(value):
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(str, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def describe(trial, trials):
    """The legend's lines for the best trial: what it reached, and with what. Long names and values are shortened."""
    metric = shortened(trials.attrs["objective_metric"])
    active = [name for name in trials.attrs["parameters"] if not is_missing(trial[name])]
    parameters = ", ".join(f"{shortened(name)} = {shortened(value_text(trial[name]))}" for name in active)
    head = f"best: trial {trial.number}, {metric} {trial.objective:.4g}"
    return "\n".join([head, *textwrap.wrap(parameters, LEGEND_CHARACTERS, max_lines=LEGEND_LINES, placeholder=" …")])


def opacity(count):
    """Faint enough that many curves show where they crowd, strong enough to see one."""
    return float(np.clip(3.0 / math.sqrt(max(count, 1)), 0.07, 0.6))


def split(epochs, trials, metric, best):
    """The points of the other curves, as (failed or unfinished, pruned or paused, complete)."""
    state = dict(zip(trials.number, trials.state))
    faint, short, plain = [], [], []
    for number, rows in epochs.groupby("trial", sort=True):
        if best is not None and number == best.number:
            continue
        points = np.column_stack([rows.epoch.to_numpy(float) + 1, rows[metric].to_numpy(float)])
        (plain if state[number] == "complete" else short if state[number] in CUT_SHORT else faint).append(points)
    return faint, short, plain


def draw_curves(axes, curves, marker, **style):
    """Lines, and a dot where a curve has one finite epoch only and no line would show."""
    if not curves:
        return
    axes.add_collection(LineCollection(curves, **style))
    lone = [c[np.isfinite(c[:, 1])][0] for c in curves if np.isfinite(c[:, 1]).sum() == 1]
    if lone:
        axes.scatter(*np.array(lone).T, s=marker, color=style["colors"], alpha=style["alpha"], zorder=style["zorder"])


def set_scales(axes, values, metric):
    finite = values[np.isfinite(values)]
    if is_share(metric):
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=None))
    elif finite.size and finite.min() > 0 and finite.max() / finite.min() > LOGARITHMIC_FROM:
        axes.set_yscale("log")
    axes.autoscale_view()
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.margins(x=0.02)
    axes.grid(True, color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def title(trials, shown):
    """The headline and the line below it."""
    counts = trials.state.value_counts()
    states = ", ".join(f"{counts[state]} {state}" for state in ("complete", "pruned", "paused", "failed", "running", "waiting") if counts.get(state))
    note = "" if trials.attrs["complete"] else " (still running)"
    curves = "1 learning curve" if shown == 1 else f"{shown} learning curves"
    return f"{shortened(trials.attrs['study'], TITLE_CHARACTERS)}: {curves}{note}\n", f"{len(trials)} trial{'s'[: len(trials) != 1]}: {states}"


def learning_curves(trials, epochs, metric):
    """A matplotlib figure, 18 cm wide: every trial's `metric` over the epochs."""
    with as_text():
        return as_written(draw(trials, epochs, metric))


def draw(trials, epochs, metric):
    best = best_trial(trials)
    faint, short, plain = split(epochs, trials, metric, best)
    figure, axes = plt.subplots(figsize=(7.1, 5.0), dpi=160, layout="constrained")
    alpha = opacity(len(faint) + len(short) + len(plain))
    draw_curves(axes, short, 8, colors=CUT_SHORT_COLOR, linewidths=0.8, alpha=0.7 * alpha, zorder=2)
    draw_curves(axes, faint, 8, colors=FAILED_COLOR, linewidths=0.8, alpha=alpha, linestyles="--", zorder=2)
    draw_curves(axes, plain, 8, colors=TRIAL_COLOR, linewidths=0.8, alpha=alpha, zorder=3)
    if best is not None:
        rows = epochs[epochs.trial == best.number]
        marker = "o" if len(rows) <= MARKERS_UP_TO else None
        style = {"color": BEST_COLOR, "linewidth": 2.6, "marker": marker, "markersize": 3, "zorder": 5}
        axes.plot(rows.epoch + 1, rows[metric], label=describe(best, trials), **style)
    legend_entries(axes, faint, short, plain)
    set_scales(axes, epochs[metric].to_numpy(float), metric)
    axes.set_xlabel("epoch")
    axes.set_ylabel(shortened(drawable(epochs)[metric].label))
    shown = len(faint) + len(short) + len(plain) + (best is not None)
    head, counts = title(trials, shown)
    axes.set_title(head, loc="left", fontsize=11, fontweight="bold")
    axes.text(0, 1.02, counts, transform=axes.transAxes, fontsize=9, color="#555555")
    return figure


def legend_entries(axes, faint, short, plain):
    if plain:
        axes.plot([], [], color=TRIAL_COLOR, alpha=0.6, linewidth=1, label=f"other complete trials: {len(plain)}")
    if short:
        axes.plot([], [], color=CUT_SHORT_COLOR, linewidth=1, label=f"pruned or paused: {len(short)}")
    if faint:
        axes.plot([], [], color=FAILED_COLOR, linestyle="--", linewidth=1, label=f"failed or unfinished: {len(faint)}")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.13), fontsize=8, frameon=False)
    else:
        axes.text(0.5, 0.5, "no epochs yet", transform=axes.transAxes, ha="center", color="#555555")


def save(figure, path):
    with as_text():
        save_figure(figure, path)
    plt.close(figure)
