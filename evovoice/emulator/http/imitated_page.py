"""The list of what is imitated as a page: headings, paragraphs, tables, and names in monospace."""

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby

_NAME, _TERM = re.compile(r"`([^`]+)`"), re.compile(r"\*([^*]+)\*")
_RULE = re.compile(r"\|(-+\|)+")
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>What the emulator imitates</title>
<link rel="icon" href="/_emulator/page/icon.svg">
<link rel="stylesheet" href="/_emulator/page/page.css">
</head>
<body class="read">
<p><a href="/_emulator/">Twilio emulator</a></p>
{}
</body>
</html>
"""


def imitated_page(markdown: str) -> str:
    """The page of that Markdown, of which it knows what `imitated.text` writes."""
    return _PAGE.format("\n".join(_parts(markdown)))


def _parts(markdown: str) -> Iterator[str]:
    for kind, lines in groupby(markdown.splitlines(), _kind):
        if kind == "table":
            yield _table(lines)
        elif kind == "paragraph":
            yield f"<p>{_inline(' '.join(lines))}</p>"
        elif kind:
            yield from (f"<{kind}>{_inline(line.lstrip('# '))}</{kind}>" for line in lines)


def _kind(line: str) -> str:
    if line.startswith("#"):
        return f"h{len(line) - len(line.lstrip('#'))}"
    if line.startswith("|"):
        return "table"
    return "paragraph" if line else ""


def _table(lines: Iterator[str]) -> str:
    head, *rows = [line for line in lines if not _RULE.fullmatch(line)]
    body = "\n".join(_row(row, "td") for row in rows)
    return (
        f'<div class="frame"><table class="rows"><thead>{_row(head, "th")}</thead>\n'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(line: str, tag: str) -> str:
    cells = line.strip("|").split("|")
    return f"<tr>{''.join(f'<{tag}>{_inline(cell.strip())}</{tag}>' for cell in cells)}</tr>"


def _inline(text: str) -> str:
    return _TERM.sub(r"<em>\1</em>", _NAME.sub(r"<code>\1</code>", escape(text)))
