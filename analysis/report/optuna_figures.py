"""Optuna's own plots of the study, in the report's dress."""

import matplotlib.pyplot as plt
from matplotlib.collections import PathCollection
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator

from .. import drawing
from ..escapes import shortened
from . import page_data, sampling, words
from .colors import BLUE, GRID, INK
from .drawn import NothingToDraw

CONTOURED = 3  # the most important parameters, pairwise


def study_of(results, improvements=False):
    """(Optuna's plots, the study): a fair draw of at most sampling.PLOTTED complete trials, and every improvement of the
    best if it is asked for; without their curves."""
    import optuna.visualization.matplotlib as plots

    from ..optuna_study import build_study, quiet

    complete = results.complete[results.complete.objective.notna()]
    if complete.empty:
        raise NothingToDraw("No trial is complete, so there is no objective to draw.")
    drawn = complete.sample(min(len(complete), sampling.PLOTTED), random_state=0).sort_values("number")
    also = {number for _, _, number in page_data.progress(results)["steps"]} if improvements else set()
    drawn = complete[complete.number.isin(also.union(drawn.number))]
    with quiet():
        return plots, build_study(drawn, results.epochs.iloc[:0], results.study.space)


def history(results, _findings):
    plots, study = study_of(results, improvements=True)
    axes = plots.plot_optimization_history(study, target_name=drawing.legend_text(shortened(results.metric)))
    end_at_the_better_half(axes, results)
    return dressed(axes, 7, 3.6, label=110)


def end_at_the_better_half(axes, results):
    """Where a few bad trials would squeeze the better half into a quarter of the height, the axis ends at the median."""
    objectives = results.complete.objective.dropna()
    best, worst = (objectives.max(), objectives.min()) if results.maximize else (objectives.min(), objectives.max())
    median = objectives.median()
    if best == median or abs(best - median) > abs(best - worst) / 4:
        return
    margin = (best - median) * 0.05
    low, high = sorted([median - margin, best + margin])
    axes.set_ylim(low, high)
    beyond = int(((objectives < low) | (objectives > high)).sum())
    side = "below" if results.maximize else "above"
    axes.set_xlabel(f"Trial   (the axis ends at the median: {words.count(beyond, 'trial')} of {len(objectives):,} {side})")


def parallel(results, _findings):
    plots, study = study_of(results)
    if not results.everywhere:
        raise NothingToDraw("No searched parameter that all complete trials have takes more than one value.")
    axes = plots.plot_parallel_coordinate(study, params=results.everywhere, target_name=drawing.legend_text(shortened(results.metric)))
    axes.set_xlabel(without(results))
    axes.collections[0].set(linewidth=0.6, alpha=0.5)
    figure = beside(dressed(axes, 8, 4.2, label=110), room=0.6)
    for each in figure.axes:  # one for each parameter, with ticks of its own
        each.grid(axis="y", visible=False)
    return figure


def slices(results, _findings):
    plots, study = study_of(results)
    need(results, 1)
    axes = plots.plot_slice(study, params=results.varied, target_name=drawing.legend_text(shortened(results.metric)))
    return beside(dressed(axes, max(4.5, 2.3 * len(results.varied) + 1), 3.2))


def contours(results, findings):
    plots, study = study_of(results)
    need(results, 2)
    ranked = [row.name for row in findings.importances.rows if row.name in results.varied]
    names = [*ranked, *(name for name in results.varied if name not in ranked)][:CONTOURED]
    import optuna

    from ..optuna_study import quiet

    with quiet(optuna.logging.ERROR):
        axes = plots.plot_contour(study, params=names, target_name=drawing.legend_text(shortened(results.metric)))
    if len(names) > 2:
        dress_diagonal(axes)
    figure = lighter(dressed(axes, 7.4, 6.6 if len(names) > 2 else 4.4))
    return beside(figure)


def distribution(results, _findings):
    plots, study = study_of(results)
    if results.complete.objective.nunique() < 2:
        raise NothingToDraw("All complete trials have the same objective.")
    axes = plots.plot_edf(study, target_name=drawing.legend_text(shortened(results.metric)))
    for drawn in axes.lines:
        drawn.set_color(BLUE)
    return dressed(axes, 7, 3.4)


def need(results, count):
    if len(results.varied) < count:
        what = "two searched parameters take" if count > 1 else "a searched parameter takes"
        raise NothingToDraw(f"This figure needs complete trials in which {what} more than one value.")


def without(results):
    """Optuna's lines go through all parameters, so it would leave out the trials that lack one."""
    absent = [name for name in results.varied if name not in results.everywhere]
    return f"without {words.listed(map(shortened, absent))}: some trials do not have it" if absent else ""


def dress_diagonal(panels):
    """The panels of a parameter with itself are left empty. They get the scale and the names of those that share the parameter,
    which Optuna leaves out. Names stand upright below, where there is little room."""
    for i in range(len(panels)):
        own = panels[i, i]
        own.sharex(panels[i - 1, i])
        own.sharey(panels[i, i - 1])
        own.tick_params(which="both", length=0)
        own.spines[:].set_visible(False)
        own.grid(False)
    for panel in panels[-1]:
        if isinstance(panel.xaxis.get_major_locator(), FixedLocator):
            panel.tick_params(axis="x", labelrotation=90)


def lighter(figure):
    """Small dots; and what lies below them as an image: as paths it takes a megabyte."""
    for axes in figure.axes:
        for drawn in axes.collections:
            if isinstance(drawn, PathCollection) and len(drawn.get_offsets()) > 1:
                drawn.set(sizes=[7], linewidths=0.4, edgecolors="white")
            else:
                drawn.set_rasterized(True)
    return figure


def beside(figure, room=1.2):
    """The colour bar to the right of the panels, in so many inches."""
    width = figure.get_figwidth()
    figure.subplots_adjust(right=1 - room / width)
    for axes in figure.axes:
        if hasattr(axes, "_colorbar"):
            axes.set_position((1 - 0.92 / width, 0.2, 0.15 / width, 0.65))
            axes.grid(False)
    return figure


def dressed(axes, width, height, label=26):
    """The figure of what Optuna returned: white, dark ink, no title (the page has one), texts that do not overlap. label: characters that fit beside an axis."""
    figure = plt.gcf()
    figure.set_size_inches(width, height)
    figure.patch.set_facecolor("white")
    for each in figure.axes:
        each.set_facecolor("none")
        if each.has_data():
            each.grid(True, color=GRID, alpha=0.3, linewidth=0.6)
        each.set_title("")
        each.tick_params(colors=INK, labelsize=8)
        for spine in each.spines.values():
            spine.set_edgecolor(INK)
            spine.set_linewidth(0.6)
    drawing.with_short_names(drawing.as_written(figure), label)
    for text in figure.findobj(Text):
        text.set_color(INK)
        text.set_fontsize(min(text.get_fontsize(), 9))
    figure.suptitle("")
    figure.tight_layout()
    return figure
