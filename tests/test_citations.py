"""Every citation of a rule, a section, a decision, a file or a page leads somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.citations import (
    CONTRACT,
    DECISIONS,
    ROOT,
    TWILIO,
    files,
    home_of,
    leading_nowhere,
    rules,
    texts,
)

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_NAMED_FILE = re.compile(r"`([\w./*-]+\.(?:py|md|toml|xml))`")
_NAMED_PAGE = re.compile(r"(?<![\w/.*-])((?:\.{0,2}/)?[\w./-]+\.md)\b")
_TEST = re.compile(r"^\s*def (test_\w+)\(", re.MULTILINE)
_DECISION = re.compile(r"^([0-9]+)\. \*\*", re.MULTILINE)
_OF_USERS = {"demo.toml"}  # a file that the reader of a README makes


def test_every_citation_leads_somewhere() -> None:
    astray = [
        f"{path.relative_to(ROOT)}:{line}: {citation}"
        for path in files()
        for line, text in texts(path)
        for citation in leading_nowhere(text, home_of(path.relative_to(ROOT).as_posix()))
    ]
    assert not astray, "\n".join(astray)


@pytest.mark.parametrize(
    "text",
    [
        "of a call (C34), also (C61-C64); rules E1 to E5",
        "of the carrier (R12); see R6, and the switch S1",
        "(contract 4.2, 4.3 and the outcome), (contract\n    2.2), Contract 4.5 rows 4 and 6.",
        "(twilio-voice 1.2), Twilio-voice 1.2 and 1.3: gone",
        "as decision 24 says",
        "a number (+15551234567) of 1.5 seconds, HTTP/1.1, E.164",
    ],
)
def test_citation_of_what_is_there_is_none_astray(text: str) -> None:
    assert [] == leading_nowhere(text, None)


@pytest.mark.parametrize(
    ("text", "astray"),
    [
        ("a rule (C999)", f"{CONTRACT} C999"),
        ("rules E1 to E9", f"{CONTRACT} E9"),
        ("a rule (R99)", f"{TWILIO} R99"),
        ("switch S7", f"{TWILIO} S7"),
        ("(contract 4.77)", f"{CONTRACT} 4.77"),
        ("(contract 4.2, 4.78)", f"{CONTRACT} 4.78"),
        ("Contract 4.5 row 99", f"{CONTRACT} 4.5 row 99"),
        ("Contract 4.5 rows 4 and 99", f"{CONTRACT} 4.5 row 99"),
        ("Twilio-voice 12: gone", f"{TWILIO} 12"),
        ("decision 2400", f"{DECISIONS} 2400"),
        ("decision 999", f"{DECISIONS} 999"),
        ("nobody knows of what (4.3)", "of no document: 4.3"),
        ("nobody knows of what (section 5)", "of no document: 5"),
        ("in a document that is not here (stack 2.3)", "stack 2.3"),
    ],
)
def test_citation_of_what_is_not_there_is_astray(text: str, astray: str) -> None:
    assert [astray] == leading_nowhere(text, None)


def test_section_alone_is_of_the_document_that_the_file_is_at_home_in() -> None:
    assert TWILIO == home_of("evovoice/carrier/inbound.py")
    assert [] == leading_nowhere("weak evidence (1.3, 10.1)", TWILIO)
    assert [f"{CONTRACT} 10.1"] == leading_nowhere("weak evidence (1.3, 10.1)", CONTRACT)
    assert home_of("evovoice/web/errors.py") is None


@pytest.mark.parametrize("letter", ["C", "E", "R", "S"])
def test_rules_of_a_document_have_no_gaps(letter: str) -> None:
    assert [f"{letter}{number}" for number in range(1, len(rules(letter)) + 1)] == rules(letter)
    assert rules(letter)


def test_decisions_are_numbered_in_order() -> None:
    numbers = _DECISION.findall((ROOT / "docs" / DECISIONS).read_text())
    assert [str(number) for number in range(1, len(numbers) + 1)] == numbers


def test_every_rule_in_the_name_of_a_test_is_one() -> None:
    astray = []
    for path in (ROOT / "tests").rglob("test_*.py"):
        for name in _TEST.findall(path.read_text()):
            cited = [f"C{number}" for number in re.findall(r"_c([0-9]+)(?=_|$)", name)]
            cited += [f"R{int(number)}" for number in re.findall(r"^test_r([0-9]{2})_", name)]
            astray += [(name, rule) for rule in cited if rule not in rules(rule[0])]
    assert [] == astray


def test_every_link_of_a_document_leads_to_a_file_and_its_heading() -> None:
    astray = []
    for path in (path for path in files() if path.suffix == ".md"):
        for link in _LINK.findall(path.read_text()):
            name, _, heading = link.partition("#")
            target = (path.parent / name) if name else path
            if not re.match(r"https?:", link) and not _has_heading(target, heading):
                astray.append((path.relative_to(ROOT).as_posix(), link))
    assert [] == astray


def _has_heading(path: Path, heading: str) -> bool:
    if not path.is_file() or not heading:
        return path.is_file()
    titles = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return heading in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def test_every_document_that_is_named_is_there() -> None:
    astray = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in files()
        for line, text in texts(path)
        for name in _NAMED_PAGE.findall(text)
        if not any((folder / name).is_file() for folder in (path.parent, ROOT, ROOT / "docs"))
    ]
    assert [] == astray


def test_every_file_that_a_readme_names_is_there() -> None:
    there = [path.relative_to(ROOT) for path in _tracked()]
    astray = [
        (path.relative_to(ROOT).as_posix(), name)
        for path in files()
        if path.suffix == ".md" and path.name != TWILIO
        for name in _NAMED_FILE.findall(path.read_text())
        if name not in _OF_USERS and not any(path.match(name) for path in there)
    ]
    assert [] == astray


def _tracked() -> Iterator[Path]:
    """The files of the project; READMEs name them from the folder they speak of."""
    yield from (path for path in ROOT.iterdir() if path.is_file())
    for folder in ("docs", "evovoice", "tests", "twiml_templates"):
        yield from (ROOT / folder).rglob("*.*")
