"""No test reads the settings of whoever runs it, and no line of any test holds a number in full."""

import os

os.environ["EVOVOICE_ENV_FILE"] = ""  # before anything is imported; child processes inherit it

import logging

import pytest

from tests.logged import LeakSearch

_LEAKS = LeakSearch()


def pytest_sessionstart() -> None:
    """Look into every line of the whole run from then on."""
    logging.getLogger().addHandler(_LEAKS)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A number in a line fails the run, whichever test it was that caused it."""
    if _LEAKS.found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which lines those are."""
    for line in _LEAKS.found:
        terminalreporter.write_line(f"LEAKED INTO THE LOG: {line}", red=True)
