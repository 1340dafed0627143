"""Optuna's own plots of the study, in the report's dress."""

import matplotlib.pyplot as plt
from matplotlib.collections import PathCollection
from matplotlib.text import Text

from . import page_data, sampling
from .drawn import NothingToDraw
from .own_figures import BLUE, GRID, INK

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
    return dressed(plots.plot_optimization_history(study, target_name=results.metric), 7, 3.6)


def parallel(results, _findings):
    plots, study = study_of(results)
    need(results, 1)
    return dressed(plots.plot_parallel_coordinate(study, params=results.varied, target_name=results.metric), 8, 4.2)


def slices(results, _findings):
    plots, study = study_of(results)
    need(results, 1)
    axes = plots.plot_slice(study, params=results.varied, target_name=results.metric)
    return dressed(axes, max(4.5, 2.3 * len(results.varied) + 1), 3.2)


def contours(results, findings):
    plots, study = study_of(results)
    need(results, 2)
    ranked = [row.name for row in findings.importances.rows if row.name in results.varied]
    names = [*ranked, *(name for name in results.varied if name not in ranked)][:CONTOURED]
    import optuna

    from ..optuna_study import quiet

    with quiet(optuna.logging.ERROR):
        axes = plots.plot_contour(study, params=names, target_name=results.metric)
    figure = lighter(dressed(axes, 7.4, 6.6 if len(names) > 2 else 4.4))
    return beside(figure, *split(figure))


def distribution(results, _findings):
    plots, study = study_of(results)
    axes = plots.plot_edf(study, target_name=results.metric)
    for drawn in axes.lines:
        drawn.set_color(BLUE)
    return dressed(axes, 7, 3.4)


def need(results, count):
    if len(results.varied) < count:
        what = "two searched parameters take" if count > 1 else "a searched parameter takes"
        raise NothingToDraw(f"This figure needs complete trials in which {what} more than one value.")


def lighter(figure):
    """Small dots; and what lies below them as an image: as paths it takes a megabyte."""
    for axes in figure.axes:
        for drawn in axes.collections:
            if isinstance(drawn, PathCollection) and len(drawn.get_offsets()) > 1:
                drawn.set(sizes=[7], linewidths=0.4, edgecolors="white")
            else:
                drawn.set_rasterized(True)
    return figure


def split(figure):
    """(panels, colour bars): a bar has no name below it."""
    bars = [axes for axes in figure.axes if hasattr(axes, "_colorbar")]
    return [axes for axes in figure.axes if axes not in bars], bars


def beside(figure, panels, bars):
    """The colour bar to the right of the panels; the panels of a parameter with itself are left empty."""
    for panel in panels:
        if not panel.collections:
            panel.grid(False)
            panel.tick_params(length=0)
            for spine in panel.spines.values():
                spine.set_visible(False)
    figure.subplots_adjust(right=0.84)
    for bar in bars:
        bar.set_position((0.875, 0.2, 0.02, 0.65))
        bar.grid(False)
    return figure


def dressed(axes, width, height):
    """The figure of what Optuna returned: white, dark ink, no title (the page has one), texts that do not overlap."""
    figure = plt.gcf()
    figure.set_size_inches(width, height)
    figure.patch.set_facecolor("white")
    for each in figure.axes:
        each.set_facecolor("none")
        each.grid(True, color=GRID, alpha=0.3, linewidth=0.6)
        each.set_title("")
        each.tick_params(colors=INK, labelsize=8)
        for spine in each.spines.values():
            spine.set_edgecolor(INK)
            spine.set_linewidth(0.6)
    for text in figure.findobj(Text):
        text.set_color(INK)
        text.set_fontsize(min(text.get_fontsize(), 9))
    figure.suptitle("")
    figure.tight_layout()
    return figure
