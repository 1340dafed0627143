"""That docs/results.md says what results/schema.hpp says: every column with its units and meaning, every attribute.

Every function takes the root of a tree; violations are lines "docs/results.md: what is wrong". Whoever changes the schema
corrects the page; `python3 tests/house/results_rules.py` prints its table of columns as it is to be.
"""

import re
from pathlib import Path

from markdown_tables import tables_of

PAGE = "docs/results.md"
HEADER = "include/trawl/results/schema.hpp"
# Where the columns and attributes of a namespace stand in the file. What a column's name is not known for has no row.
GROUPS = {
    "root": "/",
    "trials": "/trials",
    "epochs": "/epochs",
    "legs": "/legs",
    "study": "/study",
    "provenance": "/provenance",
    "workers": "/workers",
    "messages": "/messages",
    "best": "/best",
    "scaling": "/best/scaling",
    "parameters": "/trials/parameters/NAME",
    "schema": "every column",
}
# Names that are no attributes: of groups, and the value of one.
NO_ATTRIBUTES = {"trials", "parameters", "active", "epochs", "legs", "study", "provenance", "workers", "messages", "best", "weights", "scaling", "trawl-results"}


def namespaces(root):
    """[(namespace, its own text)]"""
    text = re.sub(r"//.*", "", (root / HEADER).read_text())
    text = re.sub(r'"\s*\n\s*"', "", text)
    inner = re.findall(r"^namespace (\w+) \{\n(.*?)^\}", text, re.S | re.M)
    outer = re.sub(r"^namespace \w+ \{\n.*?^\}", "", text, flags=re.S | re.M)
    return [("schema", outer), *inner]


def columns(root):
    """[(path, units, meaning)] in the order of the header."""
    found = []
    for name, text in namespaces(root):
        for column, units, meaning in re.findall(r'Column k\w+ = \{\s*"(.*?)",\s*"(.*?)",\s*"(.*?)"\s*\}', text, re.S):
            if column:
                found.append((f"{GROUPS.get(name, name)}/{column}", units, meaning))
    return found


def attributes(root):
    """{(where, attribute)}"""
    found = set()
    for name, text in namespaces(root):
        where = "a metric of /epochs" if name == "epochs" else GROUPS.get(name, name)
        for attribute in re.findall(r'const char\* k\w+ =\s*"(.*?)";', text):
            # The root's attribute `study` is the study's name.
            if name != "active" and (attribute not in NO_ATTRIBUTES or name == "root") and " " not in attribute:
                found.add((where, attribute))
    return found


def column_violations(root):
    page = [tuple(row) for row in tables_of(root / PAGE).get("column", [])]
    header = columns(root)
    found = [f"{PAGE}: {path} is not the schema's: {units}; {meaning}" for path, units, meaning in page if (path, units, meaning) not in header]
    found += [f"{PAGE}: no row says `{path}`, {units}: {meaning}" for path, units, meaning in header if (path, units, meaning) not in page]
    return found


def attribute_violations(root):
    page = {(row[1], row[0]) for row in tables_of(root / PAGE).get("attribute", [])}
    header = attributes(root)
    found = [f"{PAGE}: the schema has no attribute {name} of {where}" for where, name in sorted(page - header)]
    return found + [f"{PAGE}: no row says what the attribute {name} of {where} is" for where, name in sorted(header - page)]


def version_violations(root):
    version = re.search(r"kFormatVersion = (\d+);", (root / HEADER).read_text()).group(1)
    sentence = f"The file is version {version} of the format"
    return [] if sentence in (root / PAGE).read_text() else [f"{PAGE}: it does not say '{sentence}'"]


def results_violations(root):
    return column_violations(root) + attribute_violations(root) + version_violations(root)


if __name__ == "__main__":
    for cells in columns(Path(__file__).resolve().parents[2]):
        print("| `{}` | {} | {} |".format(*cells))
