"""The lab as Markdown beside the figures' PNGs."""

import re

from ..escapes import shown
from . import facts, noise, tables
from .claim import tally
from .figures import FIGURES, SECTIONS


def markdown_page(lab, judgements):
    return "\n\n".join([head(lab), claims(judgements), *sections(lab), *search(lab)]) + "\n"


def head(lab):
    lines = [f"- **{plain(note)}**" for note in facts.notes(lab)]
    starts = [f"- {plain(facts.starts_text(part))}" for part in lab.parts.values() if part.path]
    setup = table(["what", "value"], plainly([what, value] for what, value in facts.setup(lab)))
    blocks = ["# The lab", "\n".join(lines), facts.ASSUMED, setup, facts.READING, "\n".join(starts)]
    return "\n\n".join(block for block in blocks if block)


def claims(judgements):
    rows = [claim_row(judgement.claim, judgement.finding) for judgement in judgements]
    found = table(["", "claim", "rule", "measured", "verdict"], rows)
    return "\n\n".join(["## Claims of the document", tally(judgements), noise.RULE, found])


def claim_row(claim, finding):
    return [claim.name, claim.text, claim.rule, "<br>".join(finding.measured), f"**{finding.verdict.value}**"]


def sections(lab):
    for part, title in SECTIONS.items():
        figures = [
            f"![Figure {f.number}]({f.stem}.png)\n\n*Figure {f.number}. {f.caption}*" for f in FIGURES if f.part == part
        ]
        yield "\n\n".join([f"## {title}", table(tables.MODEL_HEAD, plainly(tables.model_rows(lab, part))), *figures])


def search(lab):
    if lab.search:
        header, rows = tables.search_rows(lab)
        yield f"## Random search\n\n{plain(tables.search_text(lab))}\n\n" + table(*plainly([header]), plainly(rows))


def plain(text):
    """A text in which Markdown finds no markup, formula or tag."""
    return re.sub(r"([\\`*$<\[])", r"\\\1", shown(text))


def plainly(rows):
    return [[plain(cell) for cell in row] for row in rows]


def table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
