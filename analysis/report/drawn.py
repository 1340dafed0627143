"""What became of a figure, and that of all of them."""

from dataclasses import dataclass

NAMES = "history curves parallel slices contours importances distribution timeline halving rungs".split()


@dataclass(frozen=True)
class Drawn:
    """svg: the figure as it may stand inside a page, in the colour of its text; problem: why there is none."""

    svg: str = ""
    problem: str = ""


class NothingToDraw(Exception):
    """Why a figure cannot be drawn, as a sentence."""


def needs(error):
    """The sentence for a package that is not there."""
    return f"This needs the Python package {error.name} (apt-get install python3-{error.name})."


def draw_all(results, findings, folder):
    """Writes NAME.png and NAME.svg of all figures that can be drawn into `folder`; returns {name: Drawn}."""
    try:
        from . import figures
    except ModuleNotFoundError as error:
        return dict.fromkeys(NAMES, Drawn(problem=needs(error)))
    return {name: figures.draw(name, results, findings, folder) for name in NAMES}
