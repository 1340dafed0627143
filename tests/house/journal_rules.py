"""That docs/journal.md says what the headers say: the tables of the journal's records, events, structures and words.

Every function takes the root of a tree; violations are lines "docs/journal.md: what is wrong". Whoever changes the journal's
format corrects the page.
"""

import re

from markdown_tables import tables_of

PAGE = "docs/journal.md"
HEADERS = ("archive", "study", "journal", "results")
# What the first table says, and where the code says it.
FACTS = {
    "magic": r'kJournalMagic = "(\w+)"',
    "magic of any build": r'kAnyJournalMagic = "(\w+)"',
    "version, in the head": r"kJournalVersion = (\w+);",
    "bytes of length and CRC": r"kSealHeaderBytes = ([^;]+);",
    "bytes of type and sequence number": r"kRecordHeadBytes = ([^;]+);",
    "longest sealed value, bytes": r"kMaxSealedBytes = ([^;]+);",
    "a segment this long is followed by another, bytes": r"segment_bytes = ([^;]+);",
}


def code_of(root):
    """All that the headers say, without comments."""
    paths = [path for module in HEADERS for path in sorted((root / "include/trawl" / module).glob("*.hpp"))]
    return re.sub(r"//.*", "", "\n".join(path.read_text() for path in paths))


def alternatives(code, name):
    """The types of `using name = std::variant<...>;` in order, as the page writes them: vector<int64>."""
    found = re.search(rf"using {name}\s*=\s*std::variant<(.*?)>;", code, re.S)
    plain = re.sub(r"\s+|std::", "", found.group(1) if found else "")
    return re.sub(r"(u?int\d+)_t", r"\1", plain).split(",")


def body_of(code, struct):
    found = re.search(rf"^(?:struct|class) {struct}\b[^;{{]*\{{\n(.*?)^\}};", code, re.S | re.M)
    return found.group(1) if found else ""


def fields(code, struct):
    """What its `serialize` hands on, in order; empty where there is no such struct, or it has no such list."""
    found = re.search(r"archive\s*&(.*?);", body_of(code, struct), re.S)
    return [name.rstrip("_") for name in re.sub(r"\s+", "", found.group(1)).split("&")] if found else []


def words(code, name):
    """The enumerators of State, or of Struct::State."""
    struct, _, enum = name.rpartition("::")
    found = re.search(rf"enum class {enum}\b[^{{]*\{{(.*?)\}}", body_of(code, struct) if struct else code, re.S)
    return [word.strip() for word in found.group(1).split(",")] if found else []


def used_types(code, struct):
    """Of our own types those that stand in the fields of a struct, a list or an optional value looked through."""
    members = re.findall(r"^  (?:std::\w+<)?([A-Z][\w:]*)>? \w+(?: =.*)?;", body_of(code, struct), re.M)
    nested = {name: f"{struct}::{name}" for name in members}
    return list(dict.fromkeys(nested[name] if words(code, nested[name]) else name for name in members))


def difference(what, page, headers):
    if page == headers:
        return []
    return [f"{PAGE}: {what} is {', '.join(page) or 'missing'}; the headers say {', '.join(headers) or 'nothing'}"]


def fact_violations(root):
    code, page = code_of(root), dict(row[:2] for row in tables_of(root / PAGE).get("what", []))
    found = []
    for what, pattern in FACTS.items():
        value = re.search(pattern, code)
        text = re.sub(r"1U? << (\d+)", r"2^\1", value.group(1)) if value else ""
        found += difference(what, [page[what]] if what in page else [], [text] if text else [])
    return found


def order_violations(root):
    """Types of records and kinds of events are numbered as their variants are."""
    code, tables = code_of(root), tables_of(root / PAGE)
    found = []
    for heading, name in (("type", "JournalRecord"), ("kind", "TrialEvent")):
        page = [f"{row[0]} {row[1]}" for row in tables.get(heading, [])]
        found += difference(name, page, [f"{i} {each}" for i, each in enumerate(alternatives(code, name))])
    for name, listed in tables.get("one of several types", []):
        found += difference(name, listed.split(", "), alternatives(code, name))
    return found


def structures(root):
    """{struct: its fields on the page}, without TrialEvent, which is one of several."""
    tables = tables_of(root / PAGE)
    numbered = [row[1:3] for heading in ("type", "kind") for row in tables.get(heading, []) if row[1] != "TrialEvent"]
    return dict(numbered + tables.get("structure", []))


def field_violations(root):
    code = code_of(root)
    found = []
    for name, listed in structures(root).items():
        found += difference(name, listed.split(", "), fields(code, name))
    for name, listed in tables_of(root / PAGE).get("enumeration", []):
        found += difference(name, listed.split(", "), words(code, name))
    return found


def missing_violations(root):
    """What a listed structure is made of is listed too."""
    code, listed = code_of(root), structures(root)
    known = {*listed, *(row[0] for heading in ("enumeration", "one of several types") for row in tables_of(root / PAGE).get(heading, []))}
    used = [(struct, name) for struct in listed for name in used_types(code, struct)]
    ours = [(struct, name) for struct, name in used if fields(code, name) or words(code, name)]
    return [f"{PAGE}: nothing says what {name} is, of which {struct} has one" for struct, name in ours if name not in known]


def journal_violations(root):
    return fact_violations(root) + order_violations(root) + field_violations(root) + missing_violations(root)
