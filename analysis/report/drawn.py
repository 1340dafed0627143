"""What became of a figure: its SVG, or why there is none."""

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
