"""Bars over a part's models: training time, or a value at the end; whiskers show the range of the repeats."""

from matplotlib.ticker import FixedLocator, MaxNLocator

from ..drawing import GREY, WIDTH, new_figure, set_logarithmic, set_percent, spans_decades
from ..escapes import shortened
from .models import LOOKS
from .noise import mean
from .quantities import VALIDATION_ACCURACY, VALIDATION_CROSS_ENTROPY, VALIDATION_LOSS

ROW = 0.34  # inches a model
MARGINS = {"left": 2.2, "right": 0.12, "bottom": 0.5, "top": 0.08}  # inches
TICK = 0.6  # inches for a tick's label
CHARACTER = 0.062  # inches of a value's text
PENALTY_SHOWN = 0.02  # of the loss
CLOSE_UP = 0.03  # of accuracy, from the best model down


def bars(models, quantity, axis_label):
    """A figure with a bar a model in the given order. Accuracies get a second panel that is a close-up, losses a
    diamond where the penalty is a part of them."""
    height = ROW * len(models) + MARGINS["bottom"] + MARGINS["top"]
    figure = new_figure(height)
    if quantity is VALIDATION_ACCURACY:
        full, close_up = panel(figure, height, 0.0, 0.25), panel(figure, height, 0.34, 1.0)
        draw_bars(full, models, quantity)
        full.set_xlim(0, 1)
        draw_close_up(close_up, models, quantity)
        for axes in (full, close_up):
            set_percent(axes.xaxis)
        full.xaxis.set_major_locator(FixedLocator([0, 0.5, 1]))
        full.set_xlabel(axis_label)
        close_up.set_xlabel(f"{axis_label}, close-up")
        close_up.set_yticklabels([])
    else:
        axes = panel(figure, height, 0.0, 1.0)
        draw_bars(axes, models, quantity)
        write_values(axes, models, quantity)
        marked = quantity is VALIDATION_LOSS and mark_cross_entropies(axes, models)
        scale = ", logarithmic" if axes.get_xscale() == "log" else ""
        axes.set_xlabel(axis_label + scale + ("; diamond: without the penalty" if marked else ""))
    return figure


def mark_cross_entropies(axes, models):
    """A diamond at the validation cross-entropy of each model with a penalty; whether there is one."""
    marked = False
    for row, model in enumerate(models):
        loss, cross_entropy = (q.values(model) for q in (VALIDATION_LOSS, VALIDATION_CROSS_ENTROPY))
        if loss and mean(loss) - mean(cross_entropy) > PENALTY_SHOWN * mean(loss):
            axes.plot(mean(cross_entropy), row, marker="D", markersize=5, color="white", markeredgecolor="black")
            marked = True
    return marked


def panel(figure, height, start, end):
    """Axes over a share of the width that MARGINS leave."""
    room = WIDTH - MARGINS["left"] - MARGINS["right"]
    left, width = MARGINS["left"] + start * room, (end - start) * room
    inner = height - MARGINS["bottom"] - MARGINS["top"]
    return figure.add_axes((left / WIDTH, MARGINS["bottom"] / height, width / WIDTH, inner / height))


def name_rows(axes, models):
    axes.set_yticks(range(len(models)), [model.name for model in models])
    axes.set_ylim(len(models) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")


def draw_bars(axes, models, quantity):
    name_rows(axes, models)
    for row, model in enumerate(models):
        values = quantity.values(model)
        if values:
            axes.barh(row, mean(values), height=0.62, color=LOOKS[model.name].color)
            whisker(axes, row, values, "black" if LOOKS[model.name].color != "#000000" else "#bbbbbb")
    everything = [value for model in models for value in quantity.values(model)]
    if spans_decades(everything):
        axes.set_xlim(min(everything) / 2, max(everything))
        set_logarithmic(axes.xaxis)


def whisker(axes, row, values, color):
    if max(values) > min(values):
        axes.plot([min(values), max(values)], [row, row], color=color, linewidth=1.3, marker="|", markersize=6)


def write_values(axes, models, quantity):
    """Right of the bars, with room made for them."""
    everything = [value for model in models for value in quantity.values(model)]
    bar = 1 - text_share(axes, models, quantity)
    if everything and axes.get_xscale() == "log":
        low = axes.get_xlim()[0]
        axes.set_xlim(low, low * (max(everything) / low) ** (1 / bar))
    elif everything:
        axes.set_xlim(0, max(max(everything), 1e-9) / bar)
    for row, model in enumerate(models):
        write_value(axes, row, max(quantity.values(model), default=axes.get_xlim()[0]), model, quantity)


def text_share(axes, models, quantity):
    """The share of the axes' width that the longest of the values takes."""
    longest = max((len(quantity.summary(model)) for model in models if model.complete), default=0)
    return (longest + 2) * CHARACTER / (axes.get_position().width * WIDTH)


def write_value(axes, row, x, model, quantity, **options):
    known = bool(quantity.values(model))
    text = quantity.summary(model) if known else shortened(model.problem, 60)
    place = {"xytext": (5, 0), "textcoords": "offset points", "va": "center", "fontsize": 8} | options
    axes.annotate(text, (x, row), color="black" if known else GREY, **place)


def draw_close_up(axes, models, quantity):
    """Means as points, ranges as whiskers; a model far below the others is named at the left edge."""
    name_rows(axes, models)
    known = [model for model in models if quantity.values(model)]
    best = max((mean(quantity.values(model)) for model in known), default=1.0)
    near = [model for model in known if mean(quantity.values(model)) >= best - CLOSE_UP]
    values = [value for model in near for value in quantity.values(model)] or [0.0, 1.0]
    span = max(max(values) - min(values), 0.002)
    low = min(values) - 0.08 * span
    share = 1 - text_share(axes, models, quantity)
    axes.set_xlim(low, low + (max(values) - low) / share)
    room = share * axes.get_position().width * WIDTH
    ticks = MaxNLocator(nbins=max(1, int(room / TICK))).tick_values(low, max(values))
    axes.set_xticks([tick for tick in ticks if low <= tick <= min(1.0, max(values) + 0.3 * span)])
    axes.spines["left"].set_visible(False)
    for row, model in enumerate(models):
        draw_row(axes, row, model, quantity, model in near)


def draw_row(axes, row, model, quantity, near):
    values, look = quantity.values(model), LOOKS[model.name]
    if near:
        whisker(axes, row, values, look.color)
        axes.plot(mean(values), row, color=look.color, marker=look.marker, markersize=6)
        write_value(axes, row, max(values), model, quantity)
    else:
        left = axes.get_xlim()[0]
        if values:
            axes.plot(left, row, color=look.color, marker=8, markersize=6, clip_on=False)
        write_value(axes, row, left, model, quantity, xytext=(7, 0))
