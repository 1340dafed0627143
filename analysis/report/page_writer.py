"""The report's one page: text, style, data and script in a single file."""

import os
import time
from pathlib import Path

from ..escapes import shell_path
from ..html import document, escape
from ..output import write_text
from . import page_data, run_sections, sections, summary

PARTS = Path(__file__).with_name("page")
# In this order: each uses what stands before it.
SCRIPTS = "base scales chart halves scatter curves parallel timeline copy table live start".split()
SECTIONS = {
    "best": ("Best", sections.best),
    "history": ("History", sections.history),
    "curves": ("Curves", sections.curves),
    "rungs": ("Pruning", run_sections.rungs),
    "importances": ("What mattered", sections.importances),
    "parallel": ("Parallel", sections.parallel),
    "slices": ("Slices", sections.slices),
    "contours": ("Contours", sections.contours),
    "distribution": ("Distribution", sections.distribution),
    "trials": ("Trials", sections.trials),
    "failures": ("Failures", sections.failures),
    "timeline": ("Cluster", run_sections.cluster),
    "halving": ("Early stopping", run_sections.halving),
    "provenance": ("Provenance", run_sections.provenance),
}


def write_page(results, findings, figures, folder, every):
    """Writes report.html by renaming, so that a browser never reads half of it. every: seconds between two rewrites;
    None: nobody rewrites it."""
    page = page_text(results, findings, figures, folder, every)
    partly = folder / ".report.html.part"
    write_text(partly, page)
    os.replace(partly, folder / "report.html")


def page_text(results, findings, figures, folder, every):
    parts = {name: part for name, (_, make) in SECTIONS.items() if (part := make(results, findings, figures))}
    nav = "".join(f'<a href="#{name}">{escape(SECTIONS[name][0])}</a>' for name in parts)
    data = f'<script type="application/json" id="data">{page_data.as_script(page_data.page_data(results, findings.points.trials))}</script>'
    top = [live(results, folder, every), summary.header(results, findings), f'<nav aria-label="Sections">{nav}</nav>']
    body = "\n".join([*top, "<main>", *parts.values(), "</main>", data])
    script = '"use strict";\n' + "".join((PARTS / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    title = f"{results.trials.attrs['study']}: Trawl report"
    return document(title, (PARTS / "page.css").read_text(encoding="utf-8"), body, script)


def live(results, folder, every):
    if not results.live:
        return ""
    if every is None:
        command = escape(f"python3 -m analysis report {shell_path(results.path)} -o {shell_path(folder)} --watch")
        return f'<p class="banner">The search is not complete: this is what was known when the page was written. To follow it: <code>{command}</code></p>'
    return (
        f'<p class="banner" id="live" data-every="{every:.0f}" data-written="{time.time():.0f}"><b>Live.</b> The search is not complete; '
        "this page is written anew as it goes on, and reloads itself while nobody touches it.</p>"
    )
