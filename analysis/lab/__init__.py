"""The lab: two job files' results as the founding document's figures, its claims judged, and a page of both.

    python3 -m analysis lab optimizers.h5 regularization.h5 random.h5 -o lab
"""

from ..output import make_folder, write_text
from .claim import judged
from .claims import CLAIMS
from .figures import FIGURES, draw
from .html_page import html_page
from .markdown_page import markdown_page
from .reading import read_lab

__all__ = ["draw_lab", "read_lab"]


def draw_lab(paths, folder):
    """Writes figure-NN-*.png and .svg, lab.html and lab.md into `folder`; returns the judgements of C1 to C16.
    Raises ResultsError where the files are not the lab's, OSError where the folder cannot be written."""
    lab = read_lab(paths)
    make_folder(folder)
    for figure in FIGURES:
        draw(figure, lab, folder)
    judgements = judged(CLAIMS, lab)
    write_text(folder / "lab.html", html_page(lab, judgements, folder))
    write_text(folder / "lab.md", markdown_page(lab, judgements))
    return judgements
