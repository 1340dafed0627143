"""The documents hold together: links and anchors lead somewhere, what is named is there, lines are short.

    python3 links_test.py
"""

import re
import sys
import unittest
from pathlib import Path

import documents
from documents import ROOT

WIDTH = 100
README_LINES = 130
FOLDERS = "analysis bin cmake docs examples include jobs slurm src tests tools .ci"
LINK = re.compile(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
# What a run, a build or a user makes, or a pattern for a name.
MADE = re.compile(r"[A-Z]{3,}|<|slurm/site\.env$|examples/custom_objective/build")


def link_violations(path, text):
    found = []
    flat = "\n".join(line for _, line in documents.prose(text))
    for groups in LINK.findall(re.sub(r"`[^`]*`", "", flat)):
        target, _, anchor = "".join(groups).partition("#")
        if re.match(r"\w+:", target):
            continue
        file = path.parent / target if target else path
        if not file.exists():
            found.append(f"{path.name}: {target} is not there")
        elif anchor and anchor not in documents.anchors(file.read_text()):
            found.append(f"{path.name}: {target or path.name} has no heading #{anchor}")
    return found


def name_violations(path, text):
    """Files of this tree that are named in `code`."""
    found = []
    for number, code in documents.inline_code(text):
        for word in code.split():
            word = word.rstrip(",;:")
            first = word.split("/")[0]
            if "/" not in word or first not in FOLDERS.split() or MADE.search(word):
                continue
            if not list(ROOT.glob(word.rstrip("/"))):
                found.append(f"{path.name}:{number}: {word} is not there")
    return found


def width_violations(path, text):
    """Rows of tables cannot be broken, so they may be long: but not on the first page."""
    first_page = path == ROOT / "README.md"
    return [
        f"{path.name}:{number}: {len(line)} columns, more than {WIDTH}"
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > WIDTH and (first_page or not line.lstrip().startswith("|"))
    ]


class Documents(unittest.TestCase):
    def holds(self, rule, allowed=()):
        found = [line for path in documents.documents() if path.name not in allowed for line in rule(path, path.read_text())]
        self.assertEqual([], found, "\n" + "\n".join(found))

    def test_links_lead_somewhere(self):
        self.holds(link_violations)

    def test_what_is_named_is_there(self):
        self.holds(name_violations, allowed=("CHANGELOG.md",))

    def test_lines_are_short(self):
        self.holds(width_violations, allowed=("CHANGELOG.md",))

    def test_the_first_page_is_one(self):
        self.assertLessEqual(len((ROOT / "README.md").read_text().splitlines()), README_LINES)

    def test_every_document_is_linked_from_another(self):
        linked = set()
        for path in documents.documents():
            for groups in LINK.findall(path.read_text()):
                linked.add((path.parent / "".join(groups).partition("#")[0]).resolve())
        alone = [str(path) for path in documents.documents() if path.resolve() not in linked and path != ROOT / "README.md"]
        self.assertEqual([], alone)


class Broken(unittest.TestCase):
    """What the rules are there for."""

    def check(self, rule, text, expected):
        self.assertEqual(expected, len(rule(ROOT / "README.md", text)), text)

    def test_links(self):
        self.check(link_violations, "[a](docs/none.md) [b](docs/glossary.md#glossary) [c](https://example.org)", 1)
        self.check(link_violations, "[a](docs/glossary.md#none)\n# Here\n[b](#here)", 2)
        self.check(link_violations, '<img src="docs/none.png">\n```sh\n[a](none)\n```\n', 1)

    def test_names(self):
        self.check(name_violations, "`jobs/none.yaml` `jobs/*.yaml` `tests/MODULE` `other/none`", 1)
        self.check(name_violations, "`trawl run jobs/none.yaml --set a=b`", 1)

    def test_widths(self):
        self.check(width_violations, "x" * 100 + "\n" + "x" * 101 + "\n| " + "x" * 100, 2)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=1))
