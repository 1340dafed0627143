"""All models of a part in one graph, each named at the end of its curve."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from .curve_lines import draw_curve, mark_stops
from ..drawing import LABELS, WIDTH, new_figure, say_nothing_to_draw, set_epochs, set_logarithmic, set_percent, spans_decades
from .models import LOOKS
from .noise import mean

HEIGHT = 4.1
LEFT, BOTTOM, TOP, NAMES = 0.72, 0.45, 0.12, 3.05  # inches; NAMES: the width beside the axes for names
GAP = 0.10  # inches between the two panels of an accuracy
UPPER_SHARE = 0.72  # of the height, for the panel where the best models end; half where those are the fewer
LINE_HEIGHT = 0.185  # inches a name
LEAST_SPAN = 0.03  # of accuracy, in the upper panel
FAR_BELOW = 0.03  # of accuracy; a model that ends this far below the best does not widen the upper panel


def overlay(models, quantity, column):
    """A figure with the models' curves of `column`; `quantity` is the value at the end that stands beside the name."""
    figure = new_figure(HEIGHT)
    shown = [model for model in models if model.shown]
    if not shown:
        say_nothing_to_draw(figure)
        return figure
    panels = accuracy_panels(figure, shown, column) if column.endswith("accuracy") else [loss_panel(figure, shown, column)]
    for axes in panels:
        for model in shown:
            draw_curve(axes, model, column, band=0.12, width=1.4, markers=markers_show(axes, model, column))
            mark_stops(axes, model, column)
        set_epochs(axes, max(t.n_epochs for model in shown for t in model.shown))
    for axes in panels[:-1]:
        axes.set_xlabel("")
        axes.tick_params(labelbottom=False, bottom=False)
    name_curves(figure, panels, shown, quantity, column)
    return figure


def markers_show(axes, model, column):
    """Not where the curve only enters the lower panel from above: cut markers would line its edge."""
    return end_value(model, column) < axes.get_ylim()[1]


def all_values(models, column):
    return np.concatenate([t.curve[column].to_numpy(float) for model in models for t in model.shown])


def place(figure, bottom, top):
    """Axes between two shares of the height that the margins leave."""
    inner, width = HEIGHT - BOTTOM - TOP, WIDTH - LEFT - NAMES
    y, height = BOTTOM + bottom * inner, (top - bottom) * inner
    return figure.add_axes((LEFT / WIDTH, y / HEIGHT, width / WIDTH, height / HEIGHT))


def loss_panel(figure, models, column):
    axes = place(figure, 0.0, 1.0)
    values = all_values(models, column)
    values = values[np.isfinite(values)]
    if spans_decades(values):
        axes.set_ylim(values.min() / 1.15, values.max() * 1.15)
        set_logarithmic(axes.yaxis)
        axes.set_ylabel(f"{LABELS[column]}, logarithmic")
    else:
        axes.set_ylim(0, values.max() * 1.05)
        axes.set_ylabel(LABELS[column])
    return axes


def accuracy_panels(figure, models, column):
    """The upper panel shows where most models end, the lower one what lies below it; one panel where nothing does."""
    values = all_values(models, column)
    ends = np.array([end_value(model, column) for model in models])
    near = ends[ends >= ends.max() - FAR_BELOW]
    lowest, highest = np.nanmin(values), np.nanmax(values)
    split = near.min() - max(highest - near.min(), LEAST_SPAN)
    if lowest >= split:
        axes = place(figure, 0.0, 1.0)
        axes.set_ylim(lowest - 0.005, min(1.0, highest) + 0.004)
        panels = [axes]
    else:
        share = UPPER_SHARE if 2 * len(near) >= len(ends) else 0.5
        panels = broken_axis(figure, share, split, lowest, highest)
    for axes in panels:
        set_percent(axes.yaxis)
    panels[0].set_ylabel(LABELS[column])
    return panels


def broken_axis(figure, upper_share, split, lowest, highest):
    inner = HEIGHT - BOTTOM - TOP
    upper = place(figure, 1 - upper_share + GAP / inner / 2, 1.0)
    lower = place(figure, 0.0, 1 - upper_share - GAP / inner / 2)
    upper.set_ylim(split, highest + 0.03 * (highest - split))
    lower.set_ylim(max(0.0, lowest - 0.05 * (split - lowest)), split)
    lower.yaxis.set_major_locator(MaxNLocator(nbins=3, prune="upper"))
    upper.spines["bottom"].set_visible(False)
    mark = {"marker": [(-1, -0.6), (1, 0.6)], "markersize": 7, "linestyle": "none", "color": "black", "clip_on": False}
    upper.plot(0, 0, transform=upper.transAxes, **mark)
    lower.plot(0, 1, transform=lower.transAxes, **mark)
    return [upper, lower]


def name_curves(figure, panels, models, quantity, column):
    """Names beside the axes in the order of the curves' ends, each with a piece of its line that leads to the end."""
    edge = (WIDTH - NAMES) / WIDTH
    ends = {model.name: end_height(figure, panels, end_value(model, column)) for model in models}
    ordered = sorted(models, key=lambda model: ends[model.name])
    low, high = (BOTTOM - 0.1) / HEIGHT, 1 - 0.02
    for model, y in zip(ordered, spread([ends[m.name] for m in ordered], LINE_HEIGHT / HEIGHT, low, high)):
        look = LOOKS[model.name]
        start, first, last = edge + 0.004, edge + 0.026, edge + 0.062
        line = Line2D([start, first], [ends[model.name], y], color=look.color, linewidth=0.8)
        sample = Line2D([first, (first + last) / 2, last], [y] * 3, color=look.color, linestyle=look.line, linewidth=1.6)
        sample.set(marker=look.marker, markersize=4.5, markevery=[1])
        figure.add_artist(line)
        figure.add_artist(sample)
        figure.text(last + 0.007, y, f"{model.name}  {end_text(model, quantity)}", fontsize=8, va="center_baseline")


def end_value(model, column):
    """Where the model's curve ends; of a failed training the last finite value."""
    last = [t.at_end(column) if t.state == "complete" else float(t.curve[column].dropna().iloc[-1]) for t in model.shown]
    return mean(last)


def end_text(model, quantity):
    if model.complete:
        return quantity.text(mean(quantity.values(model)))
    return f"({model.shown[0].state})"


def end_height(figure, panels, value):
    """Where a value lies in the figure, as a share of its height; in the lowest panel what is below all others."""
    axes = next((a for a in panels if value >= a.get_ylim()[0]), panels[-1])
    value = float(np.clip(value, *axes.get_ylim()))
    return figure.transFigure.inverted().transform(axes.transData.transform((1, value)))[1]


def spread(wanted, distance, low, high):
    """Heights near the wanted ones (ascending), at least `distance` apart where low to high has room."""
    distance = min(distance, (high - low) / max(len(wanted) - 1, 1))
    groups = []  # [center wanted, size]: names that touch move together
    for y in wanted:
        groups.append([y, 1])
        while len(groups) > 1 and top(groups[-2], distance) > bottom(groups[-1], distance) - distance:
            center, size = groups.pop()
            before, count = groups.pop()
            groups.append([(before * count + center * size) / (count + size), count + size])
        groups[-1][0] = float(np.clip(groups[-1][0], low + half(groups[-1], distance), high - half(groups[-1], distance)))
    return [bottom(group, distance) + i * distance for group in groups for i in range(group[1])]


def half(group, distance):
    return (group[1] - 1) * distance / 2


def bottom(group, distance):
    return group[0] - half(group, distance)


def top(group, distance):
    return group[0] + half(group, distance)
