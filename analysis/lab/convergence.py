"""One model's convergence: training and validation loss, training and validation accuracy."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from .curve_lines import draw_curve, mark_stops
from ..drawing import GREY, LABELS, legend_text, new_figure, say_nothing_to_draw, set_epochs, set_logarithmic, set_percent, spans_decades
from ..escapes import shortened
from .models import LOOKS

HEIGHT = 3.1
TRAINING_LINE = (0, (4, 1.5))
LEAST_SPAN = 0.01  # of an accuracy, of a loss


def convergence(model):
    """A figure of two panels: losses, and accuracies; validation solid, training dashed and paler."""
    figure = new_figure(HEIGHT)
    if not model.shown:
        say_nothing_to_draw(figure, f"{model.name}: {model.problem}")
        return figure
    losses, accuracies = figure.add_axes((0.095, 0.245, 0.385, 0.6)), figure.add_axes((0.595, 0.245, 0.385, 0.6))
    color = LOOKS[model.name].color
    for axes, kind in ((losses, "loss"), (accuracies, "accuracy")):
        draw_curve(axes, model, f"train_{kind}", pale(color), TRAINING_LINE, 0.25, markers=False)
        draw_curve(axes, model, f"val_{kind}", color, "-", 0.2, markers=False)
        mark_stops(axes, model, f"val_{kind}", color)
        set_epochs(axes, max(model.epochs, *(t.n_epochs for t in model.shown)))
        axes.set_title(LABELS[f"val_{kind}"].replace("validation ", ""), loc="left")
    set_loss_axis(losses, values(model, "loss"))
    set_accuracy_axis(accuracies, values(model, "accuracy"))
    explain(figure, model, color)
    figure.text(0.02, 0.95, model.name, fontsize=10.5, fontweight="bold", va="center")
    return figure


def pale(color):
    """Half way to the background: tells training from validation besides the line."""
    parts = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{(part + 200) // 2:02x}" for part in parts)


def values(model, kind):
    both = [t.curve[[f"train_{kind}", f"val_{kind}"]].to_numpy(float).ravel() for t in model.shown]
    everything = np.concatenate(both)
    return everything[np.isfinite(everything)]


def set_loss_axis(axes, losses):
    if spans_decades(losses):
        axes.set_ylim(losses.min() / 1.2, losses.max() * 1.2)
        set_logarithmic(axes.yaxis)
        axes.set_title(f"{axes.get_title(loc='left')}, logarithmic", loc="left")
    else:
        margin = 0.06 * max(losses.max() - losses.min(), LEAST_SPAN)
        axes.set_ylim(losses.min() - margin, losses.max() + margin)


def set_accuracy_axis(axes, accuracies):
    span = max(accuracies.max() - accuracies.min(), LEAST_SPAN)
    axes.set_ylim(max(0.0, accuracies.min() - 0.06 * span), min(1.0 + 0.02 * span, accuracies.max() + 0.06 * span))
    set_percent(axes.yaxis)


def explain(figure, model, color):
    """The legend below the panels."""
    entries = [
        Line2D([], [], color=color, label="validation"),
        Line2D([], [], color=pale(color), linestyle=TRAINING_LINE, label="training, as trained"),
    ]
    if len(model.shown) > 1:
        entries.append(Patch(color=color, alpha=0.2, label=f"range of {len(model.shown)} repeats"))
    if any(t.stopped_early for t in model.shown):
        entries.append(Line2D([], [], color=color, marker="|", markersize=9, linestyle="none", label="stopped"))
    if any(t.restored for t in model.shown):
        style = {"marker": "D", "markersize": 5, "markerfacecolor": "white", "linestyle": "none"}
        entries.append(Line2D([], [], color=color, label="restored epoch", **style))
    if model.problem:
        entries.append(Line2D([], [], linestyle="none", label=legend_text(shortened(model.problem, 60))))
    legend = figure.legend(handles=entries, loc="lower center", ncol=5, frameon=False, fontsize=8.5, columnspacing=1.4)
    for text in legend.get_texts():
        text.set_color(GREY if text.get_text() == model.problem else "black")
