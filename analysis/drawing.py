"""What the figures of lab and report share: size, type, axes, and files whose bytes can be reproduced."""

import re
import sys
import warnings
from contextlib import contextmanager
from functools import lru_cache

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib import font_manager
from matplotlib.category import StrCategoryFormatter
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FuncFormatter, LogFormatter, LogFormatterMathtext, LogLocator, MaxNLocator, NullFormatter

from .escapes import shortened
from .output import save_figure

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
# What DejaVu Sans lacks is looked for in these, as far as they are installed.
MORE_FONTS = ("Noto Sans CJK JP", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "Noto Emoji", "Symbola", "Unifont")
MISSING_GLYPH = r"Glyph (\d+) .*missing"  # matplotlib's warning of a letter for which it draws a box
GREY = "#555555"
SAID = set()  # letters of which it was said that no font has them
LOGARITHMIC_FROM = 10.0  # levels that span more than a decade

LABELS = {
    "train_loss": "training loss (nat)",
    "val_loss": "validation loss (nat)",
    "train_accuracy": "training accuracy",
    "val_accuracy": "validation accuracy",
}


@contextmanager
def style(**more):
    """Figures that are made and saved within it look alike."""
    with plt.rc_context(STYLE | more), as_text():
        yield


@contextmanager
def as_text():
    """Figures that are made and saved within it show texts as they are: `$` begins no formula."""
    plain = {"text.parse_math": False, "text.usetex": False, "font.family": list(fonts())}
    letters, show = set(), warnings.showwarning

    def note(message, *rest, **more):
        found = re.match(MISSING_GLYPH, str(message))
        if found:
            letters.add(chr(int(found[1])))
        else:
            show(message, *rest, **more)

    with plt.rc_context(plain), warnings.catch_warnings():
        warnings.showwarning = note
        note_missing_glyphs()
        yield
    if letters:
        say_missing("".join(sorted(letters)))


def note_missing_glyphs():
    """After other filters of warnings, which would hide them."""
    warnings.filterwarnings("always", message=MISSING_GLYPH)


def say_missing(letters):
    """Once, whatever else is drawn."""
    if SAID:
        return
    SAID.add(letters)
    print(f"analysis: no font here has {shortened(letters, 20)}, so figures show boxes; install one, as fonts-noto-cjk", file=sys.stderr)


@lru_cache(maxsize=1)
def fonts():
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return ("DejaVu Sans", *(name for name in MORE_FONTS if name in installed))


def as_written(figure):
    """Shows all texts of a figure as they are, whoever drew it: none is a formula, and numbers on logarithmic axes,
    which matplotlib writes as formulas, are plain."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if isinstance(axis.get_major_formatter(), LogFormatterMathtext):
                axis.set_major_formatter(LogFormatter())
            if isinstance(axis.get_minor_formatter(), LogFormatterMathtext):
                axis.set_minor_formatter(LogFormatter(minor_thresholds=(1, 0.5)))
    for text in figure.findobj(Text):
        text.set_parse_math(False)
    return figure


def with_short_names(figure, label=26, tick=16):
    """Shortens names of axes and of what stands at their ticks."""
    for axes in figure.axes:
        axes.set_xlabel(shortened(axes.get_xlabel(), label))
        axes.set_ylabel(shortened(axes.get_ylabel(), label))
        for axis in (axes.xaxis, axes.yaxis):
            formatter = axis.get_major_formatter()
            if isinstance(formatter, (FixedFormatter, FuncFormatter, StrCategoryFormatter)):
                axis.set_major_formatter(FuncFormatter(lambda x, place, full=formatter: shortened(full(x, place), tick)))
    return figure


def legend_text(text):
    """A legend leaves out what begins with an underscore."""
    return f" {text}" if text.startswith("_") else text


def new_figure(height):
    return plt.figure(figsize=(WIDTH, height), dpi=DPI)


def save(figure, stem):
    """Writes stem.png and stem.svg; the same figure gives the same bytes."""
    as_written(figure)
    save_figure(figure, stem.with_suffix(".png"), metadata={"Software": None})
    save_figure(figure, stem.with_suffix(".svg"), metadata={"Date": None, "Creator": None})
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
