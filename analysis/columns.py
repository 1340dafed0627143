"""Which columns of a DataFrame are the features that a network was trained on, by their names."""

import re

UNNAMED = re.compile(r"Unnamed: (\d+)(\.\d+)?")  # so pandas calls a column whose name is empty
NUMBERED = re.compile(r"(.+)\.(\d+)", re.DOTALL)  # and `a.1` the second one that is named `a`
SHOWN = 10


def positions_of(names, labels, others=()):
    """Where the features `names` stand among a DataFrame's columns `labels`. Blanks around a name do not count, and a number
    is the name that it is written as. Columns that share a name are taken in their order.

    others: what else the data holds by name, such as excluded columns. Raises ValueError where columns are missing, or
    where more than one choice is possible.
    """
    names = [name.strip() for name in names]
    found = grouped(names, labels)
    missing = [name for name in dict.fromkeys(names) if not found.get(name)]
    if missing:
        raise ValueError(f"the table lacks the columns {listed(missing)}")
    known = {*names, *(str(other).strip() for other in others)}
    chosen = {name: choose(name, names.count(name), found, known, labels) for name in dict.fromkeys(names)}
    return [chosen[name].pop(0) for name in names]


def grouped(names, labels):
    """name -> the positions of the columns that have it."""
    found = {}
    for position, label in enumerate(labels):
        name = str(label).strip()
        if name not in names and UNNAMED.fullmatch(name):
            name = ""
        found.setdefault(name, []).append(position)
    return found


def choose(name, count, found, known, labels):
    """The positions of the `count` columns that are called `name`."""
    numbered = [match for match in map(NUMBERED.fullmatch, set(found) - known) if match and match[1] == name]
    more = [position for match in sorted(numbered, key=lambda match: int(match[2])) for position in found[match[0]]]
    columns = found[name] + more
    kinds = len({str(labels[position]) for position in found[name]})
    if name == "" and kinds == len(columns) == count:  # pandas gives them the numbers of their places
        return sorted(columns, key=lambda position: [int(n) for n in re.findall(r"\d+", str(labels[position]))])
    if kinds == 1 and len(columns) == count and (not more or len(found[name]) == 1):
        return columns
    raise ValueError(
        f"the network was trained on {count} column{'s'[: count != 1]} named {name!r}, and which is unclear in a table of "
        f"{listed(labels[position] for position in columns)}; give it the columns of the features only, or an array in their order"
    )


def listed(names):
    names = list(names)
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(map(repr, names[:SHOWN])) + more
