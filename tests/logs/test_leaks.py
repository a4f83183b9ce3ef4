"""No number and no secret gets into a line; conftest.py searches the whole run of the tests."""

import logging

import pytest

from evovoice import logs
from tests.logged import LeakSearch


class _Unmasked(logs.Masking):
    def text(self, text: str) -> str:
        return text


@pytest.mark.parametrize("number", ["+12025550123", "+1 (202) 555-0123", "%2B1%20202%20555-0123"])
def test_search_finds_a_number_that_was_not_masked(number: str) -> None:
    search = LeakSearch(_Unmasked())
    record = logging.LogRecord("x", logging.INFO, "x", 1, "to %s", (number,), None)
    search.emit(record)
    assert 1 == len(search.found)
    masked = LeakSearch()
    masked.emit(record)
    assert [] == masked.found
