"""No number and no secret gets into a line; conftest.py searches the whole run of the tests."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evovoice import logs
from tests.logged import LeakSearch

ROOT = Path(__file__).parents[2]


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


def test_what_one_of_several_processes_finds_fails_the_run(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "from tests import conftest\ndef test_it(): conftest._LEAKS.found.append('a number')\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-n", "1", "-c", os.devnull]
    run = subprocess.run(
        [*command, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert pytest.ExitCode.TESTS_FAILED == run.returncode
    assert "1 passed" in run.stdout
    assert "LEAKED INTO THE LOG: a number" in run.stdout
