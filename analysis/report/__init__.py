"""The report of a search: one page that needs no other file, and its figures.

    python3 -m analysis report FILE.h5 [-o DIR] [--watch]
"""

import time

from ..output import make_folder
from .all_figures import draw_all
from .findings import find
from .page_writer import write_page
from .reading import read_results

__all__ = ["draw_report", "watch"]

LEAST_PAUSE = 5.0  # seconds between two pages of a running search


def draw_report(path, folder, every=None):
    """Writes the figures, PNG and SVG, and report.html into `folder`; returns the Results that were drawn. every: how many
    seconds after it the page will be written anew; None: never.
    Raises ResultsError where there is nothing to show, OSError where the folder cannot be written."""
    results = read_results(path)
    make_folder(folder)
    findings = find(results)
    write_page(results, findings, draw_all(results, findings, folder), folder, every)
    return results


def watch(path, folder, written):
    """Draws the report again whenever the file is a new one, until the search is complete; calls written(results) each time.
    Drawing takes at most half of the time."""
    pause, seen = LEAST_PAUSE, None
    while True:
        now = path.stat().st_mtime_ns if path.exists() else None
        if now != seen or seen is None:
            began = time.monotonic()
            results = draw_report(path, folder, pause)
            seen, pause = now, max(LEAST_PAUSE, time.monotonic() - began)
            written(results)
            if not results.live:
                return
        time.sleep(pause)
