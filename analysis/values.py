"""Parameter values as plain Python values and as texts."""

import json
import math
import unicodedata

import pandas as pd

NEVER_DRAWN = -(2**63)  # what stands for a whole number that a trial does not have


def is_missing(value):
    """NaN, NA or None: the trial does not have the parameter, or was not started."""
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def plain(value):
    """A value as other tools take it, lists as text; None for one that the trial does not have."""
    if isinstance(value, (list, tuple)):
        return json.dumps(value)
    if is_missing(value) or value == NEVER_DRAWN:
        return None
    return value.item() if hasattr(value, "item") else value  # pandas' own types hold NumPy's numbers


def shown(said):
    """A text as it may be printed and drawn: what would move a cursor, end a line, ring, or turn the direction of
    writing is written as an escape, `\\x1b` or `\\u202e`, as the program prints it too."""
    return "".join(escape(c) if is_hidden(c) else c for c in str(said))


def is_hidden(c):
    """Control characters (also those of C1), ends of lines, bidi controls, halves of surrogate pairs."""
    return unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or c in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def escape(c):
    known = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return known.get(c) or (f"\\x{ord(c):02x}" if ord(c) < 0x80 else f"\\u{ord(c):04x}")


def shortened(said, limit=40):
    """For figures: one line of at most `limit` characters; of a longer text the beginning and the end."""
    said = shown(said)
    if len(said) <= limit:
        return said
    end = limit // 3
    return f"{said[: limit - end - 1]}…{said[len(said) - end :]}"


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def text(value, digits=4):
    """For people: 0.01235, true, [128, 64]."""
    value = plain(value)
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.{digits}g}" if isinstance(value, float) else str(value)
