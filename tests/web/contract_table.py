"""`python -m tests.web.contract_table`: makes the table of `docs/contract.md`.

It has a row for each rule of `docs/http-contract.md`; a new row has the rule's first sentence.
A test covers the rules whose numbers its name carries: `test_…_c7_c13` covers C7 and C13.
"""

import ast
import re
from collections.abc import Iterator

from tests.citations import CONTRACT, ROOT, rules

DOCUMENT = ROOT / "docs" / "contract.md"
NOT_YET = "not yet"
_ROW = re.compile(r"^\| (C[0-9]+) \| (.*?) \| (.*) \|$")
_NUMBER = re.compile(r"_c([0-9]+)(?=_|$)")
_FIRST_SENTENCE = re.compile(r"^- \*\*(C[0-9]+)\*\* (.+?)\.(?: |$)", re.MULTILINE)
_TEST = re.compile(r"`([\w/.]+)::(\w+)`")


def rows() -> dict[str, tuple[str, str]]:
    """Each rule of the document: what it says, and its cell of tests."""
    found = (_ROW.match(line) for line in DOCUMENT.read_text().splitlines())
    return {row[1]: (row[2], row[3]) for row in found if row}


def listed(cell: str) -> list[tuple[str, str]]:
    """File and name of each test in a cell."""
    return [(test[1], test[2]) for test in _TEST.finditer(cell)]


def rules_with_tests() -> dict[str, list[tuple[str, str]]]:
    """The tests there are, by the rules their names carry."""
    found: dict[str, list[tuple[str, str]]] = {}
    for file, name in _tests():
        for number in _NUMBER.findall(name):
            found.setdefault(f"C{number}", []).append((file, name))
    return found


def _tests() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield path.relative_to(ROOT).as_posix(), node.name


def _made() -> Iterator[str]:
    tests, before = rules_with_tests(), rows()
    said = dict(_FIRST_SENTENCE.findall((ROOT / "docs" / CONTRACT).read_text()))
    for rule in rules("C"):
        what = before[rule][0] if rule in before else said[rule]
        cell = "<br>".join(f"`{file}::{name}`" for file, name in tests.get(rule, []))
        yield f"| {rule} | {what} | {cell or NOT_YET} |"


if __name__ == "__main__":
    above = [line for line in DOCUMENT.read_text().splitlines() if not _ROW.match(line)]
    DOCUMENT.write_text("\n".join([*above, *_made()]) + "\n")
