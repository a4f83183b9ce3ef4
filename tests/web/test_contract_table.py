"""The table of `docs/contract.md` tells the truth: which rules have tests, and which have none."""

from tests.citations import rules
from tests.web.contract_table import NOT_YET, listed, rows, rules_with_tests

_AGAIN = "run: python -m tests.web.contract_table"


def test_every_rule_of_the_contract_is_in_the_table_in_order() -> None:
    assert rules("C") == list(rows()), _AGAIN


def test_every_test_that_is_listed_exists_and_carries_the_number() -> None:
    known = rules_with_tests()
    wrong = {
        rule: test
        for rule, (_, cell) in rows().items()
        for test in listed(cell)
        if test not in known.get(rule, [])
    }
    assert {} == wrong, _AGAIN


def test_rule_without_a_test_is_told_and_no_other() -> None:
    known = rules_with_tests()
    told = [rule for rule, (_, cell) in rows().items() if cell == NOT_YET]
    assert [rule for rule in rows() if rule not in known] == told, _AGAIN
