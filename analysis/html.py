"""The HTML that the lab's and the report's pages share."""

import html

from .escapes import shown


def escape(text):
    """The text as HTML; but for ends of lines, characters that cannot be seen are written as escapes."""
    return "\n".join(html.escape(shown(line)) for line in str(text).split("\n"))


def document(title, style, body, script=""):
    """A page that needs no other file."""
    code = f"<script>\n{script}</script>\n" if script else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>
{style}</style>
</head>
<body>
{body}
{code}</body>
</html>
"""


def items(texts):
    return "".join(f"<li>{escape(text)}</li>" for text in texts)


def table(header, rows, kind):
    """A table of texts that scrolls sideways where it is too wide; `kind` is its class."""
    top = "".join(f"<th>{escape(text)}</th>" for text in header)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table class="{kind}"><thead><tr>{top}</tr></thead><tbody>\n{body}\n</tbody></table></div>'
