"""That docs/map.md has one line for each file, and that each file begins with its line.

Every function takes the root of a tree; violations are lines "path:line: what is wrong".
"""

import ast
import re

from house_rules import module_files, table

MAP = "docs/map.md"


def text_lines(root):
    return list(enumerate((root / MAP).read_text().splitlines(), 1))


def map_lines(root):
    """(line number, name, words) of every line that says what a file or a folder is for."""
    matches = [(number, re.match(r"- `([^`]+)`: (.+)$", line)) for number, line in text_lines(root)]
    return [(number, match.group(1), match.group(2)) for number, match in matches if match]


def stems(root):
    """{stem: the file that begins with its words}: a header and its source are one stem, `cluster/master`."""
    found = {}
    for module in table(root):
        for folder in ("src", "include/trawl"):
            for path in module_files(root, module, (folder,)):
                stem = str(path.relative_to(root / folder).with_suffix(""))
                if path.suffix == ".cpp" or stem not in found:
                    found[stem] = path
    return found


def python_modules(root):
    """{name in the map: file}; a package is its folder, `analysis/lab/`."""
    paths = sorted((root / "analysis").glob("**/*.py"))
    return {str(path.relative_to(root)).removesuffix("__init__.py"): path for path in paths}


def other_names(root):
    """The programs of bin/, and the folders of tests/ that mirror no module."""
    folders = [path.name for path in (root / "tests").glob("[a-z]*") if path.is_dir() and any(path.iterdir())]
    programs = [f"bin/{path.name}" for path in (root / "bin").glob("*")]
    return sorted([f"tests/{name}/" for name in folders if name not in table(root)] + programs)


def sentence(words):
    return words[:1].upper() + words[1:]


def first_line(words):
    """How a source begins of which the map says this."""
    return f"// {sentence(words)}."


def wrong_beginning(path, words):
    """How the file must begin, where it does not."""
    text = path.read_text()
    if path.suffix != ".py":
        return None if text.partition("\n")[0] == first_line(words) else f"must begin with the line {first_line(words)}"
    docstring = " ".join((ast.get_docstring(ast.parse(text)) or "").split())
    begins = docstring.startswith(sentence(words)) and not docstring[len(words) : len(words) + 1].isalnum()
    return None if begins else f"its docstring must begin with: {sentence(words)}"


def completeness_violations(root):
    """Each file stands in the map once, and nothing stands there that does not exist."""
    there = [*stems(root), *python_modules(root), *other_names(root)]
    named = [name for _, name, _ in map_lines(root)]
    return [f"{MAP}: no line says what {name} is for" for name in there if name not in named] + [
        f"{MAP}:{number}: " + (f"there is no {name}" if name not in there else f"{name} stands there twice")
        for place, (number, name, _) in enumerate(map_lines(root))
        if name not in there or name in named[:place]
    ]


def beginning_violations(root):
    """Each source begins with what the map says of it."""
    files = stems(root) | python_modules(root)
    found = [(files[name], words) for _, name, words in map_lines(root) if name in files]
    return [f"{path.relative_to(root)}:1: {wrong}" for path, words in found if (wrong := wrong_beginning(path, words))]


def order_violations(root):
    """The modules stand in the order of the table in ARCHITECTURE.md, and each one in one piece."""
    modules = list(table(root))
    places = [
        (number, name, modules.index(name.split("/")[0]))
        for number, name, _ in map_lines(root)
        if name.split("/")[0] in modules
    ]
    return [
        f"{MAP}:{number}: {name} stands below {above}, and {modules[module]} above {above.split('/')[0]} in ARCHITECTURE.md"
        for (_, above, module_above), (number, name, module) in zip(places, places[1:])
        if module < module_above
    ]


def prose_violations(root):
    """What the text between the lines names is there too."""
    names = [(number, name) for number, line in text_lines(root) for name in re.findall(r"`([a-z0-9]+/[a-z0-9_]+)`", line)]
    return [
        f"{MAP}:{number}: there is no {name}"
        for number, name in names
        if name.split("/")[0] in table(root) and name not in stems(root) and number not in [n for n, _, _ in map_lines(root)]
    ]


def map_violations(root):
    return completeness_violations(root) + beginning_violations(root) + order_violations(root) + prose_violations(root)
