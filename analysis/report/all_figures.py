"""All figures of the report, or why there are none."""

from .drawn import NAMES, Drawn, needs


def draw_all(results, findings, folder):
    """Writes NAME.png and NAME.svg of all figures that can be drawn into `folder`; returns {name: Drawn}."""
    try:
        from . import figures  # matplotlib: without it the page has its words and tables
    except ModuleNotFoundError as error:
        return dict.fromkeys(NAMES, Drawn(problem=needs(error)))
    return {name: figures.draw(name, results, findings, folder) for name in NAMES}
