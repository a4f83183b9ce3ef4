"""The emulator's README has every rule of docs/twilio-voice.md, and names what is there."""

import re
from pathlib import Path

import pytest

from tests.citations import rules

ROOT = Path(__file__).parents[2]
README = ROOT / "evovoice" / "emulator" / "README.md"
ROW = re.compile(r"\| R(\d+) \| (.+) \| (.+) \| `(\w+\.py)::(\w+)` \| (.+) \|")


def rows() -> list[tuple[str, ...]]:
    """Number, what, where, file and name of a test, evidence."""
    return [
        match.groups() for match in map(ROW.fullmatch, README.read_text().splitlines()) if match
    ]


def test_every_rule_of_the_document_stands_in_the_table_once_and_in_order() -> None:
    assert rules("R") == [f"R{number}" for number, *_ in rows()]


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"R{row[0]}")
def test_what_a_row_names_is_there(row: tuple[str, ...]) -> None:
    number, _, where, test_file, test_name, evidence = row
    for path in re.findall(r"`([^`]+)`", where):
        assert (README.parent / path).is_file(), path
    text = (Path(__file__).parent / test_file).read_text()
    assert f"def {test_name}(" in text
    assert test_name.startswith(f"test_r{int(number):02}_")
    assert evidence == "-" or set("DTMCX?") & set(evidence)


def test_every_choice_that_the_readme_names_is_one() -> None:
    choices = (README.parent / "choices.py").read_text()
    named = re.findall(r"\(`([a-z_]+)`\)", README.read_text())
    assert named
    for name in named:
        assert f"    {name}:" in choices
