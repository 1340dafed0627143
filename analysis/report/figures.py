"""How each figure is drawn and kept."""

import re
import warnings

import matplotlib.pyplot as plt

from .. import drawing
from ..escapes import shortened
from . import drawn_figures, optuna_figures, rungs
from .colors import BLUE, INK
from .drawn import Drawn, NothingToDraw, needs

FIGURES = {
    "history": optuna_figures.history,
    "curves": drawn_figures.curves,
    "parallel": optuna_figures.parallel,
    "slices": optuna_figures.slices,
    "contours": optuna_figures.contours,
    "importances": drawn_figures.importance_bars,
    "distribution": optuna_figures.distribution,
    "timeline": drawn_figures.timeline,
    "halving": drawn_figures.halving,
    "rungs": rungs.figure,
}


def draw(name, results, findings, folder):
    """Writes the figure into `folder`; one of an earlier report that cannot be drawn now goes."""
    stem = folder / name
    try:
        with drawing.style(**{"svg.hashsalt": name}), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Optuna calls its plots experimental, one line each
            drawing.note_missing_glyphs()
            drawing.save(FIGURES[name](results, findings), stem)
    except OSError:
        raise
    except Exception as error:  # Optuna's plots have limits of their own, and the page is worth having without one of them
        plt.close("all")
        for suffix in (".png", ".svg"):
            stem.with_suffix(suffix).unlink(missing_ok=True)
        return Drawn(problem=why(error))
    return Drawn(svg=inline(stem.with_suffix(".svg").read_text(encoding="utf-8"), name))


def why(error):
    if isinstance(error, NothingToDraw):
        return str(error)
    return needs(error) if isinstance(error, ModuleNotFoundError) else f"This figure could not be drawn ({shortened(error, 300)})."


def inline(svg, name):
    """The SVG for the page: transparent, in the page's colours, with ids of its own."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r"fill: #ffffff", "fill: none", svg)
    svg = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', "", svg, count=1)
    svg = svg.replace(INK, "currentColor").replace(BLUE, "var(--trial)")
    return svg.replace("<svg", f'<svg role="img" aria-label="{name}"', 1)
