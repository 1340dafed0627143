"""Prints the rows of a file as a table; an error if one of them is not well-formed (see bench_part.py)."""

import sys

HEADER = ("what", "ours", "peer or limit", "ratio", "lowest-highest", "goal", "met")
VERDICTS = ("met", "not met", "-")


def parse(line):
    fields = line.rstrip("\n").split("\t")
    if len(fields) != len(HEADER) or not all(field.strip() for field in fields):
        raise ValueError(f"not the seven fields {', '.join(HEADER)}: {line!r}")
    if fields[-1] not in VERDICTS:
        raise ValueError(f"'{fields[-1]}' is none of {', '.join(VERDICTS)}: {line!r}")
    return fields


def table(rows):
    rows = [HEADER, *rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADER))]
    lines = []
    for what, *numbers, verdict in rows:
        cells = [what.ljust(widths[0]), *(text.rjust(width) for text, width in zip(numbers, widths[1:])), verdict]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


if __name__ == "__main__":
    try:
        with open(sys.argv[1], encoding="utf-8") as lines:
            print(table([parse(line) for line in lines]))
    except ValueError as error:
        sys.exit(f"table.py: {error}")
