"""Reads the tables of a page."""


def tables_of(page):
    """{heading of a table's first column: its other rows, as lists of cells without quotes}"""
    tables, rows = {}, None
    for line in page.read_text().splitlines():
        if not line.startswith("|"):
            rows = None
        elif rows is None:
            rows = tables.setdefault(line.strip("| ").split("|")[0].strip(), [])
        elif not line.startswith("|--"):
            rows.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    return tables
