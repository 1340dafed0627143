"""The project's documents as data: blocks of code, links, headings, and the commands in them."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^( *)```(\w*)\s*$")


@dataclass
class Block:
    """A fenced block: the line it begins at, its language, its text without the indentation of the fence."""

    line: int
    language: str
    text: str


@dataclass
class Command:
    """One command, which may be several lines, and the lines of output that a console block shows below it."""

    place: str
    text: str
    shown: tuple = ()


def documents():
    """Every Markdown file under version control; all of them where there is none."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "*.md"], capture_output=True, text=True
    )
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    return [path for path in sorted(ROOT.rglob("*.md")) if "build" not in path.relative_to(ROOT).parts]


def blocks(text):
    found, begin = [], None
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if not (fence := FENCE.match(line)):
            continue
        if begin is None:
            begin, indent, language = number, len(fence.group(1)), fence.group(2)
        else:
            found.append(Block(begin + 1, language, "\n".join(text[indent:] for text in lines[begin : number - 1])))
            begin = None
    return found


def prose(text):
    """(line number, line) of what is not in a block."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if FENCE.match(line):
            inside = not inside
        elif not inside:
            yield number, line


def whole(text):
    """Does a shell take it as complete? Not if a quote, a loop or a backslash is open."""
    if text.endswith("\\"):
        return False
    return subprocess.run(["bash", "-n", "-c", text], capture_output=True).returncode == 0


def shell_commands(block, name):
    """Of an `sh` block every line, with those that continue it."""
    found, begun = [], ""
    for number, line in enumerate(block.text.splitlines(), block.line):
        if not begun and (not line.strip() or line.startswith("#")):
            continue
        begin = number if not begun else begin
        begun = f"{begun}\n{line}" if begun else line
        if whole(begun):
            found.append(Command(f"{name}:{begin}", begun))
            begun = ""
    if begun:
        found.append(Command(f"{name}:{begin}", begun))  # bash says what is wrong with it
    return found


def console_commands(block, name):
    """Of a `console` block what follows `$ `; the rest is shown output."""
    found = []
    for number, line in enumerate(block.text.splitlines(), block.line):
        if line.startswith("$ "):
            found.append(Command(f"{name}:{number}", line[2:]))
        elif found:
            found[-1].shown += (line,)
    return found


def commands(path):
    """All commands of a document, in order; blocks of Python as commands, too."""
    name, found = str(path.relative_to(ROOT)), []
    for block in blocks(path.read_text()):
        if block.language == "sh":
            found += shell_commands(block, name)
        elif block.language == "console":
            found += console_commands(block, name)
        elif block.language == "python":
            found.append(Command(f"{name}:{block.line}", f"python3 - <<'PYTHON'\nfrom prelude import *\n{block.text}\nPYTHON"))
    return found + table_commands(path)


def table_commands(path):
    """Tests that a document names with their argument, in tables and in sentences."""
    name = str(path.relative_to(ROOT))
    found = inline_code(path.read_text())
    return [Command(f"{name}:{number}", code) for number, code in found if re.match(r"tests/\S+ build/release/trawl", code)]


def inline_code(text):
    for number, line in prose(text):
        for code in re.findall(r"`([^`]+)`", line):
            yield number, code


def anchors(text):
    """Of its headings, as GitHub makes them."""
    found = set()
    for _, line in prose(text):
        if heading := re.match(r"#+ (.*)", line):
            words = re.sub(r"[^\w\- ]", "", heading.group(1).lower())
            found.add(words.replace(" ", "-"))
    return found
