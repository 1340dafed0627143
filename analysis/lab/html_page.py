"""The lab as one HTML file that needs nothing else: style and figures are in it."""

import base64
from pathlib import Path

from ..html import document, escape, items, table
from . import facts, noise, tables
from .claim import tally
from .figures import FIGURES, SECTIONS

STYLE = Path(__file__).with_name("page.css")


def html_page(lab, judgements, folder):
    """The page's text; the figures' SVGs are read from `folder`."""
    body = "\n".join([head(lab), claims(judgements), *sections(lab, folder), search(lab)])
    return document("The lab", STYLE.read_text(), body)


def head(lab):
    notes = facts.notes(lab)
    warned = f'<ul class="notes">{items(notes)}</ul>' if notes else ""
    setup = "".join(f"<tr><th>{escape(what)}</th><td>{escape(str(value))}</td></tr>" for what, value in facts.setup(lab))
    starts = items(facts.starts_text(part) for part in lab.parts.values() if part.path)
    links = [("claims", "Claims"), *SECTIONS.items()] + [("search", "Random search")] * bool(lab.search)
    nav = "".join(f'<a href="#{anchor}">{escape(title)}</a>' for anchor, title in links)
    return f"""<h1>The lab</h1>
<nav>{nav}</nav>
{warned}
<p>{escape(facts.ASSUMED)}</p>
<div class="wide"><table>{setup}</table></div>
<p>{escape(facts.READING)}</p>
<ul class="dim">{starts}</ul>"""


def claims(judgements):
    rows = "\n".join(claim_row(judgement) for judgement in judgements)
    return f"""<h2 id="claims">Claims of the document</h2>
<p>{tally(judgements)}</p>
<p class="dim">{escape(noise.RULE)}</p>
<table class="claims">
<thead><tr><th></th><th>claim</th><th>rule</th><th>measured</th><th>verdict</th></tr></thead>
<tbody>
{rows}
</tbody></table>"""


def claim_row(judgement):
    claim, finding = judgement.claim, judgement.finding
    kind, measured = finding.verdict.name.lower(), "<br>".join(map(escape, finding.measured))
    return (
        f'<tr id="{claim.name}"><td><b>{claim.name}</b></td><td><b>{escape(claim.text)}</b></td>'
        f'<td class="dim" data-is="rule">{escape(claim.rule)}</td><td data-is="measured">{measured}</td>'
        f'<td class="verdict {kind}">{finding.verdict.value}</td></tr>'
    )


def sections(lab, folder):
    for part, title in SECTIONS.items():
        figures = "\n".join(figure(each, folder) for each in FIGURES if each.part == part)
        models = table(tables.MODEL_HEAD, tables.model_rows(lab, part), "models")
        yield f'<h2 id="{part}">{escape(title)}</h2>\n{models}\n{figures}'


def figure(drawn, folder):
    svg = base64.b64encode((folder / f"{drawn.stem}.svg").read_bytes()).decode()
    caption = escape(f"Figure {drawn.number}. {drawn.caption}")
    image = f'<img alt="{caption}" src="data:image/svg+xml;base64,{svg}">'
    return f'<figure id="figure-{drawn.number}"><div class="wide">{image}</div><figcaption>{caption}</figcaption></figure>'


def search(lab):
    if not lab.search:
        return ""
    found = f"<p>{escape(tables.search_text(lab))}</p>\n{table(*tables.search_rows(lab), 'models')}"
    return f'<h2 id="search">Random search</h2>\n{found}'
