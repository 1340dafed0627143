"""Texts of any origin as they may be printed and drawn."""

import shlex
import unicodedata


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


def shell_word(word):
    """A word of a command as a shell takes it, on one line; what cannot be seen is in $'...' (bash, zsh, ksh)."""
    word = str(word)
    if not any(map(is_hidden, word)):
        return shlex.quote(word)
    return "$'" + "".join(hidden_bytes(c) if is_hidden(c) else f"\\{c}" if c in "'\\" else c for c in word) + "'"


def hidden_bytes(c):
    return "".join(f"\\x{byte:02x}" for byte in c.encode("utf-8", "surrogateescape"))


def shell_path(path):
    """The same of a path, which is neither taken for an option (-x.h5) nor for a home folder (~x.h5): as ./-x.h5."""
    path = str(path)
    return shell_word(f"./{path}" if path.startswith(("-", "~")) else path)
