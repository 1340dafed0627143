"""What holds for the whole source tree, read from the tree itself.

The table of ARCHITECTURE.md is the rule: which module may include which. Every function
takes the root of a tree and returns the violations as lines "path:line: what is wrong".
"""

import re
from pathlib import Path

MAX_LINES = 600
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
SOURCES = (".cpp", ".hpp", ".c", ".h", ".py", ".sh", ".sbatch", ".cmake")


def table(root):
    """{module: the modules it may include}, from ARCHITECTURE.md."""
    rows = {}
    for line in (root / "ARCHITECTURE.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3 and re.fullmatch(r"[a-z0-9]+", cells[0]):
            rows[cells[0]] = set(re.findall(r"[a-z0-9]+", cells[1]))
    rows.pop("module", None)
    return {name: (set(rows) if uses == {"all"} else uses) | {name} for name, uses in rows.items()}


def homes(root):
    """{prefix of a library's headers: the module that may include it}: the table's `<hdf5.h>`."""
    found = {}
    for line in (root / "ARCHITECTURE.md").read_text().splitlines():
        if row := re.match(r"\| ([a-z0-9]+) \|", line):
            found |= {header: row.group(1) for header in re.findall(r"`<([^>]+)>`", line)}
    return found


def module_files(root, module, folders=("include/trawl", "src")):
    for folder in folders:
        yield from sorted(path for path in (root / folder / module).glob("**/*") if path.suffix in (".hpp", ".cpp"))


def includes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if match := INCLUDE.match(line):
            yield number, match.group(1)


def include_violations(root):
    found = []
    rows = table(root)
    for module, allowed in rows.items():
        for path in module_files(root, module):
            for number, header in includes(path):
                place = f"{path.relative_to(root)}:{number}"
                parts = header.split("/")
                if parts[0] == "trawl" and parts[1] not in allowed:
                    found.append(f"{place}: {module} may not include {parts[1]}")
                for prefix, home in homes(root).items():
                    if header.startswith(prefix) and module != home:
                        found.append(f"{place}: <{header}> belongs to {home}")
    return found


def link_violations(root):
    """Each module's USES in CMake is its row of the table, or less."""
    found = []
    for module, allowed in table(root).items():
        path = root / "src" / module / "CMakeLists.txt"
        if not path.exists():
            continue
        text = path.read_text()
        call = re.search(r"trawl_module\(\s*" + module + r"\b(.*?)\)", text, re.S)
        uses = re.search(r"\bUSES\b(.*?)(?=\b(?:LIBRARIES|SOURCES)\b|$)", call.group(1), re.S) if call else None
        for used in re.findall(r"[a-z0-9]+", uses.group(1) if uses else ""):
            if used not in allowed:
                found.append(f"{path.relative_to(root)}: {module} may not link {used}")
    return found


def table_violations(root):
    """Every folder of the tree has a row, and the arrows of the table never point back."""
    found = []
    rows = table(root)
    for folder in ("include/trawl", "src"):
        for path in sorted((root / folder).iterdir()):
            if path.is_dir() and any(path.iterdir()) and path.name not in rows:
                found.append(f"{path.relative_to(root)}: not in the table of ARCHITECTURE.md")
    seen = set()
    for module, allowed in rows.items():
        for used in sorted(allowed - seen - {module}):
            found.append(f"ARCHITECTURE.md: {module} includes {used}, which stands below it")
        seen.add(module)
    return found


def length_violations(root, files):
    return [
        f"{path.relative_to(root)}: {lines} lines, more than {MAX_LINES}"
        for path in files
        if path.suffix in SOURCES and (lines := len(path.read_text().splitlines())) > MAX_LINES
    ]


def first_include_violations(root):
    """A source includes its own header first, which shows that the header stands alone; headers
    without a source are compiled by the test headers_stand_alone."""
    found = []
    for module in table(root):
        for path in module_files(root, module, ("src",)):
            header = f"trawl/{module}/{path.stem}.hpp"
            if path.suffix != ".cpp" or not (root / "include" / header).exists():
                continue
            first = next((name for _, name in includes(path)), None)
            if first != header:
                found.append(f"{path.relative_to(root)}: must include {header} before all else")
    return found


def sources_without_header(root):
    """A source has a header of its name, in include/ or beside it."""
    found = []
    for module in table(root):
        for path in module_files(root, module, ("src",)):
            if path.suffix != ".cpp":
                continue
            name = f"{module}/{path.stem}"
            has_one = path.with_suffix(".hpp").exists() or (root / "include/trawl" / f"{name}.hpp").exists()
            if not has_one and name != "app/main":
                found.append(f"{path.relative_to(root)}: no header of this name")
    return found


def name_clashes(root):
    """Two classes of one name in one namespace would be mixed up by the linker without a word."""
    places = {}
    defined = re.compile(r"^(?:class|struct)\s+(\w+)\b(?!::)[^;{]*\{", re.M)
    for module in table(root):
        for path in module_files(root, module):
            text = path.read_text()
            hidden = text.find("namespace {")
            for match in defined.finditer(text):
                if path.suffix == ".hpp" or hidden < 0 or match.start() < hidden:
                    namespace = re.findall(r"^namespace ([\w:]+) \{", text[: match.start()], re.M)
                    places.setdefault((*namespace, match.group(1)), []).append(str(path.relative_to(root)))
    return [f"{'::'.join(name)}: defined in {' and '.join(files)}" for name, files in places.items() if len(files) > 1]


def untested_modules(root):
    """Every module with sources has tests."""
    return [
        f"tests/{module}: no test of src/{module}"
        for module in table(root)
        if any(module_files(root, module, ("src",))) and not list((root / "tests" / module).glob("*_test.cpp"))
    ]


def unnamed_folders(root, files):
    """ARCHITECTURE.md says what every folder is for: those at the top, and those of tests/ that mirror no module."""
    text = (root / "ARCHITECTURE.md").read_text()
    places = [path.relative_to(root).parts[:-1] for path in files]
    top = {parts[0] for parts in places if parts}
    tests = {parts[1] for parts in places if len(parts) > 1 and parts[0] == "tests"} - set(table(root))
    named = {name for name in top - {"src", "include", "cmake"} if f"`{name}/" not in text}
    return sorted(f"{name}/: ARCHITECTURE.md does not say what it is for" for name in named) + sorted(
        f"tests/{name}/: ARCHITECTURE.md does not name it" for name in tests if f"`{name}/`" not in text
    )


def quiet_skips(files):
    """A skip inside a test binary would not be counted by ctest: exit code 77 is."""
    words = re.compile(r"GTEST_SKIP\(|\bpytest\.(skip|importorskip|mark\.skip)|^DISABLED_", re.M)
    return [
        f"{path}: skips a test in silence"
        for path in files
        if path.suffix in (".cpp", ".py") and "house" not in path.parts and words.search(path.read_text())
    ]
