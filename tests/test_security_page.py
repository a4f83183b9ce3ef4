"""The table of docs/security.md: one row for each requirement, in order, with tests that exist."""

import re
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_ROW = re.compile(r"^\| ([0-9]+(?:\.[0-9]+){2}) \| (.+) \| (.+) \| (\S+) \|$", re.MULTILINE)
_MOST = 60
_ROWS = _ROW.findall((_ROOT / "docs" / "security.md").read_text())


def test_requirements_stand_once_and_in_order() -> None:
    """Few enough to be read."""
    numbers = [tuple(int(part) for part in row[0].split(".")) for row in _ROWS]
    assert sorted(set(numbers)) == numbers
    assert 0 < len(numbers) <= _MOST


def test_every_test_that_is_named_is_there() -> None:
    astray = []
    for number, _requirement, _answer, named in _ROWS:
        file, _, test = named.partition("::")
        path = _ROOT / "tests" / file
        is_there = path.is_file() and f"def {test}(" in path.read_text()
        astray += [(number, named)] if named != "-" and not is_there else []
    assert [] == astray


def test_what_is_not_met_names_no_test() -> None:
    """Nobody is to take one for the other."""
    assert [] == [row[0] for row in _ROWS if row[2].startswith("**not met**") and row[3] != "-"]
