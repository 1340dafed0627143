"""The report's figures that Optuna does not have."""

import matplotlib.pyplot as plt

from .. import curves as learning
from .. import drawing
from ..escapes import shortened
from . import cluster, sampling
from .colors import AMBER, BLUE, GREY, INK, RED
from .drawn import NothingToDraw

STATE_COLORS = {"complete": BLUE, "failed": RED, "pruned": AMBER, "paused": GREY}


def curves(results, _findings):
    trained = results.started[results.started.n_epochs > 0]
    if trained.empty:
        raise NothingToDraw("No trial has finished an epoch.")
    drawn = sampling.choose(results, trained, sampling.PLOTTED)
    metric = learning.metric_to_draw(results.trials, results.epochs)
    return learning.learning_curves(results.trials, results.epochs[results.epochs.trial.isin(drawn.number)], metric)


def importance_bars(_results, findings):
    found = findings.importances
    if found.problem:
        raise NothingToDraw(found.problem)
    rows = found.rows[::-1]
    figure = drawing.new_figure(0.9 + 0.32 * len(rows))
    axes = figure.add_subplot()
    places, means = range(len(rows)), [row.mean for row in rows]
    whiskers = [[row.mean - row.low for row in rows], [row.high - row.mean for row in rows]]
    axes.barh(places, means, xerr=whiskers, color=BLUE, ecolor=INK, height=0.6, error_kw={"linewidth": 0.9})
    axes.set_yticks(places, [shortened(row.name) for row in rows])
    drawing.set_percent(axes.xaxis)
    axes.set_xlabel("share of the objective's variance (fANOVA); lines: lowest and highest of the fits")
    figure.tight_layout()
    return figure


def timeline(results, _findings):
    lanes = cluster.trainings(results)
    if lanes.empty:
        raise NothingToDraw("No trial has finished.")
    ranks = sorted(lanes["rank"].unique())[: cluster.LANES]
    zero = min(lanes.session_start.min(), lanes.begin.min())
    figure = drawing.new_figure(0.9 + 0.22 * max(len(ranks), 2))
    axes = figure.add_subplot()
    if len(lanes) > cluster.BARS:
        busy = [cluster.busy_bins(lanes[lanes["rank"] == rank], zero, lanes.end.max()) for rank in ranks]
        extent = (0, lanes.end.max() - zero, len(ranks) - 0.5, -0.5)
        axes.imshow(busy, cmap="Blues", vmin=0, vmax=100, aspect="auto", extent=extent)
        return finished(axes, ranks, "darker: more of the time training")
    for lane, rank in enumerate(ranks):
        for state, rows in lanes[lanes["rank"] == rank].groupby("state"):
            bars = list(zip(rows.begin - zero, rows.end - rows.begin))
            axes.broken_barh(bars, (lane - 0.4, 0.8), color=STATE_COLORS[state], linewidth=0.3, edgecolor="white", rasterized=True)
    axes.invert_yaxis()
    handles = [plt.Rectangle((0, 0), 1, 1, color=STATE_COLORS[state]) for state in lanes.state.unique()]
    axes.legend(handles, lanes.state.unique(), fontsize=8, frameon=False, ncol=3, loc="lower right", bbox_to_anchor=(1, 1))
    return finished(axes, ranks, "")


def finished(axes, ranks, said):
    axes.set_yticks(range(len(ranks)), [f"rank {rank}" for rank in ranks], fontsize=8 if len(ranks) < 20 else 6)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("seconds since the first start" + (f"; {said}" if said else ""))
    axes.figure.tight_layout()
    return axes.figure


def halving(_results, findings):
    found = findings.replay
    if found.problem:
        raise NothingToDraw(found.problem)
    figure = drawing.new_figure(3.4)
    axes = figure.add_subplot()
    for each in found.halvings:
        axes.plot(each.saved, each.chance, "o", color=BLUE if each.kept else RED, markersize=7)
        label = f"1/{each.eta} from epoch {each.first}"
        axes.annotate(label, (each.saved, each.chance), xytext=(6, 5), textcoords="offset points", fontsize=8)
    drawing.set_percent(axes.xaxis)
    drawing.set_percent(axes.yaxis)
    axes.margins(x=0.18, y=0.12)
    axes.set_xlabel("epochs saved by successive halving")
    axes.set_ylabel("chance of losing the best")
    figure.tight_layout()
    return figure
