"""What comments, docstrings and documents cite, and what the documents in `docs/` have to cite.

These forms lead somewhere:

`C34`, `E3`                                 a rule of docs/http-contract.md
`R12`, `S1`                                 a rule, a switch of docs/twilio-voice.md
`contract 4.2`, `contract 2.1, 2.2`         its section
`contract 4.5 row 18`, `rows 4 and 6`       a line of the table in that section
`twilio-voice 4.3`                          its section
`decision 24`                               one of docs/decisions.md
a number alone, in parentheses or after `section`: of the document that the file is at home in
"""

import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
CONTRACT, TWILIO, DECISIONS = "http-contract.md", "twilio-voice.md", "decisions.md"

_DOCUMENTS = {"contract": CONTRACT, "twilio-voice": TWILIO, "decision": DECISIONS}
_DOCUMENT_OF_RULE = {"C": CONTRACT, "E": CONTRACT, "R": TWILIO, "S": TWILIO}
_HOMES = {
    "docs/http-contract.md": CONTRACT,
    "docs/twilio-voice.md": TWILIO,
    "evovoice/carrier/": TWILIO,
    "evovoice/emulator/": TWILIO,
    "tests/carrier/": TWILIO,
    "tests/emulator/": TWILIO,
}

_SECTION = r"[0-9]+(?:\.[0-9]+)?\b(?!\.[0-9])"
_SECTIONS = rf"{_SECTION}(?:(?:,\s+|\s+and\s+){_SECTION})*"
_ROWS = r"\s+rows?\s+([0-9]+(?:(?:,|\s+and)\s+[0-9]+)*)"
_NAMED = re.compile(
    rf"\b(contract|twilio-voice|decision)s?\s+({_SECTIONS})(?:{_ROWS})?", re.IGNORECASE
)
_BARE = re.compile(rf"\bsections?\s+({_SECTIONS})|\((?=[0-9]+\.)({_SECTIONS})(?=[),;:])", re.I)
_OF_UNKNOWN = re.compile(r"\(((?!section)[a-z][a-z-]+ [1-9][0-9]?\.[0-9]{1,2})(?=[),;])", re.I)
_RULE = re.compile(r"(?<![\w+%=.])([CERS])([0-9]{1,3})\b")
_SWITCHED_OFF = re.compile(r"noqa: [A-Z0-9, ]+")
_BETWEEN_STATEMENTS = {tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT}
_NUMBER = re.compile(r"[0-9.]*[0-9]")

_HEADING = re.compile(r"#{2,4} ([0-9]+(?:\.[0-9]+)?)\.? ")
_RULE_HERE = re.compile(r"(?:[-*]|[0-9]+\.) \*\*([CERS][0-9]+)\b")
_DECISION_HERE = re.compile(r"([0-9]+)\. \*\*")
_ROW_HERE = re.compile(r"\| ([0-9]+) \|")


@cache
def places(document: str) -> frozenset[str]:
    """Everything in that document of `docs/` that may be cited: `C34`, `4.2`, `4.5 row 18`, ..."""
    found, section = set[str](), ""
    for line in (ROOT / "docs" / document).read_text().splitlines():
        if heading := _HEADING.match(line):
            section = heading[1]
            found.add(section)
        elif document != DECISIONS and (rule := _RULE_HERE.match(line)):
            found.add(rule[1])
        elif row := _ROW_HERE.match(line):
            found.add(f"{section} row {row[1]}")
        elif document == DECISIONS and (decision := _DECISION_HERE.match(line)):
            found.add(decision[1])
    return frozenset(found)


def rules(letter: str) -> list[str]:
    """The rules with that letter (C, E, R or S), by their numbers."""
    known = places(_DOCUMENT_OF_RULE[letter])
    return sorted((one for one in known if one[0] == letter), key=lambda one: int(one[1:]))


def home_of(file: str) -> str | None:
    """The document that a section's number alone is of, in that file (its path from the root)."""
    return next((home for start, home in _HOMES.items() if file.startswith(start)), None)


def leading_nowhere(text: str, home: str | None) -> list[str]:
    """The citations in a text that nothing is found for; `home`: of `home_of`."""
    cited = [*_of_rules(text), *_by_name(text), *_of_home(_NAMED.sub("", text), home)]
    unknown = [found[1] for found in _OF_UNKNOWN.finditer(_NAMED.sub("", text))]
    return unknown + [
        f"{document or 'of no document:'} {place}"
        for document, place in cited
        if document is None or place not in places(document)
    ]


def _of_rules(text: str) -> Iterator[tuple[str, str]]:
    for letter, number in _RULE.findall(text):
        yield _DOCUMENT_OF_RULE[letter], letter + number


def _by_name(text: str) -> Iterator[tuple[str, str]]:
    for name, sections, rows in _NAMED.findall(text):
        document = _DOCUMENTS[name.lower()]
        numbers = _NUMBER.findall(sections)
        yield from ((document, number) for number in numbers)
        yield from ((document, f"{numbers[-1]} row {row}") for row in _NUMBER.findall(rows))


def _of_home(text: str, home: str | None) -> Iterator[tuple[str | None, str]]:
    for found in _BARE.finditer(text):
        yield from ((home, number) for number in _NUMBER.findall(found[1] or found[2]))


@cache
def texts(path: Path) -> list[tuple[int, str]]:
    """What a file tells its readers, with the line: docstrings and comments of Python, else all."""
    if path.suffix != ".py":
        return [(1, path.read_text())]
    tokens = list(tokenize.generate_tokens(io.StringIO(path.read_text()).readline))
    return [*_docstrings(tokens), *_comments(tokens)]


def _docstrings(tokens: Iterable[tokenize.TokenInfo]) -> Iterator[tuple[int, str]]:
    """Every string that is a statement by itself."""
    begins = True
    for token in tokens:
        if begins and token.type == tokenize.STRING:
            yield token.start[0], token.string
        if token.type not in _BETWEEN_STATEMENTS:
            begins = token.type == tokenize.NEWLINE


def _comments(tokens: Iterable[tokenize.TokenInfo]) -> Iterator[tuple[int, str]]:
    """Comments on lines that follow each other are one text."""
    block, first, last = "", 0, -1
    for token in tokens:
        if token.type != tokenize.COMMENT:
            continue
        line = token.start[0]
        if block and line > last + 1:
            yield first, block
            block = ""
        first = first if block else line
        said = _SWITCHED_OFF.sub("", token.string.lstrip("# "))
        block, last = f"{block} {said}", line
    if block:
        yield first, block


def files() -> list[Path]:
    """Every file that cites: sources, tests, templates, documents and READMEs."""
    found = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *ROOT.glob("twiml_templates/*")]
    for folder in ("evovoice", "tests"):
        found += (ROOT / folder).rglob("*.py")
        found += (ROOT / folder).rglob("*.md")
    return sorted(path for path in found if "node_modules" not in path.parts)
